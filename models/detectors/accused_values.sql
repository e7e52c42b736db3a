-- Suspects that the evidence accuses: the score passes the threshold of cell_odd, their own series alone is surprised
-- (the seed evidence_weights says by how much at least), and they are off by more than its neighbour_factor, unless an
-- identity says so too, or seven digits that another city has. is_proved: the second piece of evidence that
-- cell_contradicted asks for is there: an identity, or, between two years that both contradict the value, its twin (the
-- other scope, a rival) or two of its kin. is_proved_at_edge: where one side has no year, what cell_contradicted_edge
-- asks for, one partner or a series that is surprised twice as much.
select
    suspicions.*,
    suspicions.score > proof.threshold
    and not suspicions.is_partner_for
    and not suspicions.is_identity_for
    and (
        suspicions.identities_against > 0
        or (
            (suspicions.is_twin_against or suspicions.relations_against > 1)
            and not suspicions.is_edge
            and suspicions.spike / suspicions.deviation > 0.5
        )
    ) as is_proved,
    suspicions.is_edge
    and not suspicions.is_partner_for
    and not suspicions.is_identity_for
    and not suspicions.is_rate
    and abs(suspicions.deviation) > ln(at_edge.neighbour_factor)
    and suspicions.surprise > at_edge.threshold
    and (
        (suspicions.relations_against > 0 and suspicions.score > proof.threshold)
        or suspicions.surprise > 2 * at_edge.threshold
    )
    and rules.indicator is null as is_proved_at_edge
from {{ ref('suspicions') }} as suspicions
inner join {{ ref('detectors') }} as proof on proof.detector = 'cell_contradicted'
inner join {{ ref('detectors') }} as doubt on doubt.detector = 'cell_odd'
inner join {{ ref('detectors') }} as at_edge on at_edge.detector = 'cell_contradicted_edge'
left join {{ ref('spike_rules') }} as rules
    on suspicions.indicator = rules.indicator
    and rules.rule = 'volatile'
where
    suspicions.score > doubt.threshold
    and suspicions.surprise > {{ evidence_weight('least_surprise') }}
    and (
        abs(suspicions.deviation) > ln(doubt.neighbour_factor)
        or suspicions.is_rate
        or suspicions.identities_against > 0
        or suspicions.copied_digits > 6
    )
