-- Detectors cell_jump and, off by more, cell_leap: a single cell of a steady indicator (rule steady of the seed
-- spike_rules: populations) away from both its neighbouring years by much less than a power of ten, while these agree
-- with each other. Powers of ten are left to cell_spike. What lasts, as new borders of a city do, is no finding; nor
-- can the first and the last year be judged.
with

jump as (
    select * from {{ ref('detectors') }}
    where detector = 'cell_jump'
),

leap as (
    select * from {{ ref('detectors') }}
    where detector = 'cell_leap'
),

compared as (
    select
        neighbours.*,
        sqrt(neighbours.previous_value * neighbours.next_value) as expected
    from {{ ref('neighbouring_values') }} as neighbours
    inner join {{ ref('spike_rules') }} as rules on neighbours.indicator = rules.indicator
    cross join jump
    where
        rules.rule = 'steady'
        and neighbours.place_level = jump.place_level
        and neighbours.year - neighbours.previous_year <= jump.maximum_gap_years
        and neighbours.next_year - neighbours.year <= jump.maximum_gap_years
        and greatest(
            neighbours.previous_value / neighbours.next_value, neighbours.next_value / neighbours.previous_value
        ) <= jump.neighbour_factor
)

select
    {{ finding_columns(
        'compared', 'compared.place_code', 'compared.value', 'compared.expected',
        'ln(compared.value / compared.expected)',
        "round(compared.value / compared.expected, 2) || ' times its neighbouring years, which agree'"
    ) }}
from compared
cross join jump
cross join leap
inner join {{ ref('detectors') }} as detector
    on detector.detector = case
        when abs(ln(compared.value / compared.expected)) > leap.threshold then 'cell_leap' else 'cell_jump'
    end
left join {{ ref('spike_candidates') }} as spikes
    on {{ same_observation('compared', 'spikes') }}
where abs(ln(compared.value / compared.expected)) > jump.threshold and spikes.file_id is null
