-- By how much did the economic censuses revise the GDP of the provinces?
-- Every vintage of one year beside the one that the panel takes: a revision below zero says that the panel's GDP is
-- lower than what was published before.
with

settings as (
    select 2016 as comparison_year
)

select
    panel.province_name_en as province,
    vintages.vintage as earlier_vintage,
    panel.national_accounts_vintage as vintage_of_panel,
    round(vintages.gdp_100m_cny, 1) as earlier_gdp_100m_cny,
    round(panel.gdp_100m_cny, 1) as gdp_100m_cny,
    round(100 * (panel.gdp_100m_cny / vintages.gdp_100m_cny - 1), 1) as revision_pct
from province_panel as panel
inner join settings on panel.year = settings.comparison_year
inner join province_vintages as vintages
    on panel.province_code = vintages.province_code
    and panel.year = vintages.year
    and panel.national_accounts_vintage <> vintages.vintage
where vintages.gdp_100m_cny is not null
order by vintages.vintage asc, revision_pct asc, panel.province_code asc
