"""English names of cities are written by one convention, which the YAML of the seed states."""

from __future__ import annotations

import re

from tests.support.project import seed_rows

WORD = r"[A-Z][a-zü]+(?:'[aeo][a-z]*)?"
#: one word, with the kind of unit or as an autonomous prefecture of its peoples, and perhaps a province in brackets
NAME = re.compile(
    rf"{WORD}(?: (?:League|Prefecture)|(?: {WORD})(?: and {WORD})? Autonomous Prefecture)?(?: \((?:{WORD})\))?"
)


def test_english_names_of_cities_are_of_one_convention() -> None:
    names = [row["name_en"] for row in seed_rows("cities")]
    assert [name for name in names if not NAME.fullmatch(name)] == []
    assert len(set(names)) == len(names)


def test_every_english_name_is_no_other_citys_alias() -> None:
    aliases = {row["alias"]: row["place_code"] for row in seed_rows("place_aliases") if row["place_level"] == "city"}
    cities = {row["name_en"].lower(): row["city_code"] for row in seed_rows("cities")}
    assert {name: aliases[name] for name in cities.keys() & aliases.keys() if aliases[name] != cities[name]} == {}


def test_old_spellings_still_name_their_cities() -> None:
    aliases = {row["alias"]: row["place_code"] for row in seed_rows("place_aliases") if row["place_level"] == "city"}
    old = {"lvliang": "141100", "kiamusze": "230800", "liuan": "341500", "ji’ning": "370800", "ma’anshan": "340500"}
    new = {"lüliang": "141100", "jiamusi": "230800", "lu'an": "341500", "jining": "370800", "ma'anshan": "340500"}
    assert (old | new).items() <= aliases.items()
