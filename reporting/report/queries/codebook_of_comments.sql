-- a column of a table of main, for a warehouse without the table codebook: what its comments and the seeds say
select
    columns.table_name,
    columns.column_name,
    columns.column_index as position,
    columns.data_type,
    coalesce(mart_columns.label_en, indicators.label_en) as label_en,
    coalesce(mart_columns.label_zh, indicators.label_zh) as label_zh,
    coalesce(mart_columns.unit, indicators.unit) as unit,
    coalesce(columns.comment, mart_columns.definition, indicators.definition) as definition_en,
    null as definition_zh,
    null as vintages,
    null as first_year,
    null as last_year,
    null as sources,
    null as breaks
from duckdb_columns() as columns
left join mart_columns on columns.table_name = mart_columns.study and columns.column_name = mart_columns.column_name
left join reference.indicators on columns.column_name = indicators.panel_column
where columns.schema_name = 'main' and not columns.internal
order by columns.table_name, columns.column_index
