{# Does anything in the warehouse come from simulated files? Every result table carries the answer. #}
{% macro is_simulated() -%}
    (select coalesce(bool_or(is_simulated), false) from {{ ref('landed_files') }})
{%- endmacro %}

{# Stars as the studies print them: three below 1%, two below 5%, one below 10%. #}
{% macro significance_stars(p_value) -%}
    case
        when {{ p_value }} < 0.01 then 3
        when {{ p_value }} < 0.05 then 2
        when {{ p_value }} < 0.1 then 1
        when {{ p_value }} is not null then 0
    end
{%- endmacro %}

{# One column a statistic, out of the long rows of regression_output. #}
{% macro statistic_columns(statistics) -%}
    {%- for statistic in statistics %}
    max(output.value) filter (where output.statistic = '{{ statistic }}') as {{ statistic }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# How far our mean lies from a printed one, in printed standard deviations. #}
{% macro standardised_difference(mean, published_mean, published_standard_deviation) -%}
    {{ ratio('(' ~ mean ~ ' - ' ~ published_mean ~ ')', published_standard_deviation) }}
{%- endmacro %}

{# Are moments near enough to printed ones to be those of the same variable? NULL where there are none. #}
{% macro moments_fit(difference_in_sd, ratio_of_sd) -%}
    (abs({{ difference_in_sd }}) <= 0.5 and {{ ratio_of_sd }} between 0.5 and 2)
{%- endmacro %}

{# Holm's p value: the step-down maximum of p x (hypotheses left), at most one, within a family. rank_column and
   count_column are the place of the p value in its family and the number of hypotheses. #}
{% macro holm_p_value(p_value, rank_column, count_column, family) -%}
    least(1, max({{ p_value }} * ({{ count_column }} - {{ rank_column }} + 1)) over (
        partition by {{ family }} order by {{ rank_column }}
    ))
{%- endmacro %}

{# Share of an effect that goes through a mediator: delta (x on it) times theta (it on y) over that plus phi (x on y). #}
{% macro mediation_share(delta, theta, phi) -%}
    {{ ratio('(' ~ delta ~ ' * ' ~ theta ~ ')', '(' ~ delta ~ ' * ' ~ theta ~ ' + ' ~ phi ~ ')') }}
{%- endmacro %}
