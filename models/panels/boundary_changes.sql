-- Whole counties that went from one city to another since 2000, once for each of the two (seed place_events, where it
-- says how material a change is), beside the last people and land printed of the city before the row that shows it,
-- and the first printed since.
--
-- row_year is the first row of the panel that shows the change (NULL: the city has no row any more). An edition may
-- show it a year or two after its approval. Candidates are the row of change_year, or where that has none the next that
-- there is, and the rows of the two years after it, as long as no other change of the city follows. It is the one in
-- which the registered people of the city step the most as they have to (one city gains, the other loses), by at least
-- 5%, and those of a new city begin; if they step in none, the one in which its land does; if neither, the first. Where
-- what steps was not printed in the rows before, the step may be that of any of them, and the first of them is taken.
-- row_year_by says which of the three decided.
{%- set smallest_step = 0.05 %}
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
        unnest([from_code, to_code]) as city_code,
        unnest([-1, 1]) as direction
    from {{ ref('place_events') }}
    where materiality is not null
),

changes_of_cities as (
    select
        *,
        min(change_year) over (
            partition by city_code
            order by change_year
            range between 1 following and unbounded following
        ) as next_change_year
    from changes
),

rows_of_cities as (
    select
        *,
        lag(year) over (partition by city_code order by year) as previous_year
    from {{ ref('city_years') }}
),

people_and_land as (
    select
        place_code as city_code,
        year,
        indicator,
        value,
        coalesce(
            ln(value) - lag(ln(value)) over (partition by place_code, indicator order by year), 'infinity'
        ) as step,
        -- a series begins where it begins
        coalesce(lag(year) over (partition by place_code, indicator order by year), year - 1) as last_printed
    from {{ ref('observations') }}
    where
        place_level = 'city' and scope = 'total' and value > 0
        and indicator in ('pop_registered_yearend', 'land_area')
),

candidates as (
    select
        changes.* exclude (next_change_year),
        rows_of_cities.year as candidate_year,
        rows_of_cities.previous_year,
        coalesce(rows_of_cities.previous_year, 0) < changes.change_year as is_first,
        people.last_printed as people_last_printed,
        land.last_printed as land_last_printed,
        if(people.step * changes.direction >= {{ smallest_step }}, people.step * changes.direction, null)
            as people_step,
        if(land.step * changes.direction >= {{ smallest_step }}, land.step * changes.direction, null) as land_step
    from changes_of_cities as changes
    left join rows_of_cities
        on changes.city_code = rows_of_cities.city_code
        and changes.change_year <= rows_of_cities.year
        and (changes.next_change_year is null or changes.next_change_year > rows_of_cities.year)
        -- the first row of a city says nothing about what came before it
        and (changes.change_year = rows_of_cities.year or rows_of_cities.previous_year is not null)
        and (changes.change_year >= rows_of_cities.year - 2 or changes.change_year > rows_of_cities.previous_year)
    left join people_and_land as people
        on changes.city_code = people.city_code
        and rows_of_cities.year = people.year
        and people.indicator = 'pop_registered_yearend'
    left join people_and_land as land
        on changes.city_code = land.city_code
        and rows_of_cities.year = land.year
        and land.indicator = 'land_area'
),

decided as (
    select
        *,
        case
            when max(people_step) over of_change is not null then 'people'
            when max(land_step) over of_change is not null then 'land'
            when bool_or(is_first and candidate_year is not null) over of_change then 'year'
        end as row_year_by,
        case row_year_by
            when 'people' then arg_max(people_last_printed, people_step) over of_change
            when 'land' then arg_max(land_last_printed, land_step) over of_change
            when 'year' then change_year - 1
        end as last_printed
    from candidates
    window of_change as (partition by city_code, change_year, from_code, to_code)
),

shown as (
    select
        *,
        if(candidate_year > last_printed, candidate_year, null) as row_year,
        if(candidate_year > last_printed, previous_year, null) as previous_row_year,
        coalesce(row_year, change_year) as shown_from
    from decided
    qualify row_number() over (
        partition by city_code, change_year, from_code, to_code
        order by row_year nulls last
    ) = 1
),

numbers_around as (
    select
        shown.city_code,
        shown.change_year,
        shown.from_code,
        shown.to_code,
        arg_max(numbers.value, numbers.year) filter (
            where numbers.indicator = 'pop_registered_yearend' and numbers.year < shown.shown_from
        ) as registered_before_10k_persons,
        arg_min(numbers.value, numbers.year) filter (
            where numbers.indicator = 'pop_registered_yearend' and numbers.year >= shown.shown_from
        ) as registered_after_10k_persons,
        arg_max(numbers.value, numbers.year) filter (
            where numbers.indicator = 'land_area' and numbers.year < shown.shown_from
        ) as land_area_before_km2,
        arg_min(numbers.value, numbers.year) filter (
            where numbers.indicator = 'land_area' and numbers.year >= shown.shown_from
        ) as land_area_after_km2
    from shown
    inner join people_and_land as numbers on shown.city_code = numbers.city_code
    group by shown.city_code, shown.change_year, shown.from_code, shown.to_code
)

select
    shown.city_code,
    cities.name_zh as city_name_zh,
    cities.name_en as city_name_en,
    shown.change_year,
    shown.row_year,
    shown.previous_row_year,
    shown.row_year_by,
    shown.from_code,
    shown.from_name,
    shown.to_code,
    shown.to_name,
    shown.event,
    shown.materiality,
    numbers_around.registered_before_10k_persons,
    numbers_around.registered_after_10k_persons,
    numbers_around.land_area_before_km2,
    numbers_around.land_area_after_km2,
    shown.source
from shown
inner join {{ ref('cities') }} as cities on shown.city_code = cities.city_code
left join numbers_around
    on shown.city_code = numbers_around.city_code
    and shown.change_year = numbers_around.change_year
    and shown.from_code is not distinct from numbers_around.from_code
    and shown.to_code is not distinct from numbers_around.to_code
