-- Descriptive statistics of the published variables over the published sample, beside the printed ones. The seed
-- published_descriptives says which mart column a printed variable is.
-- depends_on: {{ ref('published_descriptives') }}
-- depends_on: {{ ref('import_inequality') }}
{%- set variables = seed_rows('published_descriptives', 'study, variable, mart_column', 'study, variable') %}
with

moments (study, variable, observations, mean, standard_deviation, minimum, maximum) as (
    {%- for study, variable, mart_column in variables %}
    select
        '{{ study }}',
        '{{ variable }}',
        count({{ mart_column }}),
        avg({{ mart_column }}),
        stddev_samp({{ mart_column }}),
        min({{ mart_column }}),
        max({{ mart_column }})
    from {{ ref(study) }}
    where in_published_sample
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select null, null, null, null, null, null, null where false
    {%- endfor %}
)

select
    published.study,
    published.variable,
    published.mart_column,
    published.observations as published_observations,
    moments.observations,
    published.mean as published_mean,
    moments.mean,
    published.standard_deviation as published_standard_deviation,
    moments.standard_deviation,
    published.minimum as published_minimum,
    moments.minimum,
    published.maximum as published_maximum,
    moments.maximum,
    {{ is_simulated() }} as is_simulated
from {{ ref('published_descriptives') }} as published
left join moments on published.study = moments.study and published.variable = moments.variable
