{{ config(materialized='view') }}

-- Every column that the manifest declares as one of a file (landing/manifest.py), with NULL for what it leaves open.
select
    * replace (
        nullif(indicator, '') as indicator,
        nullif(unit, '') as unit,
        nullif(notes_text, '') as notes_text,
        nullif(note, '') as note
    )
from {{ source('landing', 'files') }}
