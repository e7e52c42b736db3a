-- Every specification, estimated or not: status and reason, sample size, fit. r2 is the one of its convention: overall
-- counts every effect as a regressor (least squares with dummies), within does not.
-- Two-stage least squares: first_stage_f under the convention of the specification, cragg_donald_f under classical,
-- kleibergen_paap_f under robust errors; stock_yogo_10 the value that cragg_donald_f should exceed; ar_set says what
-- the Anderson-Rubin set is: interval (ar_low to ar_high), two rays (all up to ar_low and all from ar_high on), whole
-- line, empty.
with

statistics as (
    select
        output.spec_id,
        {{ statistic_columns([
            'n', 'n_units', 'n_periods', 'n_clusters', 'df_residual', 'share_filled', 'r2_overall', 'r2_within_one_way',
            'r2_within_two_way', 'f_statistic', 'f_df_model', 'f_df_residual', 'first_stage_f', 'cragg_donald_f',
            'kleibergen_paap_f', 'stock_yogo_10', 'ar_low', 'ar_high', 'n_treated', 'n_off_support',
            'n_matched_treated', 'n_matched_controls'
        ]) }},
        max(output.detail) filter (where output.statistic = 'ar_set') as ar_set
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
),

dropped as (
    select
        spec_id,
        string_agg(term, ', ' order by term) as dropped_variables
    from {{ ref('regression_output') }}
    where kind = 'dropped'
    group by spec_id
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
    case when isfinite(statistics.r2_within_one_way) then statistics.r2_within_one_way end as r2_within_one_way,
    case when isfinite(statistics.r2_within_two_way) then statistics.r2_within_two_way end as r2_within_two_way,
    case when isfinite(statistics.f_statistic) then statistics.f_statistic end as f_statistic,
    statistics.f_df_model,
    statistics.f_df_residual,
    case when isfinite(statistics.first_stage_f) then statistics.first_stage_f end as first_stage_f,
    case when isfinite(statistics.cragg_donald_f) then statistics.cragg_donald_f end as cragg_donald_f,
    case when isfinite(statistics.kleibergen_paap_f) then statistics.kleibergen_paap_f end as kleibergen_paap_f,
    case when isfinite(statistics.stock_yogo_10) then statistics.stock_yogo_10 end as stock_yogo_10,
    case when isfinite(statistics.ar_low) then statistics.ar_low end as ar_low,
    case when isfinite(statistics.ar_high) then statistics.ar_high end as ar_high,
    statistics.ar_set,
    cast(statistics.n_treated as integer) as n_treated,
    cast(statistics.n_off_support as integer) as n_off_support,
    cast(statistics.n_matched_treated as integer) as n_matched_treated,
    cast(statistics.n_matched_controls as integer) as n_matched_controls,
    dropped.dropped_variables,
    statistics.share_filled,
    {{ run_stamp() }}
from {{ ref('specifications') }} as specifications
left join statuses on specifications.spec_id = statuses.spec_id
left join statistics on specifications.spec_id = statistics.spec_id
left join dropped on specifications.spec_id = dropped.spec_id
