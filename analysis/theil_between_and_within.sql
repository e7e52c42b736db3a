-- How much of the inequality lies between regions, and how much within them?
-- Theil T of GDP per resident, and the part of it in percent that lies between regions, between the provinces of a
-- region and within provinces; the last is seen only between cities. Cities whose residents nobody can say are not in
-- (column cities): years with other cities are not comparable.
with

settings as (
    select
        'region3' as grouping_of_places,
        'resident' as population_basis
)

select
    provinces.year,
    provinces.places as provinces,
    round(provinces.theil_t, 4) as theil_provinces,
    round(100 * provinces.theil_t_between / provinces.theil_t, 1) as between_regions_pct,
    cities.places as cities,
    round(cities.theil_t, 4) as theil_cities,
    round(100 * cities.theil_t_between / cities.theil_t, 1) as cities_between_regions_pct,
    round(100 * cities.theil_t_between_provinces / cities.theil_t, 1) as between_provinces_pct,
    round(100 * cities.theil_t_within_provinces / cities.theil_t, 1) as within_provinces_pct
from settings
inner join province_income_theil as provinces on settings.grouping_of_places = provinces.grouping
left join city_income_theil as cities
    on provinces.grouping = cities.grouping
    and provinces.year = cities.year
    and settings.population_basis = cities.population_basis
order by provinces.year
