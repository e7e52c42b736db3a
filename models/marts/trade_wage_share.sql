-- Study mart: the trade balance and the wage share of cities. Columns are named as the study names them; its YAML says
-- what each is. <x>_winsorised and <x>_trimmed bound the variables of the robustness table by their quantiles over the
-- published sample (var outlier_percentile), as the study does before it takes lags: a lag of such a variable is the
-- bounded value of the earlier year, not a bounded lag. The study fills gaps of wages and controls by interpolation,
-- and leaves out what has no trade.
{%- set bounded_variables = ['wage', 'trade', 'fdi', 'govern', 'educ', 'tfp', 'unemp'] %}
{%- set bounds_of = {} %}
{%- for variable in bounded_variables %}
    {%- do bounds_of.update({variable: [variable ~ '_winsorised', variable ~ '_trimmed']}) %}
{%- endfor %}
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
        panel.city_name_zh,
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
        productivity.alpha,
        productivity.alpha_city,
        productivity.is_capital_biased,
        real_gdp.gdp_real_chained_100m_cny_2010,
        employment.unemployment_rate as unemp,
        employment.unemployed_per_unit_employee as unemp_as_published,
        employment.labour_intensive_share as laborempl,
        employment.capital_intensive_share as capempl,
        employment.technology_intensive_share as techempl,
        {{ log_or_null('panel.design_patents_published_items') }} as rd,
        structure.sector_theil as hlh_theil,
        wages.wage_gap as gapwage,
        wage_inequality.gini,
        case when trade.trade_balance > 0 then 'surplus' when trade.trade_balance < 0 then 'deficit' end
            as balance_side,
        regions.group_name as region,
        cities.is_municipality,
        {{ in_grouping('panel.city_code', 'subprovincial') }} as is_subprovincial,
        {{ in_grouping('panel.city_code', 'yreb') }} as in_yangtze_belt,
        {{ in_grouping('panel.city_code', 'yrd41_2019plan') }} as in_yangtze_delta,
        {{ in_grouping('panel.city_code', 'gba9') }} as in_bay_area,
        {{ in_grouping('panel.city_code', 'jjj13') }} as in_jingjinji,
        panel.spliced_indicators,
        panel.flagged_indicators
    from panel
    inner join {{ ref('cities') }} as cities on panel.city_code = cities.city_code
    {%- for index, alias in [
        ('city_industry_structure', 'structure'),
        ('city_trade', 'trade'),
        ('city_wages', 'wages'),
        ('city_employment', 'employment'),
        ('city_productivity', 'productivity'),
        ('city_real_gdp', 'real_gdp'),
        ('city_wage_inequality', 'wage_inequality'),
    ] %}
        left join {{ ref(index) }} as {{ alias }}
            on panel.city_code = {{ alias }}.city_code
            and panel.year = {{ alias }}.year
    {%- endfor %}
    left join regions on panel.province_code = regions.place_code
),

complete_variables as (
    {{ filled('variables', 'trade_wage_share', 'city', [
        'wage', 'fdi', 'govern', 'educ', 'tfp', 'unemp', 'unemp_as_published'
    ], bounds_of) }}
),

samples as (
    select
        *,
        is_study_city and is_published_window as in_published_sample
    from complete_variables
),

bounded as (
    select
        {%- for variable in bounded_variables %}
            {{ winsorised(variable, 'in_published_sample', outlier_percentile()) }} as {{ variable }}_winsorised,
            {{ without_outliers(variable, 'in_published_sample', outlier_percentile()) }} as {{ variable }}_trimmed,
        {%- endfor %}
        *
    from samples
)

select
    city_code,
    city_name_zh,
    city_name_en,
    year,
    province_code,
    is_study_city,
    is_published_window,
    in_published_sample,
    {{ all_present(['wage', 'trade', 'fdi', 'govern', 'educ', 'tfp', 'unemp_as_published']) }} as is_complete,
    wage,
    trade,
    openness,
    trade2004_x_t,
    {{ lag_years('trade', 'city_code', 1) }} as l_trade,
    {{ lag_years('trade', 'city_code', 2) }} as l2_trade,
    fdi,
    govern,
    educ,
    tfp,
    alpha,
    alpha_city,
    is_capital_biased,
    gdp_real_chained_100m_cny_2010,
    unemp,
    unemp_as_published,
    laborempl,
    capempl,
    techempl,
    rd,
    hlh_theil,
    gapwage,
    gini,
    balance_side,
    region,
    is_municipality,
    is_subprovincial,
    in_yangtze_belt,
    in_yangtze_delta,
    in_bay_area,
    in_jingjinji,
    {%- for variable in bounded_variables %}
        {{ variable }}_winsorised,
        {{ variable }}_trimmed,
    {%- endfor %}
    {{ lag_years('trade_winsorised', 'city_code', 1) }} as l_trade_winsorised,
    {{ lag_years('trade_trimmed', 'city_code', 1) }} as l_trade_trimmed,
    {{ lag_years('trade_winsorised', 'city_code', 2) }} as l2_trade_winsorised,
    {{ lag_years('trade_trimmed', 'city_code', 2) }} as l2_trade_trimmed,
    interpolated_columns,
    spliced_indicators,
    flagged_indicators
from bounded
