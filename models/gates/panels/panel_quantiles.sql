-- Quantiles of the columns of the panels and marts over all their rows; the next build is held against them.
{%- set relations = watched_relations() %}
{%- set probabilities = [0.05, 0.25, 0.5, 0.75, 0.95] %}
with

measured as (
    {%- for relation in relations %}
        {{ measured_columns(ref(relation), {'quantiles': 'quantile_cont(COLUMN, ' ~ probabilities ~ ')'}) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    relation,
    column_name,
    cast(unnest({{ probabilities }}) as double) as probability,
    unnest(quantiles) as value
from measured
where column_name <> '' and quantiles is not null
