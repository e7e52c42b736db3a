-- Standardised mean differences between treated and other rows, before and after matching; under 0.1 after is the
-- usual mark of balance.
select
    specifications.study,
    output.spec_id,
    output.term as covariate,
    {{ statistic_columns(['before', 'after']) }},
    {{ is_simulated() }} as is_simulated
from {{ ref('regression_output') }} as output
inner join {{ ref('specifications') }} as specifications on output.spec_id = specifications.spec_id
where output.kind = 'balance'
group by specifications.study, output.spec_id, output.term
