{# Value of the year before in the same place; NULL when that year is absent (never the previous row). #}
{% macro lag_one_year(column, place, year='year') -%}
    (case
        when lag({{ year }}) over (partition by {{ place }} order by {{ year }}) = {{ year }} - 1
            then lag({{ column }}) over (partition by {{ place }} order by {{ year }})
    end)
{%- endmacro %}

{# Value of `years` years before among the rows at hand; NULL when that row is absent. #}
{% macro lag_years(column, place, year, years) -%}
    (max({{ column }}) over (
        partition by {{ place }} order by {{ year }}
        range between {{ years }} preceding and {{ years }} preceding
    ))
{%- endmacro %}

{# Is a value above the mean that it has over the rows of a sample? NULL where the value is missing. #}
{% macro above_sample_mean(column, sample) -%}
    ({{ column }} > avg({{ column }}) filter (where {{ sample }}) over ())
{%- endmacro %}
