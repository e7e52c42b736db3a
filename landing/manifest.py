"""The manifest: which files a data folder holds, and how each is to be read.

A manifest is a UTF-8 CSV with one row a file (or a glob of files of one kind) and the columns of
`COLUMNS`. A folder's own `manifest.csv` comes first; a folder without one is read by the shipped
catalogue of publicly known downloads, in which every row is optional.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landing.errors import LandingError

MANIFEST_NAME = "manifest.csv"
CATALOGUE = Path(__file__).with_name("catalogue.csv")

#: column -> (must the column be there, what it holds)
COLUMNS: dict[str, tuple[bool, str]] = {
    "path": (True, "file or glob, relative to the data folder; ** crosses folders"),
    "reader": (True, "how to read it: see landing.readers.READERS"),
    "required": (False, "true (default) stops the build when no file matches; false lets it go on"),
    "encoding": (False, "text encoding of a CSV, such as utf-8 or gb18030; empty means utf-8"),
    "sheet": (False, "sheet of a workbook; empty means the only sheet with data"),
    "place_column": (False, "wide, tidy, wage_records: the column that names the place"),
    "year_column": (False, "wide, tidy, wage_records: the column that holds the year"),
    "indicator_column": (False, "tidy: the column that names the indicator"),
    "value_column": (False, "tidy, wage_records: the column that holds the value"),
    "unit_column": (False, "tidy: the column that holds the unit"),
    "weight_column": (False, "wage_records: the column that holds the weight of a record"),
    "indicator": (False, "header text for cells whose file names no indicator"),
    "unit": (False, "unit for cells whose file states none"),
    "place_level": (False, "province (default) or city: the level of the places that the file is about"),
    "scope": (False, "empty: figures are of the whole place; header: each header must state its scope"),
    "unknown_headers": (False, "reject (default) or ignore: what becomes of columns whose header is not known"),
    "adds_rows": (False, "true (default) or false: does the panel get a row for each place and year of the file"),
    "vintage": (True, "which revision or survey the figures belong to; series never mix vintages"),
    "publisher": (True, "who published the figures"),
    "citation": (True, "how to cite the file"),
    "licence": (True, "terms of use, or 'none stated'"),
    "priority": (True, "whole number; of two sources of one value the smaller number is used"),
    "is_simulated": (True, "true or false"),
    "note": (False, "anything a reader of the warehouse should know"),
}

#: columns with a fixed choice of words; the first is what empty means
_CHOICES = {"place_level": ("province", "city"), "scope": ("total", "header"), "unknown_headers": ("reject", "ignore")}
_TRUE_FALSE = {"true": True, "false": False}


@dataclass(frozen=True)
class ManifestRow:
    """One validated row of a manifest; text fields are '' where the manifest says nothing."""

    path: str
    reader: str
    required: bool
    encoding: str
    sheet: str
    place_column: str
    year_column: str
    indicator_column: str
    value_column: str
    unit_column: str
    weight_column: str
    indicator: str
    unit: str
    place_level: str
    scope: str
    unknown_headers: str
    adds_rows: bool
    vintage: str
    publisher: str
    citation: str
    licence: str
    priority: int
    is_simulated: bool
    note: str
    line: int
    manifest: str


def manifest_of(folder: Path) -> Path:
    """The manifest that governs a folder: its own, else the shipped catalogue."""
    own = folder / MANIFEST_NAME
    return own if own.is_file() else CATALOGUE


def read_manifest(path: Path, readers: dict[str, frozenset[str]]) -> list[ManifestRow]:
    """Read and validate a manifest.

    `readers` maps each known reader to the manifest columns it cannot do without.
    Raises LandingError, naming manifest, line, column and remedy.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LandingError(f"{path} is not UTF-8 text: save the manifest as a UTF-8 CSV.") from error
    lines = csv.DictReader(text.splitlines())
    header = lines.fieldnames or []
    missing = [name for name, (must, _) in COLUMNS.items() if must and name not in header]
    if missing:
        raise LandingError(
            f"{path} lacks the column {', '.join(missing)}: add it to the header line; "
            f"the columns of a manifest are {', '.join(COLUMNS)}."
        )
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        raise LandingError(
            f"{path} has the unknown column {', '.join(map(str, unknown))}: remove or rename it; "
            f"the columns of a manifest are {', '.join(COLUMNS)}."
        )
    rows = [
        _validated(_of_header_length(record, path, lines.line_num), path, lines.line_num, readers) for record in lines
    ]
    if not rows:
        raise LandingError(f"{path} lists no file: add one line for each file of the folder.")
    return rows


def _of_header_length(record: dict[str | None, Any], path: Path, line: int) -> dict[str, str]:
    """The fields of a line by column; a comma that is not quoted would shift them without a word."""
    if None in record:
        raise LandingError(
            f"{path} line {line} has more fields than the header: put fields with commas in quotation marks."
        )
    return {name: (record.get(name) or "").strip() for name in COLUMNS}


def _validated(record: dict[str, str], path: Path, line: int, readers: dict[str, frozenset[str]]) -> ManifestRow:
    where = f"{path} line {line}"
    for name, (must, meaning) in COLUMNS.items():
        if must and not record[name]:
            raise LandingError(f"{where} leaves {name} empty: fill it in ({meaning}).")
    if record["reader"] not in readers:
        raise LandingError(f"{where} names the unknown reader {record['reader']!r}: use one of {', '.join(readers)}.")
    for name in sorted(readers[record["reader"]]):
        if not record[name]:
            raise LandingError(
                f"{where} leaves {name} empty, which the reader {record['reader']} needs: "
                f"fill it in ({COLUMNS[name][1]})."
            )
    if not _is_text_encoding(record["encoding"] or "utf-8"):
        raise LandingError(f"{where} names the unknown encoding {record['encoding']!r}: use utf-8 or gb18030.")
    if not re.fullmatch(r"\d{1,6}", record["priority"]):
        raise LandingError(
            f"{where} has the priority {record['priority']!r}: use a whole number, 1 for the best source."
        )
    for name, allowed in _CHOICES.items():
        if record[name] not in {"", *allowed}:
            raise LandingError(f"{where} has {name} = {record[name]!r}: use {' or '.join(allowed)}, or leave it empty.")
    for name in ("required", "adds_rows", "is_simulated"):
        if record[name].lower() not in {*_TRUE_FALSE, ""}:
            raise LandingError(f"{where} has {name} = {record[name]!r}: use true or false.")
    text = {
        name: value or _CHOICES.get(name, ("",))[0]
        for name, value in record.items()
        if name not in {"priority", "required", "adds_rows", "is_simulated"}
    }
    return ManifestRow(
        **text,
        priority=int(record["priority"]),
        required=_TRUE_FALSE.get(record["required"].lower(), True),
        adds_rows=_TRUE_FALSE.get(record["adds_rows"].lower(), True),
        is_simulated=_TRUE_FALSE[record["is_simulated"].lower()],
        line=line,
        manifest=path.name,
    )


def _is_text_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except LookupError:
        return False
    return True
