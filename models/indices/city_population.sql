-- The two populations of a city: registered people (household register, year end), and residents (census concept).
-- Where residents are printed, they are these (resident_origin printed); where GDP per capita is per resident
-- (per_capita_basis), GDP over GDP per capita implies them (implied: the average of the year, within the rounding of
-- both); else NULL, never the registered ones.
-- Edges: implied residents of less than a third or more than five times the registered people are no population but an
-- error in GDP or in GDP per capita, and NULL (the largest real one is that of Dongguan, 4.5); a spliced GDP implies
-- none.
with

panel as (
    select
        panel.city_code,
        panel.city_name_zh,
        panel.city_name_en,
        panel.year,
        panel.pop_registered_yearend_10k_persons as registered_10k_persons,
        panel.pop_resident_10k_persons as printed_10k_persons,
        basis.per_capita_basis,
        case
            when
                basis.per_capita_basis = 'resident'
                and not list_contains(string_split(coalesce(panel.spliced_indicators, ''), ', '), 'gdp')
                then {{ ratio('panel.gdp_100m_cny * 10000', 'panel.gdp_per_capita_cny') }}
        end as implied_10k_persons
    from {{ ref('city_panel') }} as panel
    left join {{ ref('per_capita_basis') }} as basis
        on panel.province_code = basis.province_code
        and panel.year = basis.year
),

bounded as (
    select
        * replace (
            case
                when implied_10k_persons between registered_10k_persons / 3 and registered_10k_persons * 5
                    then implied_10k_persons
            end as implied_10k_persons
        )
    from panel
)

select
    city_code,
    city_name_zh,
    city_name_en,
    year,
    per_capita_basis,
    registered_10k_persons,
    coalesce(printed_10k_persons, implied_10k_persons) as resident_10k_persons,
    case
        when printed_10k_persons is not null then 'printed'
        when implied_10k_persons is not null then 'implied'
    end as resident_origin
from bounded
