-- What each value of a city should be by its own series: the logarithm of its value less the median over places of that
-- year (growth and changes of definition that all share), against the median of its four nearest years. The scale of
-- the deviation is the root of three squares: the indicator's own (1.4826 times the median absolute deviation, apart
-- for edges of series), the spread of those four years, and rounding. surprise is the deviation over its scale. A rate
-- that may be negative (spike_rules) enters as the logarithm of one plus it. is_edge: not between two years at
-- most maximum_gap_years away. spike: the part of the deviation that both neighbouring years confirm.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'cell_odd'
),

log_values as (
    select
        cell_values.*,
        case when rules.rule = 'rate' then ln(1 + cell_values.value / 100) else ln(cell_values.value) end as log_value,
        coalesce(rules.rule = 'rate', false) as is_rate,
        case
            when rules.rule = 'rate' then cell_values.rounding_error / 100
            else least(cell_values.rounding_error / cell_values.value, 1)
        end as relative_rounding_error
    from {{ ref('checked_values') }} as cell_values
    cross join detector
    left join {{ ref('spike_rules') }} as rules on cell_values.indicator = rules.indicator and rules.rule = 'rate'
    where
        not cell_values.is_check_row
        and cell_values.place_level = detector.place_level
        and (cell_values.value > 0 or (rules.rule = 'rate' and cell_values.value > -100))
    qualify row_number() over (
        partition by
            cell_values.place_level, cell_values.place_code, cell_values.indicator, cell_values.scope,
            cell_values.vintage, cell_values.year
        order by cell_values.priority, cell_values.file_id
    ) = 1
),

centred as (
    select
        *,
        log_value - median(log_value) over (partition by indicator, scope, vintage, year) as centred_value
    from log_values
),

neighbouring as (
    select
        *,
        lag(year) over series as previous_year,
        lag(centred_value) over series as previous_value,
        lead(year) over series as next_year,
        lead(centred_value) over series as next_value,
        list([year, centred_value]) over near as near_years
    from centred
    window
        series as (partition by place_code, indicator, scope, vintage order by year),
        near as (
            partition by place_code, indicator, scope, vintage order by year
            rows between 4 preceding and 4 following exclude current row
        )
),

nearest as (
    select
        *,
        list_transform(
            list_sort(
                list_transform(
                    list_filter(near_years, lambda near: abs(near[1] - year) <= 6),
                    lambda near: [abs(near[1] - year), near[1], near[2]]
                )
            )[:4],
            lambda near: near[3]
        ) as nearest_values
    from neighbouring
),

expected as (
    select
        nearest.*,
        list_median(nearest.nearest_values) as expected_value,
        coalesce(
            nearest.year - nearest.previous_year <= detector.maximum_gap_years
            and nearest.next_year - nearest.year <= detector.maximum_gap_years,
            false
        ) is false as is_edge
    from nearest
    cross join detector
    where len(nearest.nearest_values) >= 2
),

deviating as (
    select
        *,
        centred_value - expected_value as deviation,
        log_value - centred_value + expected_value as log_expected,
        list_avg(list_transform(nearest_values, lambda near: abs(near - expected_value))) as spread
    from expected
),

scaled as (
    select
        *,
        sqrt(
            pow(
                1.4826 * median(abs(deviation)) over (partition by indicator, scope, vintage, is_edge), 2
            )
            + pow(spread, 2) + pow(relative_rounding_error, 2) + pow(0.02, 2)
        ) as scale
    from deviating
)

select
    file_id,
    place_level,
    place_code,
    indicator,
    scope,
    vintage,
    year,
    value,
    rounding_error,
    is_rate,
    log_value,
    centred_value,
    log_expected,
    case when is_rate then 100 * (exp(log_expected) - 1) else exp(log_expected) end as expected,
    deviation,
    scale,
    abs(deviation) / scale as surprise,
    is_edge,
    case
        when is_edge then deviation
        when sign(centred_value - previous_value) = sign(centred_value - next_value)
            then
                sign(centred_value - previous_value)
                * least(abs(centred_value - previous_value), abs(centred_value - next_value))
        else 0
    end as spike
from scaled
