-- The quantiles of panels and marts beside those of the predecessor: the latest build of the history
-- (regional.history) that was made by the same lines of manifests, of the same kind (simulated or not), and is not the
-- present one. No rows where there is none. relative_change is the difference as a share of the larger of the two.
with

present_run as (
    select * from {{ ref('data_identity') }}
),

before as (
    select * from {{ source('history', 'quantiles') }}
),

predecessor as (
    select max(before.run_number) as run_number
    from before
    inner join present_run
        on before.listing_hash = present_run.listing_hash
        and before.is_simulated = present_run.is_simulated
    where
        before.data_hash <> present_run.data_hash
        or before.code_hash <> present_run.code_hash
        or before.software <> present_run.software
        or before.vars <> present_run.vars
)

select
    present.relation,
    present.column_name,
    present.probability,
    present.value,
    before.value as previous_value,
    before.run_number as previous_run_number,
    {{ relative_change('present.value', 'before.value') }} as relative_change
from {{ ref('panel_quantiles') }} as present
inner join before
    on present.relation = before.relation
    and present.column_name = before.column_name
    and present.probability = before.probability
inner join predecessor on before.run_number = predecessor.run_number
