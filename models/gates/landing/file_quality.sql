-- What each landed file gave: cells, and what share of those that are not blank could not be read (rejected), is of an
-- indicator that nobody asks for, or is usable; the places and years of its usable cells. A file of records has none of
-- these: its records have a ledger of their own.
with

cells as (
    select
        file_id,
        count(*) filter (where status <> 'blank') as filled_cells,
        count(*) filter (where status = 'usable') as usable_cells,
        count(*) filter (where status = 'rejected') as rejected_cells,
        count(*) filter (where status = 'not_requested') as not_requested_cells,
        count(distinct place_code) filter (where status = 'usable') as places,
        count(distinct year) filter (where status = 'usable') as years,
        min(year) filter (where status = 'usable') as first_year,
        max(year) filter (where status = 'usable') as last_year
    from {{ ref('resolved_cells') }}
    group by file_id
)

select
    files.file_id,
    files.path,
    files.reader,
    files.publisher,
    files.vintage,
    files.place_level,
    files.is_simulated,
    files.cells,
    coalesce(cells.filled_cells, 0) as filled_cells,
    cells.places,
    cells.years,
    cells.first_year,
    cells.last_year,
    {{ ratio('cells.usable_cells', 'cells.filled_cells') }} as usable_share,
    {{ ratio('cells.rejected_cells', 'cells.filled_cells') }} as rejected_share,
    {{ ratio('cells.not_requested_cells', 'cells.filled_cells') }} as not_requested_share,
    1 - {{ ratio('cells.filled_cells', 'files.cells') }} as blank_share
from {{ ref('landed_files') }} as files
left join cells on files.file_id = cells.file_id
