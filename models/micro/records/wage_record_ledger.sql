-- Records of each file as the landing counted them, and the bin each one ended in.
with

files as (
    select * from {{ ref('landed_record_files') }}
    where reader = 'wage_records'
),

bins as (
    select * from {{ ref('wage_record_bins') }}
)

select
    files.file_id,
    landed.path,
    files.records,
    {{ records_in_bin('used') }} as used,
    {{ records_in_bin('no city') }} as no_city,
    {{ records_in_bin('bad year') }} as bad_year,
    {{ records_in_bin('unknown city') }} as unknown_city,
    {{ records_in_bin('missing wage') }} as missing_wage,
    {{ records_in_bin('wage not a number') }} as wage_not_a_number,
    {{ records_in_bin('negative wage') }} as negative_wage,
    {{ records_in_bin('wage out of range') }} as wage_out_of_range,
    {{ records_in_bin('non-finite wage') }} as non_finite_wage,
    {{ records_in_bin('bad weight') }} as bad_weight
from files
inner join {{ ref('landed_files') }} as landed on files.file_id = landed.file_id
left join bins on files.file_id = bins.file_id
group by files.file_id, landed.path, files.records
