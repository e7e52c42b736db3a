"""CSV as RFC 4180 has it, in UTF-8 with a byte order mark, by which Excel knows the encoding.

Text stands in quotation marks and what is missing does not, so that an empty text is another than none. Numbers have
all the digits that they need, dates are ISO 8601. No cell is changed: one that begins with = + - @ stays as it is, and
the command says so, since a spreadsheet may take it for a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from reporting.exports.table import Column, ExportTable, flat_expression
from reporting.labels import Label

_BOM = "\ufeff"
#: of flat files, which have no other place to say it
IS_SIMULATED = "is_simulated"


def write(table: ExportTable, path: Path) -> None:
    """Write a .csv file; one of simulated data ends in a column that says so, unless the table has it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for text in _texts(table):
            file.write(text)


def text_of(table: ExportTable) -> str:
    """What a .csv file holds."""
    return "".join(_texts(table))


def bytes_of(connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()) -> bytes:
    """The rows of a query as a .csv file without a byte order mark, for programs."""
    described = connection.execute(f"describe {query}", list(parameters)).fetchall()
    columns = [Column(Label(name, data_type, name, name), name) for name, data_type, *_ in described]
    flat = ", ".join(flat_expression(column) for column in columns)
    lines = connection.execute(
        f"select {_line([_cell(column) for column in columns])} from (select {flat} from ({query}))", list(parameters)
    ).fetchall()
    texts = (_header([column.name for column in columns]), *(line for (line,) in lines))
    return "".join(f"{line}\r\n" for line in texts).encode()


def _texts(table: ExportTable) -> Iterator[str]:
    names = [column.name for column in table.columns]
    cells = [_cell(column) for column in table.columns]
    if table.about.is_simulated and IS_SIMULATED not in names:
        names.append(IS_SIMULATED)
        cells.append("'true'")
    yield f"{_BOM}{_header(names)}\r\n"
    with duckdb.connect() as connection:
        connection.register("flat", table.flat)
        lines = connection.execute(f"select {_line(cells)} from flat")
        while found := lines.fetchmany(50_000):
            yield "".join(f"{line}\r\n" for (line,) in found)


def _header(names: Sequence[str]) -> str:
    return ",".join('"' + name.replace('"', '""') + '"' for name in names)


def _line(cells: Sequence[str]) -> str:
    return " || ',' || ".join(cells)


def formulas(table: ExportTable) -> int:
    """How many text cells a spreadsheet may take for a formula."""
    names = [_quoted(column.name) for column in table.columns if column.kind in ("text", "list", "other")]
    if not names:
        return 0
    counted = " + ".join(f"count(*) filter (regexp_matches({name}, '^[=+\\-@\t\r]'))" for name in names)
    with duckdb.connect() as connection:
        connection.register("flat", table.flat)
        ((found,),) = connection.execute(f"select {counted} from flat").fetchall()
    return int(found)


def _cell(column: Column) -> str:
    """The SQL text of a cell."""
    name = _quoted(column.name)
    if column.kind == "time":
        return f"coalesce(strftime({name}, '%Y-%m-%dT%H:%M:%S.%f'), '')"
    if column.kind in ("text", "list", "other"):
        return f"""coalesce('"' || replace({name}, '"', '""') || '"', '')"""
    return f"coalesce(cast({name} as varchar), '')"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
