-- a basis, grouping of provinces and year: Theil indices of GDP per head between cities
select
    city_income_theil.*,
    city_income_theil.theil_t_between / nullif(city_income_theil.theil_t, 0) as share_between,
    groupings.label_en,
    groupings.label_zh
from city_income_theil
left join reference.groupings on city_income_theil.grouping = groupings.grouping
where groupings.place_level = 'province'
order by city_income_theil.population_basis, city_income_theil.grouping, city_income_theil.year
