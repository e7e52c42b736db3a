-- Detector: a printed total of a province, or of all cities, against the sum of its cities, for what adds up. A sum
-- below the total tells something only where every city has a value; a sum above it always does. Editions that print
-- no totals (from data year 2016 on) are not checked, and the total itself may be the misprint.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'cities_sum'
),

sums as (
    select * from {{ ref('cities_sums') }}
)

select
    {{ finding_columns(
        'sums', 'sums.place_code', 'sums.cities_sum', 'sums.printed_total',
        ratio('sums.cities_sum', 'sums.printed_total') ~ ' - 1',
        "sums.cities || ' cities sum to ' || round(sums.cities_sum, 2) || ', the printed total is '"
        ~ " || round(sums.printed_total, 2)"
    ) }}
from sums
cross join detector
where
    abs(sums.residual) > detector.threshold * abs(sums.printed_total) + sums.rounding_error
    and (sums.residual > 0 or sums.cities_without_value = 0)
