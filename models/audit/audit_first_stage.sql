-- One instrument: the F of the first stage is the square of the instrument's t, and under classical errors the
-- Cragg-Donald statistic as well. First stages are the columns of the same table whose dependent variable is the
-- endogenous one of a two-stage column, and which have its instrument. And two stages explain no more than least
-- squares on the same rows, which leaves the smallest residuals there are.
with

columns as (
    select * from {{ ref('printed_columns') }}
),

coefficients as (
    select * from {{ ref('printed_coefficients') }}
),

others as (
    select * from {{ ref('printed_numbers') }}
    where kind = 'other' and regexp_matches(lower(term), 'cragg')
),

stages as (
    select
        first_stages.study,
        first_stages.table_number,
        first_stages.column_number,
        coefficients.term,
        first_stages.vcov,
        coefficients.t_low * coefficients.t_low as t2_low,
        coefficients.t_high * coefficients.t_high as t2_high,
        coefficients.estimate_key,
        coefficients.paren_key,
        first_stages.f,
        first_stages.f_low,
        first_stages.f_high,
        first_stages.f_key,
        others.value as cragg_donald,
        others.low as cragg_donald_low,
        others.high as cragg_donald_high,
        others.number_key as cragg_donald_key
    from columns as second_stages
    inner join columns as first_stages
        on second_stages.study = first_stages.study
        and second_stages.table_number = first_stages.table_number
        and second_stages.endogenous = first_stages.dependent
    inner join coefficients
        on first_stages.study = coefficients.study
        and first_stages.table_number = coefficients.table_number
        and first_stages.column_number = coefficients.column_number
        and second_stages.instruments = coefficients.term
    left join others
        on second_stages.study = others.study
        and second_stages.table_number = others.table_number
        and others.column_number in (first_stages.column_number, second_stages.column_number)
    where second_stages.instruments not like '%;%'
),

least_squares as (
    select
        second_stages.study,
        second_stages.table_number,
        second_stages.column_number,
        second_stages.endogenous as term,
        second_stages.r2,
        second_stages.r2_low,
        second_stages.r2_key,
        ols.table_number as ols_table_number,
        ols.column_number as ols_column_number,
        ols.r2 as ols_r2,
        ols.r2_high as ols_r2_high,
        ols.r2_key as ols_r2_key
    from columns as second_stages
    inner join columns as ols
        on ols.is_ols
        and second_stages.study = ols.study
        and second_stages.dependent_expression = ols.dependent_expression
        and second_stages.sample_rule = ols.sample_rule
        and second_stages.n = ols.n
        and second_stages.r2_kind = ols.r2_kind
        and second_stages.has_unit_effects = ols.has_unit_effects
        and second_stages.has_time_effects = ols.has_time_effects
        and list_sort(list_append(second_stages.regressor_list, second_stages.endogenous))
        = list_sort(ols.regressor_list)
    where second_stages.r2 is not null and ols.r2 is not null
),

comparisons as (
    select
        *,
        'F and the square of t' as subject,
        f as printed_value,
        f_low as printed_low,
        f_high as printed_high,
        t2_low as implied_low,
        t2_high as implied_high,
        'contradiction' as otherwise,
        't2 = ' || {{ shown_interval('t2_low', 't2_high') }} || '; F printed ' || {{ shown('f') }} as arithmetic,
        [estimate_key, paren_key, f_key] as numbers_used
    from stages
    where f is not null
    union all
    select
        *,
        'Cragg-Donald statistic and the square of t' as subject,
        cragg_donald as printed_value,
        cragg_donald_low as printed_low,
        cragg_donald_high as printed_high,
        t2_low as implied_low,
        t2_high as implied_high,
        case when vcov = 'classical' then 'contradiction' else 'not determinable' end as otherwise,
        't2 = ' || {{ shown_interval('t2_low', 't2_high') }} || '; Cragg-Donald printed ' || {{ shown('cragg_donald') }}
            as arithmetic,
        [estimate_key, paren_key, cragg_donald_key] as numbers_used
    from stages
    where cragg_donald is not null
    union all
    select
        *,
        'F and the Cragg-Donald statistic' as subject,
        f as printed_value,
        f_low as printed_low,
        f_high as printed_high,
        cragg_donald_low as implied_low,
        cragg_donald_high as implied_high,
        case when vcov = 'classical' then 'contradiction' else 'not determinable' end as otherwise,
        'F ' || {{ shown('f') }} || '; Cragg-Donald ' || {{ shown('cragg_donald') }} || ', equal under classical errors'
            as arithmetic,
        [f_key, cragg_donald_key] as numbers_used
    from stages
    where f is not null and cragg_donald is not null
)

select
    study,
    'first_stage' as check_kind,
    table_number,
    column_number,
    term,
    subject,
    printed_value,
    implied_low,
    implied_high,
    {{ audit_verdict(
        'case when implied_low is not null then '
        ~ intervals_meet('printed_low', 'printed_high', 'implied_low', 'implied_high') ~ ' end',
        'otherwise'
    ) }} as verdict,
    arithmetic,
    numbers_used
from comparisons
union all
select
    study,
    'first_stage' as check_kind,
    table_number,
    column_number,
    term,
    'R2 of two stages and of table ' || ols_table_number || ' column ' || ols_column_number as subject,
    r2 as printed_value,
    cast(null as double) as implied_low,
    ols_r2_high as implied_high,
    {{ audit_verdict('r2_low <= ols_r2_high') }} as verdict,
    'R2 ' || {{ shown('r2') }} || ' in two stages; least squares ' || {{ shown('ols_r2') }} as arithmetic,
    [r2_key, ols_r2_key] as numbers_used
from least_squares
