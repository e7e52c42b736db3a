-- One row a rejected cell, or row of a list of policies (whose header is the policy and whose value the confidence),
-- with a sentence that says where it is, what is wrong, and what to do.
with

rejected as (
    select
        file_id,
        sheet,
        row_number,
        column_number,
        place_text,
        header_text,
        year,
        year_text,
        value_text,
        reject_reason
    from {{ ref('resolved_cells') }}
    where status = 'rejected'
    union all
    select
        file_id,
        sheet,
        row_number,
        column_number,
        place_text,
        policy_text as header_text,
        year,
        year_text,
        confidence_text as value_text,
        reject_reason
    from {{ ref('resolved_policy_rows') }}
    where reject_reason is not null
)

select
    rejected.file_id,
    rejected.sheet,
    rejected.row_number,
    rejected.column_number,
    files.path,
    {{ cell_name('rejected.row_number', 'rejected.column_number') }} as cell,
    rejected.place_text,
    rejected.header_text,
    rejected.year,
    rejected.value_text,
    rejected.reject_reason,
    files.path || case when rejected.sheet <> '' then ', sheet ' || rejected.sheet else '' end
    || ', cell ' || {{ cell_name('rejected.row_number', 'rejected.column_number') }}
    || ' (place ' || coalesce(rejected.place_text, 'none') || ', header ' || coalesce(rejected.header_text, 'none')
    || case
        when reasons.reason like 'year %'
            then ', year ' || coalesce(nullif({{ trimmed('rejected.year_text') }}, ''), 'none')
        else ''
    end
    || ', value ' || coalesce(rejected.value_text, 'none') || '): ' || reasons.meaning || '; ' || reasons.remedy
    || '.' as message
from rejected
inner join {{ ref('landed_files') }} as files on rejected.file_id = files.file_id
inner join {{ ref('reject_reasons') }} as reasons on rejected.reject_reason = reasons.reason
