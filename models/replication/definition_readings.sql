-- What the papers leave open, the printed moments often decide: each candidate definition of a study variable, with our
-- moments beside the printed ones. distance = sqrt(d^2 + ln(r)^2), d the difference of means in printed standard
-- deviations, r the ratio of standard deviations: a distance of 0.1 is a tenth of a standard deviation, or a spread off
-- by a tenth. Minima and maxima hang on single cells and are shown, not weighed. fits: d and r within the bounds of the
-- model descriptives. Printed numbers are taken as printed, whatever their scale: that is what a definition has to
-- explain.
with

compared as (
    select
        moments.*,
        published.observations as published_observations,
        published.mean as published_mean,
        published.standard_deviation as published_standard_deviation,
        published.minimum as published_minimum,
        published.maximum as published_maximum,
        {{ standardised_difference('moments.mean', 'published.mean', 'published.standard_deviation') }}
            as difference_in_published_sd,
        {{ ratio('moments.standard_deviation', 'published.standard_deviation') }} as ratio_of_sd
    from {{ ref('reading_moments') }} as moments
    inner join {{ ref('published_descriptives') }} as published
        on moments.study = published.study
        and moments.variable = published.variable
),

measured as (
    select
        *,
        sqrt(power(difference_in_published_sd, 2) + power({{ log_or_null('ratio_of_sd') }}, 2)) as distance,
        {{ moments_fit('difference_in_published_sd', 'ratio_of_sd') }} as fits
    from compared
),

ranked as (
    select
        *,
        coalesce(distance = min(distance) over by_variable, false) as is_closest,
        bool_or(fits) over by_variable as has_fitting_candidate,
        max(reading) filter (where is_in_use) over by_variable as reading_in_use,
        bool_or(distance is not null) over by_variable as has_data
    from measured
    window by_variable as (partition by study, variable)
)

select
    study,
    variable,
    reading,
    definition,
    expression,
    is_in_use,
    is_closest,
    fits,
    distance,
    difference_in_published_sd,
    ratio_of_sd,
    observations,
    published_observations,
    mean,
    published_mean,
    standard_deviation,
    published_standard_deviation,
    minimum,
    published_minimum,
    maximum,
    published_maximum,
    reading_in_use,
    case
        when not has_data then 'no candidate has values in the data at hand'
        when has_fitting_candidate is not true then 'no candidate fits the printed moments'
        when is_in_use and is_closest then 'in use, and the closest'
        when is_closest then 'the closest, and not in use'
        when is_in_use then 'in use, and not the closest'
        when distance is null then 'no values in the data at hand'
        else 'further from print than another candidate'
    end as verdict,
    {{ run_stamp() }}
from ranked
