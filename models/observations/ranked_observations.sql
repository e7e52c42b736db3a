-- Candidate values with the vintage that their family takes in the year, and their rank among those of their own
-- vintage: reported before derived, then manifest priority.
select
    candidates.*,
    coalesce(families.family, candidates.indicator) as family,
    coalesce(families.is_anchor, true) as is_anchor,
    choice.vintage as family_vintage,
    candidates.vintage = choice.vintage as is_of_family_vintage,
    row_number() over (
        partition by
            candidates.place_level, candidates.place_code, candidates.indicator, candidates.scope, candidates.year,
            candidates.vintage
        order by
            candidates.priority asc,
            files.path asc,
            candidates.sheet asc,
            candidates.row_number asc,
            candidates.column_number asc
    ) as rank_in_vintage
from {{ ref('candidate_observations') }} as candidates
left join {{ ref('families') }} as families
    on candidates.place_level = families.place_level
    and candidates.indicator = families.indicator
left join {{ ref('landed_files') }} as files on candidates.file_id = files.file_id
inner join {{ ref('vintage_choice') }} as choice
    on candidates.place_level = choice.place_level
    and coalesce(families.family, candidates.indicator) = choice.family
    and candidates.year = choice.year
