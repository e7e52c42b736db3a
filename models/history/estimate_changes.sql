-- The estimates of this run beside those of the latest run of the history that differs from it: what changed by more
-- than 1e-10 of itself, in the estimate or its standard error, and what came or went. Empty where there is no such run,
-- or nothing changed. Sums over threads differ after 11 digits, so smaller changes say nothing.
with

runs as (
    select * from {{ ref('runs') }}
),

previous_run as (
    select run_id from runs
    where not is_current
    order by run_number desc
    limit 1
),

previous as (
    select * from {{ source('history', 'estimates') }}
    where run_id in (select previous_run.run_id from previous_run)
),

present as (
    select * from {{ ref('estimates') }}
),

compared as (
    select
        coalesce(present.spec_id, previous.spec_id) as spec_id,
        coalesce(present.term, previous.term) as term,
        present.estimate,
        previous.estimate as previous_estimate,
        present.standard_error,
        previous.standard_error as previous_standard_error,
        {{ relative_change('present.estimate', 'previous.estimate') }} as relative_change,
        {{ relative_change('present.standard_error', 'previous.standard_error') }} as relative_change_of_error,
        case
            when previous.spec_id is null then 'new'
            when present.spec_id is null then 'gone'
            else 'changed'
        end as status
    from present
    full join previous on present.spec_id = previous.spec_id and present.term = previous.term
)

select
    compared.*,
    previous_run.run_id as previous_run_id,
    {{ run_stamp() }}
from compared
inner join previous_run on true
where
    compared.status <> 'changed'
    or compared.relative_change > 1e-10
    or compared.relative_change_of_error > 1e-10
