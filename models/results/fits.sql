{{ config(contract={'enforced': true}) }}

-- Every specification, estimated or not: status and reason, sample size, fit. r2 is the one of its convention.
with

statistics as (
    select
        output.spec_id,
        {{ statistic_columns([
            'n', 'n_units', 'n_periods', 'n_clusters', 'df_residual', 'share_filled', 'r2_overall', 'r2_within_one_way',
            'r2_within_two_way', 'f_statistic', 'f_df_model', 'f_df_residual'
        ]) }}
    from {{ ref('regression_output') }} as output
    where output.kind = 'fit'
    group by output.spec_id
),

statuses as (
    select
        spec_id,
        statistic as status,
        detail as reason
    from {{ ref('regression_output') }}
    where kind = 'status'
)

select
    specifications.study,
    specifications.spec_id,
    specifications.label,
    specifications.data_scope,
    specifications.dependent,
    statuses.status,
    statuses.reason,
    cast(statistics.n as integer) as n,
    cast(statistics.n_units as integer) as n_units,
    cast(statistics.n_periods as integer) as n_periods,
    cast(statistics.n_clusters as integer) as n_clusters,
    cast(statistics.df_residual as integer) as df_residual,
    specifications.vcov,
    case specifications.r2_kind
        when 'overall' then statistics.r2_overall
        when 'within_one_way' then statistics.r2_within_one_way
        when 'within_two_way' then statistics.r2_within_two_way
    end as r2,
    specifications.r2_kind,
    statistics.r2_overall,
    statistics.r2_within_one_way,
    statistics.r2_within_two_way,
    case when isfinite(statistics.f_statistic) then statistics.f_statistic end as f_statistic,
    statistics.f_df_model,
    statistics.f_df_residual,
    statistics.share_filled,
    {{ is_simulated() }} as is_simulated
from {{ ref('specifications') }} as specifications
left join statuses on specifications.spec_id = statuses.spec_id
left join statistics on specifications.spec_id = statistics.spec_id
