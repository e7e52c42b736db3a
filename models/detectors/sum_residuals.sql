-- What is left of each sum of the seed sum_rules, where every part and the whole are there in one file: the sum of the
-- parts minus the whole. Rules without a whole are shares, which sum to 100. A residual within the summed rounding
-- errors says nothing.
with

rules as (
    select
        *,
        count(*) over (partition by detector, rule) as parts_of_rule
    from {{ ref('sum_rules') }}
),

cell_values as (
    select * from {{ ref('checked_values') }}
    where not is_check_row
),

part_sums as (
    select
        rules.detector,
        rules.rule,
        rules.whole as whole_indicator,
        parts.file_id,
        parts.place_level,
        parts.place_code,
        parts.scope,
        parts.vintage,
        parts.year,
        {{ ordered_sum('parts.value') }} as parts_sum,
        {{ ordered_sum('parts.rounding_error') }} as parts_rounding_error
    from rules
    inner join cell_values as parts on rules.part = parts.indicator
    group by all
    having count(*) = any_value(rules.parts_of_rule)
)

select
    part_sums.* exclude (parts_rounding_error),
    case when part_sums.whole_indicator is null then 100 else wholes.value end as whole,
    part_sums.parts_sum - case when part_sums.whole_indicator is null then 100 else wholes.value end as residual,
    part_sums.parts_rounding_error + coalesce(wholes.rounding_error, 0) as rounding_error
from part_sums
left join cell_values as wholes
    on part_sums.whole_indicator = wholes.indicator
    and part_sums.file_id = wholes.file_id
    and part_sums.place_level = wholes.place_level
    and part_sums.place_code = wholes.place_code
    and part_sums.scope = wholes.scope
    and part_sums.vintage = wholes.vintage
    and part_sums.year = wholes.year
where part_sums.whole_indicator is null or wholes.value is not null
