-- Detector: a whole column on another level than in the year before it (or the last year with a value, across absent
-- editions), where column_jump cannot judge: at the edges of a series and beside gaps. Over places the median of the
-- log change. Which side of the step is wrong it cannot say, and the finding stands at the later year. Steps at a
-- definition break are no findings, nor those of rates (see column_jump).
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'column_step'
),

steps as (
    select
        neighbours.file_id,
        neighbours.place_level,
        neighbours.indicator,
        neighbours.scope,
        neighbours.vintage,
        neighbours.year,
        mode(neighbours.previous_year) as previous_year,
        median(ln(neighbours.value / neighbours.previous_value)) as deviation,
        count(*) as places
    from {{ ref('neighbouring_values') }} as neighbours
    cross join detector
    where
        neighbours.year - neighbours.previous_year <= detector.maximum_gap_years
        and neighbours.indicator not in (
            select rules.indicator from {{ ref('spike_rules') }} as rules
            where rules.rule = 'rate'
        )
    group by all
)

select
    {{ finding_columns(
        'steps', 'cast(null as varchar)', 'exp(steps.deviation)', '1.0', 'steps.deviation',
        "'the median of ' || steps.places || ' places is ' || round(exp(steps.deviation), 2)"
        ~ " || ' times that of ' || steps.previous_year"
    ) }}
from steps
cross join detector
left join {{ ref('column_jump_findings') }} as jumps
    on steps.place_level = jumps.place_level
    and steps.indicator = jumps.indicator
    and steps.scope = jumps.scope
    and steps.vintage = jumps.vintage
    and jumps.year in (steps.year, steps.previous_year)
where
    abs(steps.deviation) > detector.threshold
    and steps.places >= detector.minimum_places
    and jumps.year is null
qualify row_number() over (
    partition by steps.file_id, steps.place_level, steps.indicator, steps.scope, steps.vintage, steps.year
    order by jumps.file_id
) = 1
