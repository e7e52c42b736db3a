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
   count_column are the rank of the p value in its family and the number of hypotheses. #}
{% macro holm_p_value(p_value, rank_column, count_column, family) -%}
    least(1, max({{ p_value }} * ({{ count_column }} - {{ rank_column }} + 1)) over (
        partition by {{ family }} order by {{ rank_column }}
    ))
{%- endmacro %}

{# The same for statistics that are whole numbers, that are true or false, and that are words. #}
{% macro statistic_integers(statistics) -%}
    {%- for statistic in statistics %}
    cast(max(output.value) filter (where output.statistic = '{{ statistic }}') as integer) as {{ statistic }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro statistic_flags(statistics) -%}
    {%- for statistic in statistics %}
    coalesce(max(output.value) filter (where output.statistic = '{{ statistic }}') = 1, false) as {{ statistic }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro statistic_texts(statistics) -%}
    {%- for statistic in statistics %}
    max(output.detail) filter (where output.statistic = '{{ statistic }}') as {{ statistic }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# A value of an option list written as `key = value; key = value`; NULL where the key is not there. #}
{% macro option_value(options, key) -%}
    nullif(trim(regexp_extract({{ options }}, '(^|;)\s*{{ key }}\s*=([^;]*)', 2)), '')
{%- endmacro %}

{# The name of a variable written as `name` or `name = expression`. #}
{% macro term_name(variable) -%}
    trim(split_part({{ variable }}, '=', 1))
{%- endmacro %}

{# Sobel's z of an indirect effect delta x theta. #}
{% macro sobel_z(delta, delta_error, theta, theta_error) -%}
    {{ ratio(
        delta ~ ' * ' ~ theta,
        'sqrt(power(' ~ theta ~ ' * ' ~ delta_error ~ ', 2) + power(' ~ delta ~ ' * ' ~ theta_error ~ ', 2))'
    ) }}
{%- endmacro %}

{# Share of an effect that goes through a mediator: delta (x on it) times theta (it on y) over that plus phi (x on y). #}
{% macro mediation_share(delta, theta, phi) -%}
    {{ ratio('(' ~ delta ~ ' * ' ~ theta ~ ')', '(' ~ delta ~ ' * ' ~ theta ~ ' + ' ~ phi ~ ')') }}
{%- endmacro %}
