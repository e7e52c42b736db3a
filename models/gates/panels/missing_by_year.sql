-- How many places of a year lack a value, by column of the panels and marts, and by how much more than in the years on
-- either side: a year in which a source is not held, or was not understood.
{%- set relations = watched_relations() %}
{%- set measures = {'places': 'count(*)', 'missing': 'count(*) - count(COLUMN)'} %}
with

counted as (
    {%- for relation in relations %}
        {{ measured_columns(ref(relation), measures, by=['year']) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

shares as (
    select
        relation,
        column_name,
        year,
        places,
        missing,
        missing / places as missing_share
    from counted
    where column_name <> ''
)

select
    *,
    missing_share - greatest(
        lag(missing_share) over (partition by relation, column_name order by year),
        lead(missing_share) over (partition by relation, column_name order by year)
    ) as more_than_in_years_around
from shares
