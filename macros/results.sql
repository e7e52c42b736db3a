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

{# The result table that a part of a suite's output is, or the parts of several suites by name: one row a row of it. Its
   columns are those that the YAML of the model declares, typed by it: study, spec_id and suite, the statistics of these
   names, and the stamp of the run. #}
{% macro suite_table(parts) -%}
select
    specifications.study,
    {{ 'specifications.suite,' if 'suite' in model.columns }}
    output.spec_id,
    {{ declared_statistics(besides=['study', 'spec_id', 'suite', 'is_simulated', 'run_id']) }},
    {{ run_stamp() }}
from {{ ref('estimation_output') }} as output
inner join {{ ref('full_specifications') }} as specifications on output.spec_id = specifications.spec_id
where (specifications.suite, output.part) in (
    {%- for suite, part in parts.items() %}('{{ suite }}', '{{ part }}'){{ ", " if not loop.last }}{% endfor -%}
)
group by specifications.study, specifications.suite, output.spec_id, output.row_number
{%- endmacro %}

{# One column a statistic of the long rows of estimation_output, for every column that the YAML of the model declares
   besides some that come from elsewhere. A statistic that is undefined has no row, and is NULL; a flag is then false. #}
{% macro declared_statistics(besides) -%}
    {%- for column in model.columns.values() if column.name not in besides %}
    {{ statistic(column.name, column.data_type) }}{{ "," if not loop.last }}
    {%- else -%}
    count(*) as statistics
    {%- endfor %}
{%- endmacro %}

{# One such column. #}
{% macro statistic(name, data_type='double') -%}
    {%- set found = "filter (where output.statistic = '" ~ name ~ "')" -%}
    {%- if data_type == 'varchar' -%}
    max(output.detail) {{ found }} as {{ name }}
    {%- elif data_type == 'boolean' -%}
    coalesce(max(output.value) {{ found }} = 1, false) as {{ name }}
    {%- else -%}
    cast(max(output.value) {{ found }} as {{ data_type }}) as {{ name }}
    {%- endif -%}
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
