-- How many printed coefficients are reproduced, table by table?
-- The replication scorecard in short: printed coefficients by table and verdict.
select
    study,
    table_number,
    verdict,
    count(*) as coefficients,
    bool_or(is_simulated) as is_simulated
from replication_scorecard
group by study, table_number, verdict
order by study, table_number, verdict
