-- The province panel: every province in every year from the first to the last with any value, one column an
-- indicator. A value's source is one join away, in province_provenance.
with

observations as (
    select * from {{ ref('observations') }}
    where place_level = 'province' and scope = 'total'
),

province_years as (
    select
        provinces.province_code,
        provinces.name_zh as province_name_zh,
        provinces.name_en as province_name_en,
        unnest(range((select min(year) from observations), (select max(year) from observations) + 1)) as year
    from {{ ref('provinces') }} as provinces
),

values_side_by_side as (
    select
        place_code,
        {{ indicator_columns('province') }}
        year,
        list(indicator order by indicator) filter (where origin = 'interpolated') as interpolated_indicators
    from observations
    group by place_code, year
)

select
    province_years.province_code,
    cast(province_years.year as integer) as year,
    province_years.province_name_zh,
    province_years.province_name_en,
    values_side_by_side.* exclude (place_code, year)
from province_years
left join values_side_by_side
    on province_years.province_code = values_side_by_side.place_code
    and province_years.year = values_side_by_side.year
