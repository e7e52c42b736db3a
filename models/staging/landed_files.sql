{{ config(materialized='view') }}

select
    file_id,
    path,
    file_name,
    manifest,
    manifest_path,
    reader,
    encoding,
    nullif(indicator, '') as indicator,
    nullif(unit, '') as unit,
    place_level,
    scope,
    unknown_headers,
    adds_rows,
    vintage,
    publisher,
    citation,
    licence,
    priority,
    is_simulated,
    bytes,
    cells,
    nullif(notes_text, '') as notes_text,
    nullif(note, '') as note
from {{ source('landing', 'files') }}
