-- The weight of a two-way coefficient on the effect of each treated unit and time; weights sum to one.
select
    specifications.study,
    output.spec_id,
    {{ statistic_texts(['unit']) }},
    {{ statistic_integers(['time', 'cohort']) }},
    {{ statistic_columns(['weight']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'twfe_weights' and output.part = 'cells'
group by specifications.study, output.spec_id, output.row_number
