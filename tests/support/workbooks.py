"""Helpers of the tests: write workbooks in the layout of the China City Statistical Yearbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import openpyxl

ADVERT = "百度搜索“马克数据网”，获取更多价值数据！"


def edition_name(edition: int) -> str:
    """The file name of an edition, as the shipped catalogue knows it."""
    return f"中国城市统计年鉴{edition}【地级市截面数据】.xlsx"


def title_of(year: int) -> str:
    """The title cell of a data year."""
    return f"中国{year}年地级以上城市数据"


def write_workbook(
    path: Path,
    lines: Sequence[Sequence[object]],
    merges: Sequence[str] = (),
    sheet: str = "Sheet1",
    advert: bool = True,
) -> Path:
    """Lines of cells from A1 on, ranges such as 'B1:C1' merged, and the second sheet that the real files have."""
    workbook = openpyxl.Workbook()
    table = workbook.active
    assert table is not None
    table.title = sheet
    for row, line in enumerate(lines, start=1):
        for column, value in enumerate(line, start=1):
            if value is not None:
                table.cell(row, column, value)
    for merge in merges:
        table.merge_cells(merge)
    if advert:
        workbook.create_sheet("更多数据，尽在【马克数据网】").cell(1, 1, ADVERT)
    workbook.save(path)
    return path


#: header levels from top to bottom, and the value of each place that has one
Column = tuple[Sequence[str], Mapping[str, object]]


def write_edition(folder: Path, edition: int, places: Sequence[str], columns: Sequence[Column]) -> Path:
    """An edition with the given columns, one row a place; neighbours with the same upper levels share a merged cell."""
    depth = max(2, *(len(levels) for levels, _ in columns))
    padded = [[*levels, *[""] * (depth - len(levels))] for levels, _ in columns]
    lines: list[list[object]] = [[None] * (len(columns) + 1) for _ in range(depth)]
    merges = []
    for level in range(depth):
        starts = [0, *(number for number in range(1, len(columns)) if not _alike(padded, number, level)), len(columns)]
        for start, end in pairwise(starts):
            lines[level][start + 1] = padded[start][level] or None
            if end - start > 1 and padded[start][level]:
                merges.append(f"{_letters(start + 1)}{level + 1}:{_letters(end)}{level + 1}")
    lines[0][0], lines[1][0] = title_of(edition - 1), "城市"
    lines += [[place, *(values.get(place) for _, values in columns)] for place in places]
    return write_workbook(folder / edition_name(edition), lines, merges)


def _alike(padded: Sequence[Sequence[str]], number: int, level: int) -> bool:
    """Does a column share its header with the one before it, from the top down to a level?"""
    return list(padded[number][: level + 1]) == list(padded[number - 1][: level + 1])


def _letters(column: int) -> str:
    return openpyxl.utils.get_column_letter(column + 1)
