-- How did the urban-rural Theil index move in the east, the centre and the west?
-- The mean over the provinces of a region, weighted by population.
with

provinces as (
    select
        inequality.year,
        region.group_name as region,
        inequality.theil,
        panel.pop_resident_10k_persons as population_10k
    from province_inequality as inequality
    inner join province_panel as panel
        on inequality.province_code = panel.province_code and inequality.year = panel.year
    inner join reference.place_groups as region
        on inequality.province_code = region.place_code and region.grouping = 'region3'
    where inequality.theil is not null
),

regions as (
    select
        year,
        region,
        sum(theil * population_10k) / sum(population_10k) as theil
    from provinces
    group by year, region
)

select
    year,
    round(max(theil) filter (where region = 'east'), 4) as east,
    round(max(theil) filter (where region = 'central'), 4) as central,
    round(max(theil) filter (where region = 'west'), 4) as west
from regions
group by year
order by year
