{# Population-weighted Theil T and L over places, split exactly into a part between groups and one within them.
   T = sum w (y / mu) ln(y / mu), L = sum w ln(mu / y); w population share, mu the weighted mean of y.
   `places`: a relation with the columns of `keys`, group_name, population, income; rows with a missing or non-positive
   population or income do not count. One row a key: theil_t, theil_t_between, theil_t_within, the same for theil_l. #}
{% macro theil_decomposition(places, keys=['year']) -%}
    {%- set key = keys | join(', ') -%}
select
    {{ key }},
    fsum(income_share * log_relative_income) as theil_t,
    fsum(income_share * log_relative_group_income) as theil_t_between,
    fsum(income_share * (log_relative_income - log_relative_group_income)) as theil_t_within,
    fsum(-population_share * log_relative_income) as theil_l,
    fsum(-population_share * log_relative_group_income) as theil_l_between,
    fsum(-population_share * (log_relative_income - log_relative_group_income)) as theil_l_within,
    count(*) as places
from (
    select
        {{ key }},
        -- shares of a place in the population and income of all
        population / sum(population) over whole as population_share,
        population * income / sum(population * income) over whole as income_share,
        ln(income / (sum(population * income) over whole / sum(population) over whole)) as log_relative_income,
        ln(
            (sum(population * income) over one_group / sum(population) over one_group)
            / (sum(population * income) over whole / sum(population) over whole)
        ) as log_relative_group_income
    from {{ places }}
    where population > 0 and income > 0
    window
        whole as (partition by {{ key }}),
        one_group as (partition by {{ key }}, group_name)
)
group by {{ key }}
{%- endmacro %}
