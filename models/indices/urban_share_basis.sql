-- Whose share the printed urbanisation rates of cities are: towns among the residents, as in provinces, or something
-- else (in Shandong before 2013). Found from the data: the joint rate of the cities of a province, weighted by their
-- residents, beside the province's own, where the cities that print both make the whole province (their residents are
-- within 15% of its own). Within 5 points of it they are of its definition (`residents`; real provinces stay within 3,
-- since later revisions and the census moved the province's alone), beyond they are of another (`other`). Where they
-- do not make the whole, or the province has no rate, nobody can say (`undetermined`).
with

cities as (
    select
        panel.province_code,
        panel.year,
        count(*) as cities,
        {{ ordered_sum('population.resident_10k_persons') }} as resident_10k_persons,
        {{ ordered_sum('population.resident_10k_persons * panel.urbanisation_rate_pct') }}
        / {{ ordered_sum('population.resident_10k_persons') }} as urbanisation_rate_pct
    from {{ ref('city_panel') }} as panel
    inner join {{ ref('city_population') }} as population
        on panel.city_code = population.city_code
        and panel.year = population.year
    where panel.urbanisation_rate_pct is not null and population.resident_10k_persons > 0
    group by panel.province_code, panel.year
),

compared as (
    select
        cities.province_code,
        cities.year,
        cities.cities,
        {{ ratio('cities.resident_10k_persons', 'provinces.pop_resident_10k_persons') }} as share_of_residents,
        cities.urbanisation_rate_pct as cities_urbanisation_rate_pct,
        provinces.urbanisation_rate_pct as province_urbanisation_rate_pct,
        cities.urbanisation_rate_pct - provinces.urbanisation_rate_pct as difference_points
    from cities
    left join {{ ref('province_panel') }} as provinces
        on cities.province_code = provinces.province_code
        and cities.year = provinces.year
)

select
    compared.province_code,
    provinces.name_zh as province_name_zh,
    compared.* exclude (province_code),
    case
        when not coalesce(compared.share_of_residents between 0.85 and 1.15, false) then 'undetermined'
        when abs(compared.difference_points) <= 5 then 'residents'
        when abs(compared.difference_points) > 5 then 'other'
        else 'undetermined'
    end as urban_share_basis
from compared
inner join {{ ref('provinces') }} as provinces on compared.province_code = provinces.province_code
