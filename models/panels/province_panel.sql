-- The province panel: every province in every year from the first to the last with any value, one column an indicator,
-- reported, derived or spliced, of the vintage that its family takes in the year. A value's source is one join away,
-- in province_provenance, and what other vintages say, in province_vintages.
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

named_values as (
    select
        observations.place_code,
        observations.year,
        observations.value,
        indicators.panel_column
    from observations
    inner join {{ ref('indicators') }} as indicators on observations.indicator = indicators.indicator
),

values_side_by_side as (
    from named_values
    pivot (
        max(value)
        for panel_column in ({{ panel_columns('province') }})
        group by place_code, year
    )
),

vintages as (
    {{ family_vintages_of_rows('province') }}
)

select
    province_years.province_code,
    cast(province_years.year as integer) as year,
    province_years.province_name_zh,
    province_years.province_name_en,
    {{ break_columns('province', 'province_years.year') }}
    {{ vintage_columns('province', 'vintages') }}
    values_side_by_side.* exclude (place_code, year),
    notes.spliced_indicators,
    notes.flagged_indicators
from province_years
left join vintages
    on province_years.province_code = vintages.place_code
    and province_years.year = vintages.year
left join values_side_by_side
    on province_years.province_code = values_side_by_side.place_code
    and province_years.year = values_side_by_side.year
left join {{ ref('panel_notes') }} as notes
    on notes.place_level = 'province'
    and province_years.province_code = notes.place_code
    and province_years.year = notes.year
