-- Do poorer cities catch up?
-- Real GDP per registered person. Sigma: the standard deviation of its logarithm between cities, year by year. Beta:
-- the slope of the growth of a year on the logarithm a year before; negative where the poorer grew faster, with the
-- speed of convergence in percent a year that it implies. Years around a break in GDP tell little (gdp_level_breaks).
with

cities as (
    select
        year,
        ln_gdp_per_registered as ln_income,
        l_ln_gdp_per_registered as ln_income_before,
        growth_per_registered as growth
    from city_convergence
    where in_sample and not is_boundary_change
),

years as (
    select
        year,
        count(ln_income) as cities,
        stddev(ln_income) as sigma,
        count(*) filter (where growth is not null and ln_income_before is not null) as cities_with_growth,
        regr_slope(growth, ln_income_before) as beta,
        regr_r2(growth, ln_income_before) as r2
    from cities
    group by year
)

select
    years.year,
    years.cities,
    round(years.sigma, 4) as sigma,
    years.cities_with_growth,
    round(years.beta, 4) as beta,
    round(-100 * ln(1 + years.beta), 2) as speed_pct_a_year,
    round(years.r2, 3) as r2,
    breaks.is_break as is_break_of_gdp
from years
left join gdp_level_breaks as breaks on years.year = breaks.year and breaks.place_level = 'city'
where years.cities > 0
order by years.year
