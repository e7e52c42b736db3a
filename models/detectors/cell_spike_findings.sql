-- Detectors cell_spike, cell_spike_edge and cell_spike_doubtful: single cells off by a power of ten, found from their
-- own neighbouring years and sorted by how certain that is (see spike_candidates). Not seen: cells whose neighbouring
-- years are missing or disagree, errors that last for several years, and cells off by a small factor that is no power
-- of ten. A doubtful one that other evidence clears (a partner that moved along, a sum that holds: suspicions) is none.
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
),

cleared as (
    select suspicions.*
    from {{ ref('suspicions') }} as suspicions
    inner join detector on detector.detector = 'cell_odd'
    where suspicions.score <= detector.threshold and (suspicions.is_partner_for or suspicions.is_identity_for)
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
anti join cleared
    on {{ same_observation('sorted', 'cleared') }}
    and sorted.detector_of_candidate = 'cell_spike_doubtful'
