-- Does inequality fall as places grow rich, or only from poor places to rich ones?
-- Cities in equal groups by real GDP per registered person (prices of 2000), all years together: the means show both at
-- once. The last column takes the mean of its city from each Theil index, so that only changes over time are left;
-- where it does not fall from group to group as the column before does, what looks like development is the map.
with

settings as (
    select 5 as bins
),

cities as (
    select
        inequality.city_code,
        inequality.year,
        inequality.theil,
        inequality.income_ratio,
        100 * inequality.urban_share as urban_pct,
        exp(mart.ln_gdp_per_registered) as gdp_per_person
    from city_inequality as inequality
    inner join city_convergence as mart
        on inequality.city_code = mart.city_code and inequality.year = mart.year
),

binned as (
    select
        cities.*,
        cities.theil - avg(cities.theil) over (partition by cities.city_code) as theil_over_time,
        ntile(settings.bins) over (order by cities.gdp_per_person, cities.city_code, cities.year) as bin
    from cities
    cross join settings
    where cities.theil is not null and cities.gdp_per_person is not null
)

select
    bin,
    count(*) as city_years,
    count(distinct city_code) as cities,
    round(min(gdp_per_person), 1) as gdp_per_person_from,
    round(max(gdp_per_person), 1) as gdp_per_person_to,
    round(avg(urban_pct), 1) as urban_pct,
    round(avg(income_ratio), 3) as income_ratio,
    round(avg(theil), 4) as theil,
    round(avg(theil_over_time), 4) as theil_less_own_mean
from binned
group by bin
order by bin
