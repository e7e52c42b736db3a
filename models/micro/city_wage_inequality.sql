{{ config(post_hook="{{ check_record_files() }}") }}

-- Inequality of wages within cities, from wage records.
-- Source: Gini (1912), weighted as by Lerman and Yitzhaki (1989); Theil (1967).
-- Formula, over the records of a city and year, wages x ascending, weights w, running weight C, W = sum w, mu the mean:
-- gini = sum w x (2 C - w) / (W sum w x) - 1 (for unit weights 2 sum k x_(k) / (n sum x) - (n + 1) / n);
-- theil_t = sum w (x / mu) ln(x / mu) / W; theil_l = sum w ln(mu / x) / W.
-- Edges: 0 for one record and for equal wages. Wages of 0 count; where all are 0, Gini and Theil T are NULL, and where
-- one is, Theil L. Units of wages and weights do not matter. Records that do not count: wage_record_bins.
with

records as (
    {{ wage_records() }}
),

places as (
    select * from {{ ref('wage_record_places') }}
    where place_year is not null
),

usable as (
    select
        places.place_year,
        records.wage,
        records.weight
    from records
    inner join places on records.city_text = places.city_text and records.printed_year = places.printed_year
    where {{ is_usable_wage('records.wage') }} and {{ is_usable_weight('records.weight') }}
),

-- The one costly step, and so of three numbers a row only.
accumulated as (
    select
        place_year,
        wage,
        weight,
        {{ running_weight('weight', 'wage', 'place_year') }} as running_weight
    from usable
),

inequality as (
    select
        place_year,
        count(*) as records,
        sum(weight) as weight_total,
        sum(weight * wage) / sum(weight) as wage_mean_cny,
        {{ weighted_gini('wage', 'weight', 'running_weight') }} as gini,
        {{ weighted_theil_t('wage', 'weight') }} as theil_t,
        {{ weighted_theil_l('wage', 'weight') }} as theil_l
    from accumulated
    group by place_year
),

-- Several texts may mean one city and year.
place_cities as (
    select distinct
        place_year,
        city_code,
        year
    from places
)

select
    place_cities.city_code,
    all_cities.name_zh as city_name_zh,
    place_cities.year,
    inequality.records,
    -- Rounded beyond what sums over millions of records hold, which hang on the order in which threads meet.
    round(inequality.weight_total, 6) as weight_total,
    round(inequality.wage_mean_cny, 6) as wage_mean_cny,
    round(inequality.gini, 12) as gini,
    round(inequality.theil_t, 12) as theil_t,
    round(inequality.theil_l, 12) as theil_l
from inequality
inner join place_cities on inequality.place_year = place_cities.place_year
left join {{ ref('cities') }} as all_cities on place_cities.city_code = all_cities.city_code
