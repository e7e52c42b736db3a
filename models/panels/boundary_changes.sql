-- Whole counties that went from one city to another since 2000, once for each of the two (seed place_events, where it
-- says how material a change is), beside the last people and land printed of the city before it, and the
-- first printed since. row_year is the first year of the panel that shows the change: its own, or where that has no
-- row, the next that has one (NULL: the city has no row any more).
with

changes as (
    select
        coalesce(first_data_year, year) as change_year,
        from_code,
        from_name,
        to_code,
        to_name,
        event,
        materiality,
        source,
        unnest([from_code, to_code]) as city_code
    from {{ ref('place_events') }}
    where materiality is not null
),

rows_of_cities as (
    select
        *,
        lag(year) over (partition by city_code order by year) as previous_year
    from {{ ref('city_years') }}
),

people_and_land as (
    select
        changes.city_code,
        changes.change_year,
        arg_max(observations.value, observations.year) filter (
            where observations.indicator = 'pop_registered_yearend' and observations.year < changes.change_year
        ) as registered_before_10k_persons,
        arg_min(observations.value, observations.year) filter (
            where observations.indicator = 'pop_registered_yearend' and observations.year >= changes.change_year
        ) as registered_after_10k_persons,
        arg_max(observations.value, observations.year) filter (
            where observations.indicator = 'land_area' and observations.year < changes.change_year
        ) as land_area_before_km2,
        arg_min(observations.value, observations.year) filter (
            where observations.indicator = 'land_area' and observations.year >= changes.change_year
        ) as land_area_after_km2
    from changes
    inner join {{ ref('observations') }} as observations
        on changes.city_code = observations.place_code
    where observations.place_level = 'city' and observations.scope = 'total'
    group by changes.city_code, changes.change_year
)

select
    changes.city_code,
    cities.name_zh as city_name_zh,
    cities.name_en as city_name_en,
    changes.change_year,
    rows_of_cities.year as row_year,
    rows_of_cities.previous_year as previous_row_year,
    changes.from_code,
    changes.from_name,
    changes.to_code,
    changes.to_name,
    changes.event,
    changes.materiality,
    people_and_land.registered_before_10k_persons,
    people_and_land.registered_after_10k_persons,
    people_and_land.land_area_before_km2,
    people_and_land.land_area_after_km2,
    changes.source
from changes
inner join {{ ref('cities') }} as cities on changes.city_code = cities.city_code
left join rows_of_cities
    on changes.city_code = rows_of_cities.city_code
    and changes.change_year <= rows_of_cities.year
    and (
        changes.change_year > rows_of_cities.previous_year
        or (rows_of_cities.previous_year is null and changes.change_year = rows_of_cities.year)
    )
left join people_and_land
    on changes.city_code = people_and_land.city_code and changes.change_year = people_and_land.change_year
