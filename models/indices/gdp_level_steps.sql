-- How far nominal GDP and its own volume move apart from one year to the next: the logarithmic step of the price level
-- that city_real_gdp and province_real_gdp imply, beside the median step of all places of the level, which is what
-- prices did. What lies beyond is a revision of levels that volumes do not show, or an error: deviation.
-- is_odd: more than 0.3, a third of GDP in one year.
with

price_levels as (
    {%- for place_level in ['city', 'province'] %}
        select
            '{{ place_level }}' as place_level,
            {{ place_level }}_code as place_code,
            year,
            price_level,
            {{ lag_years('price_level', place_level ~ '_code', 1) }} as price_level_before
        from {{ ref(place_level ~ '_real_gdp') }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

steps as (
    select
        place_level,
        place_code,
        year,
        ln(price_level / price_level_before) as step
    from price_levels
    where price_level > 0 and price_level_before > 0
)

select
    *,
    median(step) over (partition by place_level, year) as median_step,
    step - median(step) over (partition by place_level, year) as deviation,
    abs(step - median(step) over (partition by place_level, year)) > 0.3 as is_odd
from steps
