"""From a value of a panel to the cells that it stands in, and what else is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from reporting.exploring import series
from reporting.exploring.names import Choice, Level
from reporting.warehouse import rows_of

Row = dict[str, Any]

_TABLES: dict[Level, tuple[str, str]] = {
    "province": ("province_provenance", "province_code"),
    "city": ("city_provenance", "city_code"),
}


@dataclass(frozen=True)
class Point:
    """A value of a panel: of one place, indicator and year, in one scope."""

    level: Level
    place: str
    indicator: str
    year: int
    scope: str = "total"

    @property
    def choice(self) -> Choice:
        """The series that the point is of."""
        return Choice(self.level, (self.place,), (self.indicator,), self.scope)


def cells(connection: duckdb.DuckDBPyConnection, point: Point) -> list[Row]:
    """The cells behind a value: its own, or one a part of what it is derived from.

    Columns: part (indicator of the cell), path, sheet, row_number and column_number (counted from 1, as a spreadsheet
    counts), cell, header_text, value_text (as printed), source_unit, unit_factor, currency_factor, cell_value (the
    printed number times both factors), value, origin, vintage, publisher, citation, licence, is_simulated.
    """
    table, key = _TABLES[point.level]
    return rows_of(
        connection,
        f"""
        select
            provenance.part,
            provenance.path,
            provenance.sheet,
            provenance.row_number + 1 as row_number,
            provenance.column_number + 1 as column_number,
            provenance.cell,
            provenance.header_text,
            trim(provenance.value_text, ' \t\r\n') as value_text,
            provenance.source_unit,
            provenance.unit_factor,
            provenance.currency_factor,
            provenance.cell_value,
            provenance.value,
            provenance.origin,
            provenance.vintage,
            files.publisher,
            provenance.citation,
            files.licence,
            provenance.is_simulated
        from {table} as provenance
        inner join reference.indicators as indicators on provenance.panel_column = indicators.panel_column
        left join landing.files as files on provenance.file_id = files.file_id
        where provenance.{key} = ? and indicators.indicator = ? and provenance.year = ? and provenance.scope = ?
        order by provenance.part, provenance.path, provenance.sheet, row_number, column_number
        """,
        [point.place, point.indicator, point.year, point.scope],
    )


def years(connection: duckdb.DuckDBPyConnection, choice: Choice) -> list[int]:
    """Years in which one of the series has a value."""
    return sorted({row["year"] for row in series.values(connection, choice)})


def conversion(row: Row) -> str:
    """How the printed text of a cell becomes its value, as a line of arithmetic."""
    factors = [row[name] for name in ("unit_factor", "currency_factor") if row[name] not in (None, 1)]
    unit = f" {row['source_unit']}" if row["source_unit"] else ""
    times = "".join(f" × {factor:.10g}" for factor in factors)
    return f"{row['value_text']}{unit}{times} = {row['cell_value']:.10g}"


def rivals(connection: duckdb.DuckDBPyConnection, point: Point) -> list[Row]:
    """Values of the same place, indicator and year that were not chosen; columns as `series.rivals` has them."""
    return [row for row in series.rivals(connection, point.choice) if row["year"] == point.year]


def findings(connection: duckdb.DuckDBPyConnection, point: Point) -> list[Row]:
    """What detectors say of the point or of the whole column of a file that it is in; columns as `series.findings`."""
    return [row for row in series.findings(connection, point.choice) if row["year"] == point.year]
