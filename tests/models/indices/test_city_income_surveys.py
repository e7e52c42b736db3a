"""Which survey an income of a city is of: steps planted into incomes whose growth is known."""

from __future__ import annotations

import math
import random

import pytest

from tests.support.models import Row, candidate, keyed, run

GUANGDONG = ("440100", "440200", "440400", "440500", "440600")
SHANDONG = ("370100", "370200", "370300")
YEARS = range(2010, 2020)
SERIES = ("urban_income", "rural_income")
#: growth of every province by year
GROWTH = {year: 0.13 - 0.006 * (year - 2010) for year in YEARS}
NOISE = 0.004


#: a change of borders of a city without incomes
NO_CHANGE = [{"city_code": "341400", "change_year": 2011, "row_year": 2011}]


def made(
    steps: dict[tuple[str, str, int], float],
    computed: tuple[tuple[str, str, int], ...] = (),
    changes: tuple[tuple[str, int, int], ...] = (),
) -> dict[tuple, Row]:
    """The surveys of cities whose incomes step by (city, series, year) -> difference of logarithms.

    `changes` are changes of borders: city, year, and row that shows it.
    """
    draws = random.Random(1)
    observations = []
    for city in (*GUANGDONG, *SHANDONG):
        for series in SERIES:
            level = math.log(10000)
            for year in YEARS:
                # a city has a growth of its own beside that of its province
                level += GROWTH[year] + 0.001 * (int(city[3]) - 2) + draws.uniform(-NOISE, NOISE)
                level += steps.get((city, series, year), 0)
                row = candidate("city", city, series, year, math.exp(level))
                row["origin"] = "computed" if (city, series, year) in computed else "reported"
                observations.append(row)
    provinces = []
    for province in ("440000", "370000", "110000"):
        for series in SERIES:
            level = 9.0
            for year in YEARS:
                level += GROWTH[year]
                provinces.append(candidate("province", province, series, year, math.exp(level)))
    borders = [{"city_code": city, "change_year": year, "row_year": row_year} for city, year, row_year in changes]
    rows = run(
        "city_income_surveys",
        observations=observations,
        candidate_observations=provinces,
        boundary_changes=borders or NO_CHANGE,
    )
    return keyed(rows["city_income_surveys"], "city_code", "year", "series")


def surveys(found: dict[tuple, Row], city: str, series: str, column: str = "series_survey") -> list[str]:
    return [found[city, year, series][column] for year in YEARS]


def since(first: int) -> list[str]:
    return ["unified" if year >= first else "old" for year in YEARS]


#: all cities of Guangdong but the last step in 2014, in town only
PLANTED = {(city, "urban_income", 2014): -0.12 for city in GUANGDONG[:-1]}


#: surveys of Shandong change in 2017, so that they change from 2014 to 2017
LATER = {(city, "urban_income", 2017): 0.1 for city in SHANDONG}


def test_the_year_in_which_most_cities_step_is_found() -> None:
    found = made(PLANTED)
    for city in GUANGDONG[:-1]:
        assert surveys(found, city, "urban_income") == since(2014)
        row = found[city, 2012, "urban_income"]
        assert (row["survey_year"], row["basis"], row["reason"]) == (2014, "own_step", None)
        assert row["step_residual"] == pytest.approx(-0.12, abs=3 * NOISE)
        assert row["step_in_spreads"] < -10
        assert row["step_reference_growth"] == pytest.approx(GROWTH[2014], abs=1e-12)
        # four cities of five
        assert (row["province_year"], row["province_share_of_cities"]) == (2014, 0.8)


def test_the_other_income_of_the_city_changes_with_it() -> None:
    found = made(PLANTED)
    for city in GUANGDONG[:-1]:
        assert surveys(found, city, "rural_income") == since(2014)
        assert found[city, 2012, "rural_income"]["basis"] == "other_series"


def test_a_city_without_a_step_is_undetermined_and_says_why() -> None:
    found = made(PLANTED)
    for series in SERIES:
        assert set(surveys(found, GUANGDONG[-1], series)) == {"undetermined"}
        assert set(surveys(found, GUANGDONG[-1], series, "reason")) == {
            "no step in the year of the province, and none of both incomes in another"
        }
        assert set(surveys(found, SHANDONG[0], series, "reason")) == {
            "most cities of the province step in no year, and both incomes of the city in none"
        }


def test_before_the_unified_survey_no_step_is_one_of_it() -> None:
    found = made({(city, series, 2012): 0.1 for city in GUANGDONG for series in SERIES})
    assert {row["series_survey"] for row in found.values()} == {"undetermined"}


def test_steps_of_a_minority_are_not_the_province_s() -> None:
    found = made({(city, "urban_income", 2014): 0.1 for city in GUANGDONG[:2]})
    assert {row["province_year"] for row in found.values()} == {None}
    assert {row["series_survey"] for row in found.values()} == {"undetermined"}


