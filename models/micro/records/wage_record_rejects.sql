-- Wage records that do not count, with a sentence that says where they are, what is wrong, and what to do. Rows count
-- from 1 in Parquet files; text files are searched for what they print.
with

bins as (
    select * from {{ ref('wage_record_bins') }}
    where bin <> 'used'
)

select
    bins.file_id,
    landed.path,
    bins.bin as reject_reason,
    bins.city_text,
    bins.year_text,
    bins.value_text,
    bins.records,
    bins.first_row_number + 1 as first_row,
    landed.path
    || coalesce(', row ' || cast(bins.first_row_number + 1 as varchar), '')
    || ' (city ' || coalesce(bins.city_text, 'none')
    || ', year ' || coalesce(bins.year_text, 'none')
    || coalesce(', value ' || bins.value_text, '')
    || ', records ' || cast(bins.records as varchar)
    || '): ' || reasons.meaning || '; ' || reasons.remedy || '.' as message
from bins
inner join {{ ref('landed_files') }} as landed on bins.file_id = landed.file_id
inner join {{ ref('reject_reasons') }} as reasons on bins.bin = reasons.reason
