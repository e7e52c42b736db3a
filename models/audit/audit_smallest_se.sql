-- Standard errors against the smallest that the printed spread of the two variables allows (macro
-- smallest_standard_error), in least-squares columns with an overall R2 on nearly the described sample. Classical ones
-- on exactly the described rows cannot be smaller. On a few rows fewer (up to 5%) they can hardly be, and robust errors
-- hardly below half: that is implausible.
with

columns as (
    select * from {{ ref('printed_columns') }}
    where is_ols and r2_kind = 'overall'
),

coefficients as (
    select * from {{ ref('printed_coefficients') }}
    where se_high is not null
),

moments as (
    select * from {{ ref('printed_moments') }}
),

bounded as (
    select
        columns.study,
        columns.table_number,
        columns.column_number,
        columns.vcov,
        columns.n,
        columns.r2,
        coefficients.term,
        coefficients.paren_key,
        coefficients.estimate_key,
        coefficients.paren_kind,
        coefficients.se_low,
        coefficients.se_high,
        outcomes.sd as outcome_sd,
        regressors.sd as regressor_sd,
        columns.n = outcomes.n and columns.n = regressors.n as is_described_sample,
        {{ smallest_standard_error('outcomes.sd_low', 'regressors.sd_high', 'columns.r2_high', 'columns.n') }}
            as smallest,
        [outcomes.sd_key, regressors.sd_key, columns.r2_key, columns.n_key] as numbers_used
    from columns
    inner join coefficients
        on columns.study = coefficients.study
        and columns.table_number = coefficients.table_number
        and columns.column_number = coefficients.column_number
    inner join moments as outcomes
        on columns.study = outcomes.study
        and columns.dependent = outcomes.variable
    inner join moments as regressors
        on columns.study = regressors.study
        and coefficients.term = regressors.variable
    where columns.n between 0.95 * least(outcomes.n, regressors.n) and greatest(outcomes.n, regressors.n)
)

select
    study,
    'smallest_se' as check_kind,
    table_number,
    column_number,
    term,
    'standard error' as subject,
    (se_low + se_high) / 2 as printed_value,
    smallest as implied_low,
    cast(null as double) as implied_high,
    case
        when smallest is null then 'not determinable'
        when se_high >= smallest then 'consistent'
        when vcov = 'classical' and is_described_sample then 'contradiction'
        when vcov = 'classical' then 'implausible'
        when se_high < smallest / 2 then 'implausible'
        else 'consistent'
    end as verdict,
    {{ shown('outcome_sd') }} || ' sqrt(1 - ' || {{ shown('r2') }} || ') / (' || {{ shown('regressor_sd') }} || ' sqrt('
    || n || ')) = ' || {{ shown('outcome_sd * sqrt(1 - r2) / (regressor_sd * sqrt(n))') }} || ', at least '
    || {{ shown('smallest') }} || '; printed ' || {{ shown_interval('se_low', 'se_high') }} || ' (' || vcov || ')'
        as arithmetic,
    list_concat(
        case when paren_kind = 'se' then [paren_key] else [estimate_key, paren_key] end, numbers_used
    ) as numbers_used
from bounded
