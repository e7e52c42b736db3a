-- Detector wage_identity: a printed average that is not its numerator over its denominator (rules: seed
-- quotient_rules). The finding stands at the printed average: which of the three is wrong a quotient cannot say. An
-- average that the yearbook computed from a wrong numerator goes unseen.
with

detector as (
    select * from {{ ref('detectors') }}
),

residuals as (
    select
        *,
        quotient_indicator as indicator
    from {{ ref('quotient_residuals') }}
)

select
    {{ finding_columns(
        'residuals', 'residuals.place_code', 'residuals.quotient', 'residuals.implied_quotient',
        '-residuals.log_residual',
        "residuals.numerator_indicator || ' over ' || residuals.denominator_indicator || ' is '"
        ~ " || round(residuals.implied_quotient, 2) || ', printed is ' || round(residuals.quotient, 2)"
    ) }}
from residuals
inner join detector on residuals.detector = detector.detector
where abs(residuals.log_residual) > detector.threshold + residuals.relative_rounding_error
