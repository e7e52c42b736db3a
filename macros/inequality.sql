{# x ln(x / y): 0 at x = 0, NULL where y is not positive or x is negative. #}
{% macro xlogx_ratio(x, y) -%}
    case
        when {{ x }} = 0 then 0
        when {{ x }} > 0 and {{ y }} > 0 then {{ x }} * ln({{ x }} / {{ y }})
    end
{%- endmacro %}

{# Urban-rural Theil index of one place: sum over urban and rural of s ln(s / p), with p the population
   share and s the income share (income = population share x per-capita income). #}
{% macro urban_rural_theil(urban_share, urban_income, rural_income) -%}
    {%- set urban_income_share = income_share(urban_share, urban_income, rural_income) -%}
    {%- set rural_income_share = income_share('(1 - ' ~ urban_share ~ ')', rural_income, urban_income) -%}
    case
        -- The last condition is needed because greatest() passes over NULL: without income there is no index.
        when
            {{ urban_share }} between 0 and 1
            and {{ urban_income }} >= 0
            and {{ rural_income }} >= 0
            and {{ urban_income_share }} is not null
            -- Gibbs' inequality makes the sum non-negative; rounding alone can take it below zero.
            then greatest(
                0,
                {{ xlogx_ratio(urban_income_share, urban_share) }}
                + {{ xlogx_ratio(rural_income_share, '(1 - ' ~ urban_share ~ ')') }}
            )
    end
{%- endmacro %}

{# Share of a group in income, from its population share, its income and the income of the others. #}
{% macro income_share(share, income, other_income) -%}
    ({{ share }} * {{ income }} / nullif({{ share }} * {{ income }} + (1 - {{ share }}) * {{ other_income }}, 0))
{%- endmacro %}
