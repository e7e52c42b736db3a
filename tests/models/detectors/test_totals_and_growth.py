"""Levels against printed growth, and cities against their province, on rows given by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.support.models import Row, run
from tests.support.project import seed_rows

YEARBOOK = {"file_id": "book", "scope": "total", "vintage": "yearbook", "place_level": "city"}


def row(place: str, indicator: str, year: int, value: float, **other: Any) -> Row:
    keys = {"place_code": place, "indicator": indicator, "year": year, "value": value, "is_check_row": False}
    return YEARBOOK | keys | {"priority": 1, "rounding_error": 0.0} | other


def growth_findings(*growths: tuple[float, float], previous_year: int = 2009) -> dict[str, float]:
    """City -> deviation, of cities that go from 100 to a level with a printed growth, and 60 that do as they say."""
    listed = [*growths, *[(105.0, 3.0)] * 60]
    levels = [
        row(f"{number}", "gdp", 2010, level, previous_year=previous_year, previous_value=100.0)
        for number, (level, _) in enumerate(listed)
    ]
    printed = [row(f"{number}", "gdp_growth", 2010, growth) for number, (_, growth) in enumerate(listed)]
    found = run("growth_level_findings", neighbouring_values=levels, checked_values=printed)["growth_level_findings"]
    return {finding["place_code"]: finding["deviation"] for finding in found}


def test_a_level_that_moves_against_its_printed_growth_is_found() -> None:
    # prices rise by 105 / 103 everywhere: levels of 140 and 70 at a growth of 3 are a third off, 120 is not enough
    prices = math.log(1.05 / 1.03)
    found = growth_findings((140.0, 3.0), (70.0, 3.0), (120.0, 3.0), (140.0, 36.0))
    assert found == pytest.approx({"0": math.log(1.40 / 1.03) - prices, "1": math.log(0.70 / 1.03) - prices}, abs=1e-12)


def test_growth_over_more_than_a_year_says_nothing_of_the_level() -> None:
    assert growth_findings((140.0, 3.0), previous_year=2008) == {}


#: two cities of Jiangsu; years in which the first is ten times too much, and in which a city is missing
CITIES = [city["city_code"] for city in seed_rows("cities") if city["province_code"] == "320000"][:2]


def total_findings(wrong: dict[int, float], *, missing: int | None = None, other: float = 1.0) -> dict[int, float]:
    """Year -> deviation, of two cities that make half of their province in 2005 to 2012 but in wrong years."""
    rows = []
    for year in range(2005, 2013):
        for number, city in enumerate(CITIES):
            if year != missing or number == 0:
                rows.append(row(city, "gdp", year, 25.0 * (wrong.get(year, 1.0) if number == 0 else 1.0)))
        rows.append(row("320000", "gdp", year, 100.0, place_level="province", vintage="a", file_id="p"))
        # another vintage of the province, which may explain the year
        value = 100.0 * (other if year in wrong else 1.0)
        rows.append(row("320000", "gdp", year, value, place_level="province", vintage="b", file_id="q"))
    found = run("province_total_findings", checked_values=rows)["province_total_findings"]
    return {finding["year"]: finding["deviation"] for finding in found}


def test_cities_that_leave_the_total_of_their_province_are_found() -> None:
    # 275 of 100 where it was 50
    assert total_findings({2008: 10.0}) == pytest.approx({2008: math.log(5.5)})
    assert total_findings({}) == {}
    # 52.5 of 100
    assert total_findings({2008: 1.1}) == {}


def test_what_a_vintage_of_the_province_explains_is_no_finding() -> None:
    assert total_findings({2008: 10.0}, other=5.5) == {}


def test_another_number_of_cities_is_another_sum() -> None:
    assert total_findings({}, missing=2008) == {}
