-- a column of a table of main
select
    table_name,
    column_name,
    position,
    data_type,
    label_en,
    label_zh,
    unit,
    definition_en,
    definition_zh,
    vintages,
    first_year,
    last_year,
    sources,
    breaks
from codebook
order by table_name, position
