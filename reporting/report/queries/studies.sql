-- a study: what it is of, and what these data say of its printed columns and coefficients
with

columns as (
    select
        full_specifications.study,
        count(*) as columns_printed,
        count(*) filter (where fits.status = 'estimated') as columns_carried
    from estimation.full_specifications
    inner join fits on full_specifications.study = fits.study and full_specifications.spec_id = fits.spec_id
    where full_specifications.is_published
    group by full_specifications.study
),

coefficients as (
    select
        study,
        count(*) as coefficients,
        count(*) filter (where estimate is not null) as coefficients_estimated,
        count(*) filter (where same_sign) as same_sign,
        count(*) filter (where verdict in ('reproduced', 'same sign and significance')) as same_significance
    from replication_scorecard
    group by study
),

specifications as (
    select
        study,
        count(*) as specifications,
        count(*) filter (where status = 'estimated') as specifications_estimated
    from specification_status
    group by study
),

contradictions as (
    select
        study,
        count(*) as audit_checks,
        count(*) filter (where verdict = 'contradiction') as contradictions,
        count(*) filter (where verdict = 'implausible') as implausible
    from published_audit
    group by study
),

claims as (
    select
        study,
        count(*) as claims,
        count(*) filter (where verdict_in_print = 'fails') as claims_failing_in_print,
        count(*) filter (where verdict_in_data = 'fails') as claims_failing_in_data
    from claims_check
    group by study
)

select
    studies.*,
    columns.columns_printed,
    columns.columns_carried,
    columns.columns_carried / columns.columns_printed as share_carried,
    coefficients.coefficients,
    coefficients.coefficients_estimated,
    coefficients.same_sign,
    coefficients.same_significance,
    coefficients.same_sign / nullif(coefficients.coefficients_estimated, 0) as share_same_sign,
    coalesce(specifications.specifications, 0) as specifications,
    coalesce(specifications.specifications_estimated, 0) as specifications_estimated,
    contradictions.audit_checks,
    contradictions.contradictions,
    contradictions.implausible,
    claims.claims,
    claims.claims_failing_in_print,
    claims.claims_failing_in_data
from reference.studies
left join columns on studies.study = columns.study
left join coefficients on studies.study = coefficients.study
left join specifications on studies.study = specifications.study
left join contradictions on studies.study = contradictions.study
left join claims on studies.study = claims.study
order by columns.columns_printed is null, studies.study
