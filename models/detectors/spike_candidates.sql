-- Cells near a power of ten from their own neighbouring years, or hundreds of times away from them, with all that is
-- known for and against them: what the cell_spike detectors sort. Judged against the years before and after, or in the
-- first and last year of a series against the two nearest years on one side (is_edge); only where these agree with each
-- other, so that the innocent neighbour of a wrong cell is never judged by it. is_confirmed: a sum or quotient of the
-- same place, year and file comes right when the value is divided by that power of ten. is_doubtful: its indicator is
-- volatile, or the number has one digit, or a neighbouring year is a candidate as well, so that either may be wrong.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'cell_spike'
),

referenced as (
    select
        neighbours.*,
        coalesce(
            neighbours.year - neighbours.previous_year <= detector.maximum_gap_years, false
        ) as has_previous,
        coalesce(neighbours.next_year - neighbours.year <= detector.maximum_gap_years, false) as has_next,
        coalesce(
            neighbours.previous_year - neighbours.second_previous_year <= detector.maximum_gap_years, false
        ) as has_second_previous,
        coalesce(
            neighbours.second_next_year - neighbours.next_year <= detector.maximum_gap_years, false
        ) as has_second_next
    from {{ ref('neighbouring_values') }} as neighbours
    cross join detector
    where neighbours.place_level = detector.place_level
),

compared as (
    select
        *,
        (has_previous and has_next) is not true as is_edge,
        case when has_previous then previous_value when has_second_next then next_value end as one_value,
        case
            when has_previous and has_next then next_value
            when has_previous and has_second_previous then second_previous_value
            when has_next and has_second_next then second_next_value
        end as other_value
    from referenced
),

deviating as (
    select
        compared.* exclude (has_previous, has_next, has_second_previous, has_second_next),
        sqrt(compared.one_value * compared.other_value) as expected,
        log10(compared.value / sqrt(compared.one_value * compared.other_value)) as log10_deviation
    from compared
    cross join detector
    where
        greatest(compared.one_value / compared.other_value, compared.other_value / compared.one_value)
        <= detector.neighbour_factor
),

candidates as (
    select
        deviating.*,
        cast(round(deviating.log10_deviation) as integer) as power_of_ten,
        deviating.value * (1 - pow(10.0, -round(deviating.log10_deviation))) as slip,
        coalesce(rules.rule, 'none') as spike_rule,
        deviating.rounding_error / deviating.value > 0.05 as has_one_digit
    from deviating
    left join {{ ref('spike_rules') }} as rules on deviating.indicator = rules.indicator
    cross join detector
    where
        (
            abs(round(deviating.log10_deviation)) between detector.minimum_power and 4
            and abs(deviating.log10_deviation - round(deviating.log10_deviation)) <= detector.threshold
            and coalesce(rules.rule, 'none') <> 'rate'
        )
        -- So far off that no power of ten is needed to disbelieve it, where nothing can all but vanish for a year.
        or (
            abs(deviating.log10_deviation) >= detector.extreme_power
            and not deviating.is_edge
            and rules.rule is null
        )
),

-- What each sum has too much through one of its members: a part by the residual, the whole by its opposite.
sum_slips as (
    select
        sums.file_id,
        sums.place_level,
        sums.place_code,
        sums.scope,
        sums.vintage,
        sums.year,
        rules.part as indicator,
        sums.residual as slip
    from {{ ref('sum_residuals') }} as sums
    inner join {{ ref('sum_rules') }} as rules on sums.rule = rules.rule
    union all
    select
        file_id,
        place_level,
        place_code,
        scope,
        vintage,
        year,
        whole_indicator as indicator,
        -residual as slip
    from {{ ref('sum_residuals') }}
    where whole_indicator is not null
    union all
    select
        sums.file_id,
        'city' as place_level,
        cities.city_code as place_code,
        sums.scope,
        sums.vintage,
        sums.year,
        sums.indicator,
        sums.residual as slip
    from {{ ref('cities_sums') }} as sums
    inner join {{ ref('cities') }} as cities on sums.place_code = cities.province_code
    where sums.place_level = 'province'
),

-- The same for quotients, as powers of ten.
log_slips as (
    {%- for indicator, residual in [
        ('numerator_indicator', 'log_residual'),
        ('denominator_indicator', '-log_residual'),
        ('quotient_indicator', '-log_residual'),
    ] %}
        select
            file_id,
            place_level,
            place_code,
            scope,
            vintage,
            year,
            {{ indicator }} as indicator,
            {{ residual }} / ln(10) as slip_power
        from {{ ref('quotient_residuals') }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    candidates.file_id,
    candidates.place_level,
    candidates.place_code,
    candidates.indicator,
    candidates.scope,
    candidates.vintage,
    candidates.year,
    candidates.value,
    candidates.expected,
    candidates.log10_deviation,
    candidates.power_of_ten,
    candidates.is_edge,
    exists (
        select 1 from sum_slips
        where
            {{ same_observation('candidates', 'sum_slips') }}
            and abs(sum_slips.slip - candidates.slip) < 0.2 * abs(candidates.slip)
    )
    or exists (
        select 1
        from log_slips
        cross join detector
        where
            {{ same_observation('candidates', 'log_slips') }}
            and abs(log_slips.slip_power - candidates.power_of_ten) <= detector.threshold
    ) as is_confirmed,
    -- A flow may all but vanish for a year; it does not rise a hundredfold and fall back.
    (candidates.spike_rule = 'volatile' and candidates.power_of_ten between -2 and 1)
    or (candidates.has_one_digit and abs(candidates.power_of_ten) = 1)
    or exists (
        select 1
        from candidates as neighbours
        where
            neighbours.place_level = candidates.place_level
            and neighbours.place_code = candidates.place_code
            and neighbours.indicator = candidates.indicator
            and neighbours.scope = candidates.scope
            and neighbours.vintage = candidates.vintage
            and neighbours.year in (candidates.previous_year, candidates.next_year)
    ) as is_doubtful
from candidates
