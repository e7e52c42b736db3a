-- Which curated override speaks of which part of a file. An override is keyed by file name, header, column
-- and years, so that a corrected file is not corrected again.
with

-- Few files have any: a pattern is held against the names of files, and never against their cells.
file_overrides as (
    select
        files.file_id,
        overrides.*
    from {{ ref('landed_files') }} as files
    inner join {{ ref('source_overrides') }} as overrides
        on regexp_full_match(files.file_name, overrides.file_pattern)
),

columns as (
    select distinct
        cells.file_id,
        headers.header_text,
        cells.header_path,
        cells.column_number,
        {{ strict_year('cells.year_text') }} as year
    from {{ ref('landed_cells') }} as cells
    inner join {{ ref('header_resolution') }} as headers
        on cells.file_id = headers.file_id
        and cells.header_path is not distinct from headers.header_path
    where cells.file_id in (select file_id from file_overrides)
)

select
    columns.file_id,
    columns.header_path,
    columns.column_number,
    columns.year,
    max(overrides.evidence) filter (where overrides.action = 'exclude') as exclude_evidence,
    max(overrides.value) filter (where overrides.action = 'set_vintage') as vintage,
    max(overrides.value) filter (where overrides.action = 'set_unit') as unit_text,
    max(overrides.value) filter (where overrides.action = 'set_scope') as scope,
    max(overrides.value) filter (where overrides.action = 'set_indicator') as indicator,
    max(try_cast(overrides.value as integer)) filter (where overrides.action = 'set_priority') as priority
from columns
inner join file_overrides as overrides
    on columns.file_id = overrides.file_id
    and (overrides.header_text is null or columns.header_text = overrides.header_text)
    and (overrides.column_number is null or columns.column_number = overrides.column_number)
    and columns.year between coalesce(overrides.first_year, 0) and coalesce(overrides.last_year, 9999)
group by all
