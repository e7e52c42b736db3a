-- The long city panel: every value with its unit and where it stands in print. A derived value has several source
-- cells and lists them; city_provenance has them as rows.
with

source_cells as (
    select
        city_code,
        year,
        panel_column,
        scope,
        part,
        path || case when sheet <> '' then ', ' || sheet else '' end || ', ' || cell as source_cell,
        value_text
    from {{ ref('city_provenance') }}
),

sources as (
    select
        city_code,
        year,
        panel_column,
        scope,
        string_agg(source_cell, '; ' order by part) as source_cells,
        -- a value that is printed has one cell
        case when count(*) = 1 then any_value(value_text) end as value_text
    from source_cells
    group by city_code, year, panel_column, scope
)

select
    observations.place_code as city_code,
    cities.name_zh as city_name_zh,
    observations.year,
    observations.indicator,
    observations.scope,
    observations.value,
    indicators.unit,
    observations.origin,
    observations.vintage,
    sources.source_cells,
    sources.value_text
from {{ ref('observations') }} as observations
inner join {{ ref('cities') }} as cities on observations.place_code = cities.city_code
inner join {{ ref('indicators') }} as indicators on observations.indicator = indicators.indicator
left join sources
    on observations.place_code = sources.city_code
    and observations.year = sources.year
    and observations.scope = sources.scope
    and indicators.panel_column = sources.panel_column
where observations.place_level = 'city'
