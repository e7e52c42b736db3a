"""The rows of a panel that are on the screen as files of other programs, with labels, by the exports."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from reporting.exploring.names import Choice
from reporting.exports.table import table_of
from reporting.exports.writing import written
from reporting.languages import Language
from reporting.warehouse import rows_of

#: formats that hold labels; CSV is the long one of the screen
SUFFIXES = ("dta", "xlsx")


def panel_file(connection: duckdb.DuckDBPyConnection, choice: Choice, language: Language, suffix: str) -> bytes:
    """The panel rows of these places as a file: keys, names, one column an indicator, its breaks, and the notes.

    `suffix` is one of SUFFIXES. Raises UsageError for what the format cannot hold.
    """
    panel, key = f"{choice.level}_panel", f"{choice.level}_code"
    districts = "_districts" if choice.scope == "districts" else ""
    called = rows_of(
        connection,
        "select indicator, panel_column from reference.indicators where list_contains(?, indicator)",
        [list(choice.indicators)],
    )
    wanted = {key, "year", f"{choice.level}_name_zh", f"{choice.level}_name_en"}
    wanted |= {f"{row['panel_column']}{districts}" for row in called} | {f"{row['indicator']}_break" for row in called}
    wanted |= {"spliced_indicators", "flagged_indicators"}
    table = table_of(connection, panel, language)
    columns = tuple(column for column in table.columns if column.name in wanted)
    of_places = table.rows.filter(pc.is_in(table.rows[key], value_set=pa.array(choice.places, pa.string())))
    shown = replace(table, columns=columns, rows=of_places.select([column.name for column in columns]))
    with tempfile.TemporaryDirectory() as folder:
        return written(shown, Path(folder) / f"{panel}.{suffix}").path.read_bytes()
