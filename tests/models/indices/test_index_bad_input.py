"""Indices of cities on bad input: what is impossible is a reject and makes an index NULL, never a number.

One city a case, all alike but for what is wrong with it, in one table of 2015; and trade of two cities in other years.
"""

from __future__ import annotations

import csv
import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import seed_path
from tests.support.warehouse import built, rows_of, write_csv, write_manifest

with (seed_path("industry_sectors")).open(encoding="utf-8", newline="") as _file:
    SECTORS = list(csv.DictReader(_file))
#: What every city prints. The sectors employ 1 to 19, 190 in all: 95 in labour-, 45 in capital-, 30 in
#: technology-intensive ones, 20 in the two of no group; 1, 14 and 175 in the three industries.
GOOD: dict[str, tuple[float, str]] = {
    **{row["indicator"]: (number, "万人") for number, row in enumerate(SECTORS, start=1)},
    "emp_unit_total": (190, "万人"),
    "emp_primary": (1, "万人"),
    "emp_secondary": (14, "万人"),
    "emp_tertiary": (175, "万人"),
    "gdp_share_primary": (10, "%"),
    "gdp_share_secondary": (40, "%"),
    "gdp_share_tertiary": (50, "%"),
    "gdp": (1000, "亿元"),
    "wage_bill_onpost": (100, "亿元"),
    "pop_registered_yearend": (500, "万人"),
    "internet_users": (50, "万户"),
    "urban_income": (30000, "元"),
    "rural_income": (10000, "元"),
    "urbanisation_rate": (50, "%"),
}
#: city -> what is wrong with it: indicator and printed value, None where nothing is printed
WRONG: dict[str, dict[str, float | None]] = {
    "石家庄市": {},
    "唐山市": {"urban_income": 0},
    "秦皇岛市": {"rural_income": -5000},
    "太原市": {"pop_registered_yearend": 0},
    "大同市": {"pop_registered_yearend": -500},
    "沈阳市": {"gdp_share_primary": -10},
    "大连市": {"emp_secondary": 0, "emp_tertiary": 189},
    "长春市": {"emp_s02_mining": -2},
    "南京市": {"emp_s16_education": None},
    "无锡市": {"gdp_share_secondary": 30},
    "徐州市": {"gdp": 0},
    "常州市": {"emp_unit_total": 0},
    "苏州市": {"gdp_share_tertiary": None},
    "南通市": {"emp_s08_trade": None},
}
#: an income of 0, that of Tangshan, is none
REJECTED = {
    ("秦皇岛市", "rural_income"),
    ("太原市", "pop_registered_yearend"),
    ("大同市", "pop_registered_yearend"),
    ("沈阳市", "gdp_share_primary"),
    ("长春市", "emp_s02_mining"),
    ("徐州市", "gdp"),
    ("常州市", "emp_unit_total"),
}
#: (exports, imports) in 100m CNY over a GDP of 1000; neither city has a row for 2016
TRADE = {("石家庄市", 2015): (300, 100), ("石家庄市", 2017): (500, 100), ("石家庄市", 2018): (600, 300)}
PERCENTILE = 0.25
MODELS = ("+ledger", "+rejects", "+findings", "+trade_wage_share", "+city_inequality", "+city_income_theil")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index_input")
    rows: list[list[object]] = [["place", "year", "what", "value", "unit"]]
    for city, wrong in WRONG.items():
        printed = GOOD | {name: (value, GOOD[name][1]) for name, value in wrong.items()}  # type: ignore[dict-item]
        rows += [[city, 2015, name, value, unit] for name, (value, unit) in printed.items() if value is not None]
    for (city, year), (exports, imports) in TRADE.items():
        rows += [[city, year, "exports", exports, "亿元"], [city, year, "imports", imports, "亿元"]]
        rows += [[city, year, "gdp", 1000, "亿元"]] if year != 2015 else []
    write_csv(path / "cities.csv", rows)
    write_manifest(
        path,
        {"path": "cities.csv", "reader": "tidy", "place_level": "city", "place_column": "place", "year_column": "year"}
        | {"indicator_column": "what", "value_column": "value", "unit_column": "unit"},
    )
    return path


