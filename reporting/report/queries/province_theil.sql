-- a grouping and year: Theil indices of GDP per resident between provinces
select
    province_income_theil.*,
    province_income_theil.theil_t_between / nullif(province_income_theil.theil_t, 0) as share_between,
    groupings.label_en,
    groupings.label_zh
from province_income_theil
left join reference.groupings on province_income_theil.grouping = groupings.grouping
order by province_income_theil.grouping, province_income_theil.year
