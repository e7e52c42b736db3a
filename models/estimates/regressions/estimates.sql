-- Coefficients of every specification that could be estimated, under its own convention. wild_p_value is that of the
-- wild cluster bootstrap, where errors are clustered by at most fifty places: t tests reject too often with few.
select
    specifications.study,
    output.spec_id,
    output.term,
    {{ statistic_columns(['estimate', 'standard_error', 'statistic', 'p_value', 'conf_low', 'conf_high']) }},
    max(output.value) filter (where output.statistic = 'wild_p_value' and isfinite(output.value)) as wild_p_value,
    {{ run_stamp() }}
from {{ ref('regression_output') }} as output
inner join {{ ref('specifications') }} as specifications on output.spec_id = specifications.spec_id
where output.kind = 'estimate'
group by all
