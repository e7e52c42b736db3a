-- Claims of the text held against the data at hand, one row a claim and quantity. The seed claim_values says what a
-- claim is compared with; where it does not, the seeds claim_targets and published_mediations do, with our numbers
-- instead of the printed ones. A claim stands for the interval of its printed digits, ours for a point: -1.363 holds
-- where ours rounds to it. A claim of significance holds with at least the stars said, and the sign said; one of no
-- significance with none. holds is NULL where a number could not be computed.
with

claims as (
    select * from {{ ref('printed_numbers') }}
    where kind = 'claim'
),

numbers as (
    select * from {{ ref('recomputed_numbers') }}
),

claim_values as (
    select * from {{ ref('claim_values') }}
),

targets as (
    select
        study,
        claim_id,
        cast(null as varchar) as quantity,
        relation,
        'claim:' || study || '/' || claim_id as number_1,
        cast(null as varchar) as number_2,
        cast(null as varchar) as number_3,
        cast(null as integer) as claimed_sign
    from claim_values
    where relation is not null
    union all by name
    select *
    from {{ ref('claim_targets') }} as listed
    where
        not exists (
            select 1
            from claim_values
            where
                claim_values.study = listed.study
                and claim_values.claim_id = listed.claim_id
                and (
                    claim_values.relation is not null
                    or (claim_values.model is null and claim_values.expression is null)
                )
        )
),

points as (
    select
        targets.study,
        targets.claim_id,
        targets.quantity,
        targets.relation,
        targets.claimed_sign,
        claims.number_key as claim_key,
        claims.value as claimed,
        claims.low as claimed_low,
        claims.high as claimed_high,
        {{ constant_or('firsts.value', 'targets.number_1') }} as number_1,
        {{ constant_or('seconds.value', 'targets.number_2') }} as number_2,
        {{ constant_or('thirds.value', 'targets.number_3') }} as number_3,
        (targets.number_2 is null or number_2 is not null) and (targets.number_3 is null or number_3 is not null)
            as is_complete,
        stars.value as stars,
        {{ stars_said('targets.relation', 'claims.value') }} as said_stars,
        targets.relation in ('significant', 'not_significant') as is_of_significance,
        nullif(concat_ws('; ', firsts.reason, seconds.reason, thirds.reason), '') as reason
    from targets
    inner join claims on targets.study = claims.study and targets.claim_id = claims.term
    left join numbers as firsts on targets.number_1 = firsts.number_key
    left join numbers as seconds on targets.number_2 = seconds.number_key
    left join numbers as thirds on targets.number_3 = thirds.number_key
    left join numbers as stars on replace(targets.number_1, 'estimate:', 'stars:') = stars.number_key
),

-- a number of ours is its own bounds; where one of several is missing, nothing is said
resolved as (
    select
        {%- for bound in ['', '_low', '_high'] %}
            {%- for name in ['first', 'second', 'third'] %}
                case when points.is_complete then number_{{ loop.index }} end as {{ name }}{{ bound }},
            {%- endfor %}
        {%- endfor %}
        points.*
    from points
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

compared as (
    select
        study,
        claim_id,
        quantity,
        claim_key,
        reason,
        case when is_of_significance then stars else coalesce(claim_implied, first) end as value_in_data,
        case
            when not is_of_significance then {{ claim_holds() }}
            when relation = 'not_significant' then stars = 0
            else stars >= said_stars and coalesce(sign(first) = claimed_sign, true)
        end as holds,
        case
            when is_of_significance then {{ shown('first') }} || ' with ' || {{ shown('stars') }} || ' stars'
            when claim_text is null
                then
                    {{ shown('first') }}
                    || ' and '
                    || {{ shown('second') }}
                    || '; said: '
                    || replace(relation, '_', ' ')
            else claim_text
        end as arithmetic
    from implied
),

coefficients as (
    select
        mediations.study,
        mediations.mediator,
        mediations.share_claim,
        delta.value as delta,
        theta.value as theta,
        phi.value as phi,
        nullif(concat_ws('; ', delta.reason, theta.reason, phi.reason), '') as reason
    from {{ ref('published_mediations') }} as mediations
    left join numbers as delta
        on
        delta.number_key = 'estimate:' || concat_ws(
            '/', mediations.study, mediations.mediator_table, mediations.mediator_column, mediations.treatment
        )
    left join numbers as theta
        on
        theta.number_key = 'estimate:' || concat_ws(
            '/', mediations.study, mediations.outcome_table, mediations.outcome_column, mediations.mediator
        )
    left join numbers as phi
        on
        phi.number_key = 'estimate:' || concat_ws(
            '/', mediations.study, mediations.outcome_table, mediations.outcome_column, mediations.treatment
        )
),

shares as (
    select
        claims.study,
        claims.term as claim_id,
        coefficients.mediator || ' as mediator' as quantity,
        claims.number_key as claim_key,
        coefficients.reason,
        100 * {{ mediation_share('coefficients.delta', 'coefficients.theta', 'coefficients.phi') }} as value_in_data,
        {{ intervals_meet('claims.low', 'claims.high', 'value_in_data', 'value_in_data') }} as is_met,
        coefficients.delta,
        coefficients.theta,
        coefficients.phi
    from coefficients
    inner join claims on coefficients.share_claim = claims.number_key
)

select
    study,
    claim_id,
    quantity,
    claim_key,
    value_in_data,
    holds,
    case when holds is not null then arithmetic end as arithmetic,
    case when holds is null then coalesce(reason, 'the data at hand give no value') end as reason
from compared
union all
select
    study,
    claim_id,
    quantity,
    claim_key,
    value_in_data,
    case when value_in_data is not null then is_met end as holds,
    '100 x ' || {{ shown('delta') }} || ' x ' || {{ shown('theta') }} || ' over that and ' || {{ shown('phi') }}
    || ' = ' || {{ shown('value_in_data') }} as arithmetic,
    case when value_in_data is null then coalesce(reason, 'the data at hand give no value') end as reason
from shares
