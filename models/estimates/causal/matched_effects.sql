-- The effect on places matched cohort by cohort with places never treated: one coefficient of the stacked cohorts.
-- The balance of each cohort is in matching_balance.
select
    specifications.study,
    output.spec_id,
    {{ statistic_columns(['estimate', 'standard_error', 'p_value', 'conf_low', 'conf_high']) }},
    {{ statistic_integers(['n', 'n_cohorts', 'n_treated', 'n_controls']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'matching' and output.part = 'effect'
group by specifications.study, output.spec_id
