"""The defects planted in the simulated yearbooks (city_defects.csv): where, of what kind, which check must catch each.

They imitate what scans of the real yearbooks hold. They stand in cells that no published sample of a study rests on
(districts, indicators without a study, years outside the windows, cities that the study leaves out), so that the
studies on the embedded default keep the values of the process.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

#: kind -> what it does to a printed number; the kinds of whole columns and of names are not here
DAMAGES: Mapping[str, Callable[[Decimal], str]] = {
    "underscore for a digit": lambda number: _text(number)[0] + "_" + _text(number)[1:],
    "letter for a digit": lambda number: "L" + _text(number)[1:],
    "two numbers in one cell": lambda number: f"{_text(number)} {_text(number * 2)}",
    "full stop behind": lambda number: _text(number) + ("." if "." in _text(number) else ".."),
    "decimal point lost, four digits": lambda number: _text(number * 10000),
    "decimal point slipped by one": lambda number: _text(number * 10),
    "three zeros too many": lambda number: _text(number * 1000),
    "a third too much": lambda number: _text((number * 4 / 3).quantize(_last_digit(number))),
    "twice too much": lambda number: _text(number * 2),
    "a hundred too much": lambda number: _text(number + 100),
    "ten too much": lambda number: _text(number + 10),
}


@dataclass(frozen=True)
class Defect:
    """One planted defect.

    city_code: '' for a whole column, a province code or 000000 for a printed total.
    quantity: a column of the city panel; '' for a name, which concerns a whole row.
    printed: what is printed instead, where the kind does not say it.
    caught_by: a reason of the seed reject_reasons or a detector of the seed detectors.
    """

    edition: int
    city_code: str
    quantity: str
    scope: str
    kind: str
    caught_by: str
    printed: str


#: what became of the numbers of whole columns
SWAPPED, REPEATED, OTHER_UNIT = "headings swapped", "table of another edition", "unit other than the heading says"
DOLLARS, NAME = "dollars in a column of yuan", "name misread"

with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as _file:
    PLANTED = tuple(Defect(edition=int(row.pop("edition")), **row) for row in csv.DictReader(_file))


def as_markdown() -> str:
    """The planted defects as a table of the documentation."""
    lines = ["| edition | place | column | scope | planted | caught by |", "|---|---|---|---|---|---|"]
    for defect in PLANTED:
        place = defect.city_code or "all"
        planted = f"{defect.kind}: {defect.printed}" if defect.printed else defect.kind
        lines.append(
            f"| {defect.edition} | {place} | {defect.quantity or 'all'} | {defect.scope or 'all'} | {planted} "
            f"| {defect.caught_by} |"
        )
    return "\n".join(lines)


def _text(number: Decimal) -> str:
    return f"{number:f}"


def _last_digit(number: Decimal) -> Decimal:
    return Decimal((0, (1,), min(int(number.as_tuple().exponent), 0)))
