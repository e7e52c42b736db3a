-- Detectors cell_spike, cell_spike_edge and cell_spike_doubtful: single cells off by a power of ten, found from their
-- own neighbouring years and sorted by how certain that is (see spike_candidates). Not seen: cells whose neighbouring
-- years are missing or disagree, errors that last for several years, and cells off by a small factor that is no power
-- of ten.
with

sorted as (
    select
        *,
        case
            when is_confirmed then 'cell_spike'
            when is_doubtful then 'cell_spike_doubtful'
            when not is_edge then 'cell_spike'
            when
                abs(power_of_ten) >= (
                    select minimum_power
                    from {{ ref('detectors') }}
                    where detector = 'cell_spike_edge'
                ) then 'cell_spike_edge'
            else 'cell_spike_doubtful'
        end as detector_of_candidate
    from {{ ref('spike_candidates') }}
),

detector as (
    select * from {{ ref('detectors') }}
)

select
    {{ finding_columns(
        'sorted', 'sorted.place_code', 'sorted.value', 'sorted.expected', 'sorted.log10_deviation',
        "'10 to the power of ' || round(sorted.log10_deviation, 2) || ' times '"
        ~ " || case when sorted.is_edge then 'the two nearest years' else 'its neighbouring years' end"
        ~ " || case when sorted.is_confirmed then '; a sum or quotient of its own year comes right with '"
        ~ " || 'the value corrected' else '' end"
    ) }}
from sorted
inner join detector on sorted.detector_of_candidate = detector.detector
