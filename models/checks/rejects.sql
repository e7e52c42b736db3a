{{ config(schema='checks') }}

-- One row a rejected cell, with a sentence that says where it is, what is wrong, and what to do.
select
    cells.file_id,
    cells.sheet,
    cells.row_number,
    cells.column_number,
    files.path,
    {{ cell_name('cells.row_number', 'cells.column_number') }} as cell,
    cells.place_text,
    cells.header_text,
    cells.year,
    cells.value_text,
    cells.reject_reason,
    files.path || case when cells.sheet <> '' then ', sheet ' || cells.sheet else '' end
    || ', cell ' || {{ cell_name('cells.row_number', 'cells.column_number') }}
    || ' (place ' || coalesce(cells.place_text, 'none') || ', header ' || coalesce(cells.header_text, 'none')
    || ', value ' || cells.value_text || '): ' || reasons.meaning || '; ' || reasons.remedy || '.' as message
from {{ ref('resolved_cells') }} as cells
inner join {{ ref('landed_files') }} as files on cells.file_id = files.file_id
inner join {{ ref('reject_reasons') }} as reasons on cells.reject_reason = reasons.reason
where cells.status = 'rejected'
