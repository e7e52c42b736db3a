-- Which city-years cross a break of the borders or of the level of GDP?
-- Every first row that shows other borders, and every year in which the GDP of a city moved away from its volumes by
-- more than a threshold (in log points): a growth rate over such a year is not growth. Definitions that change for all
-- cities in the same year are counted beside them; reference.definition_breaks says which.
with

settings as (
    select
        2006 as first_year,
        2020 as last_year,
        0.3 as smallest_step
),

border_changes as (
    select
        city_code,
        row_year as year,
        string_agg(distinct event, ', ' order by event) as border_change
    from boundary_changes
    group by city_code, row_year
),

level_steps as (
    select
        steps.place_code as city_code,
        steps.year,
        steps.deviation
    from gdp_level_steps as steps
    cross join settings
    where steps.place_level = 'city' and steps.is_odd and abs(steps.deviation) > settings.smallest_step
),

definitions as (
    select
        first_year as year,
        count(*) as definitions_changed
    from reference.definition_breaks
    where place_level = 'city'
    group by first_year
)

select
    cities.name_en as city,
    panel.year,
    border_changes.border_change,
    round(100 * level_steps.deviation, 1) as gdp_step_log_pct,
    coalesce(definitions.definitions_changed, 0) as definitions_changed
from city_panel as panel
cross join settings
inner join reference.cities as cities on panel.city_code = cities.city_code
left join border_changes on panel.city_code = border_changes.city_code and panel.year = border_changes.year
left join level_steps on panel.city_code = level_steps.city_code and panel.year = level_steps.year
left join definitions on panel.year = definitions.year
where
    panel.year between settings.first_year and settings.last_year
    and (border_changes.city_code is not null or level_steps.city_code is not null)
order by panel.year, panel.city_code
