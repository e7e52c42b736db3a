-- Exposure of cities to policies: when a policy reached a city, by the listings of policy_listings. relative_year =
-- year - first year of treatment (cohort), NULL for cities never treated; is_sourced says whether that year rests on a
-- document and not on memory.
-- Edges: a city that no listing of a policy names is untreated; a policy without a listed city has no rows at all,
-- since nothing is known of it. With the var policy_confidence at `sourced`, the exposure of a city whose year is
-- recalled is unknown, and not untreated: is_treated, cohort and relative_year are NULL in every year, and is_sourced
-- is false.
-- depends_on: {{ ref('landing_gate') }}
with

treatments as (
    select distinct
        policy,
        city_code,
        is_sourced,
        case when is_sourced or '{{ policy_confidence() }}' = 'all' then cohort end as cohort
    from {{ ref('policy_listings') }}
    where city_code is not null
),

policies as (
    select distinct policy from treatments
)

select
    panel.city_code,
    panel.city_name_zh,
    panel.year,
    policies.policy,
    treatments.cohort,
    panel.year - treatments.cohort as relative_year,
    case when treatments.city_code is null then false else panel.year >= treatments.cohort end as is_treated,
    coalesce(treatments.is_sourced, false) as is_sourced
from {{ ref('city_panel') }} as panel
cross join policies
left join treatments on policies.policy = treatments.policy and panel.city_code = treatments.city_code
