-- Trade, foreign capital and income per head of provinces.
-- Formulas: trade_openness = (imports + exports) / GDP; import_openness = imports / GDP; FDI in CNY at the annual
-- average rate; GDP per resident = GDP / resident population at year end. GDP and population each keep to one vintage.
-- Edges: NULL where a part is missing or the divisor is zero.
with

panel as (
    select
        panel.*,
        rates.cny_per_usd
    from {{ ref('province_panel') }} as panel
    left join {{ ref('exchange_rates') }} as rates on panel.year = rates.year
)

select
    province_code,
    year,
    {{ ratio('trade_total_100m_cny', 'gdp_100m_cny') }} as trade_openness,
    {{ ratio('imports_100m_cny', 'gdp_100m_cny') }} as import_openness,
    fdi_actual_10k_usd * cny_per_usd / 10000 as fdi_actual_100m_cny,
    {{ ratio('gdp_100m_cny * 10000', 'pop_resident_10k_persons') }} as gdp_per_resident_cny
from panel
