-- Detector: a column that holds another table. Columns far from every one of their two nearest years on either side (so
-- that the neighbour of a misplaced column is not suspected) are held against every printed column of the years near,
-- mapped to an indicator or not: over places the median absolute log distance. A finding where another column is
-- nearer than half the distance of its own. Names the column it resembles; units count, so that a copy in another
-- unit goes unseen, and so does a column whose series has one year only.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'misplaced_column'
),

own_distances as (
    select
        neighbours.file_id,
        neighbours.place_level,
        neighbours.indicator,
        neighbours.scope,
        neighbours.vintage,
        neighbours.year,
        median(least(
            abs(ln(neighbours.value / neighbours.previous_value)),
            abs(ln(neighbours.value / neighbours.second_previous_value)),
            abs(ln(neighbours.value / neighbours.next_value)),
            abs(ln(neighbours.value / neighbours.second_next_value))
        )) as own_distance
    from {{ ref('neighbouring_values') }} as neighbours
    cross join detector
    where
        coalesce(neighbours.year - neighbours.previous_year <= detector.maximum_gap_years, false)
        or coalesce(neighbours.next_year - neighbours.year <= detector.maximum_gap_years, false)
    group by all
    having count(*) >= any_value(detector.minimum_places)
),

suspects as (
    select own_distances.*
    from own_distances
    cross join detector
    where own_distances.own_distance > detector.threshold
),

printed as (
    select
        file_id,
        sheet,
        column_number,
        header_text,
        place_level,
        place_code,
        indicator,
        scope,
        vintage,
        year,
        status,
        {{ strict_number('value_text') }} as printed_value
    from {{ ref('resolved_cells') }}
    where
        (place_level, vintage) in (select (place_level, vintage) from suspects)
        and place_code is not null
        and {{ strict_number('value_text') }} > 0
),

-- Few rows, computed before they meet all columns of the neighbouring years.
suspect_values as materialized (
    select
        suspects.*,
        printed.place_code,
        printed.printed_value
    from suspects
    inner join printed
        on suspects.file_id = printed.file_id
        and suspects.place_level = printed.place_level
        and suspects.indicator = printed.indicator
        and suspects.scope = printed.scope
        and suspects.vintage = printed.vintage
        and suspects.year = printed.year
    where printed.status = 'usable'
),

distances as (
    select
        own.file_id,
        own.place_level,
        own.indicator,
        own.scope,
        own.vintage,
        own.year,
        own.own_distance,
        rivals.header_text as other_header_text,
        rivals.year as other_year,
        median(abs(ln(own.printed_value / rivals.printed_value))) as other_distance
    from suspect_values as own
    inner join printed as rivals
        on own.place_code = rivals.place_code
        and own.place_level = rivals.place_level
        and own.vintage = rivals.vintage
        and own.year <> rivals.year
        and own.indicator is distinct from rivals.indicator
    cross join detector
    where abs(own.year - rivals.year) <= detector.maximum_gap_years
    group by
        own.file_id, own.place_level, own.indicator, own.scope, own.vintage, own.year, own.own_distance,
        rivals.file_id, rivals.sheet, rivals.column_number, rivals.header_text, rivals.year
    having count(*) >= any_value(detector.minimum_places)
),

nearest as (
    select *
    from distances
    where other_distance < own_distance / 2
    qualify row_number() over (
        partition by file_id, place_level, indicator, scope, vintage, year
        order by other_distance, other_year, other_header_text
    ) = 1
)

select
    {{ finding_columns(
        'nearest', 'cast(null as varchar)', 'nearest.own_distance', 'nearest.other_distance', 'nearest.own_distance',
        "'resembles the column ' || nearest.other_header_text || ' of ' || nearest.other_year"
        ~ " || ' more than its own neighbouring years'"
    ) }}
from nearest
cross join detector
