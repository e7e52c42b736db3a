"""The row of the panel that shows a change of borders, on series made by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.support.models import Row, run

#: the county goes from the second of these cities to the first
GAINS, LOSES = "340700", "340800"

#: people (10k persons) and land (km2) of a city by year
Printed = Mapping[int, tuple[float | None, float | None]]


def changed(years: Printed, gains: bool = True, approved: tuple[int, ...] = (2015,)) -> list[Row]:
    """The rows of a city of which these people (10k persons) and land (km2) are printed, a row of the panel each year.

    A county comes in each year of `approved`, or goes if the city does not gain.
    """
    city = GAINS if gains else LOSES
    printed = [
        {
            "place_level": "city",
            "place_code": city,
            "scope": "total",
            "indicator": indicator,
            "year": year,
            "value": value,
        }
        for year, values in years.items()
        for indicator, value in zip(("pop_registered_yearend", "land_area"), values, strict=True)
        if value is not None
    ]
    event: Row = {
        "first_data_year": None,
        "from_code": LOSES,
        "from_name": "its loser",
        "to_code": GAINS,
        "to_name": "its winner",
        "event": "carve_out",
        "materiality": "major",
        "source": "made by hand",
    }
    rows = run(
        "boundary_changes",
        place_events=[event | {"year": year} for year in approved],
        city_years=[{"city_code": city, "year": year} for year in years],
        observations=printed,
    )["boundary_changes"]
    return sorted((row for row in rows if row["city_code"] == city), key=lambda row: row["change_year"])


@pytest.mark.parametrize(
    ("years", "gains", "row_year", "decided_by"),
    [
        # in the year of its approval, the next, the next but one; a fourth is no candidate
        ({2014: (100, 10), 2015: (150, 15), 2016: (151, 15)}, True, 2015, "people"),
        ({2014: (100, 10), 2015: (101, 10), 2016: (150, 15)}, True, 2016, "people"),
        ({2014: (100, 10), 2015: (101, 10), 2016: (102, 10), 2017: (150, 15)}, True, 2017, "people"),
        ({2014: (100, 10), 2015: (101, 10), 2016: (102, 10), 2017: (102, 10), 2018: (150, 15)}, True, 2015, "year"),
        # a city that gains does not lose, and the other way round
        ({2014: (100, 10), 2015: (80, 8), 2016: (120, 12)}, True, 2016, "people"),
        ({2014: (100, 10), 2015: (120, 12), 2016: (80, 8)}, False, 2016, "people"),
        # people step in one row and land in another: people decide; of several steps the largest
        ({2014: (100, 10), 2015: (101, 15), 2016: (150, 15)}, True, 2016, "people"),
        ({2014: (100, 10), 2015: (106, 10), 2016: (150, 10), 2017: (165, 10)}, True, 2016, "people"),
        # land where people do not step or are not printed
        ({2014: (100, 10), 2015: (101, 10), 2016: (103, 15)}, True, 2016, "land"),
        ({2014: (None, 10), 2015: (None, 10), 2016: (None, 15)}, True, 2016, "land"),
        # not printed in between: any of the rows may be the one
        ({2014: (100, 10), 2015: (None, None), 2016: (150, 15)}, True, 2015, "people"),
        ({2014: (100, 10), 2015: (None, None), 2016: (101, 10), 2017: (None, None)}, True, 2015, "year"),
        # the panel has no row of the year; a first row has nothing before it; a new city begins
        ({2013: (100, 10), 2018: (150, 15)}, True, 2018, "people"),
        ({2015: (100, 10), 2016: (101, 10)}, True, 2015, "people"),
        ({2013: (None, None), 2015: (None, None), 2016: (50, 5), 2017: (51, 5)}, True, 2016, "people"),
        ({2016: (100, 10), 2017: (101, 10)}, True, None, None),
        ({2013: (100, 10), 2014: (100, 10)}, False, None, None),
    ],
)
def test_the_row_is_the_one_in_which_people_or_land_step(
    years: Printed, gains: bool, row_year: int | None, decided_by: str | None
) -> None:
    (row,) = changed(years, gains)
    assert (row["row_year"], row["row_year_by"]) == (row_year, decided_by)


def test_people_and_land_are_those_around_the_row() -> None:
    (row,) = changed({2014: (100, 10), 2015: (101, None), 2016: (150, 15), 2017: (152, 16)})
    around = {
        "previous_row_year": 2015,
        "registered_before_10k_persons": 101,
        "registered_after_10k_persons": 150,
        "land_area_before_km2": 10,
        "land_area_after_km2": 15,
    }
    assert {column: row[column] for column in around} == around


def test_a_change_is_not_shown_by_the_next() -> None:
    years = {2014: (100, 10), 2015: (90, 9), 2016: (90, 9), 2017: (60, 6), 2018: (60, 6)}
    assert [row["row_year"] for row in changed(years, gains=False, approved=(2015, 2017))] == [2015, 2017]
    assert [row["row_year"] for row in changed(years, gains=False, approved=(2015, 2016))] == [2015, 2017]
    assert [row["row_year"] for row in changed(years, gains=False, approved=(2015,))] == [2017]
