"""The manifest: which files a data folder holds, and how each is to be read.

A manifest is a UTF-8 CSV with one row a file (or a glob of files of one kind) and the columns of `ManifestRow`, where
each is declared once: the check of a manifest, the columns of landed files, the key of the cache of parsed files and
the table of docs/manifest.md (landing.manifest_page) follow from there. A folder's own `manifest.csv` comes first; a
folder without one is read by the shipped catalogue of publicly known downloads, in which every row is optional.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from landing.errors import LandingError

MANIFEST_NAME = "manifest.csv"
CATALOGUE = Path(__file__).with_name("catalogue.csv")


class _UnusableError(ValueError):
    """A field that means nothing, in words that go on after 'manifest.csv line 2'."""


def _text(name: str, text: str) -> str:
    return text


def _encoding(name: str, text: str) -> str:
    if not _is_text_encoding(text or "utf-8"):
        raise _UnusableError(f"names the unknown encoding {text!r}: use utf-8 or gb18030.")
    return text


def _priority(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text):
        raise _UnusableError(f"has the priority {text!r}: use a whole number, 1 for the best source.")
    return int(text)


def _decimals(name: str, text: str) -> int | None:
    """A number of decimals; an empty field is None."""
    if not re.fullmatch(r"\d?", text):
        raise _UnusableError(f"has {name} = {text!r}: use a whole number from 0 to 9, or leave it empty.")
    return int(text) if text else None


def _one_of(*words: str) -> Callable[[str, str], str]:
    """One of some words; the first is what an empty field means."""

    def parse(name: str, text: str) -> str:
        if text not in {"", *words}:
            raise _UnusableError(f"has {name} = {text!r}: use {' or '.join(words)}, or leave it empty.")
        return text or words[0]

    return parse


def _flag(name: str, text: str) -> bool:
    """True or false; an empty field means true."""
    if text.lower() not in {"true", "false", ""}:
        raise _UnusableError(f"has {name} = {text!r}: use true or false.")
    return text.lower() != "false"


@dataclass(frozen=True)
class Column:
    """What a manifest has to say in one of its columns.

    meaning: what it holds, in Markdown, as the page and the sentence on an empty field say it; `more` is said on the
        page alone.
    is_needed: the column must be there and no field of it empty. needed_by: the readers for which that holds of their
        rows. empty_means: reader -> what an empty field means to it, and `else_means` what it means where the file has
        nothing of that name. read_by: the readers that look at it, where not all do.
    parse: (name of the column, field) -> its value; raises _UnusableError.
    decides_cells: whether the cells of a file depend on it. is_landed: whether the warehouse says it of each file.
    """

    meaning: str
    more: str = ""
    is_needed: bool = False
    needed_by: tuple[str, ...] = ()
    empty_means: Mapping[str, str] = field(default_factory=dict)
    else_means: str = ""
    read_by: tuple[str, ...] = ()
    parse: Callable[[str, str], Any] = _text
    decides_cells: bool = False
    is_landed: bool = False

    def sentence(self) -> str:
        """What it holds, as plain text."""
        readers = f"{', '.join(self.read_by)}: " if self.read_by else ""
        return readers + self.meaning.replace("`", "")


def _column(meaning: str, **options: Any) -> Any:
    return field(metadata={"column": Column(meaning, **options)})


@dataclass(frozen=True, kw_only=True)
class ManifestRow:
    """One validated row of a manifest; text fields are '' where the manifest says nothing."""

    path: str = _column("file or glob, relative to the data folder; `**` crosses folders", is_needed=True)
    reader: str = _column(
        "how to read it: see landing.readers.READERS",
        more="; one of the readers below",
        is_needed=True,
        decides_cells=True,
        is_landed=True,
    )
    required: bool = _column(
        "`true` (default) stops the build when no file matches; `false` lets it go on", parse=_flag
    )
    encoding: str = _column(
        "text encoding of a CSV, such as `utf-8` or `gb18030`; empty means `utf-8`",
        parse=_encoding,
        decides_cells=True,
        is_landed=True,
    )
    sheet: str = _column(
        "sheet of a workbook; empty means the only sheet with data",
        more=". Several sheets of a workbook are as many lines with its path",
        decides_cells=True,
    )
    place_column: str = _column(
        "the column that names the place",
        needed_by=("wide", "tidy"),
        empty_means={"wage_records": "city"},
        read_by=("wide", "tidy", "wage_records"),
        decides_cells=True,
    )
    year_column: str = _column(
        "the column that holds the year",
        needed_by=("wide", "tidy"),
        empty_means={"wage_records": "year"},
        read_by=("wide", "tidy", "wage_records"),
        decides_cells=True,
    )
    indicator_column: str = _column("the column that names the indicator", read_by=("tidy",), decides_cells=True)
    value_column: str = _column(
        "the column that holds the value",
        needed_by=("tidy",),
        empty_means={"wage_records": "wage"},
        read_by=("tidy", "wage_records"),
        decides_cells=True,
    )
    unit_column: str = _column("the column that holds the unit", read_by=("tidy",), decides_cells=True)
    weight_column: str = _column(
        "the column that holds the weight of a record",
        empty_means={"wage_records": "weight"},
        else_means="every record counts 1",
        read_by=("wage_records",),
    )
    indicator: str = _column(
        "header text for cells whose file names no indicator",
        more=": a name of the seed `indicators`, or a header its dictionary knows",
        needed_by=("region_by_year",),
        is_landed=True,
    )
    unit: str = _column(
        "unit for cells whose file states none",
        more="; empty for `wage_records`",
        needed_by=("region_by_year",),
        is_landed=True,
    )
    place_level: str = _column(
        "`province` (default) or `city`: the level of the places that the file is about",
        more="; rows of higher levels are check rows",
        needed_by=("policies",),
        parse=_one_of("province", "city"),
        is_landed=True,
    )
    scope: str = _column(
        "empty: figures are of the whole place; `header`: each header must state its scope",
        more=" (全市, 市辖区)",
        parse=_one_of("total", "header"),
        is_landed=True,
    )
    unknown_headers: str = _column(
        "`reject` (default) or `ignore`: what becomes of columns whose header is not known",
        parse=_one_of("reject", "ignore"),
        is_landed=True,
    )
    adds_rows: bool = _column(
        "`true` (default) or `false`: does the panel get a row for each place and year of the file",
        more="; with `false` it only adds values to rows that other files make",
        parse=_flag,
        is_landed=True,
    )
    money_decimals: int | None = _column(
        "most decimals that the sources of the file print of amounts of money; an amount with more was computed by "
        "whoever made the file, and its origin is `computed`",
        more="; empty: nobody counts",
        parse=_decimals,
        is_landed=True,
    )
    vintage: str = _column(
        "which revision or survey the figures belong to; series never mix vintages", is_needed=True, is_landed=True
    )
    publisher: str = _column("who published the figures", is_needed=True, is_landed=True)
    citation: str = _column("how to cite the file", is_needed=True, is_landed=True)
    licence: str = _column("terms of use, or 'none stated'", is_needed=True, is_landed=True)
    priority: int = _column(
        "whole number; of two sources of one value the smaller number is used",
        is_needed=True,
        parse=_priority,
        is_landed=True,
    )
    is_simulated: bool = _column("`true` or `false`", is_needed=True, parse=_flag, is_landed=True)
    note: str = _column("anything a reader of the warehouse should know", is_landed=True)
    line: int
    manifest: str


#: the columns of a manifest, in their order
COLUMNS: dict[str, Column] = {
    part.name: part.metadata["column"] for part in fields(ManifestRow) if "column" in part.metadata
}


def names_by_default(reader: str) -> dict[str, str]:
    """Manifest column -> what it means to a reader where it is empty."""
    return {name: column.empty_means[reader] for name, column in COLUMNS.items() if reader in column.empty_means}


def manifest_of(folder: Path) -> Path:
    """The manifest that governs a folder: its own, else the shipped catalogue."""
    own = folder / MANIFEST_NAME
    return own if own.is_file() else CATALOGUE


def read_manifest(path: Path, readers: Collection[str]) -> list[ManifestRow]:
    """Read and validate a manifest.

    `readers` are the names of those there are.
    Raises LandingError, naming manifest, line, column and remedy.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LandingError(f"{path} is not UTF-8 text: save the manifest as a UTF-8 CSV.") from error
    except OSError as error:
        raise LandingError(
            f"{path} cannot be read ({error.strerror}): check that it is there and that you may read it."
        ) from error
    try:
        return _rows_of(path, csv.DictReader(text.splitlines()), readers)
    except csv.Error as error:
        raise LandingError(f"{path} cannot be read as a table ({error}): save the manifest as a UTF-8 CSV.") from error


