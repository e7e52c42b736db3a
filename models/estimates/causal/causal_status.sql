-- Every causal specification, estimated or not: status and reason (of an estimated one, a remark), size of its
-- sample, draws or fits made, and how long it took. n_treated_units is NULL for suites that know no adoption.
select
    specifications.study,
    specifications.spec_id,
    specifications.suite,
    specifications.label,
    specifications.printed_in,
    specifications.is_published,
    specifications.data_scope,
    {{ term_name('specifications.outcome') }} as outcome,
    {{ statistic_texts(['status', 'reason']) }},
    {{ statistic_integers(['n', 'n_units', 'n_periods', 'n_treated_units']) }},
    {{ statistic_columns(['share_filled']) }},
    {{ statistic_integers(['draws']) }},
    {{ statistic_columns(['seconds']) }},
    {{ run_stamp() }}
from {{ ref('causal_specifications') }} as specifications
left join {{ ref('causal_output') }} as output on specifications.spec_id = output.spec_id and output.part = 'status'
group by all
