-- Two-by-two differences in differences that a two-way coefficient without controls averages. control_cohort is NULL
-- for units never treated; later_vs_earlier takes units that are treated already as controls.
select
    specifications.study,
    output.spec_id,
    {{ statistic_texts(['kind']) }},
    {{ statistic_integers(['treated_cohort', 'control_cohort']) }},
    {{ statistic_columns(['weight', 'estimate']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'goodman_bacon' and output.part = 'comparisons'
group by specifications.study, output.spec_id, output.row_number
