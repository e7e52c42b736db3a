-- Detector: a whole column off. In each place the log deviation of a year from the line through its two neighbouring
-- years, which may stand in other files of the vintage; over places the median, which single cells cannot move. A
-- year is found when its median deviation is above the threshold, above that of either neighbour (which it
-- contaminates by half, with the other sign) and above the change between the neighbours (else one of them, at an edge
-- that nobody can judge, is the one that is off). The first and the last year, and the years beside a definition break
-- or beside a gap above the limit, have no two neighbours: there column_step looks. A rate that may lie near zero (rule
-- rate of the seed spike_rules) does double and halve: growth of 3 between 7 and 8 is a bad year.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'column_jump'
),

deviations as (
    select
        *,
        ln(value) - (
            ln(previous_value) * (next_year - year) + ln(next_value) * (year - previous_year)
        ) / (next_year - previous_year) as deviation
    from {{ ref('neighbouring_values') }}
    where indicator not in (
        select rules.indicator from {{ ref('spike_rules') }} as rules
        where rules.rule = 'rate'
    )
),

medians as (
    select
        deviations.file_id,
        deviations.place_level,
        deviations.indicator,
        deviations.scope,
        deviations.vintage,
        deviations.year,
        median(deviations.deviation) as deviation,
        median(ln(deviations.next_value / deviations.previous_value)) as neighbour_change,
        median(deviations.next_year - deviations.previous_year) / 2 as neighbour_distance,
        count(*) as places
    from deviations
    cross join detector
    where
        deviations.year - deviations.previous_year <= detector.maximum_gap_years
        and deviations.next_year - deviations.year <= detector.maximum_gap_years
    group by all
),

compared as (
    select
        *,
        greatest(
            coalesce(abs(first_value(deviation) over years_before), 0),
            coalesce(abs(last_value(deviation) over years_after), 0)
        ) as neighbour_deviation
    from medians
    window
        years_before as (
            partition by place_level, indicator, scope, vintage order by year
            range between 2 preceding and 1 preceding
        ),
        years_after as (
            partition by place_level, indicator, scope, vintage order by year
            range between 1 following and 2 following
        )
)

select
    {{ finding_columns(
        'compared', 'cast(null as varchar)', 'exp(compared.deviation)', '1.0', 'compared.deviation',
        "'the median of ' || compared.places || ' places is ' || round(exp(compared.deviation), 2)"
        ~ " || ' times the mean of its neighbouring years'"
    ) }}
from compared
cross join detector
where
    abs(compared.deviation) > detector.threshold * compared.neighbour_distance
    and abs(compared.deviation) > compared.neighbour_deviation
    and abs(compared.deviation) > abs(compared.neighbour_change)
    and compared.places >= detector.minimum_places
