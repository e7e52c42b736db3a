-- What is left of each identity of the seed identities, where all of its members are there: parts against their whole,
-- shares against 100, a quotient against what it is made of; in the panels (basis panel), and within every vintage at
-- hand (basis vintage), since what the panels do not take has to fit as well. An identity holds where left over right
-- is within one percent of 1, beyond what the rounding of printed members allows: staff in whole 10k persons leave an
-- average wage open by several percent. Derived members fit by construction, and only reported ones say something.
with

member_values as (
    select
        'panel' as basis,
        'panel' as vintage,
        place_level,
        place_code,
        indicator,
        scope,
        year,
        value,
        origin,
        coalesce(rounding_error, 0) as rounding_error
    from {{ ref('observations') }}
    union all
    select
        'vintage' as basis,
        vintage,
        place_level,
        place_code,
        indicator,
        scope,
        year,
        value,
        origin,
        coalesce(rounding_error, 0) as rounding_error
    from {{ ref('ranked_observations') }}
    where rank_in_vintage = 1
),

members as (
    select
        member_values.* exclude (value, rounding_error),
        identities.identity,
        identities.role,
        member_values.value * units.factor_to_base as value,
        member_values.rounding_error * units.factor_to_base as rounding_error,
        {{ ratio('member_values.rounding_error', 'abs(member_values.value)') }} as relative_rounding_error
    from member_values
    inner join {{ ref('identities') }} as identities
        on member_values.place_level = identities.place_level
        and member_values.indicator = identities.indicator
    inner join {{ ref('indicators') }} as indicators on member_values.indicator = indicators.indicator
    inner join {{ ref('units') }} as units on indicators.unit = units.unit_text
),

sides as (
    select
        basis,
        vintage,
        place_level,
        place_code,
        identity,
        scope,
        year,
        bool_or(origin = 'spliced') as has_splice,
        string_agg(indicator, ', ' order by indicator) as indicators,
        bool_or(role = 'quotient') as is_quotient,
        coalesce(
            {{ ratio(
                "max(value) filter (where role = 'numerator')", "max(value) filter (where role = 'denominator')"
            ) }},
            {{ ordered_sum('value') }} filter (where role in ('part', 'share'))
        ) as left_side,
        case
            when bool_or(role = 'share') then 100
            else max(value) filter (where role in ('whole', 'quotient'))
        end as right_side,
        {{ ordered_sum('rounding_error') }} as rounding_of_sum,
        {{ ordered_sum('relative_rounding_error') }} as rounding_of_quotient,
        count(*) as members
    from members
    group by basis, vintage, place_level, place_code, identity, scope, year
),

needed as (
    select
        place_level,
        identity,
        count(*) as members
    from {{ ref('identities') }}
    group by place_level, identity
),

complete as (
    select
        sides.* exclude (members),
        {{ ratio('sides.left_side', 'sides.right_side') }} - 1 as relative_residual,
        case
            when sides.is_quotient then sides.rounding_of_quotient
            else {{ ratio('sides.rounding_of_sum', 'abs(sides.right_side)') }}
        end as relative_rounding
    from sides
    inner join needed
        on sides.place_level = needed.place_level
        and sides.identity = needed.identity
        and sides.members = needed.members
)

select
    basis,
    vintage,
    place_level,
    place_code,
    identity,
    scope,
    year,
    has_splice,
    indicators,
    left_side,
    right_side,
    relative_residual,
    relative_rounding,
    abs(relative_residual) <= 0.01 + relative_rounding as holds
from complete
where relative_residual is not null
