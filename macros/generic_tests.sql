{# What a table promises, in one node: one row a `grain` (columns; NULL counts as a value); no NaN and no infinity in any
   column of a floating type; every expression of `holds` (promise: expression) true on every row, NULL being a failure;
   those of `holds_or_is_null` likewise, NULL being none; and no two rows alike in the columns of any of `also_unique`
   (promise: columns). Failing rows say which promise is broken, and show the row, or the key and how often it stands. #}
{% test sound(model, grain, holds={}, holds_or_is_null={}, also_unique={}) %}
{%- set promises = {} -%}
{%- for column in adapter.get_column_schema_from_query("from " ~ model) if column.is_float() -%}
    {%- do promises.update({column.name ~ '_is_finite': 'not isfinite(' ~ adapter.quote(column.name) ~ ')'}) -%}
{%- endfor -%}
{%- for promise, expression in holds.items() -%}
    {%- do promises.update({promise: '(' ~ expression ~ ') is not true'}) -%}
{%- endfor -%}
{%- for promise, expression in holds_or_is_null.items() -%}
    {%- do promises.update({promise: 'not (' ~ expression ~ ')'}) -%}
{%- endfor -%}
{%- for promise, columns in dict({'one_row_a_' ~ grain | join('_'): grain}, **also_unique).items() %}
{{ 'union all' if not loop.first }}
select
    '{{ promise }}' as promise,
    {% for column in columns %}'{{ column }}: ' || coalesce({{ column }}::varchar, 'NULL') || ', ' || {% endfor -%}
    count(*) || ' rows' as shown
from {{ model }}
{#- Keys alike have one hash, and hashes are counted several times faster than keys. #}
where hash({{ columns | join(', ') }}) in (
    select hash({{ columns | join(', ') }}) from {{ model }} group by all having count(*) > 1
)
group by {{ columns | join(', ') }}
having count(*) > 1
{%- endfor %}
{%- if promises %}
union all
select unnest(broken) as promise, this_row::varchar as shown
from (
    select
        this_row,
        list_filter([
            {%- for promise, is_broken in promises.items() %}
            case when {{ is_broken }} then '{{ promise }}' end{{ ',' if not loop.last }}
            {%- endfor %}
        ], lambda promise: promise is not null) as broken
    from {{ model }} as this_row
) as checked
where len(broken) > 0
{%- endif %}
{% endtest %}

{# A gate lets a build pass: no expectation whose severity is critical is against it. What is not met otherwise stands
   in expectation_results, and is told while the gate is evaluated. #}
{% test lets_pass(model) %}
select
    suite,
    expectation,
    because
from {{ model }}
where severity = 'critical' and verdict = 'not met'
{% endtest %}

{# At the end of a run: the first rows of every test `sound` that failed, so that a log says what is broken. #}
{% macro tell_broken_promises(results) -%}
    {%- for result in results or [] if result.status | string == 'fail' -%}
        {%- if result.node.test_metadata and result.node.test_metadata.name == 'sound' -%}
            {%- for row in run_query('select promise, shown from (' ~ result.node.compiled_code ~ ') limit 5').rows -%}
                {%- set table = result.node.attached_node.split('.')[2] -%}
                {%- do log('  ' ~ table ~ ': ' ~ row[0] ~ ' is broken by ' ~ row[1], info=true) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    select 1
{%- endmacro %}