def _rows_of(path: Path, lines: csv.DictReader[str], readers: Collection[str]) -> list[ManifestRow]:
    header = lines.fieldnames or []
    missing = [name for name, column in COLUMNS.items() if column.is_needed and name not in header]
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


def _validated(record: dict[str, str], path: Path, line: int, readers: Collection[str]) -> ManifestRow:
    where = f"{path} line {line}"
    reader = record["reader"]
    for name, column in COLUMNS.items():
        if column.is_needed and not record[name]:
            raise LandingError(f"{where} leaves {name} empty: fill it in ({column.sentence()}).")
    if reader not in readers:
        raise LandingError(f"{where} names the unknown reader {reader!r}: use one of {', '.join(readers)}.")
    for name, column in sorted(COLUMNS.items()):
        if reader in column.needed_by and not record[name]:
            raise LandingError(
                f"{where} leaves {name} empty, which the reader {reader} needs: fill it in ({column.sentence()})."
            )
    try:
        values = {name: column.parse(name, record[name]) for name, column in COLUMNS.items()}
    except _UnusableError as error:
        raise LandingError(f"{where} {error}") from None
    return ManifestRow(**values, line=line, manifest=path.name)


def _is_text_encoding(name: str) -> bool:
    try:
        # A name with a NUL is a ValueError, and so is the one encoding that encodes nothing.
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return True
