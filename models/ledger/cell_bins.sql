-- Which bin each landed cell ends in; the bins exclude each other and leave nothing out. A cell counts as used when
-- it is a chosen value or a part of one. A row of a list of policies counts as one cell: used where its year is the one
-- that counts for the city, a rival where it says otherwise or repeats another row.
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
union all
select
    policy_rows.file_id,
    policy_rows.sheet,
    policy_rows.row_number,
    policy_rows.column_number,
    case
        when policy_rows.reject_reason is not null then 'rejected'
        when listings.is_repeated then 'rival'
        else 'used'
    end as bin
from {{ ref('resolved_policy_rows') }} as policy_rows
left join {{ ref('policy_listings') }} as listings
    on policy_rows.file_id = listings.file_id
    and policy_rows.sheet = listings.sheet
    and policy_rows.row_number = listings.row_number
    and policy_rows.column_number = listings.column_number
