-- Trade and foreign capital of cities.
-- Formulas: trade_balance = (exports - imports) / GDP, positive in surplus; trade_openness = (exports + imports) / GDP;
-- fdi_share = FDI used, in CNY at the annual average rate, / GDP; base_year_trade_x_time = trade balance of 2004 times
-- years since 2004.
-- Edges: NULL where a part is missing. A city without trade in 2004 has no base-year instrument.
with

panel as (
    select
        panel.city_code,
        panel.city_name_zh,
        panel.year,
        panel.gdp_100m_cny,
        panel.exports_100m_cny,
        panel.imports_100m_cny,
        panel.fdi_actual_10k_usd,
        rates.cny_per_usd
    from {{ ref('city_panel') }} as panel
    left join {{ ref('exchange_rates') }} as rates on panel.year = rates.year
),

ratios as (
    select
        city_code,
        city_name_zh,
        year,
        {{ ratio('(exports_100m_cny - imports_100m_cny)', 'gdp_100m_cny') }} as trade_balance,
        {{ ratio('(exports_100m_cny + imports_100m_cny)', 'gdp_100m_cny') }} as trade_openness,
        {{ ratio('fdi_actual_10k_usd * cny_per_usd / 10000', 'gdp_100m_cny') }} as fdi_share
    from panel
)

select
    ratios.city_code,
    ratios.city_name_zh,
    ratios.year,
    ratios.trade_balance,
    ratios.trade_openness,
    ratios.fdi_share,
    base_year.trade_balance * (ratios.year - 2004) as base_year_trade_x_time
from ratios
left join ratios as base_year on ratios.city_code = base_year.city_code and base_year.year = 2004
