"""Names of cities as files print them: in force in the year, short, in English, or misread (seeds of the warehouse)."""

from __future__ import annotations

from functools import cache

import pandas as pd

from simulation.places import seed_file

#: edition -> names of cities misread as scans of the real edition are; every one is an alias of the warehouse
_MISREAD = {
    2006: ("毫州市",),
    2008: ("长冶市", "准安市", "准南市", "攀枝化市", "沪州市"),
    2013: ("潭州市",),
    2018: ("萌芦岛市",),
    2022: ("荷泽市",),
}


@cache
def cities() -> dict[str, dict[str, str]]:
    """City code -> name_zh, name_en, province_code, is_municipality and more (seed `cities`)."""
    table = pd.read_csv(seed_file("cities"), dtype=str).set_index("city_code")
    return {str(code): {str(name): str(text) for name, text in row.items()} for code, row in table.T.items()}


def name_in_force(code: str, year: int) -> str:
    """The name of a city in the figures of a year: a renamed one keeps its old name until the year of the change."""
    return next((old for event, old in _renamings().get(code, ()) if event > year), cities()[code]["name_zh"])


def yearbook_name_of(code: str, edition: int) -> str:
    """The name of a city as an edition prints it, misread or not."""
    misread = {_codes_of_aliases()[name]: name for name in _MISREAD.get(edition, ())}
    return misread.get(code) or name_in_force(code, edition - 1)


def short_name(code: str, year: int) -> str:
    """The name in force without its suffix, as compilations print it: 襄樊, not 襄樊市."""
    name = name_in_force(code, year)
    return _short_names().get((code, name), name)


@cache
def _renamings() -> dict[str, list[tuple[int, str]]]:
    """Code -> (year, name before), in order of years; changes of borders without a new name are left out."""
    events = pd.read_csv(seed_file("place_events"), dtype=str)
    renamed = events[(events["from_code"] == events["to_code"]) & (events["from_name"] != events["to_name"])]
    found: dict[str, list[tuple[int, str]]] = {}
    for event in renamed.sort_values("year").to_dict("records"):
        found.setdefault(event["from_code"], []).append((int(event["year"]), event["from_name"]))
    return found


@cache
def _aliases() -> pd.DataFrame:
    aliases = pd.read_csv(seed_file("place_aliases"), dtype=str)
    return aliases[aliases["place_level"] == "city"]


@cache
def _codes_of_aliases() -> dict[str, str]:
    return dict(zip(_aliases()["alias"], _aliases()["place_code"], strict=True))


@cache
def _short_names() -> dict[tuple[str, str], str]:
    """(code, long name) -> the name without 市, where that is an alias as well."""
    known = set(zip(_aliases()["place_code"], _aliases()["alias"], strict=True))
    return {(code, name): name[:-1] for code, name in known if name.endswith("市") and (code, name[:-1]) in known}
