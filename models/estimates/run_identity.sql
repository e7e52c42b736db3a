-- What this run is made of: its data, code, packages and vars (data_identity), and the specifications. run_id is a hash
-- of all that and of nothing else, so a rebuild of the same is the same run. Where the folder lies and when the run
-- began do not enter.
with

specifications as (
    select
        specifications.spec_id,
        cast(specifications as varchar) as specification
    from {{ ref('full_specifications') }} as specifications
),

parts as (
    select
        made_of.code_hash,
        made_of.software,
        made_of.seed,
        made_of.vars,
        made_of.data_hash,
        made_of.manifest_hash,
        made_of.vintages,
        coalesce(
            (
                select sha256(string_agg(specifications.specification, chr(10) order by specifications.spec_id))
                from specifications
            ), ''
        ) as specification_hash
    from {{ ref('data_identity') }} as made_of
)

select
    left(
        sha256(concat_ws(
            chr(10), data_hash, manifest_hash, specification_hash, code_hash, software, seed, vars
        )), 16
    ) as run_id,
    *
from parts
