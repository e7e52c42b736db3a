"""A table of a warehouse with all that its columns are called and mean, as every format writes it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from reporting.exports.names import short_names
from reporting.labels import Label, definition_of, labels_of
from reporting.languages import Language, word
from reporting.warehouse import banner, known, rows_of

_CLOSED_SETS = Path(__file__).with_name("closed_sets.csv")
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
_NUMBER = {"DOUBLE", "FLOAT"}
#: headings of a codebook, by the keys of its rows
HEADINGS = {
    "name": "export_name",
    "stata_name": "export_stata_name",
    "label_en": "export_label_en",
    "label_zh": "export_label_zh",
    "unit": "export_unit",
    "definition_en": "export_definition_en",
    "definition_zh": "export_definition_zh",
    "type": "export_type",
    "values": "export_values",
    "years": "export_years",
    "vintages": "export_vintages",
    "source": "export_source",
    "breaks": "export_breaks",
}
_KINDS = {
    "text": "export_type_text",
    "number": "export_type_number",
    "whole": "export_type_whole",
    "boolean": "export_type_boolean",
    "date": "export_type_date",
    "time": "export_type_time",
    "list": "export_type_list",
    "other": "export_type_other",
}
_PLAIN = {*_WHOLE, *_NUMBER, "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP"}
#: marts and panels, and indices: what one row of them is, as the comment begins
_ONE_ROW_IS = r"^One row a (city|province|grouping)\b[^.]*\band year\b"


@dataclass(frozen=True)
class Column:
    """A column of a table that is exported."""

    label: Label
    #: at most 32 characters
    stata_name: str
    #: code and label in Chinese by value, for text that takes no other values
    codes: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name in the warehouse."""
        return self.label.column_name

    @property
    def kind(self) -> str:
        """text, number, whole, boolean, date, time, list or other, which is written as text."""
        data_type = self.label.data_type
        if data_type.endswith("]"):
            return "list"
        if data_type in _WHOLE:
            return "whole"
        if data_type in _NUMBER or data_type.startswith("DECIMAL"):
            return "number"
        kinds = {"VARCHAR": "text", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "time"}
        return kinds.get(data_type, "other")

    def titled(self, language: Language) -> str:
        """Its label, with the unit where it has one."""
        label, unit = self.label.label(language), self.label.unit_in(language)
        if not unit:
            return label
        return f"{label}（{unit}）" if language == "zh" else f"{label} ({unit})"

    def value_labels(self, language: Language) -> dict[int, str]:
        """The labels of its codes in a format that has them; empty for a column without codes."""
        if self.kind == "boolean":
            return {0: word("export_no", language), 1: word("export_yes", language)}
        return {code: label if language == "zh" else value for value, (code, label) in self.codes.items()}

    @property
    def years(self) -> str:
        """First to last year with values, as far as the codebook says."""
        found = [str(year) for year in (self.label.first_year, self.label.last_year) if year is not None]
        return "-".join(dict.fromkeys(found))


@dataclass(frozen=True)
class About:
    """What the data of a warehouse are, and which run made it."""

    is_simulated: bool
    run_id: str
    #: when the warehouse was built
    made_at: datetime
    version: str
    vintages: str
    #: publisher and citation of each source
    sources: tuple[str, ...]

    def warning(self, language: Language) -> str:
        """A sentence where the data are simulated, and nothing where not."""
        return word("simulated", language) if self.is_simulated else ""


