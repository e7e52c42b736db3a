-- Descriptive statistics of the study variables, in the definition in use, over the published sample, beside the
-- printed ones. Printed moments of a variable on another scale (seed published_scale) are brought to the scale of ours.
-- is_far: our mean lies more than half a printed standard deviation away, or the ratio of standard deviations is
-- outside 0.5 to 2; the seed descriptive_notes then says why, as far as it is known.
with

moments as (
    select * from {{ ref('reading_moments') }}
    where is_in_use
),

published as (
    select
        descriptives.study,
        descriptives.table_number,
        descriptives.variable,
        descriptives.observations,
        coalesce(scale.factor, 1) as factor,
        descriptives.mean * coalesce(scale.factor, 1) as mean,
        descriptives.standard_deviation * coalesce(scale.factor, 1) as standard_deviation,
        descriptives.minimum * coalesce(scale.factor, 1) as minimum,
        descriptives.maximum * coalesce(scale.factor, 1) as maximum
    from {{ ref('published_descriptives') }} as descriptives
    left join {{ ref('published_scale') }} as scale
        on descriptives.study = scale.study
        and descriptives.variable = scale.variable
        and scale.applies_to = 'every table'
),

compared as (
    select
        moments.*,
        published.table_number,
        published.factor as published_factor,
        published.observations as published_observations,
        published.mean as published_mean,
        published.standard_deviation as published_standard_deviation,
        published.minimum as published_minimum,
        published.maximum as published_maximum,
        {{ standardised_difference('moments.mean', 'published.mean', 'published.standard_deviation') }}
            as difference_in_published_sd,
        {{ ratio('moments.standard_deviation', 'published.standard_deviation') }} as ratio_of_sd
    from moments
    left join published on moments.study = published.study and moments.variable = published.variable
)

select
    compared.study,
    compared.table_number,
    compared.variable,
    compared.reading,
    compared.expression,
    compared.observations,
    compared.published_observations,
    compared.places,
    compared.first_year,
    compared.last_year,
    compared.mean,
    compared.published_mean,
    compared.difference_in_published_sd,
    compared.standard_deviation,
    compared.published_standard_deviation,
    compared.ratio_of_sd,
    compared.minimum,
    compared.published_minimum,
    compared.maximum,
    compared.published_maximum,
    compared.published_factor,
    {{ moments_fit('compared.difference_in_published_sd', 'compared.ratio_of_sd') }} = false as is_far,
    notes.cause,
    notes.note,
    {{ run_stamp() }}
from compared
left join {{ ref('descriptive_notes') }} as notes
    on compared.study = notes.study
    and compared.variable = notes.variable
