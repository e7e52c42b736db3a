-- an index of cities and year: its distribution
with

indices as (
    select year, 'theil' as index_name, theil as value from city_inequality
    union all
    select year, 'income_ratio', income_ratio from city_inequality
    union all
    select year, 'trade_balance', trade_balance from city_trade
    union all
    select year, 'trade_openness', trade_openness from city_trade
    union all
    select year, 'fdi_share', fdi_share from city_trade
    union all
    select year, 'industry_ratio', industry_ratio from city_industry_structure
    union all
    select year, 'upgrading_quantity', upgrading_quantity from city_industry_structure
    union all
    select year, 'sector_theil', sector_theil from city_industry_structure
    union all
    select year, 'wage_share', wage_share from city_wages
)

select
    index_name,
    year,
    count(value) as cities,
    min(value) as minimum,
    quantile_cont(value, 0.25) as lower_quartile,
    median(value) as median,
    quantile_cont(value, 0.75) as upper_quartile,
    max(value) as maximum
from indices
where value is not null
group by index_name, year
order by index_name, year
