-- The vintages in which each family of indicators is at hand (seed families; an indicator that no family names is one
-- of its own), ranked by the best source of the family's anchor, by manifest priority; panels take the first. A family
-- that has no anchor takes that of its best source. Vintages of a family do not mix, since the identities between its
-- members hold within a vintage only; what the chosen one lacks stays out of the panels, is in province_vintages and
-- city_vintages, and can be chosen by the var family_vintages.
with

members as (
    select
        candidates.place_level,
        candidates.indicator,
        candidates.vintage,
        candidates.year,
        candidates.priority,
        coalesce(families.family, candidates.indicator) as family,
        coalesce(families.is_anchor, true) as is_anchor,
        coalesce(families.has_spans, false) as has_spans
    from {{ ref('candidate_observations') }} as candidates
    left join {{ ref('families') }} as families
        on candidates.place_level = families.place_level
        and candidates.indicator = families.indicator
)

select
    place_level,
    family,
    vintage,
    string_agg(distinct indicator, ', ' order by indicator) as indicators,
    min(year) as first_year,
    max(year) as last_year,
    count(*) as candidate_values,
    bool_or(is_anchor) as has_anchor,
    min(year) filter (where is_anchor) as anchor_first_year,
    max(year) filter (where is_anchor) as anchor_last_year,
    bool_or(has_spans) as has_spans,
    coalesce(min(priority) filter (where is_anchor), min(priority)) as priority,
    row_number() over (
        partition by place_level, family
        order by
            bool_or(is_anchor) desc,
            coalesce(min(priority) filter (where is_anchor), min(priority)) asc,
            vintage asc
    ) as rank_by_priority
from members
group by place_level, family, vintage
