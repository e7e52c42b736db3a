-- What the panels of this run are made of: the content of the files (data_hash), what the manifest says of them
-- (manifest_hash), the code, the packages and the vars. listing_hash is that of the lines of the manifests alone: two
-- runs that share it read the same sources, in whatever edition.
with

files as (
    select * from {{ ref('landed_files') }}
),

listing as (
    select distinct * exclude (file_id, path, file_name, bytes, cells, notes_text) from files
),

code as (
    select * from {{ source('history', 'software') }}
)

select
    code.code_hash,
    code.software,
    code.seed,
    '{{ vars_text() | replace("'", "''") }}' as vars,
    coalesce((select sha256(string_agg(files.file_id, chr(10) order by files.file_id)) from files), '') as data_hash,
    coalesce((select sha256(string_agg(cast(files as varchar), chr(10) order by files.path)) from files), '')
        as manifest_hash,
    coalesce(
        (
            select sha256(string_agg(cast(listing as varchar), chr(10) order by cast(listing as varchar))) from listing
        ), ''
    ) as listing_hash,
    coalesce((select string_agg(distinct files.vintage, '; ' order by files.vintage) from files), '') as vintages,
    {{ is_simulated() }} as is_simulated
from code
