-- Employment of cities by factor intensity of the sector, as shares of employment in urban units.
-- Formulas: laborempl, capempl, techempl = employment of the sectors that the seed industry_sectors assigns to the
-- group / employment in urban units; talents = (science + information) / employment in urban units; unemployment_rate =
-- registered unemployed / (registered unemployed + unit employees + private and self-employed).
-- Edges: NULL where a sector of the group is missing. Wholesale and retail, and leasing and business services, are in
-- no group, so the three shares do not sum to one, unless the var unassigned_sectors_group names a group for them.
with

sectors as (
    select
        indicator,
        coalesce(group_column, nullif('{{ unassigned_sectors_group() }}', '')) as group_column
    from {{ ref('industry_sectors') }}
),

sector_employment as (
    select
        observations.place_code as city_code,
        observations.year,
        observations.value as employment_10k_persons,
        sectors.indicator,
        sectors.group_column
    from {{ ref('observations') }} as observations
    inner join sectors on observations.indicator = sectors.indicator
    where observations.place_level = 'city' and observations.scope = 'total'
),

group_sizes as (
    select
        group_column,
        count(*) as sectors
    from sectors
    where group_column is not null
    group by group_column
),

complete_groups as (
    select
        employment.city_code,
        employment.year,
        employment.group_column,
        {{ ordered_sum('employment.employment_10k_persons') }} as employment_10k_persons
    from sector_employment as employment
    inner join group_sizes on employment.group_column = group_sizes.group_column
    group by employment.city_code, employment.year, employment.group_column
    having count(*) = any_value(group_sizes.sectors)
),

groups as (
    select
        city_code,
        year,
        max(employment_10k_persons) filter (where group_column = 'laborempl') as labour_10k_persons,
        max(employment_10k_persons) filter (where group_column = 'capempl') as capital_10k_persons,
        max(employment_10k_persons) filter (where group_column = 'techempl') as technology_10k_persons
    from complete_groups
    group by city_code, year
)

select
    panel.city_code,
    panel.city_name_zh,
    panel.year,
    {{ ratio('groups.labour_10k_persons', 'panel.emp_unit_total_10k_persons') }} as labour_intensive_share,
    {{ ratio('groups.capital_10k_persons', 'panel.emp_unit_total_10k_persons') }} as capital_intensive_share,
    {{ ratio('groups.technology_10k_persons', 'panel.emp_unit_total_10k_persons') }} as technology_intensive_share,
    {{ ratio(
        '(panel.emp_s13_science_10k_persons + panel.emp_s07_it_10k_persons)', 'panel.emp_unit_total_10k_persons'
    ) }} as talent_share,
    {{ ratio(
        'panel.unemployed_registered_persons / 10000',
        '(panel.unemployed_registered_persons / 10000 + panel.emp_unit_total_10k_persons'
        ~ ' + panel.emp_private_selfemployed_10k_persons)'
    ) }} as unemployment_rate,
    {{ ratio('panel.unemployed_registered_persons / 10000', 'panel.emp_unit_total_10k_persons') }}
        as unemployed_per_unit_employee
from {{ ref('city_panel') }} as panel
left join groups on panel.city_code = groups.city_code and panel.year = groups.year
