{# The indicators of a place level and their panel columns, from the seeds that declare them. Empty while dbt only
   parses, and before the seeds are there. #}
{% macro panel_indicators() -%}
    {%- set seed = ref('indicators') -%}
    {%- if execute and load_relation(seed) is not none -%}
        {{ return(run_query('select indicator, panel_column from ' ~ seed ~ ' order by all').rows) }}
    {%- else -%}
        {{ return([]) }}
    {%- endif -%}
{%- endmacro %}

{# One column an indicator, out of long observations grouped by place and year. #}
{% macro indicator_columns() -%}
    {%- for row in panel_indicators() %}
    max(value) filter (where indicator = '{{ row[0] }}') as {{ row[1] }},
    {%- endfor %}
{%- endmacro %}
