{# The comment on a column: what its YAML says it is; under its labels and with its unit where it has them, as the
   columns of study marts have: 'English (Chinese): description; unit: u'. #}
{% macro column_comment(column) -%}
    {%- set labels = column.config.meta -%}
    {%- set label = labels.label_en ~ ' (' ~ labels.label_zh ~ '): ' if labels.label_en else '' -%}
    {{ return(label ~ column.description ~ ('; unit: ' ~ labels.unit if labels.unit else '')) }}
{%- endmacro %}

{# What dbt calls for every model under persist_docs: the adapter's macro, with the comments of column_comment. #}
{% macro duckdb__alter_column_comment(relation, column_dict) -%}
    {%- set commented = {} -%}
    {%- for name, column in column_dict.items() -%}
        {%- do commented.update({name: dict(column, description=column_comment(column))}) -%}
    {%- endfor -%}
    {{ dbt.duckdb__alter_column_comment(relation, commented) }}
{%- endmacro %}
