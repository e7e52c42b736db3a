-- Detector policy_repeated: rows of a list of policies (or of the seed policy_places, without a file) for a city that
-- is listed already: with another year than the one that counts, or a second time in the same list.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'policy_repeated'
),

repeated as (
    select
        policy as indicator,
        city_code,
        first_year as year,
        file_id,
        'city' as place_level,
        null as scope,
        null as vintage,
        any_value(place_text) as place_text,
        any_value(cohort) as cohort
    from {{ ref('policy_listings') }}
    where is_repeated
    group by policy, city_code, first_year, file_id
)

select
    {{ finding_columns(
        'repeated', 'repeated.city_code', 'repeated.year', 'repeated.cohort', 'repeated.year - repeated.cohort',
        "repeated.place_text || ' is listed again under ' || repeated.indicator || ' with ' || repeated.year"
        ~ " || '; the year that counts is ' || repeated.cohort"
    ) }}
from repeated
cross join detector
