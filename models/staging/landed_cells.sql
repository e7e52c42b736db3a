{{ config(materialized='view') }}

select
    file_id,
    sheet,
    row as row_number,
    "column" as column_number,
    place_text,
    nullif(header_path, '') as header_path,
    nullif(scope_text, '') as scope_text,
    nullif(unit_text, '') as unit_text,
    year_text,
    value_text,
    nullif(problem, '') as problem
from {{ source('landing', 'cells') }}
