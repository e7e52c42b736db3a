"""Names that Stata takes: at most 32 characters, readable, unique in their table, the same in every run.

A name that is short enough stays. A longer one has its words abbreviated by `abbreviations.csv`, step by step until it
fits (the words of a step together, so that the columns of one kind end alike); one that still does not is cut and ends
in a number, as does one that would be another's.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

MOST = 32
_ABBREVIATIONS = Path(__file__).with_name("abbreviations.csv")
#: words of Stata's language that cannot name a variable
_RESERVED = {"_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long", "_n", "_N", "_pi"}
_RESERVED |= {"_pred", "_rc", "_skip", "strL", "using", "with"}


def short_names(names: Sequence[str]) -> dict[str, str]:
    """The name in Stata of each name of a table; one that Stata takes as it is stays whatever the others are."""
    kept = {name: name for name in names if _is_valid(name)}
    taken = set(kept.values())
    for name in names:
        if name not in kept:
            kept[name] = _free(_abbreviated(_plain(name)), taken)
            taken.add(kept[name])
    return {name: kept[name] for name in names}


def _is_valid(name: str) -> bool:
    return len(name) <= MOST and _plain(name) == name


def _plain(name: str) -> str:
    """The name without what Stata refuses: letters of any alphabet, digits and _ stay, a digit does not stand first."""
    plain = re.sub(r"\W", "_", name)
    if not plain or plain[0].isdigit() or plain in _RESERVED or re.fullmatch(r"str\d+", plain):
        plain = f"_{plain}"
    return plain


def _abbreviated(name: str) -> str:
    words = name.split("_")
    for abbreviations in _steps():
        if len("_".join(words)) <= MOST:
            break
        words = [abbreviations.get(word, word) for word in words]
    return "_".join(words)


def _free(name: str, taken: set[str]) -> str:
    if len(name) <= MOST and name not in taken:
        return name
    number = 1
    while (found := f"{name[: MOST - len(str(number)) - 1].rstrip('_')}_{number}") in taken:
        number += 1
    return found


@cache
def _steps() -> list[dict[str, str]]:
    """Abbreviations by word, a dictionary a step."""
    found: dict[int, dict[str, str]] = {}
    with _ABBREVIATIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(int(row["step"]), {})[row["word"]] = row["abbreviation"]
    return [found[step] for step in sorted(found)]
