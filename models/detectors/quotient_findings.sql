-- Detector wage_identity: a printed average that is not its numerator over its denominator (rules: seed
-- quotient_rules). The finding stands at the printed average: which of the three is wrong a quotient cannot say. An
-- average that the yearbook computed from a wrong numerator goes unseen. Where other evidence says
-- which of the three it is (accused_values), that cell is the finding.
with

detector as (
    select * from {{ ref('detectors') }}
),

residuals as (
    select
        *,
        quotient_indicator as indicator
    from {{ ref('quotient_residuals') }}
),

explained as (
    select distinct
        accused.file_id,
        accused.place_level,
        accused.place_code,
        accused.scope,
        accused.vintage,
        accused.year,
        rules.rule
    from {{ ref('accused_values') }} as accused
    inner join {{ ref('quotient_rules') }} as rules
        on accused.indicator in (rules.numerator, rules.denominator, rules.quotient)
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
anti join explained
    on residuals.file_id = explained.file_id
    and residuals.place_level = explained.place_level
    and residuals.place_code = explained.place_code
    and residuals.scope = explained.scope
    and residuals.vintage = explained.vintage
    and residuals.year = explained.year
    and residuals.rule = explained.rule
where abs(residuals.log_residual) > detector.threshold + residuals.relative_rounding_error
