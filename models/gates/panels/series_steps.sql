-- Series that move slowly, by place and pair of neighbouring years: what they rise or fall by. urbanisation: the share
-- of urban among residents, in points; land: the ratio of areas, where no boundary moved; real_gdp: the ratio of
-- volumes; residents: the ratio of people, where no boundary moved and whose people they are did not change.
with

series as (
    select
        'urbanisation' as series,
        'province' as place_level,
        province_code as place_code,
        year,
        100 * urban_share as value,
        false as is_new_area,
        '' as basis
    from {{ ref('province_inequality') }}
    union all
    select
        'land' as series,
        'city' as place_level,
        city_code as place_code,
        year,
        land_area_km2 as value,
        boundary_change as is_new_area,
        '' as basis
    from {{ ref('city_panel') }}
    union all
    select
        'real_gdp' as series,
        'city' as place_level,
        city_code as place_code,
        year,
        gdp_real_chained_100m_cny_2010 as value,
        false as is_new_area,
        '' as basis
    from {{ ref('city_real_gdp') }}
    union all
    select
        'residents' as series,
        'city' as place_level,
        population.city_code as place_code,
        population.year,
        population.resident_10k_persons as value,
        panel.boundary_change as is_new_area,
        population.resident_origin as basis
    from {{ ref('city_population') }} as population
    inner join {{ ref('city_panel') }} as panel
        on population.city_code = panel.city_code
        and population.year = panel.year
)

select
    present.series,
    present.place_level,
    present.place_code,
    present.year,
    before.value as previous_value,
    present.value,
    case
        when present.series = 'urbanisation' then present.value - before.value
        else {{ ratio('present.value', 'before.value') }}
    end as step
from series as present
inner join series as before
    on present.series = before.series
    and present.place_level = before.place_level
    and present.place_code = before.place_code
    and present.year = before.year + 1
    and present.basis is not distinct from before.basis
where
    not present.is_new_area
    and present.value is not null
    and before.value is not null
