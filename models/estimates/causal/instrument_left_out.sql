-- Two-stage least squares without each unit in turn; first_stage_f is the classical F of the instruments.
select
    specifications.study,
    output.spec_id,
    {{ statistic_texts(['unit']) }},
    {{ statistic_columns(['estimate', 'first_stage_f']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'leave_one_out' and output.part = 'left_out'
group by specifications.study, output.spec_id, output.row_number
