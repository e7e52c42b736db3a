{# Rows of a seed while a model is compiled. Empty while dbt only parses, and before the seed is there. What a model
   pastes into its SQL is checked: `expressions` are columns that must hold one expression each (estimation/samples/
   expressions.py says what that is), `names` such that must hold plain names. #}
{% macro seed_rows(seed, columns, order_by, where='true', expressions=[], names=[]) -%}
    {%- set relation = ref(seed) -%}
    {%- if execute and load_relation(relation) is not none -%}
        {%- for column in expressions -%}
            {%- do refuse_seed_rows(relation, seed, column, 'expression_refusal(' ~ column ~ ')') -%}
        {%- endfor -%}
        {%- for column in names -%}
            {%- do refuse_seed_rows(
                relation, seed, column,
                "if(regexp_full_match(" ~ column ~ ", '[A-Za-z_][A-Za-z0-9_]*'), '', 'is no plain name')"
            ) -%}
        {%- endfor -%}
        {{ return(run_query(
            'select ' ~ columns ~ ' from ' ~ relation ~ ' where ' ~ where ~ ' order by ' ~ order_by
        ).rows) }}
    {%- else -%}
        {{ return([]) }}
    {%- endif -%}
{%- endmacro %}

{# Stops the build where a column of a seed holds what must not become SQL, with the row and the reason. #}
{% macro refuse_seed_rows(relation, seed, column, refusal) -%}
    {%- for shown, text, why in run_query(
        'select row_text, text, why from (select cast(seed as varchar) as row_text, ' ~ column ~ ' as text, ' ~ refusal
        ~ ' as why from ' ~ relation ~ " as seed where " ~ column ~ " is not null) where why <> '' limit 1"
    ).rows -%}
        {%- do exceptions.raise_compiler_error(
            'The seed ' ~ seed ~ ' has the ' ~ column ~ " '" ~ text ~ "', which " ~ why ~ ', in the row ' ~ shown ~ '.'
        ) -%}
    {%- endfor -%}
{%- endmacro %}

{# The columns of a panel, one an indicator, in quotation marks: those to pivot long observations into. #}
{% macro panel_columns(place_level, suffix='') -%}
    {%- set columns = [] -%}
    {%- for (panel_column,) in seed_rows(
        'indicators', "panel_column || '" ~ suffix ~ "'", 'indicator', 'in_' ~ place_level ~ '_panel',
        names=['panel_column']
    ) -%}
        {%- do columns.append("'" ~ panel_column ~ "'") -%}
    {%- endfor -%}
    {#- nothing is known of the seed while dbt only parses -#}
    {{- columns | join(', ') or "''" -}}
{%- endmacro %}

{# For each indicator that changes its definition at a place level: how many such breaks lie behind a year. #}
{% macro break_columns(place_level, year) -%}
    {%- for indicator, breaks in seed_rows(
        'definition_breaks', 'indicator, first_year', 'indicator, first_year', "place_level = '" ~ place_level ~ "'",
        names=['indicator']
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
    places.name_zh as {{ place_level }}_name_zh,
    sources.year,
    indicators.panel_column,
    sources.scope,
    observations.value,
    sources.origin,
    observations.vintage,
    sources.part,
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
inner join {{ ref('cities' if place_level == 'city' else 'provinces') }} as places
    on sources.place_code = places.{{ place_level }}_code
inner join {{ ref('landed_files') }} as files on sources.file_id = files.file_id
inner join {{ ref('resolved_cells') }} as cells
    on sources.file_id = cells.file_id
    and sources.sheet = cells.sheet
    and sources.row_number = cells.row_number
    and sources.column_number = cells.column_number
where sources.place_level = '{{ place_level }}'
{%- endmacro %}

{# What the var family_vintages asks for, as a query: place_level, family, vintage, first_year, last_year. #}
{% macro asked_vintages() -%}
    select * from (values
    {%- for asked in var('family_vintages') if asked is mapping %}
        (
            '{{ asked.place_level | replace("'", "''") }}', '{{ asked.family | replace("'", "''") }}',
            '{{ asked.vintage | replace("'", "''") }}',
            {{ asked.get('first_year', 0) }}, {{ asked.get('last_year', 9999) }}
        ),
    {%- endfor %}
        (null, null, null, null, null)
    ) as asked (place_level, family, vintage, first_year, last_year)
    where place_level is not null
{%- endmacro %}

{# The families of more than one indicator at a place level, while a model is compiled. #}
{% macro families_of(place_level) -%}
    {%- set families = [] -%}
    {%- for (family,) in seed_rows(
        'families', 'distinct family', 'family', "place_level = '" ~ place_level ~ "'", names=['family']
    ) -%}
        {%- do families.append(family) -%}
    {%- endfor -%}
    {{ return(families) }}
{%- endmacro %}

{# A query of one row a place and year: the vintage of the values of each family, a column <family>_vintage each. A
   splice is of another one (spliced_indicators name it), and NULL says that there is no value. #}
{% macro family_vintages_of_rows(place_level) -%}
    select
        place_code,
        year
        {%- for family in families_of(place_level) %},
        max(vintage) filter (where family = '{{ family }}' and origin <> 'spliced') as {{ family }}_vintage
        {%- endfor %}
    from {{ ref('observations') }}
    where place_level = '{{ place_level }}'
    group by place_code, year
{%- endmacro %}

{# The columns of that query, for a panel. #}
{% macro vintage_columns(place_level, relation) -%}
    {%- for family in families_of(place_level) %}
    {{ relation }}.{{ family }}_vintage,
    {%- endfor %}
{%- endmacro %}

{# One row a place, year and vintage, one column an indicator: the best value of each vintage by manifest priority. #}
{% macro vintages_side_by_side(place_level) -%}
    select
        place_code as {{ place_level }}_code,
        places.name_zh as {{ place_level }}_name_zh,
        vintages.* exclude (place_code)
    from (
        from (
            select
                ranked.place_code,
                ranked.year,
                ranked.vintage,
                indicators.panel_column,
                ranked.value
            from {{ ref('ranked_observations') }} as ranked
            inner join {{ ref('indicators') }} as indicators on ranked.indicator = indicators.indicator
            where ranked.place_level = '{{ place_level }}' and ranked.scope = 'total' and ranked.rank_in_vintage = 1
        )
        pivot (
            max(value)
            for panel_column in ({{ panel_columns(place_level) }})
            group by place_code, year, vintage
        )
    ) as vintages
    inner join {{ ref('cities' if place_level == 'city' else 'provinces') }} as places
        on vintages.place_code = places.{{ place_level }}_code
{%- endmacro %}
