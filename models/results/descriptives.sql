-- Descriptive statistics of the published variables over the published sample, beside the printed ones. The seed
-- published_descriptives says which mart column a printed variable is.
-- depends_on: {{ ref('published_descriptives') }}
-- depends_on: {{ ref('import_inequality') }}
{%- set variables = seed_rows('published_descriptives', 'study, variable, mart_column', 'study, variable') %}
with

moments as (
    select
        cast(null as varchar) as study,
        cast(null as varchar) as variable,
        cast(null as bigint) as observations,
        cast(null as double) as mean,
        cast(null as double) as standard_deviation,
        cast(null as double) as minimum,
        cast(null as double) as maximum
    where false
    {%- for study, variable, mart_column in variables %}
    union all
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
    {%- endfor %}
)

select
    published.study,
    published.table_number,
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
