{{ config(materialized='view') }}

select
    kind,
    path,
    message
from {{ source('landing', 'notices') }}
