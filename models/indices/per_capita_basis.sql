-- Whose GDP per capita it is that yearbooks print: that of registered people, in early years, or of residents, later;
-- provinces changed in different years. Found from the data: the people that GDP over GDP per capita implies are, city
-- by city, the registered ones (average, year end, or mean of two year ends) within half a percent, or they are not.
-- In a province and year in which that holds for at least half of the cities, GDP per capita is per registered person;
-- where it holds for less than a quarter, which is what chance gives, per resident; between, nobody can say.
-- implied_over_residents is a second witness: the implied people of all cities over the residents of the province's own
-- panel, beside the same for registered people, in provinces whose cities make the whole.
with

people as (
    select
        city_code,
        province_code,
        year,
        {{ ratio('gdp_100m_cny * 10000', 'gdp_per_capita_cny') }} as implied,
        pop_average_10k_persons as average,
        pop_registered_yearend_10k_persons as year_end,
        {{ lag_years('pop_registered_yearend_10k_persons', 'city_code', 1) }} as last_year_end
    from {{ ref('city_panel') }}
),

compared as (
    select
        *,
        coalesce(
            least(
                abs({{ ratio('implied', 'average') }} - 1),
                abs({{ ratio('implied', 'year_end') }} - 1),
                abs({{ ratio('2 * implied', '(year_end + last_year_end)') }} - 1)
            ) <= 0.005,
            false
        ) as is_registered
    from people
    where implied > 0 and year_end > 0
),

shares as (
    select
        province_code,
        year,
        count(*) as cities,
        {{ ordered_mean('cast(is_registered as integer)') }} as share_registered,
        {{ ordered_sum('implied') }} as implied_10k_persons,
        {{ ordered_sum('year_end') }} as registered_10k_persons
    from compared
    group by province_code, year
),

units as (
    select
        province_code,
        count(*) as units
    from {{ ref('cities') }}
    where status = 'active'
    group by province_code
)

select
    shares.province_code,
    provinces.name_zh as province_name_zh,
    shares.year,
    shares.cities,
    shares.share_registered,
    case
        when shares.share_registered >= 0.5 then 'registered'
        when shares.share_registered < 0.25 then 'resident'
        else 'undetermined'
    end as per_capita_basis,
    case
        when shares.cities = units.units
            then {{ ratio('shares.implied_10k_persons', 'panel.pop_resident_10k_persons') }}
    end as implied_over_residents,
    case
        when shares.cities = units.units
            then {{ ratio('shares.registered_10k_persons', 'panel.pop_resident_10k_persons') }}
    end as registered_over_residents
from shares
inner join {{ ref('provinces') }} as provinces on shares.province_code = provinces.province_code
left join units on shares.province_code = units.province_code
left join {{ ref('province_panel') }} as panel
    on shares.province_code = panel.province_code
    and shares.year = panel.year
