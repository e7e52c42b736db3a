"""What can be chosen, by the name that people read: indicators, places, years of a panel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import duckdb

from reporting.exploring.called import UNITS
from reporting.languages import Language, word
from reporting.warehouse import rows_of

Level = Literal["province", "city"]
LEVELS: tuple[Level, ...] = ("province", "city")
#: a city has values of its whole area and of its urban districts, a province of its whole area alone
SCOPES: dict[Level, tuple[str, ...]] = {"province": ("total",), "city": ("total", "districts")}

_PLACES: dict[Level, str] = {
    "province": "select province_code as code, name_zh, name_en, null as beside_zh, null as beside_en "
    "from reference.provinces where province_code in (select province_code from province_panel) order by code",
    "city": "select cities.city_code as code, cities.name_zh, cities.name_en, provinces.short_name_zh as beside_zh, "
    "provinces.name_en as beside_en from reference.cities as cities "
    "inner join reference.provinces as provinces on cities.province_code = provinces.province_code "
    "where cities.city_code in (select city_code from city_panel) order by code",
}


@dataclass(frozen=True)
class Choice:
    """What is looked at: values of these places and indicators (codes and names of the seeds), in one scope."""

    level: Level
    places: tuple[str, ...]
    indicators: tuple[str, ...]
    scope: str = "total"


def unit_text(unit: str, language: Language) -> str:
    """A unit as people write it; the warehouse's own name of it where the words have none."""
    return word(UNITS[unit], language) if unit in UNITS else unit


def indicators(connection: duckdb.DuckDBPyConnection, level: Level, scope: str, language: Language) -> dict[str, str]:
    """Indicators that the panel has values of: label with its unit -> indicator, in the order of the English labels."""
    rows = rows_of(
        connection,
        "from reference.indicators where indicator in "
        "(select indicator from observations where place_level = ? and scope = ?) order by label_en",
        [level, scope],
    )
    return _unique(
        (f"{row[f'label_{language}']} ({unit_text(row['unit'], language)})", str(row["indicator"])) for row in rows
    )


def places(connection: duckdb.DuckDBPyConnection, level: Level, language: Language) -> dict[str, str]:
    """Places of the panel: name -> code; a city with its province, since cities share names."""
    found = []
    for row in rows_of(connection, _PLACES[level]):
        beside = row[f"beside_{language}"]
        shown = row[f"name_{language}"]
        found.append((f"{shown}, {beside}" if beside and beside not in shown else shown, row["code"]))
    return _unique(found)


def short_names(connection: duckdb.DuckDBPyConnection, level: Level, language: Language) -> dict[str, str]:
    """Code -> name of a place without its province, for legends."""
    return {row["code"]: row[f"name_{language}"] for row in rows_of(connection, _PLACES[level])}


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names to keys; of two things with one name, the later one carries its key behind its name."""
    found: dict[str, str] = {}
    for name, key in pairs:
        found[f"{name} [{key}]" if name in found else name] = key
    return found
