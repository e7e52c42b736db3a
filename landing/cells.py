"""The one shape that every reader returns: cells with coordinates and printed text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One data cell as printed. Coordinates are 0-based and absolute within the sheet."""

    sheet: str
    row: int
    column: int
    place_text: str
    header_path: str
    scope_text: str
    unit_text: str
    year_text: str
    value_text: str


@dataclass
class Parsed:
    """What a reader made of one file: its data cells, and the lines that are no data."""

    cells: list[Cell] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
