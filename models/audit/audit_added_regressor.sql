-- Columns that differ in one regressor, on equally many observations: what it adds to R2 is its t under classical
-- errors (macro implied_t_squared). Which columns these are, the published specifications say: the same dependent
-- variable, sample, effects and kind of R2, and one regressor more. Robust errors may be half or twice the classical
-- ones: then only beyond that is t implausible. R2 cannot fall, whatever the errors.
with

columns as (
    select * from {{ ref('printed_columns') }}
    where is_ols and r2 is not null
),

coefficients as (
    select * from {{ ref('printed_coefficients') }}
),

units as (
    select * from {{ ref('column_units') }}
),

nested as (
    select
        larger.*,
        smaller.table_number as small_table_number,
        smaller.column_number as small_column_number,
        smaller.n as small_n,
        smaller.n_key as small_n_key,
        smaller.r2 as small_r2,
        smaller.r2_low as small_r2_low,
        smaller.r2_high as small_r2_high,
        smaller.r2_key as small_r2_key,
        list_filter(larger.regressor_list, lambda regressor: not list_contains(smaller.regressor_list, regressor))
            as added
    from columns as larger
    inner join columns as smaller
        on larger.study = smaller.study
        and larger.dependent_expression = smaller.dependent_expression
        and larger.sample_rule = smaller.sample_rule
        and larger.r2_kind = smaller.r2_kind
        and larger.has_unit_effects = smaller.has_unit_effects
        and larger.has_time_effects = smaller.has_time_effects
        and larger.regressors = smaller.regressors + 1
    where list_has_all(larger.regressor_list, smaller.regressor_list)
),

measured as (
    select
        nested.*,
        coefficients.term,
        coefficients.t_low * coefficients.t_low as t2_low,
        coefficients.t_high * coefficients.t_high as t2_high,
        nested.n - nested.regressors - 1
        - case when nested.has_unit_effects then coalesce(units.units_low, 1) - 1 else 0 end
        - case when nested.has_time_effects then coalesce(units.years, 1) - 1 else 0 end as df_high,
        nested.n - nested.regressors - 1
        - case when nested.has_unit_effects then units.units_high - 1 else 0 end
        - case when nested.has_time_effects then units.years - 1 else 0 end as df_low,
        list_concat(
            [
                nested.small_n_key, nested.n_key, nested.small_r2_key, nested.r2_key, coefficients.estimate_key,
                coefficients.paren_key
            ],
            coalesce(units.numbers_used, [])
        ) as numbers_used
    from nested
    inner join coefficients
        on nested.study = coefficients.study
        and nested.table_number = coefficients.table_number
        and nested.column_number = coefficients.column_number
        and trim(string_split(nested.added[1], '=')[1]) = coefficients.term
    left join units
        on nested.study = units.study
        and nested.table_number = units.table_number
        and nested.column_number = units.column_number
),

implied as (
    select
        *,
        greatest({{ implied_t_squared('small_r2_high', 'r2_low', 'df_low') }}, 0) as implied_low,
        {{ implied_t_squared('small_r2_low', 'r2_high', 'df_high') }} as implied_high
    from measured
)

select
    study,
    'added_regressor' as check_kind,
    table_number,
    column_number,
    term,
    'table ' || small_table_number || ' column ' || small_column_number as subject,
    r2 as printed_value,
    implied_low,
    implied_high,
    case
        when n <> small_n or implied_low is null then 'not determinable'
        when implied_high < 0 then 'contradiction'
        when {{ intervals_meet('t2_low', 't2_high', 'implied_low', 'implied_high') }} then 'consistent'
        when vcov = 'classical' then 'contradiction'
        when {{ intervals_meet('t2_low', 't2_high', 'implied_low / 4', '4 * implied_high') }} then 'consistent'
        else 'implausible'
    end as verdict,
    case
        when n <> small_n then 'N ' || small_n || ' and ' || n || ': not one sample'
        else
            'R2 ' || {{ shown('small_r2') }} || ' to ' || {{ shown('r2') }} || ' implies a classical t2 of '
            || {{ shown_interval('implied_low', 'implied_high') }} || '; printed t2 '
            || {{ shown_interval('t2_low', 't2_high') }} || ' (' || vcov || ')'
    end as arithmetic,
    numbers_used
from implied
