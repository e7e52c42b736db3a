-- The average effect from adoption on where trends may differ: by a slope that changes at most by the magnitude a
-- year (smoothness), or by steps at most the magnitude times the largest one before adoption (relative_magnitude).
-- identified_* is NULL where the estimates before adoption already bend more than the magnitude allows.
select
    specifications.study,
    output.spec_id,
    {{ statistic_texts(['method']) }},
    {{ statistic_columns(['magnitude', 'identified_low', 'identified_high', 'conf_low', 'conf_high']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'event_study' and output.part = 'bounds'
group by specifications.study, output.spec_id, output.row_number
