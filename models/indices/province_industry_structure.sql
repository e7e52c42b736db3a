-- Structure of industry of provinces.
-- Formula: industry_ratio = tertiary / secondary value added, taken from the sector shares in GDP, which are one series
-- of one vintage whether a source prints shares or the values they are derived from.
-- rd_intensity = intramural R&D expenditure / industrial value added.
-- Edges: NULL where a part is missing or the divisor is zero.
select
    province_code,
    year,
    {{ ratio('gdp_share_tertiary_pct', 'gdp_share_secondary_pct') }} as industry_ratio,
    {{ ratio('rd_expenditure_100m_cny', 'value_added_industry_100m_cny') }} as rd_intensity
from {{ ref('province_panel') }}
