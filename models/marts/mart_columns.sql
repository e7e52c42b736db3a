-- What the columns of the study marts are: the bridge between the names of a study and those of the warehouse. Each is
-- declared in the YAML of its mart, and here read from what dbt knows of the marts.
{{ depends_on_study_marts() }}
{%- set rows = [] %}
{%- for study in study_marts() if execute %}
    {%- for column in graph.nodes['model.' ~ project_name ~ '.' ~ study].columns.values() %}
        {%- set meta = column.config.meta %}
        {%- do rows.append([
            study,
            column.name,
            meta.source_columns | join(', '),
            meta.indicators | join('; '),
            meta.unit,
            column.description,
            meta.definition_zh,
            meta.label_en,
            meta.label_zh,
        ]) %}
    {%- endfor %}
{%- endfor %}
select
    cast(study as varchar) as study,
    cast(column_name as varchar) as column_name,
    cast(source_columns as varchar) as source_columns,
    cast(indicators as varchar) as indicators,
    cast(unit as varchar) as unit,
    cast(definition as varchar) as definition,
    cast(definition_zh as varchar) as definition_zh,
    cast(label_en as varchar) as label_en,
    cast(label_zh as varchar) as label_zh
from (
    values
    {%- for row in rows %}
        ({% for text in row %}{{ text_literal(text) }}{{ ", " if not loop.last }}{% endfor %}){{ "," if not loop.last }}
    {%- else %}
        (null, null, null, null, null, null, null, null, null)
    {%- endfor %}
) as declared (study, column_name, source_columns, indicators, unit, definition, definition_zh, label_en, label_zh)
