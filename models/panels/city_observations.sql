-- The long city panel: every value with its unit and where it stands in print. A value with several source cells
-- (derived, interpolated) lists them; city_provenance has them as rows.
with

sources as (
    select
        city_code,
        year,
        panel_column,
        scope,
        list(path || case when sheet <> '' then ', ' || sheet else '' end || ', ' || cell order by source_year, part)
            as source_cells,
        any_value(value_text) as value_text
    from {{ ref('city_provenance') }}
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
    case when observations.origin = 'reported' then sources.value_text end as value_text
from {{ ref('observations') }} as observations
inner join {{ ref('indicators') }} as indicators on observations.indicator = indicators.indicator
left join sources
    on observations.place_code = sources.city_code
    and observations.year = sources.year
    and observations.scope = sources.scope
    and indicators.panel_column = sources.panel_column
where observations.place_level = 'city'
