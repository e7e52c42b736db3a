-- a printed table of coefficients
select distinct
    study,
    table_number
from replication_scorecard
order by study, table_number
