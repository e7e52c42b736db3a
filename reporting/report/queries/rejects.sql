-- a rejected cell
select
    rejects.file_id,
    rejects.sheet,
    rejects.cell,
    rejects.place_text,
    rejects.header_text,
    rejects.year,
    rejects.value_text,
    rejects.reject_reason,
    reject_reasons.meaning,
    reject_reasons.remedy
from ledger.rejects
left join reference.reject_reasons on rejects.reject_reason = reject_reasons.reason
order by rejects.reject_reason, rejects.path, rejects.sheet, rejects.row_number, rejects.column_number
