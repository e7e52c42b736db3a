-- Detector: the districts of a city above the city as a whole, in one file and year, for what adds up. The finding
-- stands at the districts, but either of the two can be the misprint; where other evidence accuses the whole city and
-- not the districts, that cell is the finding.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'districts_exceed'
),

additive_values as (
    select cell_values.*
    from {{ ref('checked_values') }} as cell_values
    inner join {{ ref('indicators') }} as indicators on cell_values.indicator = indicators.indicator
    where indicators.is_additive and not cell_values.is_check_row
),

districts as (
    select * from additive_values
    where scope = 'districts'
)

select
    {{ finding_columns(
        'districts', 'districts.place_code', 'districts.value', 'wholes.value',
        ratio('districts.value', 'wholes.value') ~ ' - 1',
        "'the districts have ' || round(districts.value, 2) || ', the whole city ' || round(wholes.value, 2)"
    ) }}
from districts
inner join additive_values as wholes
    on districts.file_id = wholes.file_id
    and districts.place_level = wholes.place_level
    and districts.place_code = wholes.place_code
    and districts.indicator = wholes.indicator
    and districts.vintage = wholes.vintage
    and districts.year = wholes.year
cross join detector
anti join {{ ref('accused_values') }} as accused
    on {{ same_observation('wholes', 'accused') }}
where
    wholes.scope = 'total'
    and districts.value - wholes.value
    > detector.threshold * wholes.value + districts.rounding_error + wholes.rounding_error
