-- What is known of the places that a policy reached: the seed policy_places and the lists of the data folder, which add
-- to the seed and replace nothing. A policy that reached one district only, or a place below the city, treats no city.
-- Of a city that is listed more than once, sourced rows count before recalled ones, and of these the first year
-- (cohort): a year from memory gives way to one from a document. Rows with another year, and rows that repeat one of
-- their own list, are repeated; a row that agrees with another list is not.
with

listings as (
    select
        policy,
        unit as place_text,
        case when unit_level = 'city' then place_code end as city_code,
        first_year,
        batch,
        null as source,
        case when confidence = 'sourced' then 'sourced' else 'recalled' end as confidence,
        null as file_id,
        null as sheet,
        null as row_number,
        null as column_number
    from {{ ref('policy_places') }}
    union all by name
    select
        policy,
        place_text,
        place_code as city_code,
        year as first_year,
        batch,
        source,
        confidence,
        file_id,
        sheet,
        row_number,
        column_number
    from {{ ref('resolved_policy_rows') }}
    where reject_reason is null
),

cohorts as (
    select
        *,
        case when city_code is not null then first_value(first_year) over one_city end as cohort,
        city_code is not null and bool_or(confidence = 'sourced') over (partition by policy, city_code) as is_sourced,
        row_number() over (
            partition by policy, city_code, file_id
            order by confidence = 'sourced' desc, first_year asc, sheet asc, row_number asc
        ) as row_in_list
    from listings
    window one_city as (
        partition by policy, city_code
        order by confidence = 'sourced' desc, first_year asc
    )
)

select
    policy,
    place_text,
    city_code,
    first_year,
    batch,
    source,
    confidence,
    file_id,
    sheet,
    row_number,
    column_number,
    cohort,
    is_sourced,
    city_code is not null and (first_year <> cohort or row_in_list > 1) as is_repeated
from cohorts