@pytest.fixture(scope="session")
def warehouse(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(folder, tmp_path_factory.mktemp("index_input_warehouse") / "regional.duckdb", "--select", *MODELS)


@pytest.fixture(scope="session")
def altered(warehouse: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse under other vars."""
    copy = tmp_path_factory.mktemp("altered") / "regional.duckdb"
    shutil.copy(warehouse, copy)
    models = ("city_employment", "trade_wage_share")
    variables = f"{{unassigned_sectors_group: capempl, outlier_percentile: {PERCENTILE}}}"
    return built(folder, copy, "--select", *models, "--vars", variables)


def _of_2015(warehouse: Path, model: str, *columns: str) -> dict[str, tuple[Any, ...]]:
    sql = f"""
        select name_zh, {", ".join(columns)} from {model} inner join reference.cities using (city_code)
        where year = 2015
    """
    return {name: tuple(values) for name, *values in rows_of(warehouse, sql)}


def _check(found: dict[str, tuple[Any, ...]], good: tuple[float, ...], **others: tuple[float | None, ...]) -> None:
    """Every city has the good values but for some others."""
    assert set(found) == set(WRONG)
    for city, values in found.items():
        assert values == pytest.approx(others.get(city, good)), city


def test_what_is_impossible_is_a_reject(warehouse: Path) -> None:
    rows = rows_of(warehouse, "select place_text, header_text, reject_reason from ledger.rejects")
    assert {(place, header) for place, header, _ in rows} == REJECTED
    assert {reason for _, _, reason in rows} == {"out of valid range"}


def test_without_incomes_there_is_no_inequality(warehouse: Path) -> None:
    # Shares of 3/4 and 1/4 in income, halves of the people
    theil = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    none = (None, None)
    _check(_of_2015(warehouse, "city_inequality", "theil", "income_ratio"), (theil, 3), 唐山市=none, 秦皇岛市=none)


def test_a_structure_needs_every_share_and_workers_where_there_is_output(warehouse: Path) -> None:
    columns = ("upgrading_quantity", "structure_distance", "sector_theil", "upgrading_raw_10k_cny")

    def expected(*y: float, gdp: float = 1000) -> tuple[float, ...]:
        employed = (1, 14, 175)
        shares = [part / sum(employed) for part in employed]
        return (
            y[0] + 2 * y[1] + 3 * y[2],
            sum(share * math.log(share / other) for share, other in zip(y, shares, strict=True)),
            sum(share * math.log(3 * share) for share in y),
            sum(share * gdp * share / workers for share, workers in zip(y, employed, strict=True)),
        )

    good = expected(0.1, 0.4, 0.5)
    missing = (None, None, None, None)
    _check(
        _of_2015(warehouse, "city_industry_structure", *columns),
        good,
        沈阳市=missing,
        苏州市=missing,
        # output without workers: no distance and no productivity, but shares
        大连市=(good[0], None, good[2], None),
        # shares of 10, 30 and 50 are of their sum
        无锡市=expected(1 / 9, 3 / 9, 5 / 9),
        徐州市=(*good[:3], None),
    )


def test_shares_that_do_not_sum_to_100_are_a_finding(warehouse: Path) -> None:
    sql = """
        select detector, name_zh, indicator, observed, expected, severity
        from detectors.findings inner join reference.cities on place_code = city_code
        where detector = 'shares_sum'
    """
    assert rows_of(warehouse, sql) == [("shares_sum", "无锡市", "gdp_shares", 90, 100, "flag")]


GROUPS = ("labour_intensive_share", "capital_intensive_share", "technology_intensive_share")


def test_a_group_needs_every_sector_of_it_and_a_total(warehouse: Path) -> None:
    labour, capital, technology = 95 / 190, 45 / 190, 30 / 190
    _check(
        _of_2015(warehouse, "city_employment", *GROUPS),
        (labour, capital, technology),
        长春市=(labour, None, technology),
        南京市=(None, capital, technology),
        常州市=(None, None, None),
    )


def test_the_two_sectors_of_no_group_can_be_given_one(warehouse: Path, altered: Path) -> None:
    plain, assigned = (_of_2015(path, "city_employment", *GROUPS) for path in (warehouse, altered))
    for city, (labour, capital, technology) in plain.items():
        # Nantong prints no wholesale and retail, which the group now needs.
        more = None if city == "南通市" or capital is None else capital + 20 / 190
        assert assigned[city] == pytest.approx((labour, more, technology)), city


def test_without_gdp_or_people_there_is_no_ratio(warehouse: Path) -> None:
    _check(
        _of_2015(warehouse, "city_wages", "wage_share", "internet_share"),
        (0.1, 0.1),
        徐州市=(None, 0.1),
        太原市=(0.1, None),
        大同市=(0.1, None),
    )


def test_the_income_inequality_of_cities_leaves_out_those_without_gdp_or_people(warehouse: Path) -> None:
    sql = "select grouping, places from city_income_theil where year = 2015"
    groupings = dict(rows_of(warehouse, sql))
    assert set(groupings.values()) == {len(WRONG) - 3}
    assert {"region3", "subprovincial", "yrd41_2019plan", "special_economic_zone"} <= set(groupings)
    # 2017 and 2018 have GDP and no people.
    assert rows_of(warehouse, "select distinct year from city_income_theil") == [(2015,)]


# Lags and bounds in the mart


def test_lagged_bounded_trade_is_the_bounded_value_of_the_earlier_year(altered: Path) -> None:
    # Quantiles 0.25 and 0.75 of 0.2, 0.4, 0.3: 0.25 and 0.35
    sql = """
        select year, trade_winsorised, trade_trimmed, l_trade_winsorised, l_trade_trimmed, l2_trade_winsorised
        from trade_wage_share where city_code = '130100' order by year
    """
    assert rows_of(altered, sql) == [
        (2015, pytest.approx(0.25), None, None, None, None),
        (2017, pytest.approx(0.35), None, None, None, pytest.approx(0.25)),
        (2018, pytest.approx(0.3), pytest.approx(0.3), pytest.approx(0.35), None, None),
    ]
