-- Detector growth_level: GDP of a city that moves against its own printed growth at constant prices. The logarithmic
-- growth of the level, less the printed one, less the median of both over all cities of the year (what prices did), is
-- above the threshold. Only between two years next to each other and on one side of every break of definition. Level
-- or growth is wrong, or the level was revised: the finding stands at GDP and quarantines nothing.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'growth_level'
),

steps as (
    select
        levels.file_id,
        levels.place_level,
        levels.place_code,
        levels.indicator,
        levels.scope,
        levels.vintage,
        levels.year,
        levels.value,
        levels.previous_value,
        growth.value as printed_growth_pct,
        ln(levels.value / levels.previous_value) - ln(1 + growth.value / 100) as price_step
    from {{ ref('neighbouring_values') }} as levels
    inner join {{ ref('checked_values') }} as growth
        on levels.file_id = growth.file_id
        and levels.place_level = growth.place_level
        and levels.place_code = growth.place_code
        and levels.scope = growth.scope
        and levels.vintage = growth.vintage
        and levels.year = growth.year
    where
        levels.indicator = 'gdp'
        and growth.indicator = 'gdp_growth'
        -- districts come and go every year
        and levels.scope = 'total'
        and growth.value > -100
        and levels.year - levels.previous_year = 1
),

compared as (
    select
        *,
        price_step - median(price_step) over same_year as deviation,
        count(*) over same_year as places
    from steps
    window same_year as (partition by place_level, scope, vintage, year)
)

select
    {{ finding_columns(
        'compared', 'compared.place_code', 'compared.value',
        'compared.value / exp(compared.deviation)', 'compared.deviation',
        "'grows by ' || round(100 * (compared.value / compared.previous_value - 1), 1)"
        ~ " || '% at a printed real growth of ' || compared.printed_growth_pct || '%, and prices did not move so'"
    ) }}
from compared
cross join detector
where compared.places >= detector.minimum_places and abs(compared.deviation) > detector.threshold
