-- Does inequality fall as places grow rich, or only from place to place?
-- Provinces in five equal groups by real GDP per resident, all years together: the means show both at once. The last
-- columns take the mean of its province from each value, so that only changes over time are left; where the two
-- disagree, what looks like development is the map.
with

settings as (
    select 5 as bins
),

provinces as (
    select
        inequality.province_code,
        inequality.year,
        inequality.theil,
        inequality.income_ratio,
        100 * inequality.urban_share as urban_pct,
        real_gdp.gdp_real_chained_100m_cny_2010 * 10000 / panel.pop_resident_10k_persons as income_cny_2010
    from province_inequality as inequality
    inner join province_panel as panel
        on inequality.province_code = panel.province_code and inequality.year = panel.year
    inner join province_real_gdp as real_gdp
        on inequality.province_code = real_gdp.province_code and inequality.year = real_gdp.year
),

binned as (
    select
        provinces.*,
        provinces.theil - avg(provinces.theil) over (partition by provinces.province_code) as theil_over_time,
        ntile(settings.bins) over (order by provinces.income_cny_2010, provinces.province_code) as bin
    from provinces
    cross join settings
    where provinces.theil is not null and provinces.income_cny_2010 is not null
)

select
    bin,
    count(*) as province_years,
    count(distinct province_code) as provinces,
    round(min(income_cny_2010), -2)::integer as from_cny_2010,
    round(max(income_cny_2010), -2)::integer as to_cny_2010,
    round(avg(urban_pct), 1) as urban_pct,
    round(avg(income_ratio), 3) as income_ratio,
    round(avg(theil), 4) as theil,
    round(avg(theil_over_time), 4) as theil_less_own_mean
from binned
group by bin
order by bin
