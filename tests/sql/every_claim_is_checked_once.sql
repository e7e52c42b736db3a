-- Every published claim is one row of claims_check, and none is open without a seed that says so.
select
    claims.study,
    claims.claim_id,
    found.verdict_in_data
from {{ ref('published_claims') }} as claims
left join {{ ref('claims_check') }} as found
    on claims.study = found.study
    and claims.claim_id = found.claim_id
left join {{ ref('claim_values') }} as claim_values
    on claims.study = claim_values.study
    and claims.claim_id = claim_values.claim_id
where
    found.claim_id is null
    or (found.verdict_in_data = 'not checkable' and claim_values.note is null)
