-- Detector: two columns with each other's headings. For two indicators of one file, scope and unit, how far the
-- values of a place lie from the mean of the two nearest years of their own series, and of the other's series, in
-- logarithms; over places the median of the absolute distances. A finding where the two together fit better when
-- swapped. The two nearest years stand on both sides, or in the first and last year on one, so that the neighbours of
-- a swapped year, half of whose references are swapped, fit neither way better. Columns of different units cannot
-- be compared; nor can columns that are swapped in every edition.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'swapped_columns'
),

referenced as (
    select
        neighbours.file_id,
        neighbours.place_level,
        neighbours.place_code,
        neighbours.indicator,
        neighbours.scope,
        neighbours.vintage,
        neighbours.year,
        indicators.unit,
        ln(neighbours.value) as log_value,
        case
            when neighbours.next_year is null
                then (ln(neighbours.previous_value) + ln(neighbours.second_previous_value)) / 2
            when neighbours.previous_year is null
                then (ln(neighbours.next_value) + ln(neighbours.second_next_value)) / 2
            else (ln(neighbours.previous_value) + ln(neighbours.next_value)) / 2
        end as log_expected
    from {{ ref('neighbouring_values') }} as neighbours
    inner join {{ ref('indicators') }} as indicators on neighbours.indicator = indicators.indicator
    cross join detector
    where
        coalesce(neighbours.year - neighbours.previous_year <= detector.maximum_gap_years, true)
        and coalesce(neighbours.next_year - neighbours.year <= detector.maximum_gap_years, true)
),

own_distances as (
    select
        file_id,
        place_level,
        indicator,
        scope,
        vintage,
        year,
        unit,
        median(abs(log_value - log_expected)) as own_distance
    from referenced
    where log_expected is not null
    group by all
),

-- Only pairs that can gain by more than the threshold.
possible_pairs as (
    select
        one.*,
        other.indicator as other_indicator
    from own_distances as one
    inner join own_distances as other
        on one.file_id = other.file_id
        and one.place_level = other.place_level
        and one.scope = other.scope
        and one.vintage = other.vintage
        and one.year = other.year
        and one.unit = other.unit
        and one.indicator <> other.indicator
    cross join detector
    where one.own_distance + other.own_distance > detector.threshold
),

possible_values as (
    select *
    from referenced
    where
        log_expected is not null
        and (file_id, place_level, scope, vintage, year, indicator) in (
            select (file_id, place_level, scope, vintage, year, indicator)
            from possible_pairs
        )
),

pairs as (
    select
        possible_pairs.file_id,
        possible_pairs.place_level,
        possible_pairs.scope,
        possible_pairs.vintage,
        possible_pairs.year,
        possible_pairs.indicator,
        possible_pairs.other_indicator,
        median(abs(one.log_value - one.log_expected)) + median(abs(other.log_value - other.log_expected))
            as own_distance,
        median(abs(one.log_value - other.log_expected)) + median(abs(other.log_value - one.log_expected))
            as swapped_distance,
        median(one.log_value - one.log_expected) as deviation,
        count(*) as places
    from possible_pairs
    inner join possible_values as one
        on possible_pairs.file_id = one.file_id
        and possible_pairs.place_level = one.place_level
        and possible_pairs.indicator = one.indicator
        and possible_pairs.scope = one.scope
        and possible_pairs.vintage = one.vintage
        and possible_pairs.year = one.year
    inner join possible_values as other
        on possible_pairs.file_id = other.file_id
        and possible_pairs.place_level = other.place_level
        and possible_pairs.other_indicator = other.indicator
        and possible_pairs.scope = other.scope
        and possible_pairs.vintage = other.vintage
        and possible_pairs.year = other.year
        and one.place_code = other.place_code
    group by all
),

swapped as (
    select pairs.*
    from pairs
    cross join detector
    where
        pairs.own_distance - pairs.swapped_distance > detector.threshold
        and pairs.places >= detector.minimum_places
    qualify row_number() over (
        partition by pairs.file_id, pairs.place_level, pairs.scope, pairs.vintage, pairs.year, pairs.indicator
        order by pairs.own_distance - pairs.swapped_distance desc, pairs.other_indicator
    ) = 1
)

select
    {{ finding_columns(
        'swapped', 'cast(null as varchar)', 'swapped.own_distance', 'swapped.swapped_distance', 'swapped.deviation',
        "'fits the neighbouring years better when swapped with ' || swapped.other_indicator"
    ) }}
from swapped
cross join detector
