-- What the data at hand give for printed numbers, under the keys of printed_numbers and in the printed unit:
-- coefficients and stars, observations, F and Cragg-Donald statistics, moments, and what the seed claim_values computes
-- for claims of the text (from models that this one depends on: a line below for each). The F of a first stage is that
-- of the instrument. value is NULL where nothing could be computed, and reason says why.
-- depends_on: {{ ref('claim_values') }}
{{- depends_on_study_marts() }}
-- depends_on: {{ ref('matching_balance') }}
-- depends_on: {{ ref('policy_listings') }}
-- depends_on: {{ ref('event_study') }}
-- depends_on: {{ ref('placebo_summary') }}
-- depends_on: {{ ref('placebo_draws') }}
-- depends_on: {{ ref('twfe_weights') }}
{%- set claims = seed_rows(
    'claim_values', 'study, claim_id, model, predicate, expression', 'study, claim_id',
    'expression is not null or model is not null',
    expressions=['expression', 'predicate'], names=['study', 'claim_id', 'model']
) %}
with

scorecard as (
    select * from {{ ref('replication_scorecard') }}
),

specifications as (
    select * from {{ ref('full_specifications') }}
    where is_published and suite = 'regression'
),

columns as (
    select
        specifications.study,
        specifications.table_number,
        specifications.column_number,
        fits.n,
        coalesce(second_fits.first_stage_f, fits.f_statistic) as f,
        fits.cragg_donald_f,
        fits.reason
    from specifications
    inner join {{ ref('fits') }} as fits on specifications.spec_id = fits.spec_id
    left join specifications as second_stages
        on specifications.study = second_stages.study
        and specifications.table_number = second_stages.table_number
        and specifications.dependent = second_stages.endogenous
    left join {{ ref('fits') }} as second_fits on second_stages.spec_id = second_fits.spec_id
),

descriptives as (
    select * from {{ ref('descriptives') }}
    where table_number is not null
),

column_numbers as (
    select
        study,
        table_number,
        column_number,
        reason,
        unnest([  -- noqa: AL03
            { 'kind': 'n', 'term': null, 'value': cast(n as double) },
            { 'kind': 'f', 'term': null, 'value': f },
            { 'kind': 'other', 'term': 'Cragg-Donald Wald F', 'value': cragg_donald_f }
        ], recursive := true)
    from columns
),

numbers as (
    select
        study,
        concat_ws('/', study, table_number, column_number, term) as number_path,
        reason,
        unnest([  -- noqa: AL03
            { 'kind': 'estimate', 'value': estimate },
            { 'kind': 'stars', 'value': cast(stars as double) }
        ], recursive := true)
    from scorecard
    union all
    select
        study,
        concat_ws('/', study, table_number, column_number, term) as number_path,
        reason,
        kind,
        value
    from column_numbers
    union all
    select
        study,
        concat_ws('/', study, table_number, variable) as number_path,
        null as reason,
        unnest([  -- noqa: AL03
            { 'kind': 'observations', 'value': cast(observations as double) },
            { 'kind': 'mean', 'value': mean / published_factor },
            { 'kind': 'sd', 'value': standard_deviation / published_factor },
            { 'kind': 'minimum', 'value': minimum / published_factor },
            { 'kind': 'maximum', 'value': maximum / published_factor }
        ], recursive := true)
    from descriptives
    {%- for study, claim_id, model_name, predicate, expression in claims %}
    {%- set is_there = 'model.' ~ project_name ~ '.' ~ model_name in model.depends_on.nodes %}
    {%- set readable = (expression if is_there or not model_name) or 'null' %}
    {%- set lack = 'no row answers it in the table' if is_there else 'there is no table' %}
    union all
    select
        '{{ study }}' as study,
        '{{ study }}/{{ claim_id }}' as number_path,
        '{{ lack }} {{ model_name }}' as reason,
        'claim' as kind,
        case when count(*) > 0 then cast({{ readable }} as double) end as value
    from {{ ref(model_name) if is_there else '(select 1) as nothing' }}
    where {{ predicate if is_there and predicate else 'true' }}
    {%- endfor %}
)

select
    study,
    kind || ':' || number_path as number_key,
    case when isfinite(value) then value end as value,
    case when value is null then coalesce(reason, 'the data at hand give no value') end as reason
from numbers
