-- Which city-years cross a break of the borders, of the people or of the level of GDP?
-- Every first row that is said to show other borders, and every year in which registered people, or GDP against its own
-- volumes, moved by more than a threshold: growth over such a year is not growth. A step of people without a change of
-- borders is a county that came or went in another row than the one said, or an error of the edition. Definitions that
-- change for all cities in the same year are counted beside them; reference.definition_breaks says which.
with

settings as (
    select
        2003 as first_year,
        2020 as last_year,
        0.25 as smallest_step_of_people,
        0.35 as smallest_step_of_gdp
),

border_changes as (
    select
        city_code,
        row_year as year,
        string_agg(distinct event, ', ' order by event) as border_change
    from boundary_changes
    group by city_code, row_year
),

people as (
    select
        now.city_code,
        now.year,
        ln(now.pop_registered_yearend_10k_persons / before.pop_registered_yearend_10k_persons) as step
    from city_panel as now
    inner join city_panel as before on now.city_code = before.city_code and now.year = before.year + 1
),

breaks as (
    select
        panel.city_code,
        panel.year,
        border_changes.border_change,
        case when abs(people.step) > settings.smallest_step_of_people then people.step end as people_step,
        case when abs(levels.deviation) > settings.smallest_step_of_gdp then levels.deviation end as gdp_step
    from city_panel as panel
    inner join settings on panel.year between settings.first_year and settings.last_year
    left join border_changes on panel.city_code = border_changes.city_code and panel.year = border_changes.year
    left join people on panel.city_code = people.city_code and panel.year = people.year
    left join gdp_level_steps as levels
        on panel.city_code = levels.place_code and panel.year = levels.year and levels.place_level = 'city'
)

select
    cities.name_en as city,
    breaks.year,
    breaks.border_change,
    round(100 * (exp(breaks.people_step) - 1), 1) as people_step_pct,
    round(100 * (exp(breaks.gdp_step) - 1), 1) as gdp_step_pct,
    count(definitions.indicator) as definitions_changed
from breaks
inner join reference.cities as cities on breaks.city_code = cities.city_code
left join reference.definition_breaks as definitions
    on breaks.year = definitions.first_year and definitions.place_level = 'city'
where coalesce(breaks.people_step, breaks.gdp_step) is not null or breaks.border_change is not null
group by
    cities.name_en, breaks.city_code, breaks.year, breaks.border_change, breaks.people_step, breaks.gdp_step
order by breaks.year, breaks.city_code
