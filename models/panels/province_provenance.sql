-- Where each value of the province panel comes from: one row a value and source cell. Join it to the panel on
-- province_code and year; panel_column names the column.
select
    sources.place_code as province_code,
    sources.year,
    indicators.panel_column,
    observations.value,
    sources.origin,
    observations.vintage,
    sources.part,
    sources.source_year,
    files.path,
    sources.sheet,
    {{ cell_name('sources.row_number', 'sources.column_number') }} as cell,
    cells.header_text,
    cells.value_text,
    cells.source_unit,
    cells.unit_factor,
    cells.currency_factor,
    cells.value as cell_value,
    files.citation,
    files.is_simulated,
    sources.file_id,
    sources.row_number,
    sources.column_number
from {{ ref('observation_sources') }} as sources
inner join {{ ref('observations') }} as observations
    on sources.place_level = observations.place_level
    and sources.place_code = observations.place_code
    and sources.indicator = observations.indicator
    and sources.scope = observations.scope
    and sources.year = observations.year
inner join {{ ref('indicators') }} as indicators on sources.indicator = indicators.indicator
inner join {{ ref('landed_files') }} as files on sources.file_id = files.file_id
inner join {{ ref('resolved_cells') }} as cells
    on sources.file_id = cells.file_id
    and sources.sheet = cells.sheet
    and sources.row_number = cells.row_number
    and sources.column_number = cells.column_number
where sources.place_level = 'province' and sources.scope = 'total'
