-- Inequality of GDP per resident between provinces: population-weighted Theil T and L with their exact decomposition
-- into parts between and within groups (macro theil_decomposition), for every grouping of provinces in the seed
-- place_groups.
with

provinces as (
    select
        province_code,
        count(*) over () as all_provinces
    from {{ ref('provinces') }}
),

-- Municipalities are in groupings of cities too; a grouping of provinces has every province.
groupings as (
    select memberships.grouping
    from {{ ref('place_groups') }} as memberships
    inner join provinces on memberships.place_code = provinces.province_code
    group by memberships.grouping
    having count(*) = any_value(provinces.all_provinces)
),

places as (
    select
        place_groups.grouping,
        panel.year,
        place_groups.group_name,
        panel.pop_resident_10k_persons as population,
        trade.gdp_per_resident_cny as income
    from {{ ref('province_panel') }} as panel
    inner join {{ ref('province_trade') }} as trade
        on panel.province_code = trade.province_code
        and panel.year = trade.year
    inner join {{ ref('place_groups') }} as place_groups on panel.province_code = place_groups.place_code
    inner join groupings on place_groups.grouping = groupings.grouping
)

{{ theil_decomposition('places', ['grouping', 'year']) }}
