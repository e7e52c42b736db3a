-- Every specification of every suite, estimated or not: status and reason (of an estimated one, a remark), size of its
-- sample, draws or fits made, and how long it took. n_treated_units is NULL for suites that know no adoption.
with

statuses as (
    select
        output.spec_id,
        {{ declared_statistics(besides=[
            'study', 'spec_id', 'suite', 'label', 'printed_in', 'is_published', 'data_scope', 'outcome',
            'is_simulated', 'run_id'
        ]) }}
    from {{ ref('estimation_output') }} as output
    where output.part = 'status'
    group by output.spec_id
)

select
    specifications.study,
    specifications.spec_id,
    specifications.suite,
    specifications.label,
    specifications.printed_in,
    specifications.is_published,
    specifications.data_scope,
    {{ term_name('specifications.dependent') }} as outcome,
    statuses.* exclude (spec_id),
    {{ run_stamp() }}
from {{ ref('full_specifications') }} as specifications
left join statuses on specifications.spec_id = statuses.spec_id
