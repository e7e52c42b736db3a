-- Every value that could enter a panel: reported ones (computed: by whoever made the file, see money_decimals of the
-- manifest), and ones derived from reported parts. Derived values rank behind every reported one.
with

derived as (
    select
        place_level,
        place_code,
        indicator,
        scope,
        year,
        vintage,
        max(priority) + 1000 as priority,
        any_value(scale) * coalesce(max(factor), 1) * {{ ratio(
            ordered_sum('part_value') ~ ' filter (where in_numerator)',
            'coalesce(' ~ ordered_sum('part_value') ~ ' filter (where in_denominator), 1)'
        ) }} as value
    from {{ ref('derivation_parts') }}
    group by all
)

select
    * exclude (is_computed),
    case when is_computed then 'computed' else 'reported' end as origin
from {{ ref('reported_observations') }}
union all by name
select
    *,
    'derived' as origin
from derived
where value is not null
