-- Claims of the text about a printed number, or about what printed numbers give together (seed claim_targets): the
-- relation is one of the macros in claims.sql. Some hold between numbers, and the claim's own number does not enter.
-- claim_key and value_in_print (what the claim should say, going by the tables) are for the model claims_check.
with

targets as (
    select * from {{ ref('claim_targets') }}
    where relation not in ('significant', 'not_significant')
),

numbers as (
    select * from {{ ref('printed_numbers') }}
),

resolved as (
    select
        targets.study,
        targets.claim_id,
        targets.quantity,
        targets.relation,
        claims.value as claimed,
        claims.low as claimed_low,
        claims.high as claimed_high,
        claims.number_key as claim_key,
        coalesce(firsts.table_number, seconds.table_number) as table_number,
        coalesce(firsts.column_number, seconds.column_number) as column_number,
        case when firsts.kind = 'estimate' then firsts.term end as term,
        {%- for name, source in [('first', 'firsts'), ('second', 'seconds'), ('third', 'thirds')] %}
            {{ constant_or(source ~ '.value', 'targets.number_' ~ loop.index) }} as {{ name }},
            {{ constant_or(source ~ '.low', 'targets.number_' ~ loop.index) }} as {{ name }}_low,
            {{ constant_or(source ~ '.high', 'targets.number_' ~ loop.index) }} as {{ name }}_high,
        {%- endfor %}
        list_prepend(
            claims.number_key, {{ keys_among(['targets.number_1', 'targets.number_2', 'targets.number_3']) }}
        ) as numbers_used
    from targets
    inner join numbers as claims
        on claims.kind = 'claim'
        and targets.study = claims.study
        and targets.claim_id = claims.term
    left join numbers as firsts on targets.number_1 = firsts.number_key
    left join numbers as seconds on targets.number_2 = seconds.number_key
    left join numbers as thirds on targets.number_3 = thirds.number_key
),

implied as (
    select
        *,
        {{ claim_implied('low') }} as claim_implied_low,
        {{ claim_implied('high') }} as claim_implied_high,
        {{ claim_implied('point') }} as claim_implied,
        {{ claim_arithmetic() }} as claim_text
    from resolved
),

-- what holds between printed numbers, whatever the claim's own number
compared as (
    select
        *,
        {{ claim_holds() }} as holds,
        claim_text is null as is_between_numbers
    from implied
)

select
    study,
    'text_against_table' as check_kind,
    table_number,
    column_number,
    term,
    claim_id || ': ' || quantity as subject,
    case when is_between_numbers then first else claimed end as printed_value,
    case when is_between_numbers then second_low else claim_implied_low end as implied_low,
    case when is_between_numbers then second_high else claim_implied_high end as implied_high,
    {{ audit_verdict('holds', "case when relation = 'within_factor_two' then 'implausible' else 'contradiction' end") }}
        as verdict,
    case
        when is_between_numbers
            then {{ shown('first') }} || ' and ' || {{ shown('second') }} || '; said: ' || replace(relation, '_', ' ')
        else 'said: ' || {{ shown('claimed') }} || '; printed: ' || claim_text
    end as arithmetic,
    numbers_used,
    claim_key,
    coalesce(claim_implied, first) as value_in_print
from compared
