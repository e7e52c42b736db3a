-- Law: nothing is lost silently. Cells of each file as the reader counted them, and the bin each one ended in.
select
    files.file_id,
    files.path,
    files.cells,
    count(*) filter (where bins.bin = 'used') as used,
    count(*) filter (where bins.bin = 'rival') as rival,
    count(*) filter (where bins.bin = 'not_requested') as not_requested,
    count(*) filter (where bins.bin = 'check_row') as check_row,
    count(*) filter (where bins.bin = 'blank') as blank,
    count(*) filter (where bins.bin = 'quarantined') as quarantined,
    count(*) filter (where bins.bin = 'rejected') as rejected
from {{ ref('landed_files') }} as files
left join {{ ref('cell_bins') }} as bins on files.file_id = bins.file_id
group by all
