-- Printed totals in files about cities (rows of provinces and of all cities, which are check rows), each beside the sum
-- of its cities in the same file and column. cities_without_value counts rows of cities whose cell is blank, rejected
-- or kept out: a total has them in it, the sum has not.
with

city_cells as (
    select distinct
        cells.file_id,
        cells.indicator,
        cells.scope,
        cells.vintage,
        cells.year,
        cells.place_code,
        cities.province_code,
        cell_values.value,
        cell_values.rounding_error
    from {{ ref('resolved_cells') }} as cells
    inner join {{ ref('indicators') }} as indicators on cells.indicator = indicators.indicator
    inner join {{ ref('cities') }} as cities on cells.place_code = cities.city_code
    left join {{ ref('checked_values') }} as cell_values
        on {{ same_observation('cells', 'cell_values') }}
    where cells.place_level = 'city' and indicators.is_additive and cells.scope is not null
),

sums as (
    select
        file_id,
        indicator,
        scope,
        vintage,
        year,
        coalesce(province_code, '000000') as place_code,
        case when province_code is null then 'nation' else 'province' end as place_level,
        {{ ordered_sum('value') }} as cities_sum,
        count(value) as cities,
        count(*) - count(value) as cities_without_value,
        {{ ordered_sum('rounding_error') }} as cities_rounding_error
    from city_cells
    group by
        grouping sets (
            (file_id, indicator, scope, vintage, year, province_code),
            (file_id, indicator, scope, vintage, year)
        )
)

select
    sums.* exclude (cities_rounding_error),
    totals.value as printed_total,
    sums.cities_sum - totals.value as residual,
    sums.cities_rounding_error + totals.rounding_error as rounding_error
from sums
inner join {{ ref('checked_values') }} as totals
    on sums.file_id = totals.file_id
    and sums.indicator = totals.indicator
    and sums.scope = totals.scope
    and sums.vintage = totals.vintage
    and sums.year = totals.year
    and sums.place_level = totals.place_level
    and sums.place_code = totals.place_code
where totals.is_check_row and sums.cities > 0
