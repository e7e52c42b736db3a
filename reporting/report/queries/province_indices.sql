-- an index of a province and year
with

indices as (
    select province_code, year, 'theil' as index_name, theil as value from province_inequality
    union all
    select province_code, year, 'income_ratio', income_ratio from province_inequality
    union all
    select province_code, year, 'trade_openness', trade_openness from province_trade
    union all
    select province_code, year, 'import_openness', import_openness from province_trade
    union all
    select province_code, year, 'industry_ratio', industry_ratio from province_industry_structure
    union all
    select province_code, year, 'rd_intensity', rd_intensity from province_industry_structure
)

select
    indices.index_name,
    indices.province_code as place_code,
    province_names.name_en,
    province_names.name_zh,
    indices.year,
    indices.value
from indices
inner join reference.provinces as province_names on indices.province_code = province_names.province_code
where indices.value is not null
order by indices.index_name, indices.province_code, indices.year
