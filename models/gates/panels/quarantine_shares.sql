-- What share of the cells of a file that a panel could have used a detector keeps out of it.
select
    file_id,
    path,
    used + rival + quarantined as candidate_cells,
    {{ ratio('quarantined', 'used + rival + quarantined') }} as quarantined_share
from {{ ref('ledger') }}
