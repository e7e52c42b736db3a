-- a column of a table of main, as the codebook describes it
select *
from codebook
order by table_name, position
