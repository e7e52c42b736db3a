-- Do the cities of a province sum to the province?
-- GDP and residents of the cities in percent of the province's, in one year, and the share of either in towns. Below
-- 100 where prefectures, leagues and counties under the province are not in the city panel (column cities), or cities
-- lack a value (cities_without_gdp); above 100 where a census revised the province below what its cities had reported
-- (GDP after the fourth and fifth economic census, residents after the census of 2020). In the simulated default cities
-- and provinces are drawn apart.
with

settings as (
    select 2016 as comparison_year
),

cities as (
    select
        panel.province_code,
        panel.year,
        count(*) as cities,
        count(*) filter (where panel.gdp_100m_cny is null) as cities_without_gdp,
        count(*) filter (where population.resident_10k_persons is null) as cities_without_residents,
        sum(panel.gdp_100m_cny) as gdp_100m_cny,
        sum(population.resident_10k_persons) as resident_10k_persons,
        sum(population.resident_10k_persons * panel.urbanisation_rate_pct)
        / sum(population.resident_10k_persons) filter (where panel.urbanisation_rate_pct is not null)
            as urbanisation_rate_pct
    from city_panel as panel
    inner join city_population as population
        on panel.city_code = population.city_code and panel.year = population.year
    group by panel.province_code, panel.year
)

select
    provinces.province_name_en as province,
    coalesce(cities.cities, 0) as cities,
    cities.cities_without_gdp,
    round(provinces.gdp_100m_cny)::integer as province_gdp,
    round(100 * cities.gdp_100m_cny / provinces.gdp_100m_cny, 1) as cities_gdp_pct,
    cities.cities_without_residents,
    round(provinces.pop_resident_10k_persons)::integer as province_residents,
    round(100 * cities.resident_10k_persons / provinces.pop_resident_10k_persons, 1) as cities_residents_pct,
    round(provinces.urbanisation_rate_pct, 1) as province_urban_pct,
    round(cities.urbanisation_rate_pct, 1) as cities_urban_pct
from settings
inner join province_panel as provinces on settings.comparison_year = provinces.year
left join cities on provinces.province_code = cities.province_code and provinces.year = cities.year
order by cities_gdp_pct desc nulls last, provinces.province_code asc
