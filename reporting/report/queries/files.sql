-- a file, in the order of their paths: what it is, and where its cells ended
select
    row_number() over (order by files.path, files.file_id) as file_number,
    files.file_id,
    files.path,
    files.file_name,
    files.manifest,
    files.reader,
    files.encoding,
    files.place_level,
    files.vintage,
    files.publisher,
    files.citation,
    files.licence,
    files.priority,
    files.is_simulated,
    files.note,
    files.bytes,
    ledger.cells,
    ledger.used,
    ledger.rival,
    ledger.not_requested,
    ledger.check_row,
    ledger.blank,
    ledger.quarantined,
    ledger.rejected
from landing.files
left join ledger.ledger on files.file_id = ledger.file_id
order by file_number
