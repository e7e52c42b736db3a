-- The city panel: a row for each city and year of the model city_years, one column an indicator (city total) and one
-- for its urban districts. Values are reported, derived or spliced, and of the vintage that its family takes. Mergers
-- are never mapped: an abolished city ends, its successor goes on, boundary_change says so, and boundary_changes what
-- went where.
with

named_values as (
    select
        observations.place_code,
        observations.year,
        observations.value,
        indicators.panel_column || case observations.scope when 'total' then '' when 'districts' then '_districts' end
            as panel_column
    from {{ ref('observations') }} as observations
    inner join {{ ref('indicators') }} as indicators on observations.indicator = indicators.indicator
    where observations.place_level = 'city'
),

values_side_by_side as (
    from named_values
    pivot (
        max(value)
        for panel_column in ({{ panel_columns('city') }}, {{ panel_columns('city', '_districts') }})
        group by place_code, year
    )
),

-- a change is of its year, unless a row of that year or a later one does not show it yet
boundary_changes as (
    select
        city_code,
        row_year,
        if(previous_row_year >= change_year, row_year, change_year) as shown_from
    from {{ ref('boundary_changes') }}
),

last_changes as (
    select
        city_years.city_code,
        city_years.year,
        max(changes.shown_from) as last_boundary_change_year,
        coalesce(bool_or(changes.row_year = city_years.year), false) as boundary_change
    from {{ ref('city_years') }} as city_years
    left join boundary_changes as changes
        on city_years.city_code = changes.city_code
        and city_years.year >= changes.shown_from
    group by city_years.city_code, city_years.year
),

vintages as (
    {{ family_vintages_of_rows('city') }}
)

select
    city_years.city_code,
    city_years.year,
    cities.name_zh as city_name_zh,
    cities.name_en as city_name_en,
    cities.province_code,
    city_years.boundary_change,
    city_years.year - city_years.last_boundary_change_year as years_since_boundary_change,
    {{ break_columns('city', 'city_years.year') }}
    {{ vintage_columns('city', 'vintages') }}
    values_side_by_side.* exclude (place_code, year),
    notes.spliced_indicators,
    notes.flagged_indicators
from last_changes as city_years
inner join {{ ref('cities') }} as cities on city_years.city_code = cities.city_code
left join vintages
    on city_years.city_code = vintages.place_code
    and city_years.year = vintages.year
left join values_side_by_side
    on city_years.city_code = values_side_by_side.place_code
    and city_years.year = values_side_by_side.year
left join {{ ref('panel_notes') }} as notes
    on notes.place_level = 'city'
    and city_years.city_code = notes.place_code
    and city_years.year = notes.year
