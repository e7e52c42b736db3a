-- Every printed coefficient beside ours: the specification marked is_published of its table and column, under the
-- published convention, and its twin clustered by place.
-- Verdict, the first that holds: not estimable; reproduced (equal at the printed digits, same stars); same sign and
-- significance (both or neither below 10%); same sign; differs. A coefficient printed as 0 has no sign.
-- On simulated data the verdict compares a simulation with the print, and says nothing about China.
with

published as (
    select
        *,
        case paren_kind
            when 'se' then abs(paren_value)
            when 't' then abs({{ ratio('estimate', 'paren_value') }})
        end as published_standard_error,
        cast(coalesce(length(regexp_extract(printed, '^[-+]?\d*\.(\d+)', 1)), 0) as integer) as printed_decimals
    from {{ ref('published_estimates') }}
),

specifications as (
    select * from {{ ref('specifications') }}
    where is_published
),

clustered as (
    select
        twins.twin_of as spec_id,
        estimates.term,
        estimates.standard_error,
        {{ significance_stars('estimates.p_value') }} as stars
    from {{ ref('specifications') }} as twins
    inner join {{ ref('estimates') }} as estimates on twins.spec_id = estimates.spec_id
    where twins.twin_of is not null and twins.vcov = 'cluster'
),

compared as (
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
        published_fits.observations as published_n,
        fits.n,
        fits.status,
        fits.reason,
        estimates.estimate,
        estimates.standard_error,
        {{ significance_stars('estimates.p_value') }} as stars,
        clustered.standard_error as clustered_standard_error,
        clustered.stars as clustered_stars,
        estimates.conf_low,
        estimates.conf_high,
        sign(estimates.estimate) = sign(published.estimate) as same_sign,
        (estimates.estimate - published.estimate)
        / nullif(published.published_standard_error, 0) as difference_in_published_se
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
    left join {{ ref('estimates') }} as estimates
        on specifications.spec_id = estimates.spec_id
        and published.term = estimates.term
    left join clustered on specifications.spec_id = clustered.spec_id and published.term = clustered.term
)

select
    compared.* exclude (printed_decimals),
    case
        when compared.estimate is null then 'not estimable'
        when
            round(compared.estimate, compared.printed_decimals) = compared.published_estimate
            and compared.stars = compared.published_stars
            then 'reproduced'
        when compared.same_sign and (compared.stars > 0) = (compared.published_stars > 0)
            then 'same sign and significance'
        when compared.same_sign then 'same sign'
        else 'differs'
    end as verdict,
    truths.truth,
    truths.truth between compared.conf_low and compared.conf_high as interval_holds_truth,
    {{ is_simulated() }} as is_simulated
from compared
left join {{ ref('simulation_truth') }} as truths
    on {{ is_simulated() }}
    and compared.spec_id = truths.spec_id
    and compared.term = truths.term
