{# GDP of a panel at prices of the base year: nominal of that year times the links between. A link is volume over the
   volume of the year before: `link`, or where that is NULL `other_link`, both over the relation panel. The chain is the
   exponential of a sum of logarithms, which is NULL as soon as a link between a year and the base is missing. #}
{% macro chained_volumes(place_level, link, other_link, further=[]) -%}
    {%- set place = place_level ~ '_code' -%}
    {%- set name = place_level ~ '_name_zh' -%}
    {#- the base year stands in the names of columns -#}
    {%- set base = 2010 -%}
with

links as (
    select
        panel.{{ place }},
        panel.{{ name }},
        panel.year,
        panel.gdp_100m_cny,
        {%- for column in further %}
        {{ column }},
        {%- endfor %}
        coalesce({{ link }}, {{ other_link }}) as link,
        ({{ link }}) is null and ({{ other_link }}) is not null as is_from_index
    from {{ ref(place_level ~ '_panel') }} as panel
),

base_years as (
    select
        {{ place }},
        gdp_100m_cny as base_gdp_100m_cny
    from links
    where year = {{ base }}
),

-- the links from the earlier year of the pair to the later: those after the base, or those up to it
chains as (
    select
        links.{{ place }},
        links.year,
        count(steps.link) as links,
        count(*) filter (where steps.is_from_index) as links_from_index,
        sum(ln(steps.link) order by steps.year) * sign(links.year - {{ base }}) as log_volume
    from links
    left join links as steps
        on links.{{ place }} = steps.{{ place }}
        and steps.link > 0
        and steps.year > least(links.year, {{ base }})
        and steps.year <= greatest(links.year, {{ base }})
    group by links.{{ place }}, links.year
),

volumes as (
    select
        links.{{ place }},
        links.{{ name }},
        links.year,
        links.gdp_100m_cny,
        {%- for column in further %}
        links.{{ column.split(' as ')[1] }},
        {%- endfor %}
        case
            when links.year = {{ base }} then base_years.base_gdp_100m_cny
            when chains.links = abs(links.year - {{ base }})
                then base_years.base_gdp_100m_cny * exp(chains.log_volume)
        end as gdp_real_chained_100m_cny_{{ base }},
        case when chains.links = abs(links.year - {{ base }}) then chains.links_from_index end as links_from_index
    from links
    left join base_years on links.{{ place }} = base_years.{{ place }}
    left join chains on links.{{ place }} = chains.{{ place }} and links.year = chains.year
)

select
    {{ place }},
    {{ name }},
    year,
    {%- for column in further %}
    {{ column.split(' as ')[1] }},
    {%- endfor %}
    gdp_real_chained_100m_cny_{{ base }},
    links_from_index,
    {{ ratio('gdp_100m_cny', 'gdp_real_chained_100m_cny_' ~ base) }} as price_level
from volumes
{%- endmacro %}
