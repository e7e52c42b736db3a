-- On simulated data: how many intervals hold the coefficient that the data were made with. Empty on real data.
-- One draw of the data says little; the coverage over many is tested beside the estimators.
select
    study,
    spec_id,
    count(*) as coefficients,
    count(*) filter (where interval_holds_truth) as intervals_with_truth,
    {{ var('confidence_level') }} as confidence_level,
    max(abs(estimate - truth) / standard_error) as largest_distance_in_standard_errors,
    bool_or(is_simulated) as is_simulated
from {{ ref('replication_scorecard') }}
where truth is not null and estimate is not null
group by all
