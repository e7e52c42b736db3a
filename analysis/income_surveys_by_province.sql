-- In which year did the unified survey of households replace the older ones in the cities of each province?
-- As their incomes show it (city_income_surveys): cities by year, and the median step of both incomes in percent.
with

cities_of_provinces as (
    select
        provinces.name_en as province,
        surveys.city_code,
        surveys.series,
        surveys.survey_year,
        any_value(surveys.step_residual) as step_residual
    from city_income_surveys as surveys
    inner join reference.cities as cities on surveys.city_code = cities.city_code
    inner join reference.provinces as provinces on cities.province_code = provinces.province_code
    group by provinces.name_en, surveys.city_code, surveys.series, surveys.survey_year
)

select
    province,
    survey_year,
    count(distinct city_code) as cities,
    round(100 * (exp(median(step_residual) filter (where series = 'urban_income')) - 1), 1) as urban_step_pct,
    round(100 * (exp(median(step_residual) filter (where series = 'rural_income')) - 1), 1) as rural_step_pct
from cities_of_provinces
group by province, survey_year
order by province, survey_year
