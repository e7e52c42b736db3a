{# Total factor productivity of a Cobb-Douglas function with constant returns: exp(ln Y - a ln K - (1 - a) ln L). #}
{% macro total_factor_productivity(output, capital, labour, capital_share) -%}
    exp(
        {{ log_or_null(output) }}
        - {{ capital_share }} * {{ log_or_null(capital) }}
        - (1 - {{ capital_share }}) * {{ log_or_null(labour) }}
    )
{%- endmacro %}

{# Output elasticity of capital: slope of ln(Y / L) on ln(K / L), as an aggregate. NULL without variation. #}
{% macro capital_elasticity(output, capital, labour) -%}
    {%- set output_per_worker = log_or_null(output ~ ' / nullif(' ~ labour ~ ', 0)') -%}
    {%- set capital_per_worker = log_or_null(capital ~ ' / nullif(' ~ labour ~ ', 0)') -%}
    (case
        when var_pop({{ capital_per_worker }} order by {{ capital_per_worker }})
            filter (where {{ output }} > 0 and {{ labour }} > 0) > 0
            -- in an order of its own for the reason of ordered_sum
            then regr_slope(
                {{ output_per_worker }},
                {{ capital_per_worker }}
                order by {{ capital_per_worker }}, {{ output_per_worker }}
            )
    end)
{%- endmacro %}
