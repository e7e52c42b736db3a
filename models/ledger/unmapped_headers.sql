-- What the dictionary does not know: header names that name no indicator, or several, and how many cells stand below
-- them. A header that an override settles, or that the dictionary knows and no study asks for, is not listed.
with

columns as (
    select
        cells.file_id,
        cells.header_path,
        cells.column_number,
        count(*) as cells,
        count(*) filter (where not {{ is_blank('cells.value_text') }}) as filled_cells
    from {{ ref('landed_cells') }} as cells
    group by cells.file_id, cells.header_path, cells.column_number
),

settled as (
    select distinct
        file_id,
        header_path,
        column_number
    from {{ ref('override_matches') }}
    where indicator is not null
)

select
    columns.file_id,
    files.path,
    headers.reject_reason,
    coalesce(headers.header_name, '') as header_name,
    min(headers.header_text) as header_text,
    count(*) as column_count,
    cast(sum(columns.cells) as bigint) as cells,
    cast(sum(columns.filled_cells) as bigint) as filled_cells
from columns
inner join {{ ref('landed_files') }} as files on columns.file_id = files.file_id
inner join {{ ref('header_resolution') }} as headers
    on columns.file_id = headers.file_id
    and columns.header_path is not distinct from headers.header_path
left join settled
    on columns.file_id = settled.file_id
    and columns.header_path is not distinct from settled.header_path
    and columns.column_number = settled.column_number
-- a blank heading is the file's matter
where headers.indicator is null and headers.reject_reason <> 'no heading' and settled.file_id is null
group by columns.file_id, files.path, headers.reject_reason, headers.header_name
