"""Places: the panel of each province and city, and under every value the cells that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from reporting.report.frame import Page, both, in_words, place_path, quantity
from reporting.report.pages.data import Files, Row, grouped
from reporting.report.queries import asked

FIRST = "places/index.html"
#: Signs behind a value, by its origin; a reported one has none. Words: report.origin.<origin>.
MARKS = {"derived": "d", "computed": "c", "spliced": "s"}
#: The sign of a value that a detector flagged.
FLAG = "!"


def pages(connection: duckdb.DuckDBPyConnection, files: Files, cities: Sequence[str] | None = None) -> list[Page]:
    """The pages of the section: all provinces, and all cities or those named."""
    wanted = None if cities is None else list(cities)
    places = {
        "province": asked(connection, "provinces"),
        "city": [row for row in asked(connection, "cities") if wanted is None or row["place_code"] in wanted],
    }
    indicators = grouped(asked(connection, "panel_indicators"), "place_level")
    flags = {
        (row["place_level"], row["place_code"], row["year"]): set(row["flagged_indicators"].split(", "))
        for row in asked(connection, "flagged")
    }
    of_cities = [row["panel_column"] for row in indicators.get("city", [])]
    values = {
        "province": asked(connection, "province_values"),
        "city": asked(connection, "city_values", of_cities, wanted, wanted),
    }
    found = []
    for level, of_level in places.items():
        by_place = {code: list(rows) for code, rows in groupby(values[level], key=itemgetter("place_code"))}
        for place in of_level:
            context = {
                "place": place,
                "level": level,
                "marks": MARKS,
                "flag": FLAG,
                **_panel(by_place.get(place["place_code"], []), level, indicators.get(level, []), flags, files),
            }
            path = place_path(level, place["place_code"])
            found.append(Page(path, "place.html", "places", in_words(place, "name"), context))
    by_province = grouped(places["city"], "province_code")
    first = {"provinces": places["province"], "cities": by_province}
    return [Page(FIRST, "places.html", "places", both("report.places.title"), first), *found]


def _panel(
    rows: list[Row],
    level: str,
    indicators: Iterable[Row],
    flags: dict[tuple[str, str, int], set[str]],
    files: Files,
) -> dict[str, Any]:
    """Years; indicators with their values by year, each with the cells that it comes from; the files of those."""
    by_column = grouped(rows, "panel_column")
    by_id = files.by_id
    sheets = {file_id: {row["sheet"] for row in of_file} for file_id, of_file in grouped(rows, "file_id").items()}
    shown = []
    for number, indicator in enumerate(indicators, start=1):
        found = by_column.get(indicator["panel_column"])
        if not found:
            continue
        values = {}
        for year, cells in groupby(found, key=itemgetter("year")):
            sources = list(cells)
            first = sources[0]
            is_flagged = indicator["indicator"] in flags.get((level, first["place_code"], year), ())
            values[year] = {
                "text": quantity(first["value"]),
                "mark": MARKS.get(first["origin"], "") + FLAG * is_flagged,
                "cells": [_cell(cell, by_id[cell["file_id"]]["file_number"], files, sheets) for cell in sources],
            }
        vintages = sorted({row["vintage"] for row in found if row["vintage"]})
        shown.append({**indicator, "number": number, "years": values, "vintages": ", ".join(vintages)})
    years = sorted({year for indicator in shown for year in indicator["years"]})
    return {
        "indicators": shown,
        "years": years,
        "year_heads": [(str(year), "") for year in years],
        "sources": sorted(
            ({**by_id[file_id], "sheets": ", ".join(sorted(names))} for file_id, names in sheets.items()),
            key=itemgetter("file_number"),
        ),
    }


def _cell(cell: Row, number: int, files: Files, sheets: dict[str, set[str]]) -> dict[str, Any]:
    """A cell as a line: its sheet where the page has several of the file, its unit where the panel has another."""
    factors = [factor for factor in (cell["unit_factor"], cell["currency_factor"]) if factor not in (None, 1)]
    sheet = f"{cell['sheet']} " if len(sheets[cell["file_id"]]) > 1 else ""
    return {
        "file": number,
        "heading": files.numbers.get((cell["file_id"], cell["sheet"], cell["header_text"], cell["part"])),
        "part": cell["part"],
        "place": f"{sheet}{cell['cell']}",
        "printed": cell["value_text"],
        "unit": cell["source_unit"] if factors else None,
        "factor": " × ".join(f"{factor:.6g}" for factor in factors),
    }
