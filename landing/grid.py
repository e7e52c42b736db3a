"""File formats: any supported file becomes one or more grids of printed text.

A grid is a list of rows of strings with absolute coordinates: grid[0][0] is the first cell of the
file or sheet, leading blank rows and columns included. Numbers stored as numbers are printed in
their shortest form that reads back the same.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from python_calamine import CalamineWorkbook

from landing.errors import LandingError

#: first row, first column, last row, last column
Merge = tuple[int, int, int, int]


class Grid(list[list[str]]):
    """Rows of printed text with absolute coordinates, and the ranges of merged cells."""

    def __init__(self, rows: Iterable[list[str]] = (), merges: Iterable[Merge] = ()) -> None:
        """Rows are taken as they are; a merged range has its text in its first cell only."""
        super().__init__(rows)
        self.merges = list(merges)


WORKBOOKS = {".xls", ".xlsx", ".xlsm"}
TABLES = {".dta", ".parquet"}
TEXTS = {".csv", ".txt", ".tsv"}
#: what a compound file begins with: an old .xls, or an encrypted .xlsx
_OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
SUFFIXES = WORKBOOKS | TABLES | TEXTS


def printed(value: object) -> str:
    """A stored value as text: '' for missing, no trailing '.0' on whole numbers."""
    if type(value) is float and math.isfinite(value):  # nearly every cell of a workbook
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, np.datetime64) and np.isnat(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return ""
        # str() of the stored value, not of the widened one: a 32-bit 0.1 prints as 0.1.
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else str(value)
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return str(value)


def read_grids(path: Path, encoding: str, sheet: str) -> dict[str, Grid]:
    """All grids of a file by sheet name ('' where the format has no sheets).

    Raises LandingError for an empty, unreadable or wrongly decoded file, an unsupported format,
    or a sheet that is not there.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise LandingError(
            f"{path.name} has the unsupported format {suffix!r}: save it as one of {', '.join(sorted(SUFFIXES))}."
        )
    if path.stat().st_size == 0:
        raise LandingError(f"{path.name} is an empty file: download it again, or take it off the manifest.")
    if suffix in WORKBOOKS:
        return _workbook(path, sheet)
    if sheet:
        raise LandingError(f"{path.name} has no sheets, but the manifest names sheet {sheet!r}: leave sheet empty.")
    grid = _table(path) if suffix in TABLES else _text(path, encoding or "utf-8")
    if not any(cell.strip() for row in grid for cell in row):
        raise LandingError(f"{path.name} holds no text at all: download it again, or take it off the manifest.")
    return {"": grid}


def _text(path: Path, encoding: str) -> Grid:
    raw = path.read_bytes()
    is_utf8 = codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}
    if not is_utf8 and not raw.isascii() and _decodes_as_utf8(raw):
        # GB18030 accepts nearly any bytes; text that is valid UTF-8 beyond ASCII is UTF-8.
        raise LandingError(
            f"{path.name} is UTF-8 text, but the manifest declares {encoding}: set its encoding to utf-8."
        )
    try:
        text = raw.decode("utf-8-sig" if is_utf8 else encoding)
    except UnicodeDecodeError as error:
        other = "gb18030" if is_utf8 else "utf-8"
        raise LandingError(
            f"{path.name} is not {encoding} text (byte {error.start} cannot be decoded): "
            f"set its encoding in the manifest, probably to {other}."
        ) from error
    if "\x00" in text:
        raise LandingError(
            f"{path.name} holds NUL characters, so it is no {encoding} text: "
            "set its encoding in the manifest, or download it again."
        )
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return Grid(lines)
    except csv.Error as error:
        raise LandingError(
            f"{path.name} cannot be read as a table after line {lines.line_num} ({error}): close the quotation mark "
            "that stands open there, or save the file as CSV again."
        ) from error


def _decodes_as_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _workbook(path: Path, sheet: str) -> dict[str, Grid]:
    if path.suffix.lower() != ".xls" and _begins_with(path, _OLE_MAGIC):
        raise LandingError(
            f"{path.name} is protected by a password, or an old workbook under a new name: "
            "open it in a spreadsheet program and save it as .xlsx without a password."
        )
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        if sheet and sheet not in workbook.sheet_names:
            raise LandingError(
                f"{path.name} has no sheet {sheet!r}: its sheets are {', '.join(workbook.sheet_names)}; "
                "correct the manifest."
            )
        grids = {name: _sheet(workbook, name) for name in ([sheet] if sheet else workbook.sheet_names)}
    except LandingError:
        raise
    except Exception as error:
        raise LandingError(
            f"{path.name} cannot be opened as a workbook ({error}): "
            "the file is damaged or cut short, download it again."
        ) from error
    filled = {name: grid for name, grid in grids.items() if any(cell.strip() for row in grid for cell in row)}
    if not filled:
        raise LandingError(f"{path.name} has only empty sheets: download it again, or take it off the manifest.")
    return filled


def _begins_with(path: Path, magic: bytes) -> bool:
    with open(path, "rb") as file:
        return file.read(len(magic)) == magic


def _sheet(workbook: CalamineWorkbook, name: str) -> Grid:
    sheet = workbook.get_sheet_by_name(name)
    merges = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
    rows = sheet.to_python(skip_empty_area=False)
    return Grid(([cell if type(cell) is str else printed(cell) for cell in row] for row in rows), merges)


def _table(path: Path) -> Grid:
    frame: pd.DataFrame
    labels: dict[str, str] = {}
    try:
        if path.suffix.lower() == ".parquet":
            frame = pd.read_parquet(path)
        else:
            # Codes stay codes: a value label is an interpretation, and a year that is stored as a date of Stata's
            # kind %ty would come back as the first of January.
            with pd.read_stata(path, iterator=True, convert_categoricals=False, convert_dates=False) as reader:
                frame = reader.read()  # type: ignore[attr-defined]
                labels = reader.variable_labels()
    except Exception as error:
        raise LandingError(
            f"{path.name} cannot be read ({error}): the file is damaged or of another format, download it again."
        ) from error
    names = [_heading(str(name), labels.get(str(name), "")) for name in frame]
    # Column by column, since iterating rows would widen 32-bit numbers and print digits that are not there.
    columns = [[printed(value) for value in frame[name].to_numpy()] for name in frame]
    return Grid([names, *(list(row) for row in zip(*columns, strict=True))])


def _heading(name: str, label: str) -> str:
    """The heading of a Stata variable, which has a name and may have a label: 'name|label'."""
    return f"{name}|{label}" if label not in {"", name} else name
