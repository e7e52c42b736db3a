-- Every claim of the text, held against the printed tables of its study and against the data at hand.
-- In print: the checks of the audit that are made for the claim (text_against_table, mediation_share). One with none of
-- its own holds where any arithmetic of samples or of other claims that its number enters comes out: what does not
-- may be the fault of another number. A claim of significance holds where the table shows more stars than said.
-- In data: claims_against_data.
-- Verdicts: fails, where one part of the claim does not hold; not estimable, where our number of a part is missing;
-- holds; not checkable, where nothing is printed, or no data could decide. A value of several parts is that of the part
-- that decided the verdict. On simulated data the verdict on the data says nothing about China.
with

claims as (
    select
        claims.*,
        numbers.number_key as claim_key,
        numbers.value as claimed_value
    from {{ ref('published_claims') }} as claims
    inner join {{ ref('printed_numbers') }} as numbers
        on numbers.kind = 'claim'
        and claims.study = numbers.study
        and claims.claim_id = numbers.term
),

own_checks as (
    select
        claim_key,
        subject,
        verdict = 'consistent' as holds,
        value_in_print,
        arithmetic
    from {{ ref('audit_claims_numbers') }}
    where verdict <> 'not determinable'
    union all
    select
        claim_key,
        subject,
        verdict <> 'contradiction' as holds,
        value_in_print,
        arithmetic
    from {{ ref('audit_claims_stars') }}
    where verdict <> 'not determinable'
    union all
    select
        claim_key,
        subject,
        verdict = 'consistent' as holds,
        value_in_print,
        arithmetic
    from {{ ref('audit_mediations') }}
    where claim_key is not null and verdict <> 'not determinable'
),

other_checks as (
    select
        unnest(listed.numbers_used) as claim_key,
        listed.check_kind || ': ' || listed.subject as subject,
        listed.verdict = 'consistent' as holds,
        listed.arithmetic
    from {{ ref('published_audit') }} as listed
    where
        listed.verdict <> 'not determinable'
        and listed.check_kind in ('sample_arithmetic', 'units_implied', 'text_against_table')
),

in_print as (
    select
        claim_key,
        case when bool_and(holds) then 'holds' else 'fails' end as verdict,
        count(*) as checks,
        arg_min({ 'value': value_in_print, 'arithmetic': arithmetic }, (holds, subject)) as decided
    from own_checks
    group by claim_key
    union all
    select
        claim_key,
        case when bool_or(holds) then 'holds' else 'fails' end as verdict,
        count(*) as checks,
        arg_min({ 'value': cast(null as double), 'arithmetic': arithmetic }, (not holds, subject, arithmetic))
            as decided
    from other_checks
    where claim_key not in (select own_checks.claim_key from own_checks)
    group by claim_key
),

data_checks as (
    select
        *,
        case when holds is null then 1 when holds then 2 else 0 end as verdict_rank
    from {{ ref('claims_against_data') }}
),

in_data as (
    select
        claim_key,
        case min(verdict_rank) when 0 then 'fails' when 1 then 'not estimable' else 'holds' end as verdict,
        arg_min(
            { 'value': value_in_data, 'arithmetic': arithmetic, 'reason': reason },
            (verdict_rank, coalesce(quantity, ''))
        ) as decided
    from data_checks
    group by claim_key
),

notes as (
    select * from {{ ref('claim_values') }}
),

checked as (
    select
        claims.*,
        in_print.decided.value as value_in_print,
        coalesce(in_print.verdict, 'not checkable') as verdict_in_print,
        coalesce(in_print.checks, 0) as checks_in_print,
        in_data.decided.value as value_in_data,
        coalesce(in_data.verdict, 'not checkable') as verdict_in_data,
        coalesce(in_print.decided.arithmetic, 'nothing printed decides it') as print_text,
        coalesce(in_data.decided.arithmetic, in_data.decided.reason, notes.note, 'no data decide it') as data_text
    from claims
    left join in_print on claims.claim_key = in_print.claim_key
    left join in_data on claims.claim_key = in_data.claim_key
    left join notes on claims.study = notes.study and claims.claim_id = notes.claim_id
)

select
    study,
    claim_id,
    sentence_paraphrase as claim,
    location,
    unit,
    value as claimed,
    claimed_value,
    value_in_print,
    verdict_in_print,
    checks_in_print,
    value_in_data,
    verdict_in_data,
    'Said: ' || value || ' ' || unit || '. Print: ' || verdict_in_print || ' (' || print_text || '). Data: '
    || verdict_in_data || ' (' || data_text || ').' as sentence,
    {{ run_stamp() }}
from checked