def test_a_city_whose_incomes_both_step_has_a_year_of_its_own() -> None:
    found = made(PLANTED | LATER | {(GUANGDONG[-1], series, 2015): 0.1 for series in SERIES})
    for series in SERIES:
        assert surveys(found, GUANGDONG[-1], series) == since(2015)
        assert found[GUANGDONG[-1], 2010, series]["basis"] == "own_step"


def test_new_borders_take_no_step_back_and_make_none() -> None:
    city = GUANGDONG[-1]
    taken_back = PLANTED | {(city, "urban_income", 2014): -0.12, (city, "urban_income", 2015): 0.12}
    assert set(surveys(made(taken_back), city, "urban_income")) == {"undetermined"}
    # the year after is one of new borders, whether of their approval or of the row that shows them
    for change in ((city, 2015, 2015), (city, 2014 + 1, 2016)):
        assert surveys(made(taken_back, changes=(change,)), city, "urban_income") == since(2014)
    assert set(surveys(made(taken_back, changes=((city, 2016, 2016),)), city, "urban_income")) == {"undetermined"}
    # a step of that year is none of the survey
    assert set(surveys(made(PLANTED, changes=((GUANGDONG[0], 2014, 2014),)), GUANGDONG[0], "urban_income")) == {
        "undetermined"
    }


def test_between_two_years_of_one_city_an_income_is_undetermined() -> None:
    city = GUANGDONG[0]
    found = made(PLANTED | LATER | {(city, "rural_income", 2016): 0.1})
    assert surveys(found, city, "urban_income") == since(2014)
    between = ["undetermined" if 2014 <= year < 2016 else known for year, known in zip(YEARS, since(2016), strict=True)]
    assert surveys(found, city, "rural_income") == between
    row = found[city, 2014, "rural_income"]
    assert (row["basis"], row["own_year"]) == ("other_year", 2016)
    assert row["reason"] == "it steps in another year than the other income of the city"


def test_where_surveys_no_longer_change_a_step_is_something_else() -> None:
    last, city = GUANGDONG[-1], GUANGDONG[0]
    found = made(PLANTED | {(city, "rural_income", 2015): 0.1} | {(last, series, 2015): 0.1 for series in SERIES})
    assert surveys(found, city, "rural_income") == since(2014)
    assert found[city, 2010, "rural_income"]["basis"] == "other_series"
    assert set(surveys(found, last, "urban_income")) == {"undetermined"}


def test_a_figure_that_the_next_year_takes_back_is_no_step() -> None:
    city = GUANGDONG[-1]
    found = made(PLANTED | {(city, "urban_income", 2014): -0.3, (city, "urban_income", 2015): 0.3})
    assert set(surveys(found, city, "urban_income")) == {"undetermined"}


def test_of_two_years_the_one_of_the_larger_steps_counts() -> None:
    smaller = {(city, "rural_income", 2013): 0.05 for city in GUANGDONG}
    found = made(PLANTED | smaller)
    assert found[GUANGDONG[0], 2010, "urban_income"]["province_year"] == 2014


def test_a_computed_income_says_so_and_keeps_the_survey_of_its_series() -> None:
    city = GUANGDONG[0]
    found = made(PLANTED, computed=((city, "urban_income", 2013), (city, "urban_income", 2018)))
    assert surveys(found, city, "urban_income") == since(2014)
    computed = [year for year in YEARS if found[city, year, "urban_income"]["survey"] == "computed"]
    assert computed == [2013, 2018]


def test_a_province_whose_own_figures_change_their_survey_is_no_measure() -> None:
    """The figures of Guangdong are the old ones to 2012, as another vintage of them shows, and step in 2013."""
    observations, provinces = [], []
    for city in (*GUANGDONG, *SHANDONG):
        for series in SERIES:
            for year in YEARS:
                step = -0.1 if city in GUANGDONG and series == "urban_income" and year >= 2015 else 0
                wave = 0.003 * math.sin(7 * year + int(city))
                observations.append(
                    candidate("city", city, series, year, math.exp(9 + 0.1 * (year - 2010) + step + wave))
                )
    for province in ("440000", "370000", "110000"):
        for series in SERIES:
            for year in YEARS:
                old = math.exp(9 + 0.1 * (year - 2010))
                steps = province == "440000" and series == "urban_income" and year >= 2013
                provinces.append(candidate("province", province, series, year, old * (0.88 if steps else 1)))
                if province == "440000" and year < 2013:
                    provinces.append(candidate("province", province, series, year, old, vintage="old", priority=3))
    found = keyed(
        run(
            "city_income_surveys",
            observations=observations,
            candidate_observations=provinces,
            boundary_changes=NO_CHANGE,
        )["city_income_surveys"],
        *("city_code", "year", "series"),
    )
    for city in GUANGDONG:
        assert surveys(found, city, "urban_income") == since(2015)
