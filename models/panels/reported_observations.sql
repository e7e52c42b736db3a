{{ config(schema='staging') }}

-- Usable cells that no detector quarantined.
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
    cells.value
from {{ ref('resolved_cells') }} as cells
left join {{ ref('findings') }} as findings
    on cells.file_id = findings.file_id
    and cells.indicator = findings.indicator
    and cells.scope = findings.scope
    and cells.vintage = findings.vintage
    and cells.year = findings.year
    and findings.severity = 'quarantine'
where cells.status = 'usable'
qualify row_number() over (
    partition by cells.file_id, cells.sheet, cells.row_number, cells.column_number order by findings.detector
) = 1 and findings.file_id is null
