"""Identities of the panels on rows given by hand: sums, shares, quotients, and what rounding excuses."""

from __future__ import annotations

import pytest

from tests.support.models import Row, run


def observation(indicator: str, value: float, rounding: float = 0.0, vintage: str = "v", place: str = "a") -> Row:
    return {
        "place_level": "city",
        "place_code": place,
        "indicator": indicator,
        "scope": "total",
        "year": 2010,
        "value": value,
        "origin": "reported",
        "vintage": vintage,
        "rounding_error": rounding,
        "rank_in_vintage": 1,
    }


def residuals(*rows: Row) -> list[tuple[str, str, float, bool]]:
    """Basis, vintage, relative residual and verdict of the identities, of a panel that takes every row of v."""
    made = run(
        "identity_residuals",
        observations=[row for row in rows if row["vintage"] == "v"],
        ranked_observations=list(rows),
    )["identity_residuals"]
    return sorted((row["basis"], row["vintage"], row["relative_residual"], row["holds"]) for row in made)


def test_parts_are_held_against_their_whole_in_the_panel_and_in_every_vintage() -> None:
    parts = {"value_added_primary": 10.0, "value_added_secondary": 40.0, "value_added_tertiary": 52.0}
    rows = [observation("gdp", 100.0), *(observation(name, value) for name, value in parts.items())]
    other = [observation("gdp", 102.0, vintage="w"), *(observation(n, v, vintage="w") for n, v in parts.items())]
    assert residuals(*rows, *other) == [
        ("panel", "panel", pytest.approx(0.02), False),
        ("vintage", "v", pytest.approx(0.02), False),
        ("vintage", "w", 0, True),
    ]
    # without one of the parts nothing can be said
    assert residuals(*rows[:-1]) == []


def test_shares_are_held_against_a_hundred() -> None:
    shares = (10.0, 40.0, 50.9)
    names = ("gdp_share_primary", "gdp_share_secondary", "gdp_share_tertiary")
    rows = [observation(name, share) for name, share in zip(names, shares, strict=True)]
    assert residuals(*rows)[0] == ("panel", "panel", pytest.approx(0.009), True)


@pytest.mark.parametrize(("wage", "holds"), [(50000.0, True), (48000.0, True), (47000.0, False)])
def test_rounding_of_staff_leaves_an_average_wage_open(wage: float, holds: bool) -> None:
    """50 x 100m CNY over 10 x 10k persons is 50,000 CNY; staff in whole 10k persons may be 9.5 to 10.5: 5%."""
    rows = [
        observation("wage_bill_onpost", 50.0),
        observation("staff_onpost_average", 10.0, rounding=0.5),
        observation("wage_average_onpost", wage),
    ]
    assert residuals(*rows)[0] == ("panel", "panel", pytest.approx(50000 / wage - 1), holds)
