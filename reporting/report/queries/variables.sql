-- a column of a study's mart
select
    studies.study,
    mart_columns.column_name,
    mart_columns.label_en,
    mart_columns.label_zh,
    mart_columns.unit,
    mart_columns.definition
from mart_columns
inner join reference.studies on mart_columns.study = studies.mart
order by studies.study, mart_columns.column_name
