-- The city panel: a row for each city and year of which a listed file prints figures, one column an indicator (city
-- total) and one for its urban districts. A year whose edition is not at hand has no row. Mergers are never mapped: an
-- abolished city ends, its successor goes on, and boundary_change says so.
with

observations as (
    select * from {{ ref('observations') }}
    where place_level = 'city'
),

city_years as (
    select distinct
        places.place_code as city_code,
        {{ strict_year('places.year_text') }} as year
    from {{ ref('place_resolution') }} as places
    inner join {{ ref('landed_files') }} as files on places.file_id = files.file_id
    -- the year of a policy is no year of the panel
    where places.place_level = 'city' and files.adds_rows and files.reader <> 'policies'
),

boundary_changes as (
    select distinct
        year,
        unnest([from_code, to_code]) as city_code
    from {{ ref('place_events') }}
    where materiality is not null
),

last_changes as (
    select
        city_years.city_code,
        city_years.year,
        max(boundary_changes.year) as last_boundary_change_year
    from city_years
    left join boundary_changes
        on city_years.city_code = boundary_changes.city_code
        and city_years.year >= boundary_changes.year
    group by city_years.city_code, city_years.year
),

named_values as (
    select
        observations.place_code,
        observations.year,
        observations.value,
        indicators.panel_column || case observations.scope when 'total' then '' when 'districts' then '_districts' end
            as panel_column
    from observations
    inner join {{ ref('indicators') }} as indicators on observations.indicator = indicators.indicator
),

values_side_by_side as (
    from named_values
    pivot (
        max(value)
        for panel_column in ({{ panel_columns('city') }}, {{ panel_columns('city', '_districts') }})
        group by place_code, year
    )
),

interpolations as (
    select
        place_code,
        year,
        list(
            indicator || case when scope = 'districts' then '_districts' else '' end
            order by indicator asc, scope desc
        ) as interpolated_indicators
    from observations
    where origin = 'interpolated'
    group by place_code, year
)

select
    last_changes.city_code,
    last_changes.year,
    cities.name_zh as city_name_zh,
    cities.name_en as city_name_en,
    cities.province_code,
    coalesce(last_changes.last_boundary_change_year = last_changes.year, false) as boundary_change,
    last_changes.year - last_changes.last_boundary_change_year as years_since_boundary_change,
    {{ break_columns('city', 'last_changes.year') }}
    values_side_by_side.* exclude (place_code, year),
    interpolations.interpolated_indicators
from last_changes
inner join {{ ref('cities') }} as cities on last_changes.city_code = cities.city_code
left join values_side_by_side
    on last_changes.city_code = values_side_by_side.place_code
    and last_changes.year = values_side_by_side.year
left join interpolations
    on last_changes.city_code = interpolations.place_code
    and last_changes.year = interpolations.year
