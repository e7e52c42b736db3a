-- Detector province_total: all cities of a province against the province's own series from files about provinces. Their
-- ratio is a matter of definition and coverage, and stays; in a year in which it leaves its median of the nearest years
-- by more than the threshold and by more than others do (six times the median of the column's provinces and years:
-- foreign capital never adds up), a city is wrong, or the whole delivery (total trade under the heading of imports,
-- districts under that of cities). Total by total, in every year in which the same number of cities has a value, held
-- against every vintage of the province: what one of them explains is no finding. Stands at the province.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'province_total'
),

city_values as (
    select city_values.*
    from {{ ref('checked_values') }} as city_values
    inner join {{ ref('indicators') }} as indicators on city_values.indicator = indicators.indicator
    where
        city_values.place_level = 'city'
        and city_values.scope = 'total'
        and indicators.is_additive
        and not city_values.is_check_row
),

city_sums as (
    select
        city_values.file_id,
        cities.province_code,
        city_values.indicator,
        city_values.scope,
        city_values.vintage,
        city_values.year,
        {{ ordered_sum('city_values.value') }} as cities_sum,
        count(*) as cities
    from city_values
    inner join {{ ref('cities') }} as cities on city_values.place_code = cities.city_code
    group by all
),

province_values as (
    select
        place_code as province_code,
        indicator,
        vintage,
        year,
        any_value(value order by priority, file_id) as province_value
    from {{ ref('checked_values') }}
    where place_level = 'province' and not is_check_row and value > 0
    group by place_code, indicator, vintage, year
),

ratios as (
    select
        city_sums.*,
        province_values.vintage as province_vintage,
        province_values.province_value,
        ln(city_sums.cities_sum / province_values.province_value) as log_ratio
    from city_sums
    inner join province_values
        on city_sums.province_code = province_values.province_code
        and city_sums.indicator = province_values.indicator
        and city_sums.year = province_values.year
    where city_sums.cities_sum > 0
),

compared as (
    select
        one.file_id,
        'province' as place_level,
        one.province_code as place_code,
        one.indicator,
        one.scope,
        one.vintage,
        one.year,
        one.province_vintage,
        any_value(one.cities) as cities,
        any_value(one.cities_sum) as cities_sum,
        any_value(one.province_value) as province_value,
        any_value(one.log_ratio) - median(other.log_ratio) as deviation,
        count(distinct other.year) as years
    from ratios as one
    inner join ratios as other
        on one.province_code = other.province_code
        and one.indicator = other.indicator
        and one.vintage = other.vintage
        and one.province_vintage = other.province_vintage
        and one.cities = other.cities
        and one.year <> other.year
    cross join detector
    where abs(one.year - other.year) <= detector.maximum_gap_years
    group by
        one.file_id, one.province_code, one.indicator, one.scope, one.vintage, one.year, one.province_vintage
),

-- the vintage of the province that explains most
nearest as (
    select *
    from compared
    where years >= 3 and cities > 1
    qualify row_number() over (
        partition by file_id, place_code, indicator, scope, vintage, year
        order by abs(deviation), province_vintage
    ) = 1
),

scaled as (
    select
        *,
        median(abs(deviation)) over (partition by indicator, scope, vintage) as usual_deviation
    from nearest
)

select
    {{ finding_columns(
        'scaled', 'scaled.place_code', 'scaled.cities_sum', 'scaled.cities_sum / exp(scaled.deviation)',
        'scaled.deviation',
        "scaled.cities || ' cities sum to ' || round(exp(scaled.deviation), 2)"
        ~ " || ' times what they are of the province''s own total in the nearest years'"
    ) }}
from scaled
cross join detector
where abs(scaled.deviation) > greatest(detector.threshold, 6 * scaled.usual_deviation)
