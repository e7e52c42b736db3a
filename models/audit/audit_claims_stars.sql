-- What the text says of the significance (and sign) of a coefficient, against the printed stars and against |t|. Less
-- significance than said is a contradiction; more than said is implausible: true as it stands, but not what the table
-- shows. A claim of no significance is one of no stars.
with

targets as (
    select * from {{ ref('claim_targets') }}
    where relation in ('significant', 'not_significant')
),

claims as (
    select * from {{ ref('printed_numbers') }}
    where kind = 'claim'
),

coefficients as (
    select * from {{ ref('printed_coefficients') }}
),

said as (
    select
        targets.study,
        targets.claim_id,
        targets.quantity,
        targets.claimed_sign,
        coefficients.* exclude (study),
        {{ fewest_stars('coefficients.t_low') }} as fewest,
        {{ most_stars('coefficients.t_high') }} as most,
        claims.number_key as claim_key,
        {{ stars_said('targets.relation', 'claims.value') }} as said_stars,
        case
            when targets.claimed_sign is null then false
            else
                (coefficients.estimate_low > 0 and targets.claimed_sign < 0)
                or (coefficients.estimate_high < 0 and targets.claimed_sign > 0)
        end as is_other_sign
    from targets
    inner join claims
        on targets.study = claims.study
        and targets.claim_id = claims.term
    inner join coefficients on targets.number_1 = coefficients.estimate_key
),

checks as (
    select
        *,
        'stars' as against,
        stars as printed_value,
        said_stars as implied_low,
        said_stars as implied_high,
        case
            when is_other_sign or stars < said_stars then 'contradiction'
            when stars > said_stars then 'implausible'
            when stars = said_stars then 'consistent'
            else 'not determinable'
        end as verdict,
        'estimate ' || {{ shown('estimate') }} || ' with ' || {{ shown('stars') }} || ' stars' as printed_text,
        [claim_key, estimate_key, stars_key] as numbers_used
    from said
    union all
    select
        *,
        't' as against,
        said_stars as printed_value,
        fewest as implied_low,
        most as implied_high,
        case
            when most < said_stars then 'contradiction'
            when fewest > said_stars then 'implausible'
            when fewest = 0 and most = 3 then 'not determinable'
            when said_stars is not null and fewest is not null then 'consistent'
            else 'not determinable'
        end as verdict,
        '|t| of ' || {{ shown_interval('t_low', 't_high') }} || ' earns ' || fewest || ' to ' || most || ' stars'
            as printed_text,
        [claim_key, estimate_key, paren_key] as numbers_used
    from said
    where paren_key is not null
)

select
    study,
    'text_against_table' as check_kind,
    table_number,
    column_number,
    term,
    claim_id || ': ' || quantity || ' (' || against || ')' as subject,
    cast(printed_value as double) as printed_value,
    cast(implied_low as double) as implied_low,
    cast(implied_high as double) as implied_high,
    verdict,
    'said: ' || case claimed_sign when 1 then 'positive, ' when -1 then 'negative, ' else '' end || said_stars
    || ' stars; printed: ' || printed_text as arithmetic,
    numbers_used,
    claim_key,
    cast(stars as double) as value_in_print
from checks
