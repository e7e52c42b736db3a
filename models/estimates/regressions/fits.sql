-- Every specification, estimated or not: status and reason, sample size, fit. r2 is the one of its convention: overall
-- counts every effect as a regressor (least squares with dummies), within does not.
-- Two-stage least squares: first_stage_f under the convention of the specification, cragg_donald_f under classical,
-- kleibergen_paap_f under robust errors; stock_yogo_10 the value that cragg_donald_f should exceed; ar_set says what
-- the Anderson-Rubin set is: interval (ar_low to ar_high), two rays (all up to ar_low and all from ar_high on), whole
-- line, empty.
with

fitted as (
    select
        output.spec_id,
        {{ declared_statistics(besides=[
            'study', 'spec_id', 'label', 'data_scope', 'dependent', 'status', 'reason', 'vcov', 'r2', 'r2_kind',
            'is_simulated', 'run_id'
        ]) }}
    from {{ ref('estimation_output') }} as output
    where output.part = 'fit'
    group by output.spec_id
)

select
    specifications.study,
    specifications.spec_id,
    specifications.label,
    specifications.data_scope,
    specifications.dependent,
    statuses.status,
    statuses.reason,
    specifications.vcov,
    case specifications.r2_kind
        when 'overall' then fitted.r2_overall
        when 'within_one_way' then fitted.r2_within_one_way
        when 'within_two_way' then fitted.r2_within_two_way
    end as r2,
    specifications.r2_kind,
    fitted.* exclude (spec_id),
    {{ run_stamp() }}
from {{ ref('full_specifications') }} as specifications
inner join {{ ref('specification_status') }} as statuses on specifications.spec_id = statuses.spec_id
left join fitted on specifications.spec_id = fitted.spec_id
where specifications.suite = 'regression'
