-- Three checks of a published mediation.
-- omitted_variable: on one sample, total = direct + indirect, exactly (least squares). On samples of other sizes it is
-- implausible to miss by more than two standard errors of the total: samples that share nearly all rows differ by less.
-- mediation_share: the claimed share against indirect / (indirect + direct), where both have one sign.
-- mediation_direction: the sign of delta x theta against the way the channel is said to work.
with

paths as (
    select * from {{ ref('mediation_paths') }}
),

claims as (
    select * from {{ ref('printed_numbers') }}
    where kind = 'claim'
),

totals as (
    select
        *,
        phi_low + indirect_low as implied_low,
        phi_high + indirect_high as implied_high,
        mediator_n = outcome_n and outcome_n = total_n as is_one_sample
    from paths
),

shares as (
    select
        paths.*,
        claims.value as claimed_share,
        claims.low as claimed_low,
        claims.high as claimed_high,
        claims.number_key as claim_key,
        (paths.indirect_low > 0 and paths.phi_low > 0) or (paths.indirect_high < 0 and paths.phi_high < 0)
            as is_one_sign,
        {{ absolute_low('paths.indirect_low', 'paths.indirect_high') }} as indirect_size_low,
        {{ absolute_high('paths.indirect_low', 'paths.indirect_high') }} as indirect_size_high,
        {{ absolute_low('paths.phi_low', 'paths.phi_high') }} as phi_size_low,
        {{ absolute_high('paths.phi_low', 'paths.phi_high') }} as phi_size_high
    from paths
    inner join claims on paths.share_claim = claims.number_key
),

share_bounds as (
    select
        *,
        case when is_one_sign then 100 * indirect_size_low / (indirect_size_low + phi_size_high) end as implied_low,
        case when is_one_sign then 100 * indirect_size_high / (indirect_size_high + phi_size_low) end as implied_high,
        case when is_one_sign then 100 * {{ mediation_share('delta', 'theta', 'phi') }} end as value_in_print
    from shares
)

select
    study,
    'omitted_variable' as check_kind,
    table_number,
    column_number,
    treatment as term,
    mediator as subject,
    total as printed_value,
    implied_low,
    implied_high,
    case
        when {{ intervals_meet('total_low', 'total_high', 'implied_low', 'implied_high') }} then 'consistent'
        when is_one_sample then 'contradiction'
        when
            {{ intervals_meet(
                'total_low - 2 * total_se_high', 'total_high + 2 * total_se_high', 'implied_low', 'implied_high'
            ) }}
            then 'not determinable'
        else 'implausible'
    end as verdict,
    {{ shown('phi') }} || ' + ' || indirect_text || ' = ' || {{ shown_interval('implied_low', 'implied_high') }}
    || '; total printed ' || {{ shown('total') }} || ' (N ' || concat_ws(', ', mediator_n, outcome_n, total_n) || ')'
        as arithmetic,
    list_concat(list_concat(indirect_keys, [phi_key, total_estimate_key]), n_keys) as numbers_used,
    null as claim_key,
    null as value_in_print
from totals
union all
select
    study,
    'mediation_share' as check_kind,
    table_number,
    column_number,
    treatment as term,
    mediator as subject,
    claimed_share as printed_value,
    implied_low,
    implied_high,
    {{ audit_verdict(
        'case when is_one_sign then '
        ~ intervals_meet('claimed_low', 'claimed_high', 'implied_low', 'implied_high') ~ ' end'
    ) }} as verdict,
    '100 x ' || indirect_text || ' / (' || indirect_text || ' + ' || {{ shown('phi') }} || ') = '
    || {{ shown_interval('implied_low', 'implied_high') }} || '; said: ' || {{ shown('claimed_share') }} as arithmetic,
    list_concat(indirect_keys, [phi_key, claim_key]) as numbers_used,
    claim_key,
    value_in_print
from share_bounds
union all
select
    study,
    'mediation_direction' as check_kind,
    table_number,
    column_number,
    treatment as term,
    mediator as subject,
    cast(claimed_sign as double) as printed_value,
    indirect_low as implied_low,
    indirect_high as implied_high,
    {{ audit_verdict(
        'case when indirect_low > 0 then claimed_sign > 0 when indirect_high < 0 then claimed_sign < 0 end'
    ) }} as verdict,
    indirect_text || ' = ' || {{ shown_interval('indirect_low', 'indirect_high') }} || '; the channel is said to '
    || case when claimed_sign > 0 then 'raise' else 'lower' end || ' the outcome' as arithmetic,
    indirect_keys as numbers_used,
    null as claim_key,
    null as value_in_print
from paths
where claimed_sign is not null
