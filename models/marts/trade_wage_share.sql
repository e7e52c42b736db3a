{{ config(contract={'enforced': true}, post_hook="{{ document_mart_columns('trade_wage_share') }}") }}

-- depends_on: {{ ref('mart_columns') }}

-- Study mart: the trade balance and the wage share of cities. Columns are named as the study names them; the seed
-- mart_columns says what each is.
with

panel as (
    select * from {{ ref('city_panel') }}
),

regions as (
    select * from {{ ref('place_groups') }}
    where grouping = 'region_northeast_in_central'
),

variables as (
    select
        panel.city_code,
        panel.city_name_en,
        panel.year,
        panel.province_code,
        {{ in_study_places('trade_wage_share', 'panel.province_code') }} as is_study_city,
        {{ in_study_window('trade_wage_share', 'panel.year') }} as is_published_window,
        wages.wage_share as wage,
        trade.trade_balance as trade,
        trade.trade_openness as openness,
        trade.base_year_trade_x_time as trade2004_x_t,
        trade.fdi_share as fdi,
        wages.revenue_share as govern,
        wages.education_share as educ,
        productivity.tfp,
        productivity.alpha_city,
        productivity.is_capital_biased,
        employment.unemployment_rate as unemp,
        employment.unemployed_per_unit_employee as unemp_as_published,
        employment.labour_intensive_share as laborempl,
        employment.capital_intensive_share as capempl,
        employment.technology_intensive_share as techempl,
        {{ log_or_null('panel.design_patents_published_items') }} as rd,
        structure.sector_theil as hlh_theil,
        wages.wage_gap as gapwage,
        case when trade.trade_balance > 0 then 'surplus' when trade.trade_balance < 0 then 'deficit' end
            as balance_side,
        regions.group_name as region,
        cities.is_municipality,
        {{ in_grouping('panel.city_code', 'subprovincial') }} as is_subprovincial,
        {{ in_grouping('panel.city_code', 'yreb') }} as in_yangtze_belt,
        {{ in_grouping('panel.city_code', 'yrd41_2019plan') }} as in_yangtze_delta,
        {{ in_grouping('panel.city_code', 'gba9') }} as in_bay_area,
        {{ in_grouping('panel.city_code', 'jjj13') }} as in_jingjinji,
        panel.interpolated_indicators
    from panel
    inner join {{ ref('cities') }} as cities on panel.city_code = cities.city_code
    left join {{ ref('city_industry_structure') }} as structure
        on panel.city_code = structure.city_code
        and panel.year = structure.year
    left join {{ ref('city_trade') }} as trade on panel.city_code = trade.city_code and panel.year = trade.year
    left join {{ ref('city_wages') }} as wages on panel.city_code = wages.city_code and panel.year = wages.year
    left join {{ ref('city_employment') }} as employment
        on panel.city_code = employment.city_code
        and panel.year = employment.year
    left join {{ ref('city_productivity') }} as productivity
        on panel.city_code = productivity.city_code
        and panel.year = productivity.year
    left join regions on panel.province_code = regions.place_code
)

select
    city_code,
    city_name_en,
    year,
    province_code,
    is_study_city,
    is_published_window,
    is_study_city and is_published_window as in_published_sample,
    wage,
    trade,
    openness,
    trade2004_x_t,
    {{ lag_one_year('trade', 'city_code') }} as l_trade,
    fdi,
    govern,
    educ,
    tfp,
    alpha_city,
    is_capital_biased,
    unemp,
    unemp_as_published,
    laborempl,
    capempl,
    techempl,
    rd,
    hlh_theil,
    gapwage,
    balance_side,
    region,
    is_municipality,
    is_subprovincial,
    in_yangtze_belt,
    in_yangtze_delta,
    in_bay_area,
    in_jingjinji,
    coalesce(interpolated_indicators, []) as interpolated_indicators
from variables
