-- a printed table of descriptive statistics
select distinct
    study,
    table_number
from descriptives
where table_number is not null
order by study, table_number
