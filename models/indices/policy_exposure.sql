-- Exposure of cities to policies: when a policy reached a place, by the seed policy_places. A place treated twice
-- counts from its first year. Policies that reached one district only, or a place below the city, are kept in the seed
-- and treat no city here. relative_year = year - first year of treatment, NULL for places never treated; is_sourced
-- says whether that year rests on a document and not on memory.
with

treatments as (
    select
        policy,
        place_code,
        min(first_year) as cohort,
        bool_or(confidence = 'sourced') filter (where is_first) as is_sourced
    from (
        select
            *,
            first_year = min(first_year) over (partition by policy, place_code) as is_first
        from {{ ref('policy_places') }}
        where unit_level = 'city' and place_code is not null
    )
    group by policy, place_code
),

policies as (
    select distinct policy from treatments
)

select
    panel.city_code,
    panel.year,
    policies.policy,
    treatments.cohort,
    panel.year - treatments.cohort as relative_year,
    coalesce(panel.year >= treatments.cohort, false) as is_treated,
    coalesce(treatments.is_sourced, false) as is_sourced
from {{ ref('city_panel') }} as panel
cross join policies
left join treatments on policies.policy = treatments.policy and panel.city_code = treatments.place_code
