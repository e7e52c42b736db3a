-- How many units and years a printed column has, as far as its compositions tell: years without those that lags cost,
-- and units exactly where the sample is balanced or lagged, otherwise at most.
with

compositions as (
    select * from {{ ref('composed_samples') }}
    where operation in ('at most', 'balanced', 'lag') and column_number is not null
),

columns as (
    select * from {{ ref('printed_columns') }}
),

known as (
    select
        study,
        table_number,
        column_number,
        max(units) as most_units,
        max(units) filter (where operation in ('balanced', 'lag')) as exact_units,
        max(years - lags) as years,
        list_distinct(flatten(list(numbers_used))) as numbers_used
    from compositions
    group by study, table_number, column_number
)

select
    known.study,
    known.table_number,
    known.column_number,
    coalesce(known.exact_units, ceil(columns.n / known.years)) as units_low,
    coalesce(known.exact_units, known.most_units) as units_high,
    known.years,
    known.numbers_used
from known
inner join columns
    on known.study = columns.study
    and known.table_number = columns.table_number
    and known.column_number = columns.column_number
