"""The one shape that every reader returns: cells with coordinates and printed text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """One data cell as printed. Coordinates are 0-based and absolute within the sheet.

    problem: why the cell cannot be what it seems, as a reason of the seed reject_reasons; '' for nearly every cell.
    """

    sheet: str
    row: int
    column: int
    place_text: str
    header_path: str
    scope_text: str
    unit_text: str
    year_text: str
    value_text: str
    problem: str = ""


class CellColumns:
    """Cells kept column by column, since a yearbook edition has 80,000 of them; iterating gives them one by one."""

    def __init__(self) -> None:
        """No cells."""
        self.columns: dict[str, list[Any]] = {name: [] for name in Cell._fields}

    def __len__(self) -> int:
        """How many cells there are."""
        return len(self.columns["row"])

    def __iter__(self) -> Iterator[Cell]:
        """The cells in the order in which they were added."""
        return map(Cell._make, zip(*self.columns.values(), strict=True))

    def __iadd__(self, cells: Iterable[Cell]) -> CellColumns:
        """Add cells."""
        for cell in cells:
            self.append(cell)
        return self

    def append(self, cell: Cell) -> None:
        """Add one cell."""
        for values, value in zip(self.columns.values(), cell, strict=True):
            values.append(value)

    def add_row(self, place: Cell, columns: list[int], header_paths: list[str], value_texts: list[str]) -> None:
        """Add the cells of one row of a sheet, which share with `place` all but these three."""
        differing: dict[str, list[Any]] = {"column": columns, "header_path": header_paths, "value_text": value_texts}
        for name, value in zip(Cell._fields, place, strict=True):
            self.columns[name] += differing.get(name, [value] * len(columns))


@dataclass
class Parsed:
    """What a reader made of one file: its data cells, the lines that are no data, and what it has to remark.

    remarks: pairs of a kind of notice and what is said of the file behind its name.
    """

    cells: CellColumns = field(default_factory=CellColumns)
    notes: list[str] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
