-- The long city panel: every value with its unit and where it stands in print. A value with several source cells
-- (derived, interpolated) lists them; city_provenance has them as rows.
with

source_cells as (
    select
        city_code,
        year,
        panel_column,
        scope,
        origin,
        source_year,
        part,
        path || case when sheet <> '' then ', ' || sheet else '' end || ', ' || cell as source_cell,
        value_text
    from {{ ref('city_provenance') }}
),

sources as (
    -- a reported or computed value has one cell
    select
        city_code,
        year,
        panel_column,
        scope,
        [source_cell] as source_cells,
        value_text
    from source_cells
    where origin in ('reported', 'computed')
    union all
    select
        city_code,
        year,
        panel_column,
        scope,
        list(source_cell order by source_year, part) as source_cells,
        null as value_text
    from source_cells
    where origin not in ('reported', 'computed')
    group by city_code, year, panel_column, scope
)

select
    observations.place_code as city_code,
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
inner join {{ ref('indicators') }} as indicators on observations.indicator = indicators.indicator
left join sources
    on observations.place_code = sources.city_code
    and observations.year = sources.year
    and observations.scope = sources.scope
    and indicators.panel_column = sources.panel_column
where observations.place_level = 'city'
