"""Workbooks to printed text. Runs in the process of `landing.worker`, and imports no more than it needs."""

from __future__ import annotations

import datetime
from pathlib import Path

from python_calamine import CalamineWorkbook

from landing import limits
from landing.compound import errors_of
from landing.errors import LandingError
from landing.packages import Lost, looked_into, too_far
from landing.printing import number_text

#: rows of printed text with absolute coordinates, and merged ranges (first row, first column, last row, last column)
Printed = tuple[list[list[str]], list[tuple[int, int, int, int]]]

#: what a compound file begins with: an old .xls, or an encrypted .xlsx
_OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")


def read_workbook(path: Path, sheet: str) -> dict[str, Printed]:
    """The sheets of a workbook that hold anything, or the one named; raises LandingError."""
    is_compound = _begins_with(path, _OLE_MAGIC)
    if path.suffix.lower() != ".xls" and is_compound:
        raise LandingError(
            f"{path.name} is protected by a password, or an old workbook under a new name: "
            "open it in a spreadsheet program and save it as .xlsx without a password."
        )
    looked = errors_of(path) if is_compound else looked_into(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            if sheet and sheet not in workbook.sheet_names:
                raise LandingError(
                    f"{path.name} has no sheet {sheet!r}: its sheets are {', '.join(workbook.sheet_names)}; "
                    "correct the manifest."
                )
            sheets = {
                name: _sheet(workbook, name, path.name, looked.get(name, {}))
                for name in ([sheet] if sheet else workbook.sheet_names)
            }
    except (LandingError, MemoryError):
        raise
    except Exception as error:
        raise LandingError(
            f"{path.name} cannot be opened as a workbook ({_one_line(error)}): "
            "the file is damaged or cut short, download it again."
        ) from error
    filled = {name: read for name, read in sheets.items() if any(cell.strip() for row in read[0] for cell in row)}
    if not filled:
        raise LandingError(f"{path.name} has only empty sheets: download it again, or take it off the manifest.")
    return filled


def _sheet(workbook: CalamineWorkbook, name: str, file_name: str, lost: Lost) -> Printed:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > limits.SHEET_CELLS:
        corner = f"R{sheet.total_height}C{sheet.total_width}"
        raise LandingError(too_far(file_name, name, sheet.total_height, sheet.total_width, corner))
    merges = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
    rows = [
        [cell if type(cell) is str else _printed(cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    if lost:
        _restore(rows, lost)
    return rows, merges


def _restore(rows: list[list[str]], lost: Lost) -> None:
    """Write what was lost into blank cells, and keep the rows equally long."""
    height = max(len(rows), *(row + 1 for row, _ in lost), 0)
    width = max(*(len(row) for row in rows), *(column + 1 for _, column in lost), 0)
    if height * width > limits.SHEET_CELLS:
        return  # positions that no reader would believe
    rows += [[] for _ in range(height - len(rows))]
    for line in rows:
        line.extend([""] * (width - len(line)))
    for (row, column), text in lost.items():
        if not rows[row][column].strip():
            rows[row][column] = text


def _printed(value: object) -> str:
    """A stored value as text: '' for missing, no trailing '.0' on whole numbers."""
    if isinstance(value, float):
        return number_text(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return str(value)


def _begins_with(path: Path, magic: bytes) -> bool:
    with open(path, "rb") as file:
        return file.read(len(magic)) == magic


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
