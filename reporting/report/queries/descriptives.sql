-- a variable of a study in its published sample
select
    descriptives.*,
    mart_columns.label_en,
    mart_columns.label_zh
from descriptives
inner join reference.studies on descriptives.study = studies.study
left join mart_columns on studies.mart = mart_columns.study and descriptives.variable = mart_columns.column_name
where descriptives.table_number is not null
order by descriptives.study, descriptives.table_number, descriptives.variable
