-- Where the vintage of a family lacks a value, what a rival says, and whether it may stand in: only where rival and
-- vintage agree (var splice_tolerance) in the nearest year on either side in which both speak of the place, no more
-- than splice_reach_years away, and where the value itself lies between these years as it should: within a quarter
-- (splice_jump, in logarithms) of the line between them, since a compilation that agrees in other years may have its
-- rows permuted in this one. Rivals are the other vintages, and, for a city, its urban districts in the same vintage: a
-- city that is all districts is printed once. Splices of one family, place and year are of one rival, so that
-- identities hold; the one that carries the anchor counts before others, then manifest priority.
with

ranked as (
    select * from {{ ref('ranked_observations') }}
    where rank_in_vintage = 1
),

of_family_vintage as (
    select * from ranked
    where is_of_family_vintage
),

rivals as (
    select
        *,
        scope as source_scope
    from ranked
    where not is_of_family_vintage
    union all by name
    select
        * replace ('total' as scope),
        scope as source_scope
    from of_family_vintage
    where scope = 'districts'
),

compared as (
    select
        rivals.*,
        chosen.value as chosen_value,
        {{ ratio('rivals.value', 'chosen.value') }} - 1 as difference
    from rivals
    left join of_family_vintage as chosen
        on rivals.place_level = chosen.place_level
        and rivals.place_code = chosen.place_code
        and rivals.indicator = chosen.indicator
        and rivals.scope = chosen.scope
        and rivals.year = chosen.year
),

beside_neighbours as (
    select
        *,
        last_value(case when chosen_value is not null then year end ignore nulls) over years_before as previous_year,
        last_value(difference ignore nulls) over years_before as previous_difference,
        last_value(chosen_value ignore nulls) over years_before as previous_value,
        first_value(case when chosen_value is not null then year end ignore nulls) over years_after as next_year,
        first_value(difference ignore nulls) over years_after as next_difference,
        first_value(chosen_value ignore nulls) over years_after as next_value
    from compared
    window
        years_before as (
            partition by place_level, place_code, indicator, scope, vintage, source_scope order by year
            rows between unbounded preceding and 1 preceding
        ),
        years_after as (
            partition by place_level, place_code, indicator, scope, vintage, source_scope order by year
            rows between 1 following and unbounded following
        )
),

measured as (
    select
        *,
        case
            when value > 0 and previous_value > 0 and next_value > 0
                then ln(value) - (
                    ln(previous_value) * (next_year - year) + ln(next_value) * (year - previous_year)
                ) / (next_year - previous_year)
        end as deviation
    from beside_neighbours
),

judged as (
    select
        *,
        coalesce(
            year - previous_year <= {{ var('splice_reach_years') }}
            and next_year - year <= {{ var('splice_reach_years') }}
            and abs(previous_difference) <= {{ var('splice_tolerance') }}
            and abs(next_difference) <= {{ var('splice_tolerance') }}
            and abs(deviation) <= {{ var('splice_jump') }},
            false
        ) as agrees
    from measured
    where chosen_value is null
),

with_rival_of_family as (
    select
        *,
        first_value((vintage, source_scope)) over (
            partition by place_level, place_code, family, scope, year
            order by
                agrees desc,
                is_anchor desc,
                source_scope = scope desc,
                priority asc,
                vintage asc
        ) as rival_of_family
    from judged
)

select
    file_id,
    sheet,
    row_number,
    column_number,
    place_level,
    place_code,
    family,
    indicator,
    scope,
    source_scope,
    year,
    vintage,
    family_vintage,
    priority,
    origin as source_origin,
    value,
    rounding_error,
    previous_year,
    previous_difference,
    next_year,
    next_difference,
    deviation,
    agrees,
    agrees and rival_of_family = (vintage, source_scope) and {{ var('splice_gaps') }} as is_spliced
from with_rival_of_family
