{# Rows of a seed while a model is compiled. Empty while dbt only parses, and before the seed is there. #}
{% macro seed_rows(seed, columns, order_by) -%}
    {%- set relation = ref(seed) -%}
    {%- if execute and load_relation(relation) is not none -%}
        {{ return(run_query('select ' ~ columns ~ ' from ' ~ relation ~ ' order by ' ~ order_by).rows) }}
    {%- else -%}
        {{ return([]) }}
    {%- endif -%}
{%- endmacro %}

{# One column an indicator, out of long observations grouped by place and year. #}
{% macro indicator_columns() -%}
    {%- for indicator, panel_column in seed_rows('indicators', 'indicator, panel_column', 'indicator') %}
    max(value) filter (where indicator = '{{ indicator }}') as {{ panel_column }},
    {%- endfor %}
{%- endmacro %}
