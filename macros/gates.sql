{# The panels and marts whose numbers are held against the years around and against the build before. #}
{% macro watched_relations() -%}
    {{ return(['province_panel', 'city_panel'] + study_marts()) }}
{%- endmacro %}

{# A row a column of floating type of a relation, and whatever it is grouped by: `measures` (name: aggregate, in which
   COLUMN stands for the column) side by side. No rows before the relation is there. #}
{% macro measured_columns(relation, measures, by=[]) -%}
    {%- set columns = [] -%}
    {%- if execute and load_relation(relation) is not none -%}
        {%- for column in adapter.get_columns_in_relation(relation) if column.is_float() -%}
            {%- do columns.append(column.name) -%}
        {%- endfor -%}
    {%- endif %}
select
    '{{ relation.identifier }}' as relation,
    {% for name in by %}{{ name }}, {% endfor -%}
    unnest(measured, recursive := true)
from (
    select
        {% for name in by %}{{ name }}, {% endfor %}
        [
        {%- for column in columns or ['cast(null as double)'] %}
            {
                'column_name': '{{ column if columns else '' }}',
                {%- for name, measure in measures.items() %}
                '{{ name }}': {{ measure | replace('COLUMN', adapter.quote(column) if columns else column) }}
                {{- ',' if not loop.last }}
                {%- endfor %}
            }{{ ',' if not loop.last }}
        {%- endfor %}
        ] as measured
    from {{ relation }}
    {% if by %}group by {{ by | join(', ') }}{% endif %}
)
{%- endmacro %}

{# The samples of estimated regressions, each once: mart, sample rule, columns of unit and time. Empty while dbt only
   parses, and before the tables are there. #}
{% macro samples_of_estimated(fits, specifications) -%}
    {%- if execute and load_relation(fits) is not none -%}
        {{ return(run_query(
            'select distinct mart, sample, unit_column, time_column from ' ~ specifications
            ~ " where spec_id in (select spec_id from " ~ fits ~ " where status = 'estimated') order by all"
        ).rows) }}
    {%- else -%}
        {{ return([]) }}
    {%- endif -%}
{%- endmacro %}

{# At the end of a run: the pages of what the gates found in it, beside the warehouse (gates/data_docs.py). An update
   takes over what gates found that had nothing to look at again. #}
{% macro write_data_docs(results) -%}
    {%- set gates = ['landing_gate', 'panel_gate', 'result_gate'] -%}
    {%- set ran = [] -%}
    {%- for result in results or [] -%}
        {%- set is_made = result.node.resource_type == 'model' and result.status | string == 'success' -%}
        {%- if is_made and result.node.name in gates -%}
            {%- do ran.append(result.node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if execute and ran -%}
        {%- set shown = gates if run_query('select is_update()').columns[0].values()[0] else ran -%}
        select write_data_docs(list(to_json(found)::varchar order by found.gate, found.suite, found.expectation))
        from (
            {%- for gate in shown %}
            from {{ adapter.get_relation(target.database, 'gates', gate) }}
            {{- ' union all' if not loop.last }}
            {%- endfor %}
        ) as found
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}
