-- How far the fits of a curve agree with the one of the study: share_same_sign, and the share that has the same sign
-- and a p value below 0.05. fits_possible counts the whole grid, over all outcomes.
select
    specifications.study,
    output.spec_id,
    {{ statistic_texts(['outcome']) }},
    {{ statistic_integers(['fits', 'fits_estimated', 'fits_possible']) }},
    {{ statistic_columns([
        'estimate', 'minimum', 'median', 'maximum', 'share_same_sign', 'share_same_sign_significant'
    ]) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'specification_curve' and output.part = 'summary'
group by specifications.study, output.spec_id, output.row_number
