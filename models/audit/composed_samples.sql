-- What a study says about the making of a sample: units x years, or another sample less some units or less lags (seed
-- sample_compositions). Quantities of the seed are numbers, or keys of printed numbers. A claim that is a span of years
-- serves as first and last year.
with

compositions as (
    select
        *,
        cast(column_number as varchar) as column_key
    from {{ ref('sample_compositions') }}
),

numbers as (
    select * from {{ ref('printed_numbers') }}
),

resolved as (
    select
        compositions.study,
        compositions.table_number,
        compositions.column_key as column_number,
        compositions.composition,
        compositions.operation,
        {{ constant_or('units.value', 'compositions.units') }} as units,
        try_cast(regexp_extract(coalesce(first_years.printed, compositions.first_year), '^\d{4}') as integer)
            as first_year,
        try_cast(regexp_extract(coalesce(last_years.printed, compositions.last_year), '\d{4}$') as integer)
            as last_year,
        coalesce({{ constant_or('lags.value', 'compositions.lags') }}, 0) as lags,
        bases.value as base_n,
        {{ keys_among([
            'compositions.units', 'compositions.first_year', 'compositions.last_year', 'compositions.lags',
            'compositions.base'
        ]) }} as numbers_used
    from compositions
    left join numbers as units on compositions.units = units.number_key
    left join numbers as first_years on compositions.first_year = first_years.number_key
    left join numbers as last_years on compositions.last_year = last_years.number_key
    left join numbers as lags on compositions.lags = lags.number_key
    left join numbers as bases on compositions.base = bases.number_key
)

select
    study,
    table_number,
    column_number,
    composition,
    operation,
    units,
    first_year,
    last_year,
    last_year - first_year + 1 as years,
    lags,
    base_n,
    list_distinct(numbers_used) as numbers_used
from resolved
