{# Makes the codebook depend on every model of main, so that it is built after them: on those that no other model of
   main reads, and through them on all. A test holds that none is missing. #}
{% macro depends_on_all_of_main() -%}
    {%- for table in [
        'audit_coverage', 'city_observations', 'city_vintages', 'definition_readings', 'expectation_results',
        'goodman_bacon', 'province_provenance', 'province_vintages', 'specification_curve', 'twfe_weights_by_cell'
    ] %}
-- depends_on: {{ ref(table) }}
    {%- endfor %}
{%- endmacro %}

{# The models of this project that stand in main, as a list of text literals; '' while dbt only parses. #}
{% macro models_of_main() -%}
    {%- set names = [] -%}
    {%- set nodes = graph.nodes.values() if execute else [] -%}
    {%- for node in nodes if node.resource_type == 'model' and node.schema == 'main' -%}
        {%- do names.append(text_literal(node.alias)) -%}
    {%- endfor -%}
    {{ names | sort | join(', ') or "''" }}
{%- endmacro %}

{# The columns that a model promises by its contract, as rows of table_name, column_name, position and data_type: those
   of a table that is not there yet. #}
{% macro columns_of_contract(model) -%}
    {%- set columns = graph.nodes['model.' ~ project_name ~ '.' ~ model].columns.values() if execute else [] -%}
    select
        '{{ model }}' as table_name,
        column_name,
        position,
        data_type
    from (
        values
        {%- for column in columns %}
        ('{{ column.name }}', {{ loop.index }}, '{{ column.data_type | upper }}'),
        {%- endfor %}
        (null, null, null)
    ) as promised (column_name, position, data_type)
    where column_name is not null
{%- endmacro %}

{# The first and the last year with a value of columns of main that rest on indicators: one row a table and column.
   `described` is a query of the table_name of such columns. Counted in each table itself, one scan a table. #}
{% macro years_of_columns(described) -%}
    {%- set tables = [] -%}
    {%- if execute -%}
        {%- for (table,) in run_query(
            'select distinct table_name from duckdb_columns() where database_name = current_database()'
            ~ " and schema_name = 'main' and column_name = 'year' and table_name in (select table_name from ("
            ~ described ~ ')) order by table_name'
        ).rows -%}
            {%- do tables.append(table) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for table in tables %}
    select
        '{{ table }}' as table_name,
        column_name,
        years[1] as first_year,
        years[2] as last_year
    from (
        unpivot (
            select
                [
                    min(case when columns('(.*)') is not null then year end),
                    max(case when columns('(.*)') is not null then year end)
                ] as '\1'
            from main.{{ table }}
        ) on columns(*) into name column_name value years
    )
    {{ 'union all' if not loop.last }}
    {%- else %}
    select null as table_name, null as column_name, null as first_year, null as last_year where false
    {%- endfor %}
{%- endmacro %}

{# A query of what is said of columns of main: table_name (NULL: every table that has the column, and no row of its own
   for it), column_name, labels, unit, definitions, the indicators that it rests on with their level of place (NULL: that
   of the table's name) and scope. One fact stands in one place: a column of a study in the YAML of its mart, one of a
   panel in the seed indicators, any other in the seed codebook_columns. #}
{% macro described_columns() -%}
    select
        columns_of_marts.study as table_name,
        columns_of_marts.column_name,
        columns_of_marts.label_en,
        columns_of_marts.label_zh,
        columns_of_marts.unit,
        columns_of_marts.definition as definition_en,
        columns_of_marts.definition_zh,
        columns_of_marts.indicators,
        studies.place_level,
        cast(null as varchar) as scope
    from {{ ref('mart_columns') }} as columns_of_marts
    inner join {{ ref('studies') }} as studies on columns_of_marts.study = studies.study
    union all
    select
        panels.table_name,
        indicators.panel_column || panels.suffix,
        indicators.label_en || panels.label_suffix_en,
        indicators.label_zh || panels.label_suffix_zh,
        indicators.unit,
        panels.prefix_en || indicators.definition,
        panels.prefix_zh || indicators.definition_zh,
        indicators.indicator,
        panels.place_level,
        panels.scope
    from {{ ref('indicators') }} as indicators
    inner join (
        values
        ('province_panel', 'province', 'total', '', '', '', '', ''),
        ('province_vintages', 'province', 'total', '', '', '', '', ''),
        ('city_panel', 'city', 'total', '', '', '', '', ''),
        (
            'city_panel', 'city', 'districts', '_districts', ', urban districts', '（市辖区）',
            'Of the urban districts. ', '市辖区口径。'
        ),
        ('city_vintages', 'city', 'total', '', '', '', '', '')
    ) as panels (
        table_name, place_level, scope, suffix, label_suffix_en, label_suffix_zh, prefix_en, prefix_zh
    ) on if(panels.place_level = 'city', indicators.in_city_panel, indicators.in_province_panel)
    union all
    select distinct
        breaks.place_level || '_panel',
        breaks.indicator || '_break',
        'Breaks behind the year: ' || indicators.label_en,
        indicators.label_zh || '（定义断点数）',
        null,
        'How many breaks of definition of ' || indicators.panel_column || ' lie behind the year',
        '截至该年，' || indicators.label_zh || '已发生的定义断点个数',
        breaks.indicator,
        breaks.place_level,
        'total'
    from {{ ref('definition_breaks') }} as breaks
    inner join {{ ref('indicators') }} as indicators on breaks.indicator = indicators.indicator
    union all
    select
        table_name,
        column_name,
        label_en,
        label_zh,
        unit,
        definition_en,
        definition_zh,
        indicators,
        null,
        null
    from {{ ref('codebook_columns') }}
{%- endmacro %}

{# The text of the comment on a column: its row of the codebook in English, in Chinese, and in figures. #}
{% macro column_comment() -%}
    label_en || ': ' || definition_en || chr(10) || label_zh || '：' || definition_zh
    || coalesce(
        chr(10) || nullif(concat_ws(
            ' | ',
            'Unit 单位: ' || unit || case when unit_zh <> unit then ' (' || unit_zh || ')' else '' end,
            'Years 年份: ' || first_year || '-' || last_year,
            'Vintages 版本: ' || vintages,
            'Sources 来源: ' || sources,
            'Breaks 断点: ' || breaks || ' / ' || breaks_zh
        ), ''),
        ''
    )
{%- endmacro %}

{# At the end of a run: comments on the columns of main from the codebook, where they are not so already. Nothing else
   writes them, so that a table that was built again gets its comments back, whatever was selected. #}
{% macro comment_on_columns_of_main() -%}
    {%- set codebook = adapter.get_relation(target.database, 'main', 'codebook')
        if execute and flags.WHICH in ('build', 'run') else none -%}
    {%- if codebook is none -%}
        {{ return('select 1') }}
    {%- endif -%}
    {%- set query -%}
        select
            'comment on column main.' || format('"{}"."{}"', table_name, column_name)
            || ' is ''' || replace(text, '''', '''''') || ''''
        from (
            select
                codebook.table_name,
                codebook.column_name,
                columns.comment,
                {{ column_comment() }} as text
            from {{ codebook }} as codebook
            inner join duckdb_columns() as columns
                on columns.database_name = current_database()
                and columns.schema_name = 'main'
                and codebook.table_name = columns.table_name
                and codebook.column_name = columns.column_name
        )
        where comment is distinct from text
        order by all
    {%- endset -%}
    {%- set statements = run_query(query).columns[0].values() -%}
    {#- one transaction: each by itself costs ten times as much -#}
    {{ return('begin;\n' ~ statements | join(';\n') ~ ';\ncommit' if statements else 'select 1') }}
{%- endmacro %}
