"""Excel workbooks: sheets `data`, `codebook` and `about`, the same names in every language.

Text is written as text, so that a cell that begins with = + - @ is no formula, and a code keeps its zeros.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from reporting.errors import UsageError
from reporting.exports.table import HEADINGS, ExportTable
from reporting.languages import word

MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384
#: characters of a cell
_MOST_OF_A_CELL = 32_767
_WIDEST = 40
_RED = "#C00000"


class _Exact(float):
    """A number that is written with all its digits: the library writes 16, and a double may have 17."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def write(table: ExportTable, path: Path) -> None:
    """Write an .xlsx file; raises UsageError for more rows, columns or characters than a sheet or cell holds."""
    if table.rows.num_rows >= MOST_ROWS or len(table.columns) > _MOST_COLUMNS:
        raise UsageError(
            f"A sheet holds {MOST_ROWS - 1:,} rows below its header and {_MOST_COLUMNS:,} columns, and {table.name} "
            f"has {table.rows.num_rows:,} and {len(table.columns):,}: export to parquet, csv or dta."
        )
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": table.name, "created": table.about.made_at})
        formats = {
            "head": workbook.add_format({"bold": True, "bottom": 1}),
            "warning": workbook.add_format({"bold": True, "font_color": _RED}),
            "time": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        data = workbook.add_worksheet("data")
        _data(data, table, formats)
        _codebook(workbook.add_worksheet("codebook"), table, formats)
        about = workbook.add_worksheet("about")
        _about(about, table, formats)
        if table.about.is_simulated:
            data.set_tab_color(_RED)
            # what is seen first, while programs still find the data in the first sheet
            about.activate()


def _data(sheet: Worksheet, table: ExportTable, formats: dict[str, Any]) -> None:
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, min(_WIDEST, len(column.name) + 2))
    sheet.freeze_panes(1, 0)
    if table.rows.num_rows:
        sheet.autofilter(0, 0, table.rows.num_rows, len(table.columns) - 1)
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, column.name, formats["head"])
    number = 0
    for batch in table.flat.to_batches(max_chunksize=10_000):
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            number += 1
            for position, value in enumerate(values):
                if value is not None:
                    _write_cell(sheet, table, (number, position), value, formats["time"])


def _write_cell(sheet: Worksheet, table: ExportTable, place: tuple[int, int], value: Any, time: Any) -> None:
    if isinstance(value, str):
        if len(value) > _MOST_OF_A_CELL:
            raise UsageError(
                f"A cell holds {_MOST_OF_A_CELL:,} characters, and {table.name}.{table.columns[place[1]].name} has a "
                f"text of {len(value):,}: export to parquet, csv or dta."
            )
        sheet.write_string(*place, value)
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(*place, value, time)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value)
    elif isinstance(value, int) and abs(value) > 2**53:
        sheet.write_string(*place, str(value))
    elif math.isfinite(value):
        sheet.write_number(*place, _Exact(value) if isinstance(value, float) else value)
    else:
        raise UsageError(
            f"A cell has no value for {value}, and {table.name}.{table.columns[place[1]].name} holds it: export to "
            "parquet or csv."
        )


def _codebook(sheet: Worksheet, table: ExportTable, formats: dict[str, Any]) -> None:
    rows = table.codebook()
    for position, key in enumerate(HEADINGS):
        sheet.set_column(position, position, min(_WIDEST, max((len(row[key]) for row in rows), default=0) + 10))
        sheet.write_string(0, position, word(HEADINGS[key], table.language), formats["head"])
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(rows, start=1):
        for position, key in enumerate(HEADINGS):
            if row[key]:
                sheet.write_string(number, position, row[key][:_MOST_OF_A_CELL])


def _about(sheet: Worksheet, table: ExportTable, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    for number, (heading, text) in enumerate(table.described()):
        if heading:
            sheet.write_string(number, 0, heading, formats["head"])
            sheet.write_string(number, 1, text)
        else:
            sheet.write_string(number, 0, text, formats["warning"])
