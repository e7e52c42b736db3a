-- Law: nothing is lost silently. Files whose landed cells (or rows of policies) are not the cells of the ledger.
with

cells as (
    select file_id from {{ ref('landed_cells') }}
    union all
    select file_id from {{ ref('landed_policy_rows') }}
),

landed as (
    select
        file_id,
        count(*) as cells
    from cells
    group by file_id
)

select
    landed.file_id,
    landed.cells as landed_cells,
    ledger.cells as ledger_cells
from landed
left join {{ ref('ledger') }} as ledger on landed.file_id = ledger.file_id
where landed.cells is distinct from ledger.cells
