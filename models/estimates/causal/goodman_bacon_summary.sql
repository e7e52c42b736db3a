-- Two-by-two comparisons by kind; kind all is the two-way coefficient.
select
    specifications.study,
    output.spec_id,
    {{ statistic_texts(['kind']) }},
    {{ statistic_columns(['weight', 'estimate']) }},
    {{ run_stamp() }}
from {{ ref('causal_output') }} as output
inner join {{ ref('causal_specifications') }} as specifications on output.spec_id = specifications.spec_id
where specifications.suite = 'goodman_bacon' and output.part = 'summary'
group by specifications.study, output.spec_id, output.row_number
