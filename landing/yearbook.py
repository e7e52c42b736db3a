"""The reader of the China City Statistical Yearbook: one workbook a year, prefecture-level cross-sections.

Nothing here knows an edition. A workbook is a title cell that names the data year, header rows that are merged in
several levels, and a row a city. Where the header ends, which columns hold names and which sheet holds data is found
by structure; what a header means is decided in SQL.
"""

from __future__ import annotations

import re
from itertools import islice

from landing.cells import Cell, Parsed
from landing.errors import LandingError
from landing.grid import Grid
from landing.manifest import ManifestRow
from landing.notes import NOTE_LINE

_TITLE = re.compile(r"\s*中国\s*(?P<year>\d{4})\s*年(?P<subject>.*)", re.DOTALL)
_CITY_HEADING = re.compile(r"\s*城\s*市\s*")
_ENGLISH_HEADING = re.compile(r"\s*(?:city|cities)\s*", re.IGNORECASE)
_NUMBER_LIKE = re.compile(r"[\s·•.,'’_+\-－—0-9０-９lLoOIi|]*[0-9０-９][\s·•.,'’_0-9０-９lLoOIi|]*")
_FILE_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def ccsy_workbook(grids: dict[str, Grid], row: ManifestRow, file_name: str) -> Parsed:
    """A cross-section workbook: header_path is the merged header levels from top to bottom, joined by '|'."""
    sheet, grid, (title_row, _), year = _data_sheet(grids, file_name)
    _check_year(year, file_name)
    label_row = _label_row(grid, title_row, file_name)
    first = _first_data_row(grid, label_row, file_name)
    headings = _headings(grid, title_row, first)
    columns, paths = list(headings), list(headings.values())
    parsed = Parsed()
    for number, line in enumerate(grid[first:], start=first):
        filled = list(islice((cell for cell in line if cell.strip()), 2))
        if len(filled) == 1 and NOTE_LINE.fullmatch(filled[0]):
            parsed.notes.append(filled[0].strip())
        elif filled:
            place = Cell(sheet, number, 0, line[0], "", "", "", year, "")
            parsed.cells.add_row(place, columns, paths, [line[column] for column in columns])
    parsed.notes.insert(0, grid[title_row][0].strip() or "")
    return parsed


def _data_sheet(grids: dict[str, Grid], file_name: str) -> tuple[str, Grid, tuple[int, int], str]:
    """The one sheet with a title cell, where the title stands, and the data year that it names."""
    found = []
    for sheet, grid in grids.items():
        for number, line in enumerate(grid[:10]):
            for column, cell in enumerate(line[:3]):
                if match := _TITLE.fullmatch(cell):
                    found.append((sheet, grid, (number, column), match))
    if not found:
        raise LandingError(
            f"{file_name} has no sheet with a title such as '中国2019年地级以上城市…' in its first rows: "
            "it holds no yearbook table; give it another reader, or take it off the manifest."
        )
    if len({sheet for sheet, *_ in found}) > 1:
        raise LandingError(
            f"{file_name} has several data sheets ({', '.join(dict.fromkeys(sheet for sheet, *_ in found))}): "
            "name one in the manifest column sheet."
        )
    sheet, grid, title, match = found[0]
    if "县" in match["subject"] or "城市" not in match["subject"]:
        raise LandingError(
            f"{file_name} is titled {match[0].strip()!r}, which is no table of prefecture-level cities: "
            "take it off the manifest."
        )
    return sheet, grid, title, match["year"]


def _check_year(year: str, file_name: str) -> None:
    """Edition N reports data year N - 1; a file whose name says otherwise has been swapped or renamed."""
    editions = {int(text) for text in _FILE_YEAR.findall(file_name)}
    if editions and int(year) + 1 not in editions:
        raise LandingError(
            f"{file_name} names the edition {min(editions)}, whose data year is {min(editions) - 1}, but its title "
            f"says {year}: correct the name of the file, or take it off the manifest."
        )


def _label_row(grid: Grid, title_row: int, file_name: str) -> int:
    for number in range(title_row, min(title_row + 8, len(grid))):
        if _CITY_HEADING.fullmatch(grid[number][0]):
            return number
    raise LandingError(
        f"{file_name} has no heading '城市' in its first column below the title: the header was altered or cut off; "
        "restore it, or take the file off the manifest."
    )


def _first_data_row(grid: Grid, label_row: int, file_name: str) -> int:
    """The first row below the headings that names a place and holds mostly numbers."""
    for number in range(label_row + 1, len(grid)):
        filled = [cell for cell in grid[number][1:] if cell.strip()]
        numbers = sum(1 for cell in filled if _NUMBER_LIKE.fullmatch(cell))
        if grid[number][0].strip() and filled and numbers >= len(filled) / 2:
            return number
    raise LandingError(f"{file_name} has a header but no data row below it: download it again.")


def _headings(grid: Grid, title_row: int, first: int) -> dict[int, str]:
    """Header path by column: the texts above the data from top to bottom, merges filled, repeats left out.

    The columns of place names, Chinese and English, have no path.
    """
    levels = [list(line) for line in grid[title_row:first]]
    for top, left, bottom, right in grid.merges:
        if title_row <= top < first:
            text = levels[top - title_row][left] if left < len(levels[top - title_row]) else ""
            for number in range(top, min(bottom + 1, first)):
                for column in range(left, min(right + 1, len(levels[number - title_row]))):
                    levels[number - title_row][column] = text
    names = {0} | {
        column for line in levels for column, cell in enumerate(line[:3]) if _ENGLISH_HEADING.fullmatch(cell)
    }
    width = max(len(line) for line in grid[title_row:])
    return {
        column: "|".join(_without_repeats([line[column] if column < len(line) else "" for line in levels]))
        for column in range(width)
        if column not in names
    }


def _without_repeats(texts: list[str]) -> list[str]:
    kept: list[str] = []
    for text in (" ".join(text.split()) for text in texts):
        if text and (not kept or text != kept[-1]) and not _TITLE.fullmatch(text):
            kept.append(text)
    return kept
