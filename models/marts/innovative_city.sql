-- Study mart: the innovative-city pilots and the urban-rural Theil index of cities. Columns are named as the study
-- names them; its YAML says what each is.
with

panel as (
    select * from {{ ref('city_panel') }}
),

exposure as (
    select * from {{ ref('policy_exposure') }}
    where policy = 'innovative_city'
),

smart_cities as (
    select * from {{ ref('policy_exposure') }}
    where policy = 'smart_city'
),

regions as (
    select * from {{ ref('place_groups') }}
    where grouping = 'region_northeast_in_east'
),

variables as (
    select
        panel.city_code,
        panel.city_name_zh,
        panel.city_name_en,
        panel.year,
        panel.province_code,
        {{ in_study_places('innovative_city', 'panel.province_code') }} as is_study_city,
        {{ in_study_window('innovative_city', 'panel.year') }} as is_published_window,
        inequality.theil,
        inequality.income_ratio,
        exposure.is_treated as treat_post,
        exposure.cohort,
        exposure.relative_year,
        exposure.is_sourced as is_sourced_pilot,
        exposure.is_sourced or (exposure.cohort is null and exposure.is_treated is not null)
            as is_never_treated_or_sourced,
        smart_cities.is_treated as policy_post,
        {{ log_or_null('structure.upgrading_quantity') }} as ais_as_published,
        structure.upgrading_quantity as ais_quantity,
        structure.upgrading_raw_10k_cny as ais_raw,
        structure.output_share_primary,
        structure.output_share_secondary,
        structure.output_share_tertiary,
        structure.productivity_primary_10k_cny,
        structure.productivity_secondary_10k_cny,
        structure.productivity_tertiary_10k_cny,
        structure.structure_distance as ris,
        {{ log_or_null(ratio(
            'real_gdp.gdp_real_own_100m_cny_2000 * 10000', 'population.registered_10k_persons'
        )) }} as ln_agdp,
        real_gdp.gdp_real_own_100m_cny_2000,
        real_gdp.gdp_real_chained_100m_cny_2010,
        population.registered_10k_persons,
        population.resident_10k_persons,
        population.resident_origin,
        trade.fdi_share as open,
        wages.expenditure_share as gov,
        employment.talent_share as talents,
        wages.internet_share as ainternet,
        inequality.urban_share as urban,
        inequality.urban_share_basis,
        case
            when cities.is_municipality then 'municipality'
            when {{ in_grouping('panel.city_code', 'subprovincial') }} then 'sub-provincial'
            when cities.is_provincial_capital then 'provincial capital'
            else 'prefecture'
        end as rank,
        cities.is_provincial_capital
        or {{ in_grouping('panel.city_code', 'separate_planning') }}
        or {{ in_grouping('panel.city_code', 'special_economic_zone') }} as is_high_rank,
        regions.group_name as region,
        panel.spliced_indicators,
        panel.flagged_indicators
    from panel
    inner join {{ ref('cities') }} as cities on panel.city_code = cities.city_code
    {%- for index, alias in [
        ('city_inequality', 'inequality'),
        ('city_industry_structure', 'structure'),
        ('city_trade', 'trade'),
        ('city_wages', 'wages'),
        ('city_employment', 'employment'),
        ('city_real_gdp', 'real_gdp'),
        ('city_population', 'population'),
    ] %}
        left join {{ ref(index) }} as {{ alias }}
            on panel.city_code = {{ alias }}.city_code
            and panel.year = {{ alias }}.year
    {%- endfor %}
    left join exposure on panel.city_code = exposure.city_code and panel.year = exposure.year
    left join smart_cities on panel.city_code = smart_cities.city_code and panel.year = smart_cities.year
    left join regions on panel.province_code = regions.place_code
),

samples as (
    select
        *,
        is_study_city and is_published_window as in_published_sample
    from (
        {{ filled('variables', 'innovative_city', 'city', [
            'theil', 'income_ratio', 'ais_as_published', 'ris', 'ln_agdp', 'open', 'gov', 'talents', 'ainternet', 'urban'
        ], {'ln_agdp': ['ln_agdp_sq']}) }}
    )
)

select
    city_code,
    city_name_zh,
    city_name_en,
    year,
    province_code,
    is_study_city,
    is_published_window,
    in_published_sample,
    {{ all_present([
        'theil', 'treat_post', 'ln_agdp', 'open', 'gov', 'talents', 'ainternet', 'urban'
    ]) }} as is_complete,
    theil,
    income_ratio,
    treat_post,
    cohort,
    relative_year,
    is_sourced_pilot,
    is_never_treated_or_sourced,
    policy_post,
    -- each productivity divided by its own mean over the published sample, which removes its dimension
    {{ upgrading_quality([
        ('output_share_primary', 'productivity_primary_10k_cny'),
        ('output_share_secondary', 'productivity_secondary_10k_cny'),
        ('output_share_tertiary', 'productivity_tertiary_10k_cny')
    ], 'in_published_sample') }} as ais,
    ais_as_published,
    ais_quantity,
    ais_raw,
    ris,
    ln_agdp,
    ln_agdp * ln_agdp as ln_agdp_sq,
    gdp_real_own_100m_cny_2000,
    gdp_real_chained_100m_cny_2010,
    registered_10k_persons,
    resident_10k_persons,
    resident_origin,
    open,
    gov,
    talents,
    ainternet,
    urban,
    urban_share_basis,
    rank,
    is_high_rank,
    region,
    interpolated_columns,
    spliced_indicators,
    flagged_indicators
from samples
