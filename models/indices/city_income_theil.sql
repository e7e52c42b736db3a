-- Inequality of GDP per person between cities: population-weighted Theil T and L with their exact
-- decomposition (macro theil_decomposition), for every grouping of cities or provinces in the seed groupings. Groups
-- of provinces take in their cities; cities that a grouping does not list are one more group of it ('not listed').
-- Formula: total = between groups + within groups; within groups = between provinces of one group + within provinces,
-- which for a grouping of provinces is the nested form city -> province -> region.
-- Each is computed per registered person and per resident (population_basis, see city_population). Registered people
-- are printed longest, but where many live unregistered GDP over them overstates what a head has: it is the residents
-- that make GDP. The two also differ in the cities that they have (column places).
-- Edges: cities without a positive GDP and population do not count; a year in which no city has both has no row.
with

panel as (
    select * from {{ ref('city_panel') }}
),

memberships as (
    select * from {{ ref('place_groups') }}
),

groupings as (
    select * from {{ ref('groupings') }}
),

populations as (
    {%- for basis in ['registered', 'resident'] %}
        select
            city_code,
            year,
            '{{ basis }}' as population_basis,
            {{ basis }}_10k_persons as population
        from {{ ref('city_population') }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

places as (
    select
        groupings.grouping,
        panel.year,
        populations.population_basis,
        panel.province_code,
        populations.population,
        {{ ratio('panel.gdp_100m_cny * 10000', 'populations.population') }} as income,
        coalesce(memberships.group_name, 'not listed') as group_name
    from panel
    inner join populations on panel.city_code = populations.city_code and panel.year = populations.year
    cross join groupings
    left join memberships
        on groupings.grouping = memberships.grouping
        and memberships.place_code
        = case when groupings.place_level = 'province' then panel.province_code else panel.city_code end
),

decompositions as (
    {{ theil_decomposition('places', ['grouping', 'population_basis', 'year'], 'province_code') }}
)

select
    grouping,
    population_basis,
    year,
    theil_t,
    theil_t_between,
    theil_t_within,
    theil_t_between_subgroups as theil_t_between_provinces,
    theil_t_within_subgroups as theil_t_within_provinces,
    theil_l,
    theil_l_between,
    theil_l_within,
    theil_l_between_subgroups as theil_l_between_provinces,
    theil_l_within_subgroups as theil_l_within_provinces,
    places
from decompositions
