-- Which bin each landed cell ends in; the bins exclude each other and leave nothing out. A cell counts as used when
-- it is a chosen value or a part of one.
with

used as (
    select distinct
        file_id,
        sheet,
        row_number,
        column_number
    from {{ ref('observation_sources') }}
),

candidates as (
    select
        file_id,
        sheet,
        row_number,
        column_number
    from {{ ref('reported_observations') }}
)

select
    cells.file_id,
    cells.sheet,
    cells.row_number,
    cells.column_number,
    case
        when cells.status in ('blank', 'not_requested', 'rejected', 'check_row') then cells.status
        when cells.status = 'excluded' then 'quarantined'
        when used.file_id is not null then 'used'
        when candidates.file_id is not null then 'rival'
        else 'quarantined'
    end as bin
from {{ ref('resolved_cells') }} as cells
left join used
    on cells.file_id = used.file_id
    and cells.sheet = used.sheet
    and cells.row_number = used.row_number
    and cells.column_number = used.column_number
left join candidates
    on cells.file_id = candidates.file_id
    and cells.sheet = candidates.sheet
    and cells.row_number = candidates.row_number
    and cells.column_number = candidates.column_number
