{# Filling is a study's choice (studies.filling: none, or linear). The rows of `relation` with the `variables` of the mart
   filled where the study fills: linearly between the two values around a gap of at most max_gap_years, never
   extrapolated, never across a break of definition of an indicator that the variable rests on (the YAML of the mart
   names them), never in a year in which no place has a value. interpolated_columns names what is filled in a row, with
   the columns that are made of it (`dependants`: variable -> columns); NULL where nothing is. #}
{% macro filled(relation, study, place_level, variables, dependants={}) -%}
    {%- set place = place_level ~ '_code' -%}
    select
        * exclude (
            {% for variable in variables %}{{ variable }}_between, {{ variable }}_breaks{{ ', ' if not loop.last }}{% endfor %}
        ) replace (
            {%- for variable in variables %}
            coalesce({{ variable }}, {{ variable }}_between) as {{ variable }}{{ ',' if not loop.last }}
            {%- endfor %}
        ),
        nullif(concat_ws(
            ', '
            {%- for variable in variables %},
            case
                when {{ variable }} is null and {{ variable }}_between is not null
                    then '{{ ([variable] + dependants.get(variable, [])) | join(', ') }}'
            end
            {%- endfor %}
        ), '') as interpolated_columns
    from (
        select
            *
            {%- for variable in variables %},
            case
                when
                    (select studies.filling from {{ ref('studies') }} as studies where studies.study = '{{ study }}') = 'linear'
                    and count({{ variable }}) over (partition by year) > 0
                    and {{ _next('year', variable) }} - {{ _previous('year', variable) }} <= {{ var('max_gap_years') }} + 1
                    then {{ _previous(variable, variable) }}
                        + ({{ _next(variable, variable) }} - {{ _previous(variable, variable) }})
                        * (year - {{ _previous('year', variable) }})
                        / ({{ _next('year', variable) }} - {{ _previous('year', variable) }})
            end as {{ variable }}_between
            {%- endfor %}
        from (
            select
                *
                {%- for variable in variables %},
                (
                    select count(*)
                    from {{ ref('definition_breaks') }} as breaks
                    where
                        breaks.place_level = '{{ place_level }}'
                        and breaks.first_year <= unbroken.year
                        and breaks.indicator in ({{ indicators_of_column(variable) }})
                ) as {{ variable }}_breaks
                {%- endfor %}
            from {{ relation }} as unbroken
        )
        window
            {%- for variable in variables %}
            {{ variable }}_before as (
                partition by {{ place }}, {{ variable }}_breaks order by year rows between unbounded preceding and 1 preceding
            ),
            {{ variable }}_after as (
                partition by {{ place }}, {{ variable }}_breaks order by year rows between 1 following and unbounded following
            ){{ ',' if not loop.last }}
            {%- endfor %}
    )
{%- endmacro %}

{# The nearest earlier or later value of a column in rows that have the variable. #}
{% macro _previous(column, variable) -%}
    last_value(case when {{ variable }} is not null then {{ column }} end ignore nulls) over {{ variable }}_before
{%- endmacro %}

{% macro _next(column, variable) -%}
    first_value(case when {{ variable }} is not null then {{ column }} end ignore nulls) over {{ variable }}_after
{%- endmacro %}

{# The panel indicators that a column of the mart at hand rests on, in quotation marks. #}
{% macro indicators_of_column(column) -%}
    {#- while dbt only parses, it does not know the columns yet -#}
    {%- set indicators = model.columns[column].config.meta.indicators if execute else [] -%}
    {%- for indicator in indicators %}'{{ indicator }}'{{ ', ' if not loop.last }}{% else %}''{% endfor -%}
{%- endmacro %}
