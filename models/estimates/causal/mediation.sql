-- How much of an effect runs through a mediator. delta (treatment on mediator), theta and phi (mediator and
-- treatment on outcome) are coefficients of estimates; share = delta theta / (delta theta + phi), NULL where the
-- divisor is zero; Sobel z = delta theta / sqrt(theta^2 se_delta^2 + delta^2 se_theta^2), under the errors of the
-- study and clustered. The two regressions of a study need not have the same rows. The bootstrap draws whole
-- clusters and repeats both on the rows they share: bootstrap_share is the share there, and the intervals are
-- percentiles over `draws` draws.
with

specifications as (
    select
        *,
        {{ option_value('options', 'mediator_spec') }} as mediator_spec,
        {{ option_value('options', 'outcome_spec') }} as outcome_spec,
        {{ term_name(option_value('options', 'mediator')) }} as mediator_name,
        main_variable as treatment_name
    from {{ ref('full_specifications') }}
    where suite = 'mediation'
),

estimates as (
    select * from {{ ref('estimates') }}
),

clustered as (
    select
        twins.twin_of as spec_id,
        estimates.term,
        estimates.standard_error
    from estimates
    inner join {{ ref('full_specifications') }} as twins on estimates.spec_id = twins.spec_id
    where twins.vcov = 'cluster' and twins.twin_of is not null
),

quantities as (
    select
        output.spec_id,
        {{ statistic('quantity', 'varchar') }},
        {{ statistic('estimate') }},
        {{ statistic('standard_error') }},
        {{ statistic('conf_low') }},
        {{ statistic('conf_high') }}
    from {{ ref('estimation_output') }} as output
    where output.part = 'bootstrap'
    group by output.spec_id, output.row_number
),

statistics as (
    select
        output.spec_id,
        {{ statistic('draws', 'integer') }},
        {{ statistic('draws_estimated', 'integer') }},
        {{ statistic('n', 'integer') }},
        {{ statistic('n_clusters', 'integer') }},
        {{ statistic('share_of_draws_total_same_sign') }}
    from {{ ref('estimation_output') }} as output
    inner join specifications on output.spec_id = specifications.spec_id
    where output.part = 'summary'
    group by output.spec_id
),

bootstrapped as (
    select
        spec_id,
        max(estimate) filter (where quantity = 'indirect') as bootstrap_indirect,
        max(standard_error) filter (where quantity = 'indirect') as bootstrap_indirect_error,
        max(conf_low) filter (where quantity = 'indirect') as indirect_conf_low,
        max(conf_high) filter (where quantity = 'indirect') as indirect_conf_high,
        max(estimate) filter (where quantity = 'share') as bootstrap_share,
        max(conf_low) filter (where quantity = 'share') as share_conf_low,
        max(conf_high) filter (where quantity = 'share') as share_conf_high
    from quantities
    group by spec_id
),

paths as (
    select
        specifications.study,
        specifications.spec_id,
        specifications.treatment_name as treatment,
        specifications.mediator_name as mediator,
        {{ term_name('specifications.dependent') }} as outcome,
        specifications.mediator_spec,
        specifications.outcome_spec,
        delta.estimate as delta,
        delta.standard_error as delta_error,
        theta.estimate as theta,
        theta.standard_error as theta_error,
        phi.estimate as phi,
        clustered_delta.standard_error as clustered_delta_error,
        clustered_theta.standard_error as clustered_theta_error
    from specifications
    left join estimates as delta
        on specifications.mediator_spec = delta.spec_id
        and specifications.treatment_name = delta.term
    left join estimates as theta
        on specifications.outcome_spec = theta.spec_id
        and specifications.mediator_name = theta.term
    left join estimates as phi
        on specifications.outcome_spec = phi.spec_id
        and specifications.treatment_name = phi.term
    left join clustered as clustered_delta
        on specifications.mediator_spec = clustered_delta.spec_id
        and specifications.treatment_name = clustered_delta.term
    left join clustered as clustered_theta
        on specifications.outcome_spec = clustered_theta.spec_id
        and specifications.mediator_name = clustered_theta.term
)

select
    paths.*,
    paths.delta * paths.theta as indirect,
    {{ mediation_share('paths.delta', 'paths.theta', 'paths.phi') }} as share,
    {{ sobel_z('paths.delta', 'paths.delta_error', 'paths.theta', 'paths.theta_error') }} as sobel_z,
    {{ sobel_z('paths.delta', 'paths.clustered_delta_error', 'paths.theta', 'paths.clustered_theta_error') }}
        as clustered_sobel_z,
    bootstrapped.* exclude (spec_id),
    statistics.* exclude (spec_id),
    {{ run_stamp() }}
from paths
left join bootstrapped on paths.spec_id = bootstrapped.spec_id
left join statistics on paths.spec_id = statistics.spec_id
where paths.delta is not null or bootstrapped.bootstrap_indirect is not null
