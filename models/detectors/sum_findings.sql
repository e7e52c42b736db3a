-- Detectors shares_sum, sectors_sum and industries_sum: parts of one place, year, scope and file that do not sum to
-- their whole (rules: seed sum_rules). The finding stands at the whole, or carries the name of the rule where shares
-- sum to 100: which part is wrong a sum cannot say, nor does it see two errors that cancel.
with

detector as (
    select * from {{ ref('detectors') }}
),

residuals as (
    select
        *,
        coalesce(whole_indicator, rule) as indicator
    from {{ ref('sum_residuals') }}
)

select
    {{ finding_columns(
        'residuals', 'residuals.place_code', 'residuals.parts_sum', 'residuals.whole',
        'residuals.residual / residuals.whole',
        "'the parts of ' || residuals.rule || ' sum to ' || round(residuals.parts_sum, 2) || ', the whole is '"
        ~ " || round(residuals.whole, 2)"
    ) }}
from residuals
inner join detector on residuals.detector = detector.detector
where abs(residuals.residual) > detector.threshold * residuals.whole + residuals.rounding_error
