-- Study mart: do poorer cities catch up? GDP per person of cities, its growth, and its distance from the mean of the
-- year. Beta convergence is a negative slope of growth on the level it starts from, absolute without and conditional
-- with controls or city effects (Barro and Sala-i-Martin 1992); sigma convergence a distance from the mean that falls
-- with time. GDP is at current prices: in a regression with year effects what all prices have in common falls out. A
-- growth rate is NULL where the year that it starts from is absent.
{%- set horizon = 14 %}
with

panel as (
    select * from {{ ref('city_panel') }}
),

regions as (
    select * from {{ ref('place_groups') }}
    where grouping = 'region3'
),

levels as (
    select
        panel.city_code,
        panel.city_name_zh,
        panel.city_name_en,
        panel.year,
        panel.province_code,
        regions.group_name as region,
        {{ in_study_places('city_convergence', 'panel.province_code') }}
        and {{ in_study_window('city_convergence', 'panel.year') }} as in_sample,
        {{ log_or_null(ratio('panel.gdp_100m_cny * 10000', 'panel.pop_registered_yearend_10k_persons')) }}
            as ln_gdp_per_registered,
        {{ log_or_null(ratio('panel.gdp_100m_cny * 10000', 'population.resident_10k_persons')) }}
            as ln_gdp_per_resident,
        panel.gdp_share_secondary_pct / 100 as secondary_share,
        trade.fdi_share,
        wages.expenditure_share,
        wages.education_share,
        coalesce(panel.boundary_change, false) as is_boundary_change,
        panel.spliced_indicators,
        panel.flagged_indicators
    from panel
    left join {{ ref('city_trade') }} as trade on panel.city_code = trade.city_code and panel.year = trade.year
    left join {{ ref('city_wages') }} as wages on panel.city_code = wages.city_code and panel.year = wages.year
    left join {{ ref('city_population') }} as population
        on panel.city_code = population.city_code
        and panel.year = population.year
    left join regions on panel.province_code = regions.place_code
),

complete_levels as (
    {{ filled('levels', 'city_convergence', 'city', [
        'ln_gdp_per_registered', 'ln_gdp_per_resident', 'secondary_share', 'fdi_share', 'expenditure_share',
        'education_share'
    ], {
        'ln_gdp_per_registered': ['l_ln_gdp_per_registered', 'growth_per_registered', 'squared_distance_registered'],
        'ln_gdp_per_resident': ['l_ln_gdp_per_resident', 'growth_per_resident', 'squared_distance_resident']
    }) }}
),

lagged as (
    select
        *,
        {{ lag_years('ln_gdp_per_registered', 'city_code', 1) }} as l_ln_gdp_per_registered,
        {{ lag_years('ln_gdp_per_resident', 'city_code', 1) }} as l_ln_gdp_per_resident,
        {{ lag_years('ln_gdp_per_registered', 'city_code', horizon) }} as ln_gdp_per_registered_at_start,
        {{ ordered_mean('ln_gdp_per_registered') }} filter (where in_sample) over (partition by year)
            as mean_of_year,
        {{ ordered_mean('ln_gdp_per_resident') }} filter (where in_sample) over (partition by year)
            as mean_of_residents_of_year
    from complete_levels
)

select
    city_code,
    city_name_zh,
    city_name_en,
    year,
    province_code,
    region,
    in_sample,
    ln_gdp_per_registered,
    ln_gdp_per_resident,
    l_ln_gdp_per_registered,
    l_ln_gdp_per_resident,
    ln_gdp_per_registered - l_ln_gdp_per_registered as growth_per_registered,
    ln_gdp_per_resident - l_ln_gdp_per_resident as growth_per_resident,
    ln_gdp_per_registered_at_start,
    (ln_gdp_per_registered - ln_gdp_per_registered_at_start) / {{ horizon }} as growth_since_start,
    power(ln_gdp_per_registered - mean_of_year, 2) as squared_distance_registered,
    power(ln_gdp_per_resident - mean_of_residents_of_year, 2) as squared_distance_resident,
    secondary_share,
    fdi_share,
    expenditure_share,
    education_share,
    is_boundary_change,
    interpolated_columns,
    spliced_indicators,
    flagged_indicators
from lagged
