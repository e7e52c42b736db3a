-- The sign of a coefficient against what is said of a concept, given the way its index points (seed claimed_effects:
-- higher_means is -1 where a larger index means less of the concept). Where it means neither more nor less (0), the
-- sign cannot show what is said, which is implausible rather than contradicted.
with

effects as (
    select
        *,
        cast(column_number as varchar) as column_key
    from {{ ref('claimed_effects') }}
),

coefficients as (
    select * from {{ ref('printed_coefficients') }}
)

select
    effects.study,
    'index_direction' as check_kind,
    effects.table_number,
    effects.column_key as column_number,
    effects.term,
    effects.variable || ', ' || effects.concept as subject,
    coefficients.estimate as printed_value,
    coefficients.estimate_low as implied_low,
    coefficients.estimate_high as implied_high,
    {{ audit_verdict(
        'case when coefficients.estimate_low > 0 or coefficients.estimate_high < 0 '
        ~ 'then sign(coefficients.estimate) * effects.higher_means = effects.claimed_sign end',
        "case when effects.higher_means = 0 then 'implausible' else 'contradiction' end"
    ) }} as verdict,
    'coefficient ' || {{ shown('coefficients.estimate') }} || '; a larger ' || effects.variable || ' means '
    || case effects.higher_means when 1 then 'more' when -1 then 'less' else 'neither more nor less' end || ' '
    || effects.concept || '; the sign said of the latter: ' || case effects.claimed_sign when 1 then '+' else '-' end
        as arithmetic,
    case
        when effects.claim is null then [coefficients.estimate_key]
        else [coefficients.estimate_key, effects.claim]
    end as numbers_used
from effects
inner join coefficients
    on effects.study = coefficients.study
    and effects.table_number = coefficients.table_number
    and effects.column_key = coefficients.column_number
    and effects.term = coefficients.term
