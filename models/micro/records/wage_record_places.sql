{{ config(post_hook="{{ check_record_files() }}") }}

-- Which city and year the records mean. The printed texts of millions of records are few: each is looked up once, among
-- the codes of cities and their aliases of its year. A province or a nation is no city. place_year numbers the pairs of
-- city and year that records have, so that records are grouped by one number; NULL where one of the two is not known.
with

records as (
    {{ wage_records() }}
),

printed as (
    select distinct
        city_text,
        printed_year
    from records
),

named as (
    select
        city_text,
        printed_year,
        {{ record_place_name('city_text') }} as place_name,
        {{ record_year('cast(printed_year as varchar)') }} as stated_year
    from printed
),

dated as (
    select
        city_text,
        printed_year,
        place_name,
        case when {{ is_data_year('stated_year') }} then stated_year end as year
    from named
),

cities as (
    select
        alias as place_name,
        place_code,
        coalesce(valid_from_year, 0) as first_year,
        coalesce(valid_to_year, 9999) as last_year
    from {{ ref('place_aliases') }}
    where place_level = 'city'
    union all
    select
        city_code as place_name,
        city_code as place_code,
        0 as first_year,
        9999 as last_year
    from {{ ref('cities') }}
),

placed as (
    select
        dated.city_text,
        dated.printed_year,
        dated.year,
        cities.place_code as city_code
    from dated
    left join cities
        on dated.place_name = cities.place_name
        and dated.year between cities.first_year and cities.last_year
)

select
    city_text,
    printed_year,
    city_code,
    year,
    case
        when city_code is not null and year is not null
            then cast(dense_rank() over (order by city_code, year) as integer)
    end as place_year
from placed
