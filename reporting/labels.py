"""What the columns of a table are called, in both languages, with unit, definition, years and sources.

All of it stands in the table `codebook` of a warehouse. One that was built before there was a codebook says less:
labels of marts and indicators from the seeds, definitions from the comments, and names in place of other labels.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from reporting.languages import Language
from reporting.warehouse import rows_of


@dataclass(frozen=True)
class Label:
    """A column of a table of `main`, as the codebook describes it; what it does not say is None."""

    column_name: str
    #: of DuckDB
    data_type: str
    label_en: str
    label_zh: str
    unit: str | None = None
    unit_zh: str | None = None
    definition_en: str | None = None
    definition_zh: str | None = None
    vintages: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    sources: str | None = None
    breaks: str | None = None
    breaks_zh: str | None = None

    def label(self, language: Language) -> str:
        """The label in that language."""
        return {"en": self.label_en, "zh": self.label_zh}[language]

    def definition(self, language: Language) -> str | None:
        """The definition in that language."""
        return {"en": self.definition_en, "zh": self.definition_zh}[language]

    def unit_in(self, language: Language) -> str | None:
        """The unit in that language; None for what has none, such as a share."""
        return self.unit_zh or self.unit if language == "zh" else self.unit


def labels_of(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, Label]:
    """The columns of a table of `main` by name, in their order; empty where there is no such table."""
    query = _CODEBOOK if has_codebook(connection) else _BEFORE_THE_CODEBOOK
    return {row["column_name"]: Label(**row) for row in rows_of(connection, query, [table])}


def definition_of(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """What a table of `main` holds, as its comment says, beginning with what one row is; nothing where it has none."""
    rows = rows_of(
        connection,
        "select comment from duckdb_tables() where database_name = current_database() and schema_name = 'main' "
        "and table_name = ?",
        [table],
    )
    return " ".join((rows[0]["comment"] or "").split()) if rows else ""


def has_codebook(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the warehouse was built with a codebook."""
    query = (
        "from duckdb_tables() where database_name = current_database() and schema_name = 'main' "
        "and table_name = 'codebook'"
    )
    return bool(connection.sql(query).fetchall())


#: the columns as they are, so that none is without a label whatever the codebook says
_COLUMNS = """
columns as (
    select
        column_name,
        column_index,
        data_type,
        nullif(trim(regexp_replace(comment, '\\s+', ' ', 'g')), '') as comment,
        upper(left(column_name, 1)) || replace(substr(column_name, 2), '_', ' ') as plain_label
    from duckdb_columns()
    where database_name = current_database() and schema_name = 'main' and table_name = $1
)
"""
_CODEBOOK = f"""
with {_COLUMNS}
select
    columns.column_name,
    columns.data_type,
    coalesce(codebook.label_en, plain_label) as label_en,
    coalesce(codebook.label_zh, codebook.label_en, plain_label) as label_zh,
    codebook.unit,
    codebook.unit_zh,
    coalesce(codebook.definition_en, columns.comment) as definition_en,
    codebook.definition_zh,
    cast(codebook.vintages as varchar) as vintages,
    codebook.first_year,
    codebook.last_year,
    cast(codebook.sources as varchar) as sources,
    cast(codebook.breaks as varchar) as breaks,
    cast(codebook.breaks_zh as varchar) as breaks_zh
from columns
left join main.codebook on codebook.table_name = $1 and codebook.column_name = columns.column_name
order by columns.column_index
"""
_BEFORE_THE_CODEBOOK = f"""
with {_COLUMNS},
of_marts as (
    select studies.mart, bridge.*
    from mart_columns as bridge inner join reference.studies as studies using (study)
),
-- keys mean the same in every table
of_keys as (
    select column_name, any_value(label_en order by mart) as label_en, any_value(label_zh order by mart) as label_zh
    from of_marts
    where column_name in ('city_code', 'province_code', 'year')
    group by column_name
),
of_indicators as (
    select panel_column as column_name, label_en, label_zh, unit, definition
    from reference.indicators
    union all
    select panel_column || '_districts', label_en || ', urban districts', label_zh || '（市辖区）', unit, definition
    from reference.indicators
    union all
    select
        indicator || '_break', label_en || ': breaks before the year', label_zh || '：该年以前的口径变化次数',
        null, null
    from reference.indicators
)
select
    columns.column_name,
    columns.data_type,
    coalesce(of_marts.label_en, of_indicators.label_en, of_keys.label_en, plain_label) as label_en,
    coalesce(of_marts.label_zh, of_indicators.label_zh, of_keys.label_zh, plain_label) as label_zh,
    coalesce(of_marts.unit, of_indicators.unit) as unit,
    coalesce(of_marts.definition, of_indicators.definition, columns.comment) as definition_en
from columns
left join of_marts on of_marts.mart = $1 and of_marts.column_name = columns.column_name
left join of_indicators on of_indicators.column_name = columns.column_name
left join of_keys on of_keys.column_name = columns.column_name
order by columns.column_index
"""
