-- Estimates of drawn policies: treated places and years dealt out anew, as many places a year as there are.
select
    specifications.study,
    output.spec_id,
    {{ statistic_integers(['draw']) }},
    {{ statistic_columns(['estimate', 'standard_error', 'p_value']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'placebo' and output.part = 'draws'
group by specifications.study, output.spec_id, output.row_number
