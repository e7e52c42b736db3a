-- Detector: single cities printed in dollars in a column of yuan, or the reverse, in foreign-trade indicators (rule
-- currency of the seed spike_rules). A cell is one exchange rate of its year away from its two neighbouring years
-- (in the first and last year: from the two nearest), which agree; one column alone is no evidence, since trade of a
-- small city does change sevenfold, two columns of the same place, year and file off in the same direction are.
with

detector as (
    select * from {{ ref('detectors') }}
    where detector = 'cell_currency'
),

compared as (
    select
        neighbours.*,
        rates.cny_per_usd,
        case
            when
                neighbours.year - neighbours.previous_year <= detector.maximum_gap_years
                then neighbours.previous_value
            when
                neighbours.next_year - neighbours.year <= detector.maximum_gap_years
                and neighbours.second_next_year - neighbours.next_year <= detector.maximum_gap_years
                then neighbours.second_next_value
        end as one_value,
        case
            when neighbours.next_year - neighbours.year <= detector.maximum_gap_years then neighbours.next_value
            when
                neighbours.previous_year - neighbours.second_previous_year <= detector.maximum_gap_years
                then neighbours.second_previous_value
        end as other_value
    from {{ ref('neighbouring_values') }} as neighbours
    inner join {{ ref('spike_rules') }} as rules on neighbours.indicator = rules.indicator
    inner join {{ ref('exchange_rates') }} as rates on neighbours.year = rates.year
    cross join detector
    where rules.rule = 'currency' and neighbours.place_level = detector.place_level
),

deviating as (
    select
        compared.*,
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
        count(*) over (
            partition by
                deviating.file_id, deviating.place_level, deviating.place_code, deviating.scope, deviating.year,
                sign(deviating.log10_deviation)
        ) as columns_off
    from deviating
    cross join detector
    where abs(abs(deviating.log10_deviation) - log10(deviating.cny_per_usd)) <= detector.threshold
)

select
    {{ finding_columns(
        'candidates', 'candidates.place_code', 'candidates.value', 'candidates.expected',
        'candidates.log10_deviation',
        "round(candidates.value / candidates.expected, 2) || ' times the nearest years: '"
        ~ " || candidates.columns_off || ' columns of this place are one exchange rate off'"
    ) }}
from candidates
cross join detector
where candidates.columns_off >= 2
