"""Splices: a rival stands in where it agrees around a gap, and nowhere else. Worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.models import Row, run

#: what a vintage and its rival print, by year
Series = dict[int, float]

YEARBOOK = {2015: 100.0, 2016: 110.0, 2018: 130.0, 2019: 140.0}


def observed(series: Series, vintage: str, **other: Any) -> list[Row]:
    return [
        {
            "file_id": "f",
            "sheet": "",
            "row_number": 1,
            "column_number": year,
            "place_level": "city",
            "place_code": "110000",
            "family": "national_accounts",
            "indicator": "gdp",
            "is_anchor": True,
            "scope": "total",
            "year": year,
            "vintage": vintage,
            "family_vintage": "yearbook",
            "is_of_family_vintage": vintage == "yearbook",
            "rank_in_vintage": 1,
            "priority": 1 if vintage == "yearbook" else 5,
            "origin": "reported",
            "value": value,
            "rounding_error": 0.0,
        }
        | other
        for year, value in series.items()
    ]


def spliced(*rows: Row, **variables: Any) -> dict[tuple[str, int], tuple[str, str, float]]:
    """What is spliced: (indicator, year) -> vintage, scope of the cell, value."""
    made = run("splices", ranked_observations=list(rows), variables=variables)["splices"]
    return {
        (row["indicator"], row["year"]): (row["vintage"], row["source_scope"], row["value"])
        for row in made
        if row["is_spliced"]
    }


@pytest.mark.parametrize(
    ("rival", "found"),
    [
        # within one percent on both sides
        ({2016: 110.5, 2017: 121.0, 2018: 129.0}, {2017: 121.0}),
        # two percent off before, or after, or nothing to compare with on one side
        ({2016: 112.5, 2017: 121.0, 2018: 130.0}, {}),
        ({2016: 110.0, 2017: 121.0, 2018: 127.0}, {}),
        ({2016: 110.0, 2017: 121.0}, {}),
        ({2014: 90.0, 2015: 100.0, 2016: 110.0}, {}),
        # the nearest years count, not those behind them
        ({2015: 50.0, 2016: 110.0, 2017: 121.0, 2018: 130.0, 2019: 50.0}, {2017: 121.0}),
        # agreement further away, no more than three years
        ({2015: 100.0, 2017: 121.0, 2019: 140.0}, {2017: 121.0}),
        # far above the line between its neighbours (119.6): a row of another city
        ({2016: 110.0, 2017: 155.0, 2018: 130.0}, {}),
        ({2016: 110.0, 2017: 150.0, 2018: 130.0}, {2017: 150.0}),
    ],
)
def test_a_rival_is_spliced_where_it_agrees_on_both_sides(rival: Series, found: Series) -> None:
    rows = observed(YEARBOOK, "yearbook") + observed(rival, "rival")
    assert spliced(*rows) == {("gdp", year): ("rival", "total", value) for year, value in found.items()}


def test_agreement_too_far_away_is_none() -> None:
    rows = observed({2012: 100.0, 2020: 150.0}, "yearbook") + observed({2012: 100.0, 2016: 120.0, 2020: 150.0}, "rival")
    assert spliced(*rows) == {}
    assert spliced(*rows, splice_reach_years=4) == {("gdp", 2016): ("rival", "total", 120.0)}


def test_splices_can_be_switched_off_and_made_tolerant() -> None:
    rows = observed(YEARBOOK, "yearbook") + observed({2016: 112.5, 2017: 121.0, 2018: 130.0}, "rival")
    assert spliced(*rows, splice_tolerance=0.05) == {("gdp", 2017): ("rival", "total", 121.0)}
    assert spliced(*rows, splice_tolerance=0.05, splice_gaps=False) == {}


def test_a_city_that_is_all_districts_is_spliced_from_them() -> None:
    districts = YEARBOOK | {2017: 121.0}
    rows = observed(YEARBOOK, "yearbook") + observed(districts, "yearbook", scope="districts")
    assert spliced(*rows) == {("gdp", 2017): ("yearbook", "districts", 121.0)}
    smaller = {year: value / 2 for year, value in districts.items()}
    assert spliced(*observed(YEARBOOK, "yearbook"), *observed(smaller, "yearbook", scope="districts")) == {}


def test_a_family_is_spliced_from_one_rival() -> None:
    """The rival that has the anchor, though another comes first in the manifest for the rest."""
    share = {2016: 50.0, 2018: 50.0}
    rows = [
        *observed(YEARBOOK, "yearbook"),
        *observed(share, "yearbook", indicator="gdp_share_secondary", is_anchor=False),
        *observed(YEARBOOK | {2017: 121.0}, "rival"),
        *observed(share | {2017: 49.0}, "rival", indicator="gdp_share_secondary", is_anchor=False),
        *observed(share | {2017: 48.0}, "other", indicator="gdp_share_secondary", is_anchor=False, priority=2),
    ]
    assert spliced(*rows) == {
        ("gdp", 2017): ("rival", "total", 121.0),
        ("gdp_share_secondary", 2017): ("rival", "total", 49.0),
    }
