{{ config(materialized='view') }}

select
    file_id,
    sheet,
    row as row_number,
    "column" as column_number,
    place_text,
    nullif({{ trimmed('policy_text') }}, '') as policy_text,
    year_text,
    nullif({{ trimmed('batch_text') }}, '') as batch,
    nullif({{ trimmed('source_text') }}, '') as source,
    nullif({{ trimmed('confidence_text') }}, '') as confidence_text,
    nullif(problem, '') as problem
from {{ source('landing', 'policy_rows') }}
