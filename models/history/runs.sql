-- The runs of this warehouse: those of its history (regional/history.py), and the present one, which enters the history
-- at the end of its build. A run that repeats the latest of the history is that run, and keeps its time; one that
-- returns to an earlier state moves to the end.
with

history as (
    select
        *,
        row_number() over (order by run_number desc) = 1 as is_latest
    from {{ source('history', 'runs') }}
),

present as (
    select * from {{ ref('run_identity') }}
),

latest as (
    select * from history
    where is_latest
),

placed as (
    select
        present.*,
        coalesce(latest.run_id = present.run_id, false) as is_repeated,
        case when is_repeated then latest.run_number else coalesce(latest.run_number, 0) + 1 end as run_number,
        case
            when is_repeated then latest.started_at
            else date_trunc('second', cast(now() at time zone 'UTC' as timestamp))
        end as started_at
    from present
    left join latest on true
),

every_run as (
    select
        placed.*,
        {{ is_simulated() }} as is_simulated,
        true as is_current
    from placed
    union all by name
    select
        history.* exclude (is_latest),
        false as is_current
    from history
    where history.run_id not in (select present.run_id from present)
)

select
    run_id,
    run_number,
    started_at,
    data_hash,
    manifest_hash,
    vintages,
    specification_hash,
    code_hash,
    json_extract_string(software, '$."regional-inequality"') as project_version,
    software,
    vars,
    seed,
    is_simulated,
    is_current
from every_run
