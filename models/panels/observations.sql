-- The long panel of every place level: chosen values, and interpolated ones where a gap may be filled.
-- Filling is linear between the two values around a gap of at most max_gap_years. It never extrapolates, never
-- crosses a definition break, and leaves out years in which no place has a value (var fill_absent_years).
with

chosen as (
    select
        place_level,
        place_code,
        indicator,
        scope,
        year,
        value,
        origin,
        vintage,
        cast(null as integer) as gap_from_year,
        cast(null as integer) as gap_to_year
    from {{ ref('observation_choice') }}
    where is_chosen
),

gaps as (
    select
        *,
        lead(year) over series as next_year,
        lead(value) over series as next_value
    from chosen
    window series as (partition by place_level, place_code, indicator, scope order by year)
),

fillable_gaps as (
    select gaps.*
    from gaps
    left join {{ ref('definition_breaks') }} as breaks
        on gaps.place_level = breaks.place_level
        and gaps.indicator = breaks.indicator
        and gaps.year < breaks.first_year
        and gaps.next_year >= breaks.first_year
    where
        {{ var('fill_gaps') }}
        and breaks.first_year is null
        and gaps.next_year - gaps.year between 2 and {{ var('max_gap_years') }} + 1
),

reported_years as (
    select distinct
        place_level,
        indicator,
        scope,
        year
    from chosen
),

missing_years as (
    select
        *,
        unnest(range(year + 1, next_year)) as missing_year
    from fillable_gaps
),

interpolated as (
    select
        missing_years.place_level,
        missing_years.place_code,
        missing_years.indicator,
        missing_years.scope,
        missing_years.missing_year as year,
        missing_years.value
        + (missing_years.next_value - missing_years.value)
        * (missing_years.missing_year - missing_years.year) / (missing_years.next_year - missing_years.year) as value,
        'interpolated' as origin,
        missing_years.vintage,
        missing_years.year as gap_from_year,
        missing_years.next_year as gap_to_year
    from missing_years
    left join reported_years
        on missing_years.place_level = reported_years.place_level
        and missing_years.indicator = reported_years.indicator
        and missing_years.scope = reported_years.scope
        and missing_years.missing_year = reported_years.year
    where {{ var('fill_absent_years') }} or reported_years.year is not null
)

select * from chosen
union all
select * from interpolated
