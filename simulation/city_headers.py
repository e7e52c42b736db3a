"""What the simulated yearbooks print, edition by edition: column headings, their levels and their units.

The wording drifts as that of the China City Statistical Yearbook does: sections, names, units, words for the whole city
and its districts, a second language. Headings are layout, not statistics. They are data beside this module:
city_sections.csv has one row a section and wording, city_headings.csv one row a heading and wording, in the order of
print, each with the edition that brought it in.

Columns of city_headings.csv: `section`; `quantity`, a column of the city panel, or a name of its own for a table that
no study asks for; `since`; `scopes`, 'both' (a column for the city and one for its districts), or the one scope that is
printed or that the section states ('total', 'districts', 'section total', 'section districts'); `unit`, as printed;
`heading`, empty where it is printed no more; `english`. `{unit}` in a wording is the printed unit, so that heading and
figures cannot disagree.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, TypeVar

_T = TypeVar("_T")

#: editions with English names and translations
BILINGUAL = {2016, *range(2018, 2025)}

#: the rows of the header from the title row down; a kind that is repeated is one merged cell
LAYOUTS: Mapping[int, tuple[str, ...]] = {
    2005: ("header", "scope", "unit"),
    2006: ("section", "header", "scope"),
    2008: ("section", "header", "header", "scope"),
    2009: ("section", "header", "scope"),
    2010: ("section", "header", "header", "scope"),
    2011: ("section", "section", "header", "scope"),
    2019: ("section", "section", "header", "english", "english", "scope"),
    2020: ("section", "section", "header", "scope"),
    2022: ("section", "section", "header", "header", "scope"),
}
#: the words for the whole city and for its districts, misread in some editions as scans of the real ones are
SCOPE_WORDS: Mapping[int, tuple[str, str]] = {
    2005: ("全市", "市辖区"),
    2006: ("全  市", "市辖区"),
    2008: ("全市", "市辖区"),
    2010: ("全巿", "市辖区"),
    2011: ("全巿", "巿辖区"),
    2012: ("全市", "市辖区"),
    2016: ("全 市 Total City", "市辖区 Districts under City"),
    2017: ("全市", "市辖区\n"),
    2018: ("全市", "市辖区"),
    2020: ("全市                                  Total City", "市辖区 Districts under City"),
}

_ENGLISH_UNITS = {
    "万人": "10 000 persons",
    "人": "person",
    "万元": "10 000 yuan",
    "亿元": "100 000 000 yuan",
    "元": "yuan",
    "万美元": "USD 10 000",
    "万户": "10 000 households",
    "%": "%",
    "件": "piece",
}


class Heading(NamedTuple):
    """A heading as an edition words it: the section, quantity, scopes and unit of its columns, and its two texts."""

    section: str
    quantity: str
    scopes: str
    unit: str
    heading: str
    english: str


_NOT_PRINTED = Heading("", "", "", "", "", "")


@dataclass(frozen=True)
class Column:
    """One printed column: the text of each kind of header row ('' where it has none), and what stands below."""

    texts: Mapping[str, str]
    quantity: str
    scope: str
    unit: str


def since(drift: Mapping[int, _T], edition: int, before: _T) -> _T:
    """The entry that the latest edition up to this one brought in."""
    known = [first for first in drift if first <= edition]
    return drift[max(known)] if known else before


def columns_of(edition: int) -> Iterator[Column]:
    """The columns of an edition from left to right, without those of names."""
    for wordings in _headings():
        heading = since(wordings, edition, _NOT_PRINTED)
        if heading.heading:
            yield from _columns(heading, edition)


def sectors() -> dict[str, str]:
    """The sectors of employment: column of the city panel -> heading of the first edition, without its unit."""
    first = [next(iter(wordings.values())) for wordings in _headings()]
    return {
        heading.quantity: heading.heading.removesuffix("（{unit}）")
        for heading in first
        if heading.section == "sectors"
    }


def _columns(heading: Heading, edition: int) -> Iterator[Column]:
    unit = heading.unit
    words = dict(zip(("total", "districts"), since(SCOPE_WORDS, edition, ("", "")), strict=True))
    text, english = heading.heading.replace("{unit}", unit), heading.english
    if english and unit in _ENGLISH_UNITS:
        english = f"{english} ({_ENGLISH_UNITS[unit]})"
    if edition in BILINGUAL and edition != 2019 and english:
        text = f"{text} {english}"
    scopes = heading.scopes
    for scope in ("total", "districts") if scopes == "both" else (scopes.split()[-1],):
        yield Column(
            texts={
                "section": since(_sections()[heading.section], edition, "").replace("{unit}", unit),
                "header": text,
                "english": english,
                # The oldest layout has no sections, and a row of scopes for every column.
                "scope": words[scope] if edition == 2005 or not scopes.startswith("section") else "",
                "unit": unit,
            },
            quantity=heading.quantity,
            scope=scope,
            unit=unit,
        )


@cache
def _sections() -> dict[str, dict[int, str]]:
    """Section -> the edition that brought in a wording -> the wording."""
    sections: dict[str, dict[int, str]] = {}
    for row in _rows("city_sections"):
        sections.setdefault(row["section"], {})[int(row["since"])] = row["wording"]
    return sections


@cache
def _headings() -> list[dict[int, Heading]]:
    """The headings in the order of print, each by the edition that brought in a wording."""
    return [
        {int(row.pop("since")): Heading(**row) for row in rows}
        for _, rows in groupby(_rows("city_headings"), key=lambda row: (row["section"], row["quantity"]))
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
