-- a table of main
select
    table_name,
    comment as description,
    estimated_size as row_count
from duckdb_tables()
where schema_name = 'main' and not internal
order by table_name
