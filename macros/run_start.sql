{# Reads the data folder before any node runs (see landing/plugin.py). #}
{% macro land_data_folder() -%}
    {% if execute and flags.WHICH in ('build', 'run') %}select land_data_folder(){% else %}select 1{% endif %}
{%- endmacro %}

{# Formulas that SQL written outside this project needs as well (a specification's regressors). #}
{% macro create_sql_functions() -%}
    create or replace macro centred_product(a, b) as ({{ centred_product('a', 'b') }});
    create or replace macro lag_years(value, place, moment, years) as ({{ lag_years('value', 'place', 'years', 'moment') }})
{%- endmacro %}
