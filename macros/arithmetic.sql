{# Ratio that is NULL, not infinite, where the divisor is zero. #}
{% macro ratio(numerator, divisor) -%}
    ({{ numerator }} / nullif({{ divisor }}, 0))
{%- endmacro %}

{# Natural logarithm that is NULL, not -inf or NaN, where its argument is not positive. #}
{% macro log_or_null(argument) -%}
    (case when {{ argument }} > 0 then ln({{ argument }}) end)
{%- endmacro %}

{# Product of two variables, each centred on its mean over the rows at hand, or over a sample of them. #}
{% macro centred_product(a, b, sample=none) -%}
    {%- set over_sample = (' filter (where ' ~ sample ~ ')' if sample else '') ~ ' over ()' -%}
    (({{ a }} - avg({{ a }}){{ over_sample }}) * ({{ b }} - avg({{ b }}){{ over_sample }}))
{%- endmacro %}
