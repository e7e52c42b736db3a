-- The parts and the whole of each published partition, side by side: one row a part.
with

members as (
    select
        *,
        cast(column_number as varchar) as column_key
    from {{ ref('published_partitions') }}
),

columns as (
    select * from {{ ref('printed_columns') }}
)

select
    parts.study,
    parts.partition,
    parts.is_exhaustive,
    parts.leftover,
    parts.leftover_units,
    parts.table_number,
    parts.column_key as column_number,
    part_columns.n,
    part_columns.n_key,
    wholes.table_number as whole_table_number,
    wholes.column_key as whole_column_number,
    whole_columns.n as whole_n,
    whole_columns.n_key as whole_n_key,
    whole_columns.regressor_list as whole_regressors
from members as parts
inner join members as wholes
    on wholes.role = 'whole'
    and parts.study = wholes.study
    and parts.partition = wholes.partition
inner join columns as part_columns
    on parts.study = part_columns.study
    and parts.table_number = part_columns.table_number
    and parts.column_key = part_columns.column_number
inner join columns as whole_columns
    on wholes.study = whole_columns.study
    and wholes.table_number = whole_columns.table_number
    and wholes.column_key = whole_columns.column_number
where parts.role = 'part'
