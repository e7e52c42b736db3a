-- a bin of the ledger: cells of all files
select
    ending.bin,
    ending.cells,
    ending.cells / nullif(sum(ending.cells) over (), 0) as share
from (
    unpivot (
        select
            sum(used) as used,
            sum(rival) as rival,
            sum(check_row) as check_row,
            sum(not_requested) as not_requested,
            sum(blank) as blank,
            sum(quarantined) as quarantined,
            sum(rejected) as rejected
        from ledger.ledger
    ) on used, rival, check_row, not_requested, blank, quarantined, rejected
    into name bin value cells
) as ending
