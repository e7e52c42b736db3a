-- Which provinces closed the gap between town and country fastest?
-- The ratio of urban to rural income per head in two years, its change in percent a year, and the Theil index, which
-- also counts how many live in towns. Incomes of 2012 and before are of the old surveys in part of the provinces
-- (reference.definition_breaks): a first year before 2013 compares two surveys.
with

settings as (
    select
        2013 as first_year,
        2020 as last_year
),

both_years as (
    select
        inequality.province_code,
        max(inequality.income_ratio) filter (where inequality.year = settings.first_year) as ratio_first,
        max(inequality.income_ratio) filter (where inequality.year = settings.last_year) as ratio_last,
        max(inequality.theil) filter (where inequality.year = settings.first_year) as theil_first,
        max(inequality.theil) filter (where inequality.year = settings.last_year) as theil_last,
        any_value(settings.last_year - settings.first_year) as years
    from province_inequality as inequality
    cross join settings
    group by inequality.province_code
)

select
    provinces.name_en as province,
    regions.group_name as region,
    round(ratio_first, 3) as ratio_first,
    round(ratio_last, 3) as ratio_last,
    round(100 * ((ratio_last / ratio_first) ** (1 / years) - 1), 2) as change_pct_a_year,
    round(theil_first, 4) as theil_first,
    round(theil_last, 4) as theil_last
from both_years
inner join reference.provinces as provinces on both_years.province_code = provinces.province_code
inner join reference.place_groups as regions
    on both_years.province_code = regions.place_code and regions.grouping = 'region3'
where ratio_first is not null and ratio_last is not null
order by change_pct_a_year asc, both_years.province_code asc
