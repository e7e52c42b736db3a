-- What this run is made of: the content of the files (data_hash), what the manifest says of them (manifest_hash), the
-- specifications, the code, the packages and the vars. run_id is a hash of all that and of nothing else, so a rebuild
-- of the same is the same run. Where the folder lies and when the run began do not enter.
with

files as (
    select * from {{ ref('landed_files') }}
),

specifications as (
    select
        specifications.spec_id,
        cast(specifications as varchar) as specification
    from {{ ref('full_specifications') }} as specifications
),

code as (
    select * from {{ source('history', 'software') }}
),

parts as (
    select
        code.code_hash,
        code.software,
        code.seed,
        '{{ vars_text() | replace("'", "''") }}' as vars,
        coalesce((select sha256(string_agg(files.file_id, chr(10) order by files.file_id)) from files), '')
            as data_hash,
        coalesce((select sha256(string_agg(cast(files as varchar), chr(10) order by files.path)) from files), '')
            as manifest_hash,
        coalesce((select string_agg(distinct files.vintage, '; ' order by files.vintage) from files), '') as vintages,
        coalesce(
            (
                select sha256(string_agg(specifications.specification, chr(10) order by specifications.spec_id))
                from specifications
            ), ''
        ) as specification_hash
    from code
)

select
    left(
        sha256(concat_ws(
            chr(10), data_hash, manifest_hash, specification_hash, code_hash, software, seed, vars
        )), 16
    ) as run_id,
    *
from parts
