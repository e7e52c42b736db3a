"""Delimited text to rows of fields, refused where a quotation mark has swallowed rows or was closed inside a field.

Python's reader takes an open quotation mark to the next one, however many rows lie between, and the rows in between
are gone without a word. Three signs give that away: text behind a closing quotation mark, no closing one before the
end of the file, and a field with line breaks that holds what looks like a row. A heading or a note may well hold line
breaks and commas; a row has as many fields as most rows of its file, and a number among them.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from landing import limits
from landing.errors import LandingError

_BLANKS_BEHIND_QUOTE = re.compile(r'(?<=")[ \t\u3000]+(?=[,\r\n]|$)')
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_NUMBER = re.compile(r"\s*[+-]?\d[\d.]*\s*")


class _Lines:
    """Lines of a text, with those kept that were handed out since the last row began."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.of_this_row: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.of_this_row.append(line)
        self.number += 1
        return line


def lines_of(path: Path, text: str) -> list[list[str]]:
    """The rows of a CSV (or, by its suffix, tab-separated) text; raises LandingError, naming the line."""
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    #: rows of several lines: number of the first, and the fields
    spanning: list[tuple[int, list[str]]] = []
    cells = 0
    while True:
        first = lines.number + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            row = _with_blanks_behind_quotes(lines.of_this_row, delimiter)
            if row is None:
                raise _swallowed(path, first, str(error)) from error
        if row is None:
            break
        if len(lines.of_this_row) > 1:
            spanning.append((first, row))
        lines.of_this_row = []
        cells += len(row)
        if cells > limits.TABLE_CELLS:
            raise LandingError(
                f"{path.name} has more than {limits.TABLE_CELLS:,} fields (line {first:,}): keep the columns and rows "
                "that the warehouse needs, or save it as several files."
            )
        rows.append(row)
    usual = max(2, Counter(map(len, rows)).most_common(1)[0][0]) if rows else 2
    for first, row in spanning:
        if any(holds_a_row(field, before, len(row), delimiter, usual) for before, field in enumerate(row)):
            raise _swallowed(path, first, "rows stand inside a quotation")
    return rows


def holds_a_row(field: str, before: int, fields: int, delimiter: str, usual: int) -> bool:
    """Does a field, with so many before it in its row of so many, hold a row of the file, or the rest of one?"""
    lines = _LINE_BREAK.split(field)
    for number, line in enumerate(lines):
        parts = line.split(delimiter)
        beside = (before if number == 0 else 0) + (fields - before - 1 if number == len(lines) - 1 else 0)
        is_long = len(lines) > 1 and len(parts) > 1 and len(parts) + beside >= usual
        if is_long and any(_NUMBER.fullmatch(part) for part in parts):
            return True
    return False


def _with_blanks_behind_quotes(lines: list[str], delimiter: str) -> list[str] | None:
    """The fields of a row of one line whose only fault is a blank between a closing quotation mark and a delimiter."""
    if len(lines) != 1 or delimiter != ",":
        return None
    try:
        return next(csv.reader([_BLANKS_BEHIND_QUOTE.sub("", lines[0])], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None


def _swallowed(path: Path, line: int, problem: str) -> LandingError:
    return LandingError(
        f"{path.name} has a quotation mark that is not closed where it should be, in the row that begins in line "
        f'{line} ({problem}): close the quotation mark in that line, or write "" for one that is part of the text.'
    )
