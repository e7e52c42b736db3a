-- Claims of the text about a printed number, or about what printed numbers give together (seed claim_targets): the
-- relation is one of those spelled out below. Relations of the second group hold between numbers; the claim has none.
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
        case relation
            when 'value' then first_low
            when 'absolute' then {{ absolute_low('first_low', 'first_high') }}
            when 'about' then first_low
            when 'at_most' then null
            when 'ratio' then first_low / second_high
            when 'percent_ratio' then 100 * first_low / second_high
            when 'percent_of_sum' then 100 * first_low / (first_low + second_high)
            when 'percent_above' then 100 * (first_low / second_high - 1)
            when 'sum' then first_low + second_low + coalesce(third_low, 0)
            when 'difference' then first_low - second_high - coalesce(third_high, 0)
            when 'share_of_described_rows' then first_low * second_low - (second_high - third_low)
        end as claim_implied_low,
        case relation
            when 'value' then first_high
            when 'absolute' then {{ absolute_high('first_low', 'first_high') }}
            when 'about' then first_high
            when 'at_most' then first_high
            when 'ratio' then first_high / second_low
            when 'percent_ratio' then 100 * first_high / second_low
            when 'percent_of_sum' then 100 * first_high / (first_high + second_low)
            when 'percent_above' then 100 * (first_high / second_low - 1)
            when 'sum' then first_high + second_high + coalesce(third_high, 0)
            when 'difference' then first_high - second_low - coalesce(third_low, 0)
            when 'share_of_described_rows' then first_high * second_high
        end as claim_implied_high,
        case relation
            when 'value' then {{ shown('first') }}
            when 'absolute' then '|' || {{ shown('first') }} || '|'
            when 'about' then 'about ' || {{ shown('first') }}
            when 'at_most' then 'at most ' || {{ shown('first') }}
            when 'ratio'
                then
                    {{ shown('first') }} || ' / ' || {{ shown('second') }} || ' = ' || {{ shown('first / second') }}
            when 'percent_ratio'
                then
                    '100 x ' || {{ shown('first') }} || ' / ' || {{ shown('second') }} || ' = '
                    || {{ shown('100 * first / second') }}
            when 'percent_of_sum'
                then
                    '100 x ' || {{ shown('first') }} || ' / (' || {{ shown('first') }} || ' + ' || {{ shown('second') }}
                    || ') = ' || {{ shown('100 * first / (first + second)') }}
            when 'percent_above'
                then
                    '100 x (' || {{ shown('first') }} || ' / ' || {{ shown('second') }} || ' - 1) = '
                    || {{ shown('100 * (first / second - 1)') }}
            when 'sum'
                then
                    concat_ws(' + ', {{ shown('first') }}, {{ shown('second') }}, format('{:.6g}', third)) || ' = '
                    || {{ shown('first + second + coalesce(third, 0)') }}
            when 'difference'
                then
                    concat_ws(' - ', {{ shown('first') }}, {{ shown('second') }}, format('{:.6g}', third)) || ' = '
                    || {{ shown('first - second - coalesce(third, 0)') }}
            when 'share_of_described_rows'
                then
                    {{ shown('first') }} || ' x ' || {{ shown('second') }} || ' = ' || {{ shown('first * second') }}
                    || ', less at most ' || {{ shown('second - third') }} || ' rows not estimated on'
        end as claim_text
    from resolved
),

-- what holds between printed numbers, whatever the claim's own number
compared as (
    select
        *,
        case relation
            when 'above' then first_high > second_low
            when 'larger_size'
                then
                    {{ absolute_high('first_low', 'first_high') }} > {{ absolute_low('second_low', 'second_high') }}
            when 'opposite_sign'
                then
                    case
                        when (first_low > 0 or first_high < 0) and (second_low > 0 or second_high < 0)
                            then sign(first) <> sign(second)
                    end
            when 'within_factor_two'
                then
                    {{ intervals_meet('first_low', 'first_high', '0.5 * second', '2 * second') }}
            else
                case
                    when claim_implied_high is null then null
                    when relation = 'at_most' then claimed_low <= claim_implied_high
                    when relation = 'about'
                        then
                            {{ intervals_meet(
                                '0.9 * claimed', '1.1 * claimed', 'claim_implied_low', 'claim_implied_high'
                            ) }}
                    else {{ intervals_meet('claimed_low', 'claimed_high', 'claim_implied_low', 'claim_implied_high') }}
                end
        end as holds,
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
    numbers_used
from compared
