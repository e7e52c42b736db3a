{# Comments on the columns of a mart, in English and Chinese, from the seed mart_columns: typed once, there.
   A model that calls this in a post-hook says `depends_on` the seed itself, since hooks declare nothing. #}
{% macro document_mart_columns(study) -%}
    {%- set comments = seed_rows(
        'mart_columns',
        "column_name, label_en || ' (' || label_zh || '): ' || definition || coalesce('; unit: ' || unit, ''), study",
        'column_name'
    ) -%}
    {%- for column_name, comment, column_study in comments if column_study == study -%}
        {%- do run_query(
            'comment on column ' ~ this ~ '.' ~ column_name ~ " is '" ~ comment | replace("'", "''") ~ "'"
        ) -%}
    {%- endfor -%}
    select 1
{%- endmacro %}
