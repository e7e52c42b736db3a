{# Rows of a seed while a model is compiled. Empty while dbt only parses, and before the seed is there. #}
{% macro seed_rows(seed, columns, order_by, where='true') -%}
    {%- set relation = ref(seed) -%}
    {%- if execute and load_relation(relation) is not none -%}
        {{ return(run_query(
            'select ' ~ columns ~ ' from ' ~ relation ~ ' where ' ~ where ~ ' order by ' ~ order_by
        ).rows) }}
    {%- else -%}
        {{ return([]) }}
    {%- endif -%}
{%- endmacro %}

{# The columns of a panel, one an indicator, in quotation marks: those to pivot long observations into. #}
{% macro panel_columns(place_level, suffix='') -%}
    {%- set columns = [] -%}
    {%- for (panel_column,) in seed_rows(
        'indicators', "panel_column || '" ~ suffix ~ "'", 'indicator', 'in_' ~ place_level ~ '_panel'
    ) -%}
        {%- do columns.append("'" ~ panel_column ~ "'") -%}
    {%- endfor -%}
    {#- nothing is known of the seed while dbt only parses -#}
    {{- columns | join(', ') or "''" -}}
{%- endmacro %}

{# For each indicator that changes its definition at a place level: how many such breaks lie behind a year. #}
{% macro break_columns(place_level, year) -%}
    {%- for indicator, breaks in seed_rows(
        'definition_breaks', 'indicator, first_year', 'indicator, first_year', "place_level = '" ~ place_level ~ "'"
    ) | groupby(0) %}
    {% for (_, first_year) in breaks -%}
    cast({{ year }} >= {{ first_year | int }} as integer){{ ' + ' if not loop.last }}
    {%- endfor %} as {{ indicator }}_break,
    {%- endfor %}
{%- endmacro %}

{# Where each value of a panel comes from: one row a value and source cell. #}
{% macro panel_provenance(place_level) -%}
select
    sources.place_code as {{ place_level }}_code,
    sources.year,
    indicators.panel_column,
    sources.scope,
    observations.value,
    sources.origin,
    observations.vintage,
    sources.part,
    sources.source_year,
    files.path,
    sources.sheet,
    {{ cell_name('sources.row_number', 'sources.column_number') }} as cell,
    cells.header_text,
    cells.value_text,
    cells.source_unit,
    cells.unit_factor,
    cells.currency_factor,
    cells.value as cell_value,
    files.citation,
    files.is_simulated,
    sources.file_id,
    sources.row_number,
    sources.column_number
from {{ ref('observation_sources') }} as sources
inner join {{ ref('observations') }} as observations
    on sources.place_level = observations.place_level
    and sources.place_code = observations.place_code
    and sources.indicator = observations.indicator
    and sources.scope = observations.scope
    and sources.year = observations.year
inner join {{ ref('indicators') }} as indicators on sources.indicator = indicators.indicator
inner join {{ ref('landed_files') }} as files on sources.file_id = files.file_id
inner join {{ ref('resolved_cells') }} as cells
    on sources.file_id = cells.file_id
    and sources.sheet = cells.sheet
    and sources.row_number = cells.row_number
    and sources.column_number = cells.column_number
where sources.place_level = '{{ place_level }}'
{%- endmacro %}
