-- Which curated override speaks of which part of a file. An override is keyed by file name, header, column
-- and years, so that a corrected file is not corrected again.
with

columns as (
    select distinct
        cells.file_id,
        files.file_name,
        headers.header_text,
        cells.header_path,
        cells.column_number,
        {{ strict_year('cells.year_text') }} as year
    from {{ ref('landed_cells') }} as cells
    inner join {{ ref('landed_files') }} as files on cells.file_id = files.file_id
    inner join {{ ref('header_resolution') }} as headers
        on cells.file_id = headers.file_id
        and cells.header_path is not distinct from headers.header_path
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
inner join {{ ref('source_overrides') }} as overrides
    on regexp_full_match(columns.file_name, overrides.file_pattern)
    and (overrides.header_text is null or columns.header_text = overrides.header_text)
    and (overrides.column_number is null or columns.column_number = overrides.column_number)
    and columns.year between coalesce(overrides.first_year, 0) and coalesce(overrides.last_year, 9999)
group by all
