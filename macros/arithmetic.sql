{# Ratio that is NULL, not infinite, where the divisor is zero. #}
{% macro ratio(numerator, divisor) -%}
    ({{ numerator }} / nullif({{ divisor }}, 0))
{%- endmacro %}

{# Natural logarithm that is NULL, not -inf or NaN, where its argument is not positive. #}
{% macro log_or_null(argument) -%}
    (case when {{ argument }} > 0 then ln({{ argument }}) end)
{%- endmacro %}

{# Sum and mean of values in their own order. Floating-point addition hangs on the order of rows in the last digits, and
   the order of rows on the threads; so added, two builds of the same files agree in every digit. #}
{% macro ordered_sum(value) -%}
    sum({{ value }} order by {{ value }})
{%- endmacro %}

{% macro ordered_mean(value) -%}
    avg({{ value }} order by {{ value }})
{%- endmacro %}

{# Product of two variables, each centred on its mean over the rows at hand, or over a sample of them. #}
{% macro centred_product(a, b, sample=none) -%}
    {%- set over_sample = (' filter (where ' ~ sample ~ ')' if sample else '') ~ ' over ()' -%}
    (({{ a }} - {{ ordered_mean(a) }}{{ over_sample }}) * ({{ b }} - {{ ordered_mean(b) }}{{ over_sample }}))
{%- endmacro %}
