-- The sample rules of each study, counted on its mart. Rules are rows of the seed sample_steps (a predicate on the
-- mart of the study), never code.
-- depends_on: {{ ref('sample_steps') }}
-- depends_on: {{ ref('studies') }}
{{- depends_on_study_marts() }}
{%- set place_levels = study_place_levels() %}
{%- set steps = seed_rows(
    'sample_steps', 'study, step_number, predicate', 'study, step_number', expressions=['predicate'], names=['study']
) %}
with

counts as (
    select
        cast(null as varchar) as study,
        cast(null as integer) as step_number,
        cast(null as bigint) as observations,
        cast(null as bigint) as places
    where false
    {%- for study, step_number, predicate in steps %}
    union all
    select
        '{{ study }}',
        {{ step_number }},
        count(*),
        count(distinct {{ place_levels[study] }}_code)
    from {{ ref(study) }}
    where {{ predicate }}
    {%- endfor %}
)

select
    steps.study,
    steps.step_number,
    steps.step,
    counts.observations,
    steps.published_n,
    counts.observations - steps.published_n as difference,
    counts.places,
    steps.published_places,
    steps.published_in,
    steps.predicate
from {{ ref('sample_steps') }} as steps
left join counts on steps.study = counts.study and steps.step_number = counts.step_number
