-- Weights of a two-way coefficient on the effects of treated units and times (ATTs), in short. sigma_zero: the
-- smallest standard deviation of the ATTs with which their average may be zero; sigma_opposite: that with which all
-- may have the other sign (NULL where no weight is negative).
select
    specifications.study,
    output.spec_id,
    {{ statistic_columns(['estimate']) }},
    {{ statistic_integers(['atts', 'atts_positive', 'atts_negative']) }},
    {{ statistic_columns(['sum_positive', 'sum_negative', 'sigma_zero', 'sigma_opposite']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'twfe_weights' and output.part = 'summary'
group by specifications.study, output.spec_id
