{{ config(materialized='view') }}

select
    file_id,
    reader,
    location,
    format,
    delimiter,
    stored_columns,
    place_column,
    year_column,
    value_column,
    nullif(weight_column, '') as weight_column,
    year_kind,
    value_kind,
    nullif(weight_kind, '') as weight_kind,
    records
from {{ source('landing', 'record_files') }}
