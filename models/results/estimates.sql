{{ config(contract={'enforced': true}) }}

-- Coefficients of every specification that could be estimated, under its own convention.
select
    specifications.study,
    output.spec_id,
    output.term,
    {{ statistic_columns(['estimate', 'standard_error', 'statistic', 'p_value', 'conf_low', 'conf_high']) }},
    {{ is_simulated() }} as is_simulated
from {{ ref('regression_output') }} as output
inner join {{ ref('specifications') }} as specifications on output.spec_id = specifications.spec_id
where output.kind = 'estimate'
group by all
