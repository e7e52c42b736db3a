"""File formats: any supported file becomes one or more grids of printed text.

A grid is a list of rows of strings with absolute coordinates: grid[0][0] is the first cell of the
file or sheet, leading blank rows and columns included. Numbers stored as numbers are printed in
their shortest form that reads back the same.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path

from landing import limits
from landing.apart import Apart
from landing.delimited import lines_of
from landing.errors import LandingError

#: first row, first column, last row, last column
Merge = tuple[int, int, int, int]


class Grid(list[list[str]]):
    """Rows of printed text with absolute coordinates, and the ranges of merged cells.

    is_ragged: rows have as many cells as the file printed, which may differ; else all are equally long.
    """

    def __init__(self, rows: Iterable[list[str]] = (), merges: Iterable[Merge] = (), is_ragged: bool = False) -> None:
        """Rows are taken as they are; a merged range has its text in its first cell only."""
        super().__init__(rows)
        self.merges = list(merges)
        self.is_ragged = is_ragged


WORKBOOKS = {".xls", ".xlsx", ".xlsm"}
TABLES = {".dta", ".parquet"}
TEXTS = {".csv", ".txt", ".tsv"}
SUFFIXES = WORKBOOKS | TABLES | TEXTS


def read_grids(path: Path, encoding: str, sheet: str, apart: Apart | None = None) -> dict[str, Grid]:
    """All grids of a file by sheet name ('' where the format has no sheets).

    `apart` reads workbooks and tables; without one, a process is started for this file alone. Raises LandingError for
    an empty, unreadable or wrongly decoded file, one beyond `landing.limits`, an unsupported format, or a sheet that is
    not there.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise LandingError(
            f"{path.name} has the unsupported format {suffix!r}: save it as one of {', '.join(sorted(SUFFIXES))}."
        )
    size = path.stat().st_size
    if size == 0:
        raise LandingError(f"{path.name} is an empty file: download it again, or take it off the manifest.")
    if suffix not in WORKBOOKS and sheet:
        raise LandingError(f"{path.name} has no sheets, but the manifest names sheet {sheet!r}: leave sheet empty.")
    if size > limits.FILE_BYTES:
        raise LandingError(
            f"{path.name} has {size // limits.MIB:,} MB, and at most {limits.FILE_BYTES // limits.MIB:,} are read: "
            "keep the columns and rows that the warehouse needs, or save it as several files."
        )
    if suffix in TEXTS:
        grids = {"": Grid(lines_of(path, _text(path, encoding or "utf-8")), is_ragged=True)}
    else:
        grids = _apart(path, "workbook" if suffix in WORKBOOKS else "table", sheet, apart)
    if not any(cell.strip() for grid in grids.values() for row in grid for cell in row):
        raise LandingError(f"{path.name} holds no text at all: download it again, or take it off the manifest.")
    return grids


def _apart(path: Path, kind: str, sheet: str, apart: Apart | None) -> dict[str, Grid]:
    if apart is None:
        with Apart() as own:
            return _apart(path, kind, sheet, own)
    return {
        name: Grid(rows, ((top, left, bottom, right) for top, left, bottom, right in merges))
        for name, (rows, merges) in apart.read(kind, path, sheet).items()
    }


def _text(path: Path, encoding: str) -> str:
    raw = path.read_bytes()
    is_utf8 = codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}
    if not is_utf8 and not raw.isascii() and _decodes_as_utf8(raw):
        # GB18030 accepts nearly any bytes; text that is valid UTF-8 beyond ASCII is UTF-8.
        raise LandingError(
            f"{path.name} is UTF-8 text, but the manifest declares {encoding}: set its encoding to utf-8."
        )
    try:
        text = raw.decode("utf-8-sig" if is_utf8 else encoding)
    except UnicodeError as error:
        other = "gb18030" if is_utf8 else "utf-8"
        where = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else "its bytes"
        raise LandingError(
            f"{path.name} is not {encoding} text ({where} cannot be decoded): "
            f"set its encoding in the manifest, probably to {other}."
        ) from error
    if "\x00" in text:
        raise LandingError(
            f"{path.name} holds NUL characters, so it is no {encoding} text: "
            "set its encoding in the manifest, or download it again."
        )
    return text


def _decodes_as_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
