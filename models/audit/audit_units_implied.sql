-- Number of units that the printed N, R2 and F leave room for, against the number the study says (columns with
-- classical errors and the within R2 that counts year dummies as regressors): macro implied_units.
with

columns as (
    select * from {{ ref('printed_columns') }}
    where vcov = 'classical' and r2_kind = 'within_one_way' and f is not null and is_ols and r2_low > 0
),

units as (
    select * from {{ ref('column_units') }}
),

counted as (
    select
        columns.*,
        units.units_low as said_low,
        units.units_high as said_high,
        columns.regressors + case when columns.counts_time_effects then units.years - 1 else 0 end as k,
        list_concat([columns.n_key, columns.r2_key, columns.f_key], coalesce(units.numbers_used, [])) as numbers_used
    from columns
    left join units
        on columns.study = units.study
        and columns.table_number = units.table_number
        and columns.column_number = units.column_number
),

implied as (
    select
        *,
        {{ implied_units('n', 'k', 'f_high', 'r2_low') }} as implied_low,
        {{ implied_units('n', 'k', 'f_low', 'r2_high') }} as implied_high
    from counted
)

select
    study,
    'units_implied' as check_kind,
    table_number,
    column_number,
    cast(null as varchar) as term,
    'units' as subject,
    cast(said_high as double) as printed_value,
    cast(implied_low as double) as implied_low,
    cast(implied_high as double) as implied_high,
    {{ audit_verdict(
        'case when said_high is not null then '
        ~ intervals_meet('said_low', 'said_high', 'implied_low', 'implied_high') ~ ' end'
    ) }} as verdict,
    'N ' || n || ', R2 ' || {{ shown('r2') }} || ', F ' || {{ shown('f') }} || ' of ' || coalesce({{ shown('k') }}, '?')
    || ' regressors leave ' || {{ shown_interval('implied_low', 'implied_high') }} || ' units; said: '
    || {{ shown_interval('said_low', 'said_high') }} as arithmetic,
    numbers_used
from implied
