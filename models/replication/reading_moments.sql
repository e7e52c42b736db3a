-- Moments of the study variables over the published sample, by candidate definition. Candidates are rows of the seed
-- definition_candidates: an expression over the mart of the study (mart) and the panel it is made from (panel).
-- depends_on: {{ ref('definition_candidates') }}
-- depends_on: {{ ref('studies') }}
{{- depends_on_study_marts() }}
-- depends_on: {{ ref('province_panel') }}
-- depends_on: {{ ref('city_panel') }}
{%- set place_levels = study_place_levels() %}
with

moments as (
    select
        cast(null as varchar) as study,
        cast(null as varchar) as variable,
        cast(null as varchar) as reading,
        cast(null as bigint) as observations,
        cast(null as bigint) as places,
        cast(null as integer) as first_year,
        cast(null as integer) as last_year,
        cast(null as double) as mean,
        cast(null as double) as standard_deviation,
        cast(null as double) as minimum,
        cast(null as double) as maximum
    where false
    {%- for study, variable, reading, expression in seed_rows(
        'definition_candidates', 'study, variable, reading, expression', 'study, variable, reading',
        expressions=['expression'], names=['study', 'variable', 'reading']
    ) %}
    {%- set place_level = place_levels[study] %}
    union all
    select
        '{{ study }}',
        '{{ variable }}',
        '{{ reading }}',
        count(value),
        count(distinct place_code) filter (where value is not null),
        min(year) filter (where value is not null),
        max(year) filter (where value is not null),
        {{ ordered_mean('value') }},
        stddev_samp(value order by value),
        min(value),
        max(value)
    from (
        select
            mart.{{ place_level }}_code as place_code,
            mart.year,
            cast({{ expression }} as double) as value
        from {{ ref(study) }} as mart
        inner join {{ ref(place_level ~ '_panel') }} as panel
            on mart.{{ place_level }}_code = panel.{{ place_level }}_code
            and mart.year = panel.year
        where mart.in_published_sample
    )
    {%- endfor %}
)

select
    candidates.study,
    candidates.variable,
    candidates.reading,
    candidates.definition,
    candidates.expression,
    candidates.is_in_use,
    moments.observations,
    moments.places,
    moments.first_year,
    moments.last_year,
    moments.mean,
    moments.standard_deviation,
    moments.minimum,
    moments.maximum
from {{ ref('definition_candidates') }} as candidates
inner join moments
    on candidates.study = moments.study
    and candidates.variable = moments.variable
    and candidates.reading = moments.reading
