-- Standardised mean differences between treated and other rows, before and after matching; under 0.1 after is the
-- usual mark of balance. cohort is NULL for specifications that match all rows at once, and says else which cohort was
-- matched with units never treated; only then variance ratios (treated over controls) and counts are given here, since
-- those of a pooled match are in fits.
with

pooled as (
    select
        specifications.study,
        output.spec_id,
        {{ statistic('covariate', 'varchar') }},
        {{ statistic('before') }},
        {{ statistic('after') }}
    from {{ ref('estimation_output') }} as output
    inner join {{ ref('full_specifications') }} as specifications on output.spec_id = specifications.spec_id
    where specifications.suite = 'regression' and output.part = 'balance'
    group by specifications.study, output.spec_id, output.row_number
),

sections as (
    select
        specifications.study,
        output.spec_id,
        {{ statistic('cohort', 'integer') }},
        {{ statistic('n_treated', 'integer') }},
        {{ statistic('n_control', 'integer') }},
        {{ statistic('control', 'varchar') }},
        {{ statistic('sample', 'varchar') }},
        {{ statistic('standardised_difference') }},
        {{ statistic('variance_ratio') }},
        {{ statistic('effective_n_control') }}
    from {{ ref('estimation_output') }} as output
    inner join {{ ref('full_specifications') }} as specifications on output.spec_id = specifications.spec_id
    where specifications.suite = 'matching' and output.part = 'balance'
    group by specifications.study, output.spec_id, output.row_number
)

select
    study,
    spec_id,
    cast(null as integer) as cohort,
    covariate,
    before,
    after,
    cast(null as double) as variance_ratio_before,
    cast(null as double) as variance_ratio_after,
    cast(null as integer) as n_treated,
    cast(null as integer) as n_control,
    cast(null as double) as effective_n_control,
    {{ run_stamp() }}
from pooled
union all
select
    study,
    spec_id,
    cohort,
    control as covariate,
    max(standardised_difference) filter (where sample = 'before') as before,
    max(standardised_difference) filter (where sample = 'after') as after,
    max(variance_ratio) filter (where sample = 'before') as variance_ratio_before,
    max(variance_ratio) filter (where sample = 'after') as variance_ratio_after,
    max(n_treated) filter (where sample = 'after') as n_treated,
    max(n_control) filter (where sample = 'after') as n_control,
    max(effective_n_control) filter (where sample = 'after') as effective_n_control,
    {{ run_stamp() }}
from sections
group by study, spec_id, cohort, control
