-- Which of rival values is used. A family of indicators takes one vintage (vintage_choice), so that identities hold and
-- a revision never shows up as growth; within it the best source of each place and year is used: reported before
-- derived, then manifest priority. The seed indicators can allow vintages of an indicator to mix. What the vintage
-- lacks may be spliced from a rival that agrees around it (model splices).
with

candidates as (
    select
        ranked.*,
        indicators.mixes_vintages,
        coalesce(splices.is_spliced, false) as is_spliced
    from {{ ref('ranked_observations') }} as ranked
    inner join {{ ref('indicators') }} as indicators on ranked.indicator = indicators.indicator
    left join {{ ref('splices') }} as splices
        on ranked.place_level = splices.place_level
        and ranked.place_code = splices.place_code
        and ranked.indicator = splices.indicator
        and ranked.scope = splices.scope
        and ranked.scope = splices.source_scope
        and ranked.year = splices.year
        and ranked.vintage = splices.vintage
        and ranked.rank_in_vintage = 1
)

select
    file_id,
    sheet,
    row_number,
    column_number,
    place_level,
    place_code,
    family,
    indicator,
    scope,
    year,
    vintage,
    family_vintage,
    priority,
    origin,
    value,
    rounding_error,
    mixes_vintages,
    is_spliced,
    row_number() over (
        partition by place_level, place_code, indicator, scope, year
        order by is_of_family_vintage desc, is_spliced desc, rank_in_vintage asc, priority asc, vintage asc
    ) = 1
    and (is_of_family_vintage or is_spliced or mixes_vintages) as is_chosen
from candidates
