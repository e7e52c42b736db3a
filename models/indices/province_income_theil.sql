-- Inequality of GDP per resident between provinces: population-weighted Theil T and L with their exact decomposition
-- into parts between and within groups (macro theil_decomposition), for every grouping of provinces in the seed
-- groupings.
with

groupings as (
    select * from {{ ref('groupings') }}
    where place_level = 'province'
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
