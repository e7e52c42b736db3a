-- Inequality of GDP per registered person between cities: population-weighted Theil T and L with their exact
-- decomposition (macro theil_decomposition), for every grouping of cities or provinces in the seed groupings. Groups
-- of provinces take in their cities; cities that a grouping does not list are one more group of it ('not listed').
-- Formula: total = between groups + within groups; within groups = between provinces of one group + within provinces,
-- which for a grouping of provinces is the nested form city -> province -> region.
-- Population is the registered one at year end, which yearbooks print longest (2003 to 2021 in the editions at hand);
-- where many live unregistered it overstates GDP per head. GDP and population are each of one vintage, as every
-- series of the panel.
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

places as (
    select
        groupings.grouping,
        panel.year,
        panel.province_code,
        panel.pop_registered_yearend_10k_persons as population,
        {{ ratio('panel.gdp_100m_cny * 10000', 'panel.pop_registered_yearend_10k_persons') }} as income,
        coalesce(memberships.group_name, 'not listed') as group_name
    from panel
    cross join groupings
    left join memberships
        on groupings.grouping = memberships.grouping
        and memberships.place_code
        = case when groupings.place_level = 'province' then panel.province_code else panel.city_code end
),

decompositions as (
    {{ theil_decomposition('places', ['grouping', 'year'], 'province_code') }}
)

select
    grouping,
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
