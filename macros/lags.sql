{# Value of `years` years before in the same place; NULL when that year is absent (never the previous row). #}
{% macro lag_years(column, place, years, year='year') -%}
    max({{ column }}) over (
        partition by {{ place }}
        order by {{ year }} range between {{ years }} preceding and {{ years }} preceding
    )
{%- endmacro %}

{# Is a value above the mean that it has over the rows of a sample? NULL where the value is missing. #}
{% macro above_sample_mean(column, sample) -%}
    ({{ column }} > {{ ordered_mean(column) }} filter (where {{ sample }}) over ())
{%- endmacro %}
