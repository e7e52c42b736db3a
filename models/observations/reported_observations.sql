-- Usable cells that no detector quarantined. A finding of a place keeps out that place's cells, a finding without a
-- place those of every place.
-- depends_on: {{ ref('landing_gate') }}
with

quarantined_columns as (
    select distinct
        file_id,
        place_level,
        indicator,
        scope,
        vintage,
        year
    from {{ ref('findings') }}
    where severity = 'quarantine' and place_code is null
),

quarantined_places as (
    select distinct
        file_id,
        place_level,
        place_code,
        indicator,
        scope,
        vintage,
        year
    from {{ ref('findings') }}
    where severity = 'quarantine' and place_code is not null
)

select
    cells.file_id,
    cells.sheet,
    cells.row_number,
    cells.column_number,
    cells.place_level,
    cells.place_code,
    cells.indicator,
    cells.scope,
    cells.year,
    cells.vintage,
    cells.priority,
    cells.value,
    {{ rounding_error('cells.value_text') }} * cells.unit_factor * cells.currency_factor as rounding_error,
    cells.is_computed
from {{ ref('resolved_cells') }} as cells
left join quarantined_columns as off_columns
    on cells.file_id = off_columns.file_id
    and cells.place_level = off_columns.place_level
    and cells.indicator = off_columns.indicator
    and cells.scope = off_columns.scope
    and cells.vintage = off_columns.vintage
    and cells.year = off_columns.year
left join quarantined_places as off_places
    on {{ same_observation('cells', 'off_places') }}
where cells.status = 'usable' and off_columns.file_id is null and off_places.file_id is null
