-- Every printed coefficient beside ours: the specification marked is_published of its table and column, under the
-- published convention, and its twin clustered by place.
--
-- Unit: the seed published_scale says which variables a study prints in another unit (value = factor x printed). A
-- coefficient b of x on y is b x factor of x / factor of y in the printed units; scale_factor is that quotient, and
-- every figure of ours here is in the printed unit. Terms of simulation_truth are in the unit of the definition.
--
-- Verdict, the first that holds: not estimable; differs in sign; reproduced (equal at the printed digits, same stars);
-- same sign and significance (both or neither below 10%); same sign. A zero has the sign that is printed before it:
-- -0.000 is negative. Without one it has none, same_sign is NULL, and equality at the printed digits stands in for it.
-- A verdict is about the rows at hand: share_of_published_n says how far they are those of the study.
-- On simulated data the verdict compares a simulation with the print, and says nothing about China. print_fits_truth:
-- does the printed coefficient lie within 1.96 printed standard errors of the one that the process has (or the
-- estimator tends to)? Printed columns cannot all hold under one model; where it is false, they do not under this one.
with

published as (
    select
        *,
        case paren_kind
            when 'se' then abs(paren_value)
            when 't' then abs({{ ratio('estimate', 'paren_value') }})
        end as published_standard_error,
        cast(coalesce(length(regexp_extract(printed, '^[-−+]?\d*\.(\d+)', 1)), 0) as integer) as printed_decimals,
        case
            when estimate <> 0 then sign(estimate)
            when regexp_matches(printed, '^[-−]') then -1
        end as published_sign
    from {{ ref('published_estimates') }}
),

scales as (
    select * from {{ ref('published_scale') }}
),

specifications as (
    select * from {{ ref('full_specifications') }}
    where is_published and suite = 'regression'
),

clustered as (
    select
        twins.twin_of as spec_id,
        estimates.term,
        estimates.standard_error,
        {{ significance_stars('estimates.p_value') }} as stars
    from {{ ref('full_specifications') }} as twins
    inner join {{ ref('estimates') }} as estimates on twins.spec_id = estimates.spec_id
    where twins.twin_of is not null and twins.vcov = 'cluster'
),

matched as (
    select
        published.study,
        published.table_number,
        published.column_number,
        specifications.spec_id,
        published.term,
        published.estimate as published_estimate,
        published.published_standard_error,
        published.stars as published_stars,
        published.printed_decimals,
        published.published_sign,
        published_fits.observations as published_n,
        fits.n,
        fits.status,
        fits.reason,
        coalesce(term_scales.factor, 1) / coalesce(dependent_scales.factor, 1) as scale_factor
    from published
    left join specifications
        on published.study = specifications.study
        and published.table_number = specifications.table_number
        and published.column_number = specifications.column_number
    left join {{ ref('published_fits') }} as published_fits
        on published.study = published_fits.study
        and published.table_number = published_fits.table_number
        and published.column_number = published_fits.column_number
    left join {{ ref('fits') }} as fits on specifications.spec_id = fits.spec_id
    left join scales as term_scales on published.study = term_scales.study and published.term = term_scales.variable
    left join scales as dependent_scales
        on published.study = dependent_scales.study
        and published.dependent = dependent_scales.variable
),

compared as (
    select
        matched.*,
        estimates.estimate * matched.scale_factor as estimate,
        estimates.standard_error * matched.scale_factor as standard_error,
        {{ significance_stars('estimates.p_value') }} as stars,
        clustered.standard_error * matched.scale_factor as clustered_standard_error,
        clustered.stars as clustered_stars,
        estimates.conf_low * matched.scale_factor as conf_low,
        estimates.conf_high * matched.scale_factor as conf_high,
        sign(estimates.estimate) = matched.published_sign as same_sign,
        round(estimates.estimate * matched.scale_factor, matched.printed_decimals)
        = matched.published_estimate as equal_as_printed,
        (estimates.estimate * matched.scale_factor - matched.published_estimate)
        / nullif(matched.published_standard_error, 0) as difference_in_published_se
    from matched
    left join {{ ref('estimates') }} as estimates
        on matched.spec_id = estimates.spec_id
        and matched.term = estimates.term
    left join clustered on matched.spec_id = clustered.spec_id and matched.term = clustered.term
)

select
    compared.* exclude (printed_decimals, published_sign, equal_as_printed),
    {{ ratio('compared.n', 'compared.published_n') }} as share_of_published_n,
    case
        when compared.estimate is null then 'not estimable'
        when not coalesce(compared.same_sign, compared.equal_as_printed) then 'differs'
        when compared.equal_as_printed and compared.stars = compared.published_stars then 'reproduced'
        when (compared.stars > 0) = (compared.published_stars > 0) then 'same sign and significance'
        else 'same sign'
    end as verdict,
    truths.truth * compared.scale_factor as truth,
    truths.truth * compared.scale_factor between compared.conf_low and compared.conf_high as interval_holds_truth,
    truths.kind as truth_kind,
    abs(compared.published_estimate - truths.truth * compared.scale_factor) <= greatest(
        1.96 * compared.published_standard_error, 0.5 * power(10.0, -compared.printed_decimals)
    ) as print_fits_truth,
    truths.note as truth_note,
    {{ run_stamp() }}
from compared
left join {{ ref('simulation_truth') }} as truths
    on {{ is_simulated() }}
    and compared.spec_id = truths.spec_id
    and compared.term = truths.term
