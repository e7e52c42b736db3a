"""Index models on small panels given as rows: numbers worked by hand, edges, and what no unit or order may change."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.support.models import (
    Row,
    candidate,
    city_panel,
    income_observations,
    incomes_of_one_survey,
    keyed,
    listed,
    pilot,
    province_panel,
    run,
)

A, B, C, D = "130100", "320500", "440300", "510100"


def city_rows(model: str, *rows: Row, **tables: list[Row]) -> dict[tuple, Row]:
    """The rows of a model of cities by city and year."""
    return keyed(run(model, city_panel=city_panel(*rows), **tables)[model], "city_code", "year")


# Inequality


def test_city_inequality_by_hand() -> None:
    rows = [
        # urban share 0.6, incomes 12000 and 3200: income share 15/19, ratio 20000 / 8000
        {"city_code": A, "year": 2010, "urbanisation_rate_pct": 60, "urban_income_cny": 2e4, "rural_income_cny": 8e3},
        # equal incomes
        {"city_code": A, "year": 2011, "urbanisation_rate_pct": 30, "urban_income_cny": 7, "rural_income_cny": 7},
        # nobody lives in the countryside: the ratio is known, the index 0
        {"city_code": A, "year": 2012, "urbanisation_rate_pct": 100, "urban_income_cny": 6, "rural_income_cny": 3},
        # no rural income at all: no ratio, and all income is urban, ln(1 / 0.5)
        {"city_code": A, "year": 2013, "urbanisation_rate_pct": 50, "urban_income_cny": 6, "rural_income_cny": 0},
        # no urbanisation rate: the ratio alone
        {"city_code": A, "year": 2014, "urban_income_cny": 6, "rural_income_cny": 3},
    ]
    found = city_rows("city_inequality", *rows, **incomes_of_one_survey(*rows))
    theil = 15 / 19 * math.log(15 / 19 / 0.6) + 4 / 19 * math.log(4 / 19 / 0.4)
    assert [found[A, year]["theil"] for year in range(2010, 2015)] == [
        pytest.approx(theil, abs=1e-12),
        pytest.approx(0, abs=1e-15),
        0,
        pytest.approx(math.log(2), abs=1e-12),
        None,
    ]
    assert [found[A, year]["income_ratio"] for year in range(2010, 2015)] == [2.5, 1, 2, None, 2]
    assert [found[A, year]["urban_share"] for year in range(2010, 2015)] == [0.6, 0.3, 1, 0.5, None]
    # whose share it is, is known of the province's cities in 2010; without a share it is nobody's
    bases = ["residents", "undetermined", "undetermined", "undetermined", None]
    assert [found[A, year]["urban_share_basis"] for year in range(2010, 2015)] == bases
    assert found[A, 2010]["urban_income_share"] == pytest.approx(15 / 19, abs=1e-12)


def test_incomes_of_two_surveys_are_not_compared() -> None:
    incomes = {"urban_income_cny": 2, "rural_income_cny": 1}
    rows = [{"city_code": A, "year": year, "urbanisation_rate_pct": 60} | incomes for year in range(2010, 2016)]
    tables = incomes_of_one_survey(*rows)
    rural = keyed(tables["city_income_surveys"], "city_code", "year", "series")
    rural[A, 2011, "rural_income"]["vintage"] = "t"
    rural[A, 2012, "rural_income"] |= {"survey": "old", "series_survey": "old"}
    rural[A, 2013, "rural_income"] |= {"survey": "undetermined", "series_survey": "undetermined"}
    rural[A, 2014, "rural_income"]["survey"] = "computed"
    rural[A, 2015, "rural_income"] |= {"survey": "computed", "series_survey": "old"}
    found = city_rows("city_inequality", *rows, **tables)
    surveys = {2010: "unified", 2014: "computed"} | dict.fromkeys((2011, 2012, 2013, 2015), "different")
    for year, survey in surveys.items():
        assert found[A, year]["income_survey"] == survey
        assert found[A, year]["income_ratio"] == (None if survey == "different" else 2), year
        assert (found[A, year]["theil"] is None) == (survey == "different"), year
        assert found[A, year]["urban_share"] == 0.6


def test_inequality_has_the_cities_of_incomes_and_their_urbanisation_rate() -> None:
    panel = {"city_code": A, "year": 2010, "urbanisation_rate_pct": 60}
    rows = [
        panel | {"urban_income_cny": 2, "rural_income_cny": 1},
        # no row of the panel
        {"city_code": B, "year": 2010, "urban_income_cny": 3, "rural_income_cny": 1},
    ]
    tables = incomes_of_one_survey(*rows)
    tables["candidate_observations"] = [
        candidate("city", A, "urbanisation_rate", 2010, 40),
        candidate("city", B, "urbanisation_rate", 2010, 90, vintage="of another file"),
        candidate("city", B, "urbanisation_rate", 2010, 50),
        candidate("city", B, "urbanisation_rate", 2010, 70, scope="districts"),
    ]
    found = city_rows("city_inequality", panel, **tables)
    assert {key: row["urban_share"] for key, row in found.items()} == {(A, 2010): 0.4, (B, 2010): 0.5}
    # income 3/4 and 1/4 of equal numbers of people
    assert found[B, 2010]["theil"] == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5), abs=1e-12)


def test_province_inequality_is_of_provinces() -> None:
    row = {"province_code": A, "year": 2010, "urbanisation_rate_pct": 75, "urban_income_cny": 3, "rural_income_cny": 1}
    (found,) = run(
        "province_inequality",
        province_panel=province_panel(row),
        observations=[*income_observations("province", (A, 2010)), *income_observations("city", (A, 2010))],
    )["province_inequality"]
    # income 9/4 and 1/4, so shares 9/10 and 1/10 against 3/4 and 1/4
    assert (found["urban_share"], found["income_ratio"]) == (0.75, 3)
    assert found["urban_income_share"] == pytest.approx(0.9, abs=1e-12)
    assert found["theil"] == pytest.approx(0.9 * math.log(0.9 / 0.75) + 0.1 * math.log(0.1 / 0.25), abs=1e-12)


def test_income_theil_of_provinces_by_hand() -> None:
    # GDP per resident: 100 x 10^4 / 10 = 10^5 and 300 x 10^4 / 10 = 3 x 10^5, of equal weight: T, L of incomes 1 and 3
    rows = [
        {"province_code": "110000", "year": 2010, "gdp_100m_cny": 100, "pop_resident_10k_persons": 10},
        {"province_code": "130000", "year": 2010, "gdp_100m_cny": 300, "pop_resident_10k_persons": 10},
        # without residents it does not count
        {"province_code": "140000", "year": 2010, "gdp_100m_cny": 900},
    ]
    codes = [row["province_code"] for row in rows]
    # a year later incomes are equal, and nothing of the year before may be seen in it
    rows += [row | {"year": 2011, "gdp_100m_cny": 500, "pop_resident_10k_persons": 10} for row in rows]
    groups = [
        *({"grouping": "each", "group_name": code, "place_code": code} for code in codes),
        *({"grouping": "one", "group_name": "all", "place_code": code} for code in codes),
        # a municipality has the code of its province, and its grouping is one of cities all the same
        {"grouping": "cities", "group_name": "all", "place_code": "110000"},
    ]
    levels = {"each": "province", "one": "province", "cities": "city"}
    found = keyed(
        run(
            "province_trade",
            "province_income_theil",
            province_panel=province_panel(*rows),
            groupings=[{"grouping": name, "place_level": level} for name, level in levels.items()],
            place_groups=groups,
        )["province_income_theil"],
        "grouping",
        "year",
    )
    t = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2
    index_l = (math.log(2) + math.log(2 / 3)) / 2
    assert set(found) == {(grouping, year) for grouping in ("each", "one") for year in (2010, 2011)}
    for grouping in ("each", "one"):
        values = [value for name, value in found[grouping, 2011].items() if name.startswith("theil")]
        assert values == pytest.approx([0] * 6, abs=1e-14)
    for grouping, between_t, between_l in [("each", t, index_l), ("one", 0, 0)]:
        row = found[grouping, 2010]
        assert row["places"] == 2
        values = [row[f"theil_{index}{part}"] for index in "tl" for part in ("", "_between", "_within")]
        expected = [t, between_t, t - between_t, index_l, between_l, index_l - between_l]
        assert values == pytest.approx(expected, abs=1e-14)


def test_income_theil_of_cities_by_hand() -> None:
    # GDP per person 1, 3, 4 and 8 (x 10^4 CNY) of one person (x 10^4) each, mean 4; the first two in one province
    incomes = {"110000": 1, "110100": 3, "130100": 4, "440100": 8}
    rows = [
        {"city_code": code, "year": year, "province_code": code[:2] + "0000"}
        # a year later all are equal, and nothing of the year before may be seen in it
        | {"gdp_100m_cny": income if year == 2010 else 5, "pop_registered_yearend_10k_persons": 1}
        for code, income in incomes.items()
        for year in (2010, 2011)
    ]
    # without people a city does not count; nor does a year without any
    rows.append({"city_code": "130200", "year": 2010, "province_code": "130000", "gdp_100m_cny": 90})
    rows.append({"city_code": "130200", "year": 2012, "province_code": "130000", "gdp_100m_cny": 90})
    regions = {"110000": "north", "130000": "north", "440000": "south"}
    groups = [
        *({"grouping": "regions", "group_name": name, "place_code": code} for code, name in regions.items()),
        # a grouping of cities, though one of them, a municipality, has the code of its province
        {"grouping": "one_city", "group_name": "it", "place_code": "110000"},
    ]
    found = keyed(
        run(
            "city_income_theil",
            city_panel=city_panel(*rows),
            # nobody knows residents: there is a row for registered people alone
            city_population=[
                {"city_code": row["city_code"], "year": row["year"], "resident_10k_persons": None}
                | {"registered_10k_persons": row.get("pop_registered_yearend_10k_persons")}
                for row in rows
            ],
            groupings=[
                {"grouping": "regions", "place_level": "province"},
                {"grouping": "one_city", "place_level": "city"},
            ],
            place_groups=groups,
        )["city_income_theil"],
        "grouping",
        "year",
    )
    assert set(found) == {(grouping, year) for grouping in ("regions", "one_city") for year in (2010, 2011)}
    assert {(row["places"], row["population_basis"]) for row in found.values()} == {(4, "registered")}
    parts = ("_between", "_between_provinces", "_within_provinces")
    log = math.log
    # by income in sixteenths for T, by people in quarters for L
    expected = {
        # the north has 3 people of mean 8/3: its provinces 2 of mean 2 (1 and 3) and 1 with 4
        "regions": (
            (
                8 / 16 * log(2 / 3) + 8 / 16 * log(2),
                4 / 16 * log(3 / 4) + 4 / 16 * log(3 / 2),
                1 / 16 * log(1 / 2) + 3 / 16 * log(3 / 2),
            ),
            (
                -3 / 4 * log(2 / 3) - 1 / 4 * log(2),
                -2 / 4 * log(3 / 4) - 1 / 4 * log(3 / 2),
                -1 / 4 * log(1 / 2) - 1 / 4 * log(3 / 2),
            ),
        ),
        # the other three, of mean 5, are each alone in their province
        "one_city": (
            (
                1 / 16 * log(1 / 4) + 15 / 16 * log(5 / 4),
                3 / 16 * log(3 / 5) + 4 / 16 * log(4 / 5) + 8 / 16 * log(8 / 5),
                0,
            ),
            (-1 / 4 * log(1 / 4) - 3 / 4 * log(5 / 4), -(log(3 / 5) + log(4 / 5) + log(8 / 5)) / 4, 0),
        ),
    }
    for grouping, by_weight in expected.items():
        row = found[grouping, 2010]
        for index, values in zip("tl", by_weight, strict=True):
            assert [row[f"theil_{index}{part}"] for part in parts] == pytest.approx(values, abs=1e-14)
            assert row[f"theil_{index}_within"] == pytest.approx(sum(values[1:]), abs=1e-14)
            assert row[f"theil_{index}"] == pytest.approx(sum(values), abs=1e-14)
        equal = [value for name, value in found[grouping, 2011].items() if name.startswith("theil")]
        assert equal == pytest.approx([0] * 10, abs=1e-14)


# Trade


def test_province_trade_by_hand() -> None:
    rows = [
        {
            "province_code": A,
            "year": 2010,
            "gdp_100m_cny": 500,
            "trade_total_100m_cny": 200,
            "imports_100m_cny": 50,
            "fdi_actual_10k_usd": 4000,
            "pop_resident_10k_persons": 250,
        },
        # no GDP, no residents; 2011 has no exchange rate
        {"province_code": A, "year": 2011, "gdp_100m_cny": 0, "imports_100m_cny": 5, "fdi_actual_10k_usd": 10},
        {"province_code": A, "year": 2012, "gdp_100m_cny": 10, "pop_resident_10k_persons": 0},
    ]
    found = keyed(
        run(
            "province_trade",
            province_panel=province_panel(*rows),
            exchange_rates=[{"year": 2010, "cny_per_usd": 6.5}, {"year": 2012, "cny_per_usd": 6.0}],
        )["province_trade"],
        "province_code",
        "year",
    )
    # 200 / 500; 50 / 500; 4000 x 10k USD x 6.5 = 26000 x 10k CNY = 2.6 x 100m CNY; 500 x 10^8 / (250 x 10^4)
    expected = {"trade_openness": 0.4, "import_openness": 0.1, "fdi_actual_100m_cny": 2.6, "gdp_per_resident_cny": 2e4}
    assert {name: found[A, 2010][name] for name in expected} == pytest.approx(expected)
    for year in (2011, 2012):
        assert [found[A, year][name] for name in expected] == [None] * 4


TRADE = ("trade_balance", "trade_openness", "fdi_share", "base_year_trade_x_time")
RATES = [{"year": 2004, "cny_per_usd": 8.0}, {"year": 2006, "cny_per_usd": 7.5}, {"year": 2007, "cny_per_usd": 7.0}]


def trade_row(city: str, year: int, *values: float | None) -> Row:
    names = ("gdp_100m_cny", "exports_100m_cny", "imports_100m_cny", "fdi_actual_10k_usd")
    return {"city_code": city, "year": year} | dict(zip(names, values, strict=True))


def test_city_trade_by_hand() -> None:
    rows = [
        trade_row(A, 2003, 80, 8, 8, 100),
        trade_row(A, 2004, 100, 30, 10, 5000),
        trade_row(A, 2005, 100, 40, 10, 5000),
        trade_row(A, 2006, 200, 10, 60, 8000),
        trade_row(B, 2006, 100, 10, None, 0),
        trade_row(B, 2007, 0, 10, 10, 10),
    ]
    found = city_rows("city_trade", *rows, exchange_rates=RATES)
    expected = {
        # one year before the base year: (30 - 10) / 100 x -1; no exchange rate of 2003, so no FDI
        (A, 2003): (0.0, 0.2, None, -0.2),
        # 5000 x 10k USD x 8 = 40000 x 10k CNY = 4 x 100m CNY, of 100
        (A, 2004): (0.2, 0.4, 0.04, 0.0),
        (A, 2005): (0.3, 0.5, None, 0.2),
        # (10 - 60) / 200; 70 / 200; 8000 x 7.5 / 10000 / 200; 0.2 x 2
        (A, 2006): (-0.25, 0.35, 0.03, 0.4),
        # without imports no balance; FDI of zero is a zero; no trade in 2004, no instrument
        (B, 2006): (None, None, 0.0, None),
        # no GDP
        (B, 2007): (None, None, None, None),
    }
    assert {key: tuple(row[name] for name in TRADE) for key, row in found.items()} == {
        key: pytest.approx(values, abs=1e-14) for key, values in expected.items()
    }


# Structure

STRUCTURE = ("gdp_100m_cny", "gdp_share_primary_pct", "gdp_share_secondary_pct", "gdp_share_tertiary_pct")
WORKERS = ("emp_primary_10k_persons", "emp_secondary_10k_persons", "emp_tertiary_10k_persons")


def structure_row(city: str, year: int, *values: float | None) -> Row:
    return {"city_code": city, "year": year} | dict(zip(STRUCTURE + WORKERS, values, strict=True))


def test_city_industry_structure_by_hand() -> None:
    rows = [
        # printed shares sum to 50 of 100: 0.1, 0.4, 0.5 of their sum; workers 4, 3, 3: 0.4, 0.3, 0.3
        structure_row(A, 2010, 1000, 5, 20, 25, 4, 3, 3),
        # no primary sector; its workers do not matter
        structure_row(A, 2011, 100, 0, 50, 50, 2, 4, 4),
        # primary output without workers: no productivity and no distance; the rest stands
        structure_row(A, 2012, 100, 10, 40, 50, 0, 5, 5),
        # all of it tertiary: no ratio to the secondary sector
        structure_row(A, 2013, 100, 0, 0, 100, 1, 1, 2),
        # a sector is missing
        structure_row(A, 2014, 100, 10, None, 50, 1, 1, 2),
    ]
    found = city_rows("city_industry_structure", *rows)
    row = found[A, 2010]
    assert [row[f"output_share_{sector}"] for sector in ("primary", "secondary", "tertiary")] == [0.1, 0.4, 0.5]
    assert [row[f"employment_share_{sector}"] for sector in ("primary", "secondary", "tertiary")] == [0.4, 0.3, 0.3]
    # 100m CNY over 10k workers is 10k CNY a worker: 1000 x 0.1 / 4, 1000 x 0.4 / 3, 1000 x 0.5 / 3
    productivities = [row[f"productivity_{sector}_10k_cny"] for sector in ("primary", "secondary", "tertiary")]
    assert productivities == pytest.approx([25, 400 / 3, 500 / 3])
    assert row["industry_ratio"] == pytest.approx(1.25)
    # 0.1 + 2 x 0.4 + 3 x 0.5
    assert row["upgrading_quantity"] == pytest.approx(2.4)
    # 0.1 x 25 + 0.4 x 400 / 3 + 0.5 x 500 / 3 = 2.5 + 410 / 3
    assert row["upgrading_raw_10k_cny"] == pytest.approx(2.5 + 410 / 3)
    distance = 0.1 * math.log(0.25) + 0.4 * math.log(4 / 3) + 0.5 * math.log(5 / 3)
    assert row["structure_distance"] == pytest.approx(distance, abs=1e-12)
    sector_theil = 0.1 * math.log(0.3) + 0.4 * math.log(1.2) + 0.5 * math.log(1.5)
    assert row["sector_theil"] == pytest.approx(sector_theil, abs=1e-12)
    indices = ("industry_ratio", "upgrading_quantity", "upgrading_raw_10k_cny", "structure_distance", "sector_theil")
    assert {year: [found[A, year][name] for name in indices] for year in range(2011, 2015)} == {
        # 0.5 x 50 / 4 twice; ln(0.5 / 0.4); ln(3 / 2)
        2011: pytest.approx([1.0, 2.5, 12.5, math.log(1.25), math.log(1.5)]),
        2012: [
            pytest.approx(1.25),
            pytest.approx(2.4),
            None,
            None,
            pytest.approx(sector_theil, abs=1e-12),
        ],
        # 1 x 100 / 2; ln(1 / 0.5); ln 3
        2013: [None, *(pytest.approx(value) for value in (3.0, 50.0, math.log(2), math.log(3)))],
        2014: [None] * 5,
    }


def test_province_industry_structure_by_hand() -> None:
    rows = [
        # 45 / 40; 12 / 300
        {
            "province_code": A,
            "year": 2010,
            "gdp_share_secondary_pct": 40,
            "gdp_share_tertiary_pct": 45,
            "rd_expenditure_100m_cny": 12,
            "value_added_industry_100m_cny": 300,
        },
        {"province_code": A, "year": 2011, "gdp_share_secondary_pct": 0, "gdp_share_tertiary_pct": 45},
        {"province_code": A, "year": 2012, "rd_expenditure_100m_cny": 0, "value_added_industry_100m_cny": 3},
    ]
    models = run("province_industry_structure", province_panel=province_panel(*rows))
    found = keyed(models["province_industry_structure"], "province_code", "year")
    values = [(found[A, year]["industry_ratio"], found[A, year]["rd_intensity"]) for year in (2010, 2011, 2012)]
    assert values == [(1.125, 0.04), (None, None), (None, 0.0)]


# Wages and public finance

SHARES = ("wage_share", "wage_gap", "revenue_share", "expenditure_share", "education_share", "internet_share")


def wage_row(city: str, year: int, *values: float | None) -> Row:
    names = (
        "gdp_100m_cny",
        "wage_bill_onpost_100m_cny",
        "budget_revenue_100m_cny",
        "budget_expenditure_100m_cny",
        "exp_education_100m_cny",
        "internet_users_10k_households",
        "pop_registered_yearend_10k_persons",
    )
    return {"city_code": city, "year": year} | dict(zip(names, values, strict=True))


def test_city_wages_by_hand() -> None:
    rows = [
        wage_row(A, 2010, 100, 10, 8, 16, 4, 50, 200),
        wage_row(B, 2010, 200, 40, 10, 30, 5, 60, 100),
        wage_row(C, 2010, 50, 30, 1, 2, 0, 5, 0),
        # without a wage bill it is in no mean
        wage_row(D, 2010, 100, None, 10, 10, 10, 10, 10),
        # alone in its year; no population, no GDP
        wage_row(A, 2011, 100, 10, None, None, None, 50, None),
        wage_row(A, 2012, 0, 10, 8, 16, 4, 50, 200),
    ]
    found = city_rows("city_wages", *rows)
    expected = {
        # wage shares 0.1, 0.2, 0.6: less (0.2 + 0.6) / 2, (0.1 + 0.6) / 2, (0.1 + 0.2) / 2
        (A, 2010): (0.1, -0.3, 0.08, 0.16, 0.04, 0.25),
        (B, 2010): (0.2, -0.15, 0.05, 0.15, 0.025, 0.6),
        (C, 2010): (0.6, 0.45, 0.02, 0.04, 0.0, None),
        (D, 2010): (None, None, 0.1, 0.1, 0.1, 1.0),
        (A, 2011): (0.1, None, None, None, None, None),
        (A, 2012): (None, None, None, None, None, 0.25),
    }
    assert {key: tuple(row[name] for name in SHARES) for key, row in found.items()} == {
        key: pytest.approx(values, abs=1e-14) for key, values in expected.items()
    }


def two_way_slope(y: np.ndarray, x: np.ndarray) -> float:
    """The coefficient of x in a regression of y with fixed effects of rows and columns of a balanced panel."""

    def demeaned(values: np.ndarray) -> np.ndarray:
        return values - values.mean(axis=0) - values.mean(axis=1, keepdims=True) + values.mean()

    return float((demeaned(x) * demeaned(y)).sum() / (demeaned(x) ** 2).sum())


@pytest.mark.parametrize("seed", range(1, 4))
def test_coefficients_of_the_wage_gap_are_those_of_the_wage_share_times_n_over_n_minus_1(seed: int) -> None:
    draw = np.random.default_rng(seed)
    cities, years = 7, 5
    x = draw.normal(size=(cities, years))
    wages = np.exp(0.3 * x + draw.normal(size=(cities, years)))
    rows = [
        wage_row(f"{100000 + city}", 2010 + year, 100, wages[city, year], 1, 1, 1, 1, 1)
        for city in range(cities)
        for year in range(years)
    ]
    found = city_rows("city_wages", *rows)

    def panel(name: str) -> np.ndarray:
        return np.array([[found[f"{100000 + i}", 2010 + t][name] for t in range(years)] for i in range(cities)])

    share, gap = (two_way_slope(panel(name), x) for name in ("wage_share", "wage_gap"))
    assert gap == pytest.approx(share * cities / (cities - 1), rel=1e-10)


def test_city_fiscal_by_hand() -> None:
    rows = [
        # GDP, wage bill, revenue, expenditure
        wage_row(A, 2010, 100, 10, 8, 16, 4, 50, 200),
        # a surplus is a negative gap
        wage_row(B, 2010, 200, 40, 30, 10, 5, 60, 100),
        # no expenditure, no revenue, no GDP
        wage_row(C, 2010, 50, 30, 1, 0, 0, 5, 0),
        wage_row(D, 2010, 100, None, None, 10, 10, 10, 10),
        wage_row(A, 2012, 0, 10, 8, 16, 4, 50, 200),
    ]
    found = city_rows("city_fiscal", *rows)
    assert {key: (row["fiscal_self_sufficiency"], row["fiscal_gap"]) for key, row in found.items()} == {
        (A, 2010): (0.5, pytest.approx(0.08)),
        (B, 2010): (3.0, pytest.approx(-0.1)),
        (C, 2010): (None, pytest.approx(-0.02)),
        (D, 2010): (None, None),
        (A, 2012): (0.5, None),
    }


# Employment

#: The sectors of the groups, as the study names them; trade (8) and leasing (12) are in none.
GROUPS = {
    "labour": (
        *("s01_agriculture", "s09_hotel_catering", "s15_resident_services", "s16_education"),
        *("s17_health_social", "s18_culture_sport", "s19_public_admin"),
    ),
    "capital": (
        *("s02_mining", "s03_manufacturing", "s04_utilities", "s05_construction", "s06_transport"),
        *("s11_realestate", "s14_water_env_public"),
    ),
    "technology": ("s07_it", "s10_finance", "s13_science"),
}
UNASSIGNED = ("s08_trade", "s12_leasing_business")
SECTORS = [*(sector for sectors in GROUPS.values() for sector in sectors), *UNASSIGNED]


def sector_observations(city: str, year: int, **persons: float) -> list[Row]:
    """Employment of sectors (10k persons), as the index of employment reads it."""
    return [
        {
            "place_level": "city",
            "place_code": city,
            "year": year,
            "scope": "total",
            "indicator": f"emp_{sector}",
            "value": float(value),
        }
        for sector, value in persons.items()
    ]


def employment_row(city: str, year: int, *values: float | None) -> Row:
    names = (
        "emp_unit_total_10k_persons",
        "emp_s07_it_10k_persons",
        "emp_s13_science_10k_persons",
        "unemployed_registered_persons",
        "emp_private_selfemployed_10k_persons",
    )
    return {"city_code": city, "year": year} | dict(zip(names, values, strict=True))


EMPLOYMENT = (
    *("labour_intensive_share", "capital_intensive_share", "technology_intensive_share", "talent_share"),
    *("unemployment_rate", "unemployed_per_unit_employee"),
)


def test_city_employment_by_hand() -> None:
    # Powers of two, so that each set of sectors has a sum of its own, and any wrong sector is seen.
    persons = {sector: 2.0**power for power, sector in enumerate(SECTORS)}
    total = 2.0**20
    rows = [
        employment_row(A, 2010, total, persons["s07_it"], persons["s13_science"], 30000, 7),
        # one sector of the labour group is missing: no share of that group, whatever the others
        employment_row(A, 2011, total, 1, None, 30000, 7),
        # no sector, no private employment; nobody unemployed
        employment_row(A, 2012, 10, 1, 2, 0, None),
        # no unit employment
        employment_row(A, 2013, 0, 1, 2, 10000, 1),
    ]
    of_districts = [row | {"scope": "districts", "value": 5e6} for row in sector_observations(A, 2010, **persons)]
    of_province = [row | {"place_level": "province"} for row in sector_observations(A, 2012, **persons)]
    observations = [
        *sector_observations(A, 2010, **persons),
        *sector_observations(A, 2011, **{sector: 1.0 for sector in SECTORS if sector != "s19_public_admin"}),
        *sector_observations(A, 2013, **persons),
        *of_districts,
        *of_province,
    ]
    found = city_rows("city_employment", *rows, observations=observations)
    sums = [sum(persons[sector] for sector in sectors) for sectors in GROUPS.values()]
    assert [found[A, 2010][name] for name in EMPLOYMENT] == pytest.approx(
        [
            *(value / total for value in sums),
            (persons["s07_it"] + persons["s13_science"]) / total,
            # 30000 persons are 3 x 10k
            3 / (3 + total + 7),
            3 / total,
        ],
        rel=1e-14,
    )
    assert {year: [found[A, year][name] for name in EMPLOYMENT] for year in (2011, 2012, 2013)} == {
        # seven and three sectors with one each
        2011: [
            None,
            pytest.approx(7 / total),
            pytest.approx(3 / total),
            None,
            *[pytest.approx(3 / total, rel=1e-5)] * 2,
        ],
        2012: [None, None, None, pytest.approx(0.3), None, 0.0],
        # 1 / (1 + 0 + 1)
        2013: [None, None, None, None, pytest.approx(0.5), None],
    }


def test_shares_of_employment_sum_to_one_with_the_sectors_in_no_group() -> None:
    draw = np.random.default_rng(1)
    persons = dict(zip(SECTORS, draw.uniform(0, 5, len(SECTORS)).tolist(), strict=True))
    total = sum(persons.values())
    found = city_rows(
        "city_employment",
        employment_row(A, 2010, total, 1, 1, 1, 1),
        observations=sector_observations(A, 2010, **persons),
    )
    rest = sum(persons[sector] for sector in UNASSIGNED) / total
    shares = [found[A, 2010][name] for name in EMPLOYMENT[:3]]
    assert sum(shares) + rest == pytest.approx(1, abs=1e-12)
    # the var gives the two sectors a group, and all shares then sum to one
    for number, group in enumerate(("laborempl", "capempl", "techempl")):
        models = run(
            "city_employment",
            variables={"unassigned_sectors_group": group},
            city_panel=city_panel(employment_row(A, 2010, total, 1, 1, 1, 1)),
            observations=sector_observations(A, 2010, **persons),
        )
        more = [models["city_employment"][0][name] for name in EMPLOYMENT[:3]]
        assert more == pytest.approx([share + rest * (at == number) for at, share in enumerate(shares)], abs=1e-12)


# Productivity


def productivity_row(city: str, year: int, *values: float | None) -> Row:
    names = ("gdp_100m_cny", "fai_100m_cny", "emp_unit_total_10k_persons")
    return {"city_code": city, "year": year} | dict(zip(names, values, strict=True))


def test_city_productivity_by_hand() -> None:
    # One person's capital is 1, 4, ..., 64 x 10k CNY, and its output 2 sqrt(capital) x 10k CNY: alpha 1/2, tfp 2.
    rows = [productivity_row(A, 2000 + k, 2 * k * 3, k * k * 3, 3) for k in range(1, 9)]
    # seven years of the same function, and rows without an input, which have no productivity
    rows += [productivity_row(B, 2000 + k, 2 * k, k * k, 1) for k in range(1, 8)]
    rows += [
        productivity_row(B, 2008, 2, 0, 1),
        productivity_row(B, 2009, None, 1, 1),
        productivity_row(C, 2001, 1, 1, 0),
    ]
    found = city_rows("city_productivity", *rows)
    for (city, year), row in found.items():
        assert row["alpha"] == pytest.approx(0.5, abs=1e-12)
        has_inputs = (city, year) not in {(B, 2008), (B, 2009), (C, 2001)}
        assert row["tfp"] == (pytest.approx(2, rel=1e-12) if has_inputs else None)
        assert row["alpha_city"] == (pytest.approx(0.5, abs=1e-12) if city == A else None)


def test_elasticities_of_cities_and_their_bias_by_hand() -> None:
    # Elasticity 0.6 and 0.4 in eight years each; over both, of the same capital, the slope of their mean: 0.5.
    rows = [
        productivity_row(city, 2000 + k, 3 * k**alpha * labour, k * labour, labour)
        for city, alpha, labour in ((A, 0.6, 2.0), (B, 0.4, 5.0))
        for k in range(1, 9)
    ]
    found = city_rows("city_productivity", *rows)
    for city, alpha, biased in ((A, 0.6, True), (B, 0.4, False)):
        row = found[city, 2004]
        assert row["alpha_city"] == pytest.approx(alpha, abs=1e-12)
        assert row["alpha"] == pytest.approx(0.5, abs=1e-12)
        assert row["is_capital_biased"] is biased
        # ln tfp = ln(3 x 4^alpha) - 0.5 ln 4
        assert row["tfp"] == pytest.approx(3 * 4 ** (alpha - 0.5), rel=1e-12)


# Policies


POLICY_MODELS = ("policy_listings", "policy_exposure", "policy_quality")
PILOTS = [
    # A from 2010, by a document; what is remembered of 2008 gives way
    pilot(A, 2010, "sourced"),
    pilot(A, 2008, "recalled"),
    # B from 2009, the first of two documents
    pilot(B, 2011, "sourced"),
    pilot(B, 2009, "sourced"),
    # a district of C, and a place that is no city
    pilot(C, 2008, "sourced", unit_level="district"),
    pilot(None, 2008, "sourced"),
    # D from memory alone, and by a document under another policy
    pilot(D, 2009, "recalled"),
    pilot(D, 2007, "sourced", policy="broadband"),
    # a policy of districts only
    pilot(A, 2008, "sourced", policy="districts", unit_level="district"),
]
LISTS = [
    # it agrees with the seed, in a list of its own; once more in the same list; and with another year
    listed(A, 2010, row_number=1),
    listed(A, 2010, row_number=2),
    listed(D, 2012, "recalled", row_number=3),
    # a row that does not count
    listed(C, 2009, reject_reason="sourced without a source", row_number=4),
    listed(None, 2009, policy="smart_city", reject_reason="unknown place", row_number=5),
    listed(None, 2009, policy="smart_city", reject_reason="place is no city", row_number=6),
    listed(None, 2009, policy="smart_city", reject_reason="no policy", row_number=7) | {"policy": None},
]
YEARS = (2007, 2008, 2009, 2012)


def policies(confidence: str) -> dict[str, list[Row]]:
    panel = [{"city_code": city, "year": year} for city in (A, B, C, D) for year in YEARS]
    return run(
        *POLICY_MODELS,
        variables={"policy_confidence": confidence},
        city_panel=city_panel(*panel),
        policy_places=PILOTS,
        resolved_policy_rows=LISTS,
    )


def exposures(confidence: str) -> dict[tuple[str, str], list[tuple]]:
    """Cohort, relative year, whether treated and whether sourced, by policy and city, over the years."""
    found = keyed(policies(confidence)["policy_exposure"], "policy", "city_code", "year")
    columns = ("cohort", "relative_year", "is_treated", "is_sourced")
    return {
        (policy, city): [tuple(found[policy, city, year][column] for column in columns) for year in YEARS]
        for policy, city, _ in found
    }


@pytest.mark.parametrize("confidence", ["all", "sourced"])
def test_policy_exposure_by_hand(confidence: str) -> None:
    never = [(None, None, False, False)] * 4
    # from memory: a year, or unknown in every year where only documents count
    recalled = [(2009, -2, False, False), (2009, -1, False, False), (2009, 0, True, False), (2009, 3, True, False)]
    unknown = [(None, None, None, False)] * 4
    assert exposures(confidence) == {
        ("innovative_city", A): [(2010, year - 2010, year >= 2010, True) for year in YEARS],
        ("innovative_city", B): [(2009, year - 2009, year >= 2009, True) for year in YEARS],
        ("innovative_city", C): never,
        ("innovative_city", D): recalled if confidence == "all" else unknown,
        **{("broadband", city): never for city in (A, B, C)},
        ("broadband", D): [(2007, year - 2007, True, True) for year in YEARS],
    }


def test_policy_listings_by_hand() -> None:
    found = sorted(
        (
            *(row["policy"], row["city_code"] or "", row["first_year"], row["row_number"] or 0),
            *(row["confidence"], row["cohort"], row["is_sourced"], row["is_repeated"]),
        )
        for row in policies("all")["policy_listings"]
    )
    assert found == [
        ("broadband", D, 2007, 0, "sourced", 2007, True, False),
        ("districts", "", 2008, 0, "sourced", None, False, False),
        ("innovative_city", "", 2008, 0, "sourced", None, False, False),
        ("innovative_city", "", 2008, 0, "sourced", None, False, False),
        # another year than the one that counts
        ("innovative_city", A, 2008, 0, "recalled", 2010, True, True),
        ("innovative_city", A, 2010, 0, "sourced", 2010, True, False),
        # the first row of a list, and the same in that list again
        ("innovative_city", A, 2010, 1, "sourced", 2010, True, False),
        ("innovative_city", A, 2010, 2, "sourced", 2010, True, True),
        ("innovative_city", B, 2009, 0, "sourced", 2009, True, False),
        ("innovative_city", B, 2011, 0, "sourced", 2009, True, True),
        ("innovative_city", D, 2009, 0, "recalled", 2009, False, False),
        ("innovative_city", D, 2012, 3, "recalled", 2009, False, True),
    ]


COUNTS = (
    *("listed_rows", "rejected_rows", "unknown_places", "places_below_city", "cities_listed_twice"),
    *("treated_cities", "treated_cities_unsourced"),
    *("treated_city_years", "treated_city_years_unsourced", "unknown_city_years"),
)


@pytest.mark.parametrize(
    ("confidence", "city_years"),
    # A in 2012, B and D in 2009 and 2012, of which D from memory, or unknown in all four years
    [("all", (5, 2, 0)), ("sourced", (3, 0, 4))],
)
def test_policy_quality_by_hand(confidence: str, city_years: tuple[int, int, int]) -> None:
    found = keyed(policies(confidence)["policy_quality"], "policy")
    assert {policy: tuple(row[column] for column in COUNTS) for (policy,), row in found.items()} == {
        # 7 rows of the seed and 3 of the lists; 2 below a city; A, B and D twice or more
        "innovative_city": (10, 1, 0, 2, 3, 3, 1, *city_years),
        "broadband": (1, 0, 0, 0, 0, 1, 0, 4, 0, 0),
        "districts": (1, 0, 0, 1, 0, 0, 0, 0, 0, 0),
        # all its rows are rejected; the one without a policy is of none
        "smart_city": (0, 2, 2, 0, 0, 0, 0, 0, 0, 0),
    }


# Wages by record


def test_city_wage_inequality_by_hand() -> None:
    records = [
        # spellings of one city: 2, 2, 6 and, by its weight twice, 5
        ("苏州市", 2010, 2.0, 1.0),
        ("苏州", 2010, 6.0, 1.0),
        ("苏州市", 2010, 2.0, 1.0),
        ("320500", 2010, 5.0, 2.0),
        # a year later, and another city: one record each
        ("苏州市", 2011, 7.0, 1.0),
        ("南京市", 2010, 9.0, 0.5),
        # a wage of 0 counts
        ("南京市", 2011, 0.0, 1.0),
        ("南京市", 2011, 3.0, 1.0),
        # none of these does
        ("苏州市", 2010, -1.0, 1.0),
        ("苏州市", 2010, 1e16, 1.0),
        ("苏州市", 2010, math.inf, 1.0),
        ("苏州市", 2010, None, 1.0),
        ("苏州市", 2010, 1.0, 0.0),
        ("苏州市", 2010, 1.0, -1.0),
        ("苏州市", 2010, 1.0, None),
        ("江苏省", 2010, 1.0, 1.0),
    ]
    found = keyed(
        run(
            "wage_record_places",
            "city_wage_inequality",
            wage_records=[
                dict(zip(("city_text", "printed_year", "wage", "weight"), record, strict=True)) for record in records
            ],
        )["city_wage_inequality"],
        "city_code",
        "year",
    )
    # 2, 2, 5, 5, 6 of mean 4. Gini: 2 (2 + 2 x 2 + 3 x 5 + 4 x 5 + 5 x 6) / (5 x 20) - 6 / 5 = 142 / 100 - 1.2
    theil_t = (2 * 0.5 * math.log(0.5) + 2 * 1.25 * math.log(1.25) + 1.5 * math.log(1.5)) / 5
    theil_l = -(2 * math.log(0.5) + 2 * math.log(1.25) + math.log(1.5)) / 5
    names = ("records", "weight_total", "wage_mean_cny", "gini", "theil_t", "theil_l")
    near = pytest.approx
    assert {key: tuple(row[name] for name in names) for key, row in found.items()} == {
        ("320500", 2010): (4, 5.0, 4.0, near(0.22), near(theil_t), near(theil_l)),
        ("320500", 2011): (1, 1.0, 7.0, 0.0, near(0, abs=1e-15), near(0, abs=1e-15)),
        ("320100", 2010): (1, 0.5, 9.0, 0.0, near(0, abs=1e-15), near(0, abs=1e-15)),
        # all with one of two: (n - 1) / n, and ln n
        ("320100", 2011): (2, 2.0, 1.5, near(0.5), near(math.log(2)), None),
    }
