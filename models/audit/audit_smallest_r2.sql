-- R2 against what its most significant regressor alone must explain (macro smallest_r2), in least-squares columns.
-- Robust errors may be half the classical ones, so that t may be twice the classical t.
with

columns as (
    select * from {{ ref('printed_columns') }}
    where is_ols and r2 is not null
),

coefficients as (
    select * from {{ ref('printed_coefficients') }}
    where term <> 'constant' and t_low is not null
),

strongest as (
    select
        columns.*,
        coefficients.term,
        coefficients.paren_kind,
        coefficients.estimate_key,
        coefficients.paren_key,
        coefficients.t_low
    from columns
    inner join coefficients
        on columns.study = coefficients.study
        and columns.table_number = coefficients.table_number
        and columns.column_number = coefficients.column_number
    qualify
        row_number() over (
            partition by columns.study, columns.table_number, columns.column_number
            order by coefficients.t_low desc, coefficients.term asc
        ) = 1
)

select
    study,
    'smallest_r2' as check_kind,
    table_number,
    column_number,
    term,
    'R2' as subject,
    r2 as printed_value,
    {{ smallest_r2('t_low', 'n') }} as implied_low,
    cast(null as double) as implied_high,
    case
        when r2_high >= {{ smallest_r2('t_low', 'n') }} then 'consistent'
        when vcov = 'classical' then 'contradiction'
        when r2_high >= {{ smallest_r2('t_low / 2', 'n') }} then 'consistent'
        else 'implausible'
    end as verdict,
    '|t| of at least ' || {{ shown('t_low') }} || ' in ' || n || ' rows explains at least '
    || {{ shown(smallest_r2('t_low', 'n')) }} || '; R2 printed ' || {{ shown('r2') }} || ' (' || vcov || ')'
        as arithmetic,
    list_concat(
        case when paren_kind = 'se' then [estimate_key, paren_key] else [paren_key] end, [r2_key, n_key]
    ) as numbers_used
from strongest
