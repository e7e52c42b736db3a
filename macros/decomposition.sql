{# Population-weighted Theil T and L over places, split exactly into a part between groups and one within them.
   T = sum w (y / mu) ln(y / mu), L = sum w ln(mu / y); w population share, mu the weighted mean of y.
   `places`: a relation with the columns of `keys`, group_name, population, income; rows with a missing or non-positive
   population or income do not count. One row a key: theil_t, theil_t_between, theil_t_within, the same for theil_l.
   With `subgroup`, a column of `places` (such as the province within a region), the part within groups is split once
   more: within = between_subgroups (of one group) + within_subgroups. A subgroup in two groups counts as two. #}
{% macro theil_decomposition(places, keys=['year'], subgroup=none) -%}
    {%- set key = keys | join(', ') -%}
    {%- set parts = [
        ('', 'log_relative_income'),
        ('_between', 'log_relative_group_income'),
        ('_within', '(log_relative_income - log_relative_group_income)'),
    ] + ([
        ('_between_subgroups', '(log_relative_subgroup_income - log_relative_group_income)'),
        ('_within_subgroups', '(log_relative_income - log_relative_subgroup_income)'),
    ] if subgroup else []) -%}
    {%- set means = [
        ('mean_income', 'whole'),
        ('mean_income_of_group', 'one_group'),
    ] + ([('mean_income_of_subgroup', 'one_subgroup')] if subgroup else []) -%}
select
    {{ key }},
    {%- for part, logarithm in parts %}
    {{ ordered_sum('income_share * ' ~ logarithm) }} as theil_t{{ part }},
    {%- endfor %}
    {%- for part, logarithm in parts %}
    {{ ordered_sum('-population_share * ' ~ logarithm) }} as theil_l{{ part }},
    {%- endfor %}
    count(*) as places
from (
    select
        *,
        ln(income / mean_income) as log_relative_income,
        {%- if subgroup %}
        ln(mean_income_of_subgroup / mean_income) as log_relative_subgroup_income,
        {%- endif %}
        ln(mean_income_of_group / mean_income) as log_relative_group_income
    from (
        select
            {{ key }},
            income,
            -- shares of a place in the population and income of all
            population / {{ ordered_sum('population') }} over whole as population_share,
            population * income / {{ ordered_sum('population * income') }} over whole as income_share,
            {%- for mean, members in means %}
            {{ ordered_sum('population * income') }} over {{ members }}
            / {{ ordered_sum('population') }} over {{ members }} as {{ mean }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ places }}
        where population > 0 and income > 0
        window
            whole as (partition by {{ key }}),
            {%- if subgroup %}
            one_subgroup as (partition by {{ key }}, group_name, {{ subgroup }}),
            {%- endif %}
            one_group as (partition by {{ key }}, group_name)
    )
)
group by {{ key }}
{%- endmacro %}