@dataclass(frozen=True)
class ExportTable:
    """A table, in the order of its columns from left to right."""

    name: str
    definition: str
    columns: tuple[Column, ...]
    #: types of the warehouse, lists as lists
    rows: pa.Table
    about: About
    language: Language

    @cached_property
    def flat(self) -> pa.Table:
        """The rows for formats without lists: a list as `a; b`, decimals as numbers, what else there is as text."""
        selected = ", ".join(flat_expression(column) for column in self.columns)
        with duckdb.connect() as connection:
            connection.register("typed", self.rows)
            return connection.sql(f"select {selected} from typed").to_arrow_table()

    def described(self) -> list[tuple[str, str]]:
        """What it is and where it comes from, as pairs of a heading and a text."""
        about, language = self.about, self.language
        pairs = [
            ("", about.warning(language)),
            (word("export_table", language), self.name),
            (word("export_contents", language), self.definition),
            (word("export_rows", language), str(self.rows.num_rows)),
            (word("export_run_id", language), about.run_id),
            (word("export_made_at", language), about.made_at.isoformat(sep=" ")),
            (word("export_version", language), about.version),
            (word("export_data_vintages", language), about.vintages),
            *((word("export_sources", language), source) for source in about.sources),
        ]
        return [pair for pair in pairs if pair[1]]

    def codebook(self) -> list[dict[str, str]]:
        """A row a column, the same keys in each; what is not known is an empty text."""
        return [self._described_column(column) for column in self.columns]

    def _described_column(self, column: Column) -> dict[str, str]:
        label = column.label
        values = column.value_labels(self.language)
        described = {
            "name": column.name,
            "stata_name": column.stata_name,
            "label_en": label.label_en,
            "label_zh": label.label_zh,
            "unit": label.unit_in(self.language),
            "definition_en": label.definition_en,
            "definition_zh": label.definition_zh,
            "type": word(_KINDS[column.kind], self.language),
            "values": "; ".join(f"{code} {text}" for code, text in values.items()),
            "years": column.years,
            "vintages": label.vintages,
            "source": label.sources,
            "breaks": (label.breaks_zh or label.breaks) if self.language == "zh" else label.breaks,
        }
        return {key: value or "" for key, value in described.items()}


def table_of(connection: duckdb.DuckDBPyConnection, name: str, language: Language) -> ExportTable:
    """A table of `main`, read from a warehouse; raises UsageError where there is no such table."""
    labels = labels_of(connection, known(name, all_tables(connection), "table"))
    rows = connection.sql(f"from main.{_quoted(name)} order by all").to_arrow_table()
    short = short_names(list(labels))
    columns = tuple(Column(label, short[column], _codes(label, rows)) for column, label in labels.items())
    return ExportTable(name, definition_of(connection, name), columns, rows, about(connection), language)


def all_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every table of `main`."""
    query = (
        "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'main' "
        "order by all"
    )
    return [name for (name,) in connection.sql(query).fetchall()]


def place_year_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Panels, marts and indices: tables with a row a place (or a grouping of places) and year, and more than that."""
    return [
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = current_database() "
            "and schema_name = 'main' and regexp_matches(comment, ?) and column_count > 2 order by all",
            [_ONE_ROW_IS],
        ).fetchall()
    ]


def about(connection: duckdb.DuckDBPyConnection) -> About:
    """What a warehouse says of itself."""
    (run,) = rows_of(connection, "from runs where is_current")
    sources = rows_of(connection, "select distinct publisher, citation from staging.landed_files order by all")
    texts = (". ".join(filter(None, (row["citation"], row["publisher"]))) for row in sources)
    return About(
        is_simulated=bool(banner(connection)),
        run_id=run["run_id"],
        made_at=run["started_at"],
        # a warehouse that was built before there were versions names none
        version=run.get("project_version") or json.loads(run["software"]).get("regional-inequality") or "",
        vintages=run["vintages"] or "",
        sources=tuple(texts),
    )


def flat_expression(column: Column) -> str:
    """The SQL expression of a column in a format without lists."""
    name = _quoted(column.name)
    if column.kind == "list":
        return f"array_to_string(list_transform({name}, lambda item: cast(item as varchar)), '; ') as {name}"
    if column.kind == "number":
        return f"cast({name} as double) as {name}"
    return name if column.label.data_type in _PLAIN else f"cast({name} as varchar) as {name}"


def _codes(label: Label, rows: pa.Table) -> Mapping[str, tuple[int, str]]:
    """The codes of a closed set, unless the column holds a value that is not in it."""
    closed: dict[str, tuple[int, str]] = closed_sets().get(label.column_name, {})
    values: set[Any] = set(rows.column(label.column_name).unique().to_pylist()) if closed else set()
    return closed if values - {None} <= set(closed) else {}


@cache
def closed_sets() -> dict[str, dict[str, tuple[int, str]]]:
    """Code and label in Chinese by column and value, of text columns with few values that never change."""
    found: dict[str, dict[str, tuple[int, str]]] = {}
    with _CLOSED_SETS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["column_name"], {})[row["value"]] = (int(row["code"]), row["label_zh"])
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
