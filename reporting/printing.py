"""Regression tables as text: ours beside the print."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

STARS = {0: "", 1: "*", 2: "**", 3: "***"}
#: what stands for the rest of a text
_ELLIPSIS = "…"


def stars(p_value: float) -> str:
    """Three stars below 1%, two below 5%, one below 10%."""
    return STARS[sum(p_value < level for level in (0.01, 0.05, 0.1))]


def number(value: float | None, digits: int = 4) -> str:
    """A number for people: `digits` decimals, nothing for a missing one (None or NaN)."""
    return "" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def with_stars(value: float | None, marks: str | float | None) -> str:
    """A coefficient and its stars, given as text or as their number."""
    if value is None or math.isnan(value):
        return ""
    text = marks if isinstance(marks, str) else STARS[0 if marks is None or math.isnan(marks) else int(marks)]
    return f"{number(value)}{text}"


def in_brackets(value: float | None) -> str:
    """A standard error in brackets, nothing for a missing one."""
    return f"({number(value)})" if number(value) else ""


def aligned(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns of text: the first flush left, the others flush right, a rule below the header."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(header))]
    printed = [
        "  ".join(
            [
                _filled(line[0], widths[0]),
                *(_filled("", room - width(cell)) + cell for cell, room in _pairs(line, widths)),
            ]
        ).rstrip()
        for line in lines
    ]
    return "\n".join([printed[0], "-" * (sum(widths) + 2 * (len(widths) - 1)), *printed[1:]])


def shortened(
    header: Sequence[str], rows: Iterable[Sequence[str]], room: int, least: Mapping[int, int]
) -> list[list[str]]:
    """The rows, with texts cut (`…`) as far as lines must be to fit `room` when aligned.

    least: what is left of a column's texts at least, by position; the first is cut first.
    """
    lines = [list(row) for row in rows]
    widths = [max(width(line[column]) for line in [header, *lines]) for column in range(len(header))]
    over = sum(widths) + 2 * (len(widths) - 1) - room
    for column, left in least.items():
        cut = max(0, min(over, widths[column] - left))
        widths[column] -= cut
        over -= cut
    return [[_cut(text, widths[column]) for column, text in enumerate(line)] for line in lines]


def _cut(text: str, room: int) -> str:
    if width(text) <= room:
        return text
    while width(text) > room - len(_ELLIPSIS):
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS


def width(text: str) -> int:
    """The columns of a terminal that a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _filled(text: str, room: int) -> str:
    return text + " " * (room - width(text))


def _pairs(line: Sequence[str], widths: Sequence[int]) -> Iterable[tuple[str, int]]:
    return zip(line[1:], widths[1:], strict=True)
