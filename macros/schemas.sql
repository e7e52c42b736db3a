{# Schemas are named as configured, so that `show tables` in main lists what analysts want. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
