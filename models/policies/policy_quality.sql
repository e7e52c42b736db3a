-- What the exposure to each policy rests on: listed rows, cities they treat, how many of these rest on a recalled year,
-- and what treats nobody. City-years are those of the city panel; an unknown exposure is one that the var
-- policy_confidence leaves out.
with

listings as (
    select
        policy,
        count(*) as listed_rows,
        count(distinct city_code) as treated_cities,
        count(distinct city_code) filter (where not is_sourced) as treated_cities_unsourced,
        count(*) filter (where city_code is null) as places_below_city,
        count(distinct city_code) filter (where is_repeated) as cities_listed_twice
    from {{ ref('policy_listings') }}
    group by policy
),

rejects as (
    select
        policy,
        count(*) as rejected_rows,
        count(*) filter (where reject_reason in ('unknown place', 'ambiguous place', 'place is no city'))
            as unknown_places
    from {{ ref('resolved_policy_rows') }}
    where reject_reason is not null and policy is not null
    group by policy
),

city_years as (
    select
        policy,
        count(*) filter (where is_treated) as treated_city_years,
        count(*) filter (where is_treated and not is_sourced) as treated_city_years_unsourced,
        count(*) filter (where is_treated is null) as unknown_city_years
    from {{ ref('policy_exposure') }}
    group by policy
)

select
    coalesce(listings.policy, rejects.policy) as policy,
    coalesce(listings.listed_rows, 0) as listed_rows,
    coalesce(rejects.rejected_rows, 0) as rejected_rows,
    coalesce(rejects.unknown_places, 0) as unknown_places,
    coalesce(listings.places_below_city, 0) as places_below_city,
    coalesce(listings.cities_listed_twice, 0) as cities_listed_twice,
    coalesce(listings.treated_cities, 0) as treated_cities,
    coalesce(listings.treated_cities_unsourced, 0) as treated_cities_unsourced,
    coalesce(city_years.treated_city_years, 0) as treated_city_years,
    coalesce(city_years.treated_city_years_unsourced, 0) as treated_city_years_unsourced,
    coalesce(city_years.unknown_city_years, 0) as unknown_city_years
from listings
full join rejects on listings.policy = rejects.policy
left join city_years on listings.policy = city_years.policy
