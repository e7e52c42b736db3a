"""The readers: one function a file layout, each from grids of printed text to cells.

A reader finds structure (where the header is, which rows are notes) and never meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from landing.cells import Cell, Parsed
from landing.errors import LandingError
from landing.grid import Grid
from landing.manifest import ManifestRow
from landing.notes import NOTE_LINE
from landing.yearbook import ccsy_workbook

Reader = Callable[[dict[str, Grid], ManifestRow, str], Parsed]

#: the columns of a list of policies, in any order; others are not read
POLICY_COLUMNS = ("place", "policy", "year", "batch", "source", "confidence")

#: Problems of cells, as reasons of the seed reject_reasons.
NO_HEADING = "no heading"
LONG_ROW = "row longer than header"

_YEAR_HEADING = re.compile(r"\s*\d{4}\s*年?\s*")
_INDICATOR_LINE = re.compile(r"\s*(?:指标|index|indicator)\s*[:：]\s*(?P<text>.+?)\s*", re.IGNORECASE | re.DOTALL)
_EXPORT_LINE = re.compile(r"\s*(?:数据库|database)\s*[:：].*", re.IGNORECASE | re.DOTALL)


def nbs_download(grids: dict[str, Grid], row: ManifestRow, file_name: str) -> Parsed:
    """A 分省年度数据 export: metadata lines, then regions by years."""
    sheet, grid, header = _years_grid(grids, file_name)
    metadata = [cell for line in grid[:header] for cell in line if cell.strip()]
    if not any(_EXPORT_LINE.fullmatch(cell) for cell in metadata):
        raise LandingError(
            f"{file_name} has no '数据库：' or 'Database:' line above its header, so it is no statistics-bureau "
            "export: give it the reader region_by_year in the manifest."
        )
    indicator = next((match["text"] for cell in metadata if (match := _INDICATOR_LINE.fullmatch(cell))), "")
    parsed = _regions_by_years(sheet, grid, header, indicator)
    parsed.notes[:0] = [cell.strip() for cell in metadata]
    return parsed


def region_by_year(grids: dict[str, Grid], row: ManifestRow, file_name: str) -> Parsed:
    """A bare table of regions by years; what it measures stands in the manifest."""
    sheet, grid, header = _years_grid(grids, file_name)
    parsed = _regions_by_years(sheet, grid, header, "")
    parsed.notes[:0] = [cell.strip() for line in grid[:header] for cell in line if cell.strip()]
    return parsed


def wide(grids: dict[str, Grid], row: ManifestRow, file_name: str) -> Parsed:
    """One row a region and year, one column an indicator."""
    sheet, grid, header, position = _named_columns(grids, [row.place_column, row.year_column], file_name)
    place, year = position[row.place_column], position[row.year_column]
    headings = {
        column: name.strip() for column, name in enumerate(grid[header]) if name.strip() and column not in (place, year)
    }
    parsed = Parsed()
    for number, line, problem in _body(grid, header, parsed):
        whose, when = _at(line, place), _at(line, year)
        parsed.cells += [
            Cell(sheet, number, column, whose, name, "", "", when, _at(line, column), problem)
            for column, name in headings.items()
        ]
        parsed.cells += [
            Cell(sheet, number, column, whose, "", "", "", when, line[column], problem or NO_HEADING)
            for column in _without_heading(line, {place, year, *headings})
        ]
    return parsed


def tidy(grids: dict[str, Grid], row: ManifestRow, file_name: str) -> Parsed:
    """One row a value: region, year, indicator, value, unit."""
    optional = [name for name in (row.indicator_column, row.unit_column) if name]
    wanted = [row.place_column, row.year_column, row.value_column, *optional]
    sheet, grid, header, position = _named_columns(grids, wanted, file_name)
    parsed = Parsed()
    for number, line, problem in _body(grid, header, parsed):
        parsed.cells.append(
            Cell(
                sheet=sheet,
                row=number,
                column=position[row.value_column],
                place_text=_at(line, position[row.place_column]),
                header_path=_at(line, position[row.indicator_column]).strip() if row.indicator_column else "",
                scope_text="",
                unit_text=_at(line, position[row.unit_column]).strip() if row.unit_column else "",
                year_text=_at(line, position[row.year_column]),
                value_text=_at(line, position[row.value_column]),
                problem=problem,
            )
        )
    return parsed


def policies(grids: dict[str, Grid], row: ManifestRow, file_name: str) -> Parsed:
    """A list of places that policies reached: one row a place and policy, columns by the names of `POLICY_COLUMNS`.

    Each row is one cell: the policy is its header, the batch its scope, the source its unit, the confidence its value
    (`landing.folder` gives them their own names again).
    """
    sheet, grid, header, position = _named_columns(grids, list(POLICY_COLUMNS), file_name)
    parsed = Parsed()
    for number, line, problem in _body(grid, header, parsed):
        place, policy, year, batch, source, confidence = (_at(line, position[name]) for name in POLICY_COLUMNS)
        parsed.cells.append(
            Cell(sheet, number, position["place"], place, policy, batch, source, year, confidence, problem)
        )
    return parsed


#: The functions by the names that a manifest has for them; `landing.manifest` says what columns each needs.
READERS: dict[str, Reader] = {
    "nbs_download": nbs_download,
    "region_by_year": region_by_year,
    "wide": wide,
    "tidy": tidy,
    "ccsy_workbook": ccsy_workbook,
    "policies": policies,
}


def _at(line: list[str], column: int) -> str:
    return line[column] if column < len(line) else ""


def _years_grid(grids: dict[str, Grid], file_name: str) -> tuple[str, Grid, int]:
    """The sheet, grid and row number of the one header that names years."""
    found = [
        (sheet, grid, number)
        for sheet, grid in grids.items()
        for number, line in enumerate(grid)
        if any(_YEAR_HEADING.fullmatch(cell) for cell in line[1:]) and not _YEAR_HEADING.fullmatch(line[0])
    ]
    if not found:
        raise LandingError(
            f"{file_name} has no header row of years such as '2019年, 2018年': check that it is a table of "
            "regions by years, or give it another reader in the manifest."
        )
    sheets = sorted({sheet for sheet, _, _ in found})
    if len(sheets) > 1:
        raise LandingError(
            f"{file_name} has several sheets with years ({', '.join(sheets)}): name one in the manifest column sheet."
        )
    return found[0]


def _regions_by_years(sheet: str, grid: Grid, header: int, indicator: str) -> Parsed:
    place = _place_column(grid[header])
    years = {column: text for column, text in enumerate(grid[header]) if column > place and text.strip()}
    parsed = Parsed()
    for number, line, problem in _body(grid, header, parsed):
        whose = _at(line, place)
        parsed.cells += [
            Cell(sheet, number, column, whose, indicator, "", "", year, _at(line, column), problem)
            for column, year in years.items()
        ]
        parsed.cells += [
            Cell(sheet, number, column, whose, "", "", "", "", line[column], problem or NO_HEADING)
            for column in _without_heading(line, {place, *years})
        ]
    return parsed


def _place_column(header: list[str]) -> int:
    """The column of the places: the first with a heading, or the one left of the years where its heading is blank."""
    first = next(column for column, cell in enumerate(header) if cell.strip())
    return first - 1 if _YEAR_HEADING.fullmatch(header[first]) else first


def _without_heading(line: list[str], headed: set[int]) -> list[int]:
    """The columns of a row in which something stands, and which no heading names."""
    return [column for column, text in enumerate(line) if column not in headed and text.strip()]


def _body(grid: Grid, header: int, parsed: Parsed) -> list[tuple[int, list[str], str]]:
    """The data rows below a header with their numbers and problems; note lines go to the notes, blank rows away.

    A note line has text in one cell only and says so. Any other row is data, however odd: what it means is decided
    where rejects are rows. Of a text, a row with more fields than the header has one too many somewhere, and nobody
    knows where: its cells have a problem. One with fewer is remarked on and read: spreadsheet programs leave out
    blanks at the end of a row.
    """
    width = len(grid[header])
    rows, short = [], []
    for number, line in enumerate(grid[header + 1 :], start=header + 1):
        texts = [cell for cell in line if cell.strip()]
        if len(texts) == 1 and NOTE_LINE.fullmatch(texts[0]):
            parsed.notes.append(texts[0].strip())
        elif texts:
            is_long = grid.is_ragged and any(cell.strip() for cell in line[width:])
            rows.append((number, line, LONG_ROW if is_long else ""))
            if grid.is_ragged and len(line) < width:
                short.append(number + 1)
    if short:
        how_many = "1 row" if len(short) == 1 else f"{len(short)} rows"
        message = (
            f"has {how_many} with fewer fields than the header (first row {short[0]}): the missing count as blank."
        )
        parsed.remarks.append(("short rows", message))
    return rows


def _named_columns(grids: dict[str, Grid], wanted: list[str], file_name: str) -> tuple[str, Grid, int, dict[str, int]]:
    """The sheet, grid, header row number and column positions of a table with named columns.

    A Stata heading 'name|label' answers to its name.
    """
    if len(grids) > 1:
        raise LandingError(
            f"{file_name} has several sheets ({', '.join(grids)}): name one in the manifest column sheet."
        )
    ((sheet, grid),) = grids.items()
    header = next(number for number, line in enumerate(grid) if any(cell.strip() for cell in line))
    names = [cell.strip().split("|")[0] for cell in grid[header]]
    for name in wanted:
        if names.count(name) != 1:
            problem = "no column" if name not in names else "more than one column"
            raise LandingError(
                f"{file_name} has {problem} {name!r} in its header (row {header + 1}): "
                f"it has {', '.join(filter(None, names))}; correct the file or the manifest."
            )
    return sheet, grid, header, {name: names.index(name) for name in wanted}
