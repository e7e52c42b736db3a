-- Which treated city-years have negative weight in a two-way coefficient?
-- The effect of such a city-year is subtracted from the average that the coefficient is (de Chaisemartin and
-- D'Haultfoeuille 2020). The most negative ones; twfe_weights has the sums.
with

settings as (
    select 'ic_weights' as spec_id
)

select
    cities.name_en as city,
    cells.cohort,
    cells.time as year,
    cells.time - cells.cohort as years_treated,
    round(100 * cells.weight, 4) as weight_pct,
    totals.atts_negative as negative_in_all,
    totals.atts as treated_in_all,
    round(100 * totals.sum_negative, 2) as sum_of_negative_pct
from twfe_weights_by_cell as cells
inner join settings on cells.spec_id = settings.spec_id
inner join twfe_weights as totals on cells.spec_id = totals.spec_id
inner join reference.cities as cities on cells.unit = cities.city_code
where cells.weight < 0
order by weight_pct, cells.unit, cells.time
limit 20
