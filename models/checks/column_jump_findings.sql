-- Detector: a whole column off. In each place the log deviation of a year from the mean of its two neighbouring
-- years; over places the median, which single cells cannot move. A year is found when its median deviation is
-- above the threshold and above that of either neighbour (which it contaminates by half, with the other sign).
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'column_jump'
),

logs as (
    select
        file_id,
        place_level,
        indicator,
        scope,
        vintage,
        place_code,
        year,
        {{ log_or_null('value') }} as log_value
    from {{ ref('resolved_cells') }}
    where status = 'usable' and place_level <> 'nation'
),

deviations as (
    select
        *,
        log_value - (lag(log_value) over series + lead(log_value) over series) / 2 as deviation,
        lag(year) over series as previous_year,
        lead(year) over series as next_year
    from logs
    window series as (
        partition by file_id, indicator, scope, vintage, place_level, place_code order by year
    )
),

medians as (
    select
        file_id,
        place_level,
        indicator,
        scope,
        vintage,
        year,
        median(deviation) as deviation,
        count(deviation) as places
    from deviations
    where previous_year = year - 1 and next_year = year + 1
    group by all
),

compared as (
    select
        *,
        greatest(
            coalesce(abs(lag(deviation) over series), 0), coalesce(abs(lead(deviation) over series), 0)
        ) as neighbour_deviation
    from medians
    window series as (partition by file_id, place_level, indicator, scope, vintage order by year)
)

select
    detector.detector,
    detector.severity,
    compared.file_id,
    compared.indicator,
    compared.scope,
    compared.vintage,
    compared.year,
    exp(compared.deviation) as observed,
    1.0 as expected,
    compared.deviation,
    'the median of ' || compared.places || ' places is ' || round(exp(compared.deviation), 2)
    || ' times the mean of its neighbouring years' as message
from compared
cross join detector
where abs(compared.deviation) > detector.threshold and abs(compared.deviation) > compared.neighbour_deviation
