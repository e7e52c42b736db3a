-- Years in which GDP changed its level in many places at once, found from the cross-section (gdp_level_steps): at least
-- 15% of at least 30 places more than 0.1 away from the median step, where ordinary years have 2 to 8%. is_recorded:
-- the seed definition_breaks knows of it; a break that is found and not recorded is told by a test.
with

years as (
    select
        place_level,
        year,
        count(*) as places,
        any_value(median_step) as median_step,
        {{ ordered_mean('cast(abs(deviation) > 0.1 as integer)') }} as share_off,
        {{ ordered_mean('cast(deviation < -0.1 as integer)') }} as share_down,
        {{ ordered_mean('cast(deviation > 0.1 as integer)') }} as share_up
    from {{ ref('gdp_level_steps') }}
    group by place_level, year
)

select
    years.*,
    years.places >= 30 and years.share_off >= 0.15 as is_break,
    breaks.first_year is not null as is_recorded,
    breaks.description
from years
left join {{ ref('definition_breaks') }} as breaks
    on years.place_level = breaks.place_level
    and years.year = breaks.first_year
    and breaks.indicator = 'gdp'
