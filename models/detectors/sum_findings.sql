-- Detectors shares_sum, sectors_sum and industries_sum: parts of one place, year, scope and file that do not sum to
-- their whole (rules: seed sum_rules). The finding stands at the whole, or carries the name of the rule where shares
-- sum to 100: which part is wrong a sum cannot say, nor does it see two errors that cancel. Where other evidence says
-- which member it is (accused_values), that cell is the finding and the whole is none.
with

detector as (
    select * from {{ ref('detectors') }}
),

residuals as (
    select
        *,
        coalesce(whole_indicator, rule) as indicator
    from {{ ref('sum_residuals') }}
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
    inner join {{ ref('sum_rules') }} as rules on accused.indicator in (rules.whole, rules.part)
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
anti join explained
    on residuals.file_id = explained.file_id
    and residuals.place_level = explained.place_level
    and residuals.place_code = explained.place_code
    and residuals.scope = explained.scope
    and residuals.vintage = explained.vintage
    and residuals.year = explained.year
    and residuals.rule = explained.rule
where abs(residuals.residual) > detector.threshold * residuals.whole + residuals.rounding_error
