-- the run that the warehouse is of
select
    run_id,
    run_number,
    started_at,
    data_hash,
    code_hash,
    specification_hash,
    vintages,
    json_extract_string(software, '$."regional-inequality"') as version,
    software,
    vars,
    seed,
    is_simulated
from runs
where is_current
