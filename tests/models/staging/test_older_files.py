"""What older editions and compilations print otherwise: years in headings, headings of provinces, zeros, decimals."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.warehouse import built, rows_of, unbalanced_ledger_rows, write_csv, write_manifest
from tests.support.workbooks import edition_name, write_edition

PLACES = ("超大城市", "东部城市", "吉林", "  吉林", "  成宁")
GDP = {"超大城市": 9e7, "东部城市": 8e7, "吉林": 17117095, "  吉林": 3520901, "  成宁": 1225046}
COLUMNS = [
    (("综合经济（一）", "1999年国内生产总值（万元）", "地区"), GDP),
    (("综合经济（一）", "1998年国内生产总值（万元）", "地区"), {place: value * 2 for place, value in GDP.items()}),
    (("综合经济（一）", "1999年比1998年增长（%）（按1999年不变价计算）", "地区"), dict.fromkeys(PLACES, 8.5)),
    (("综合经济（一）", "人均国内生产总值（元）", "地区"), dict.fromkeys(PLACES, 7000)),
    (("外商直接投资", "外商实际投资额（万美元）", "地区"), dict.fromkeys(PLACES, 4000)),
    (("按行业分组人口（三）", "金融保险业从业人员数（万人）", "地区"), dict.fromkeys(PLACES, 0.9)),
    # another sector than transport, storage and post of later editions
    (("按行业分组人口（三）", "交通仓储邮电业从业人员数（万人）", "地区"), dict.fromkeys(PLACES, 1.7)),
]
#: city, year, urban income, rural income, urban share, people, and an index that is never read
INCOMES = [
    ("麥庄市", 2013, "24000.25", "9000", "0.5", "380", "0.9"),
    ("麥庄市", 2014, "26000.125", "10000.5", "0.52", "381", "0.9"),
    ("深圳市", 2014, "40948", "0", "1", "1078", ""),
    ("莱芜市", 2019, "", "", "", "", ""),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("older_files")
    write_edition(folder, 2000, PLACES, COLUMNS)
    head = ["dum", "year", "城市家庭可支配（元）", "农村家庭可支配（元）", "城镇化率", "总人口数（万人）", "泰尔指数"]
    write_csv(folder / "4个城市城乡收入与城镇化率.csv", [head, *INCOMES])
    write_manifest(
        folder,
        {"path": edition_name(2000), "reader": "ccsy_workbook", "place_level": "city", "scope": "header"}
        | {"unknown_headers": "ignore"},
        {"path": "*城乡收入与城镇化率.csv", "reader": "wide", "place_level": "city", "place_column": "dum"}
        | {"year_column": "year", "adds_rows": "false", "money_decimals": "2"},
    )
    selection = ("--select", "+city_observations", "+path:models/ledger")
    return built(folder, tmp_path_factory.mktemp("older_files_warehouse") / "regional.duckdb", *selection)


def _values(warehouse: Path, city: str, *columns: str) -> dict[tuple[str, int], tuple[object, ...]]:
    """What city_observations has of a city, by indicator and year."""
    sql = f"""
        select indicator, year, {", ".join(columns)}
        from city_observations inner join reference.cities using (city_code) where name_zh = ?
    """
    return {(indicator, year): tuple(values) for indicator, year, *values in rows_of(warehouse, sql, [city])}


def test_the_year_of_the_edition_in_a_heading_says_nothing_and_another_is_not_read(warehouse: Path) -> None:
    values = _values(warehouse, "咸宁市", "value")
    assert values == {
        ("gdp", 1999): (pytest.approx(122.5046),),
        ("gdp_growth", 1999): (8.5,),
        ("gdp_per_capita", 1999): (7000,),
        ("fdi_actual", 1999): (4000,),
        ("emp_s10_finance", 1999): (0.9,),
    }
    sql = "select distinct status from staging.resolved_cells where header_text like '%|1998年%'"
    assert rows_of(warehouse, sql) == [("not_requested",)]


def test_of_one_name_twice_the_one_that_is_not_indented_is_the_province(warehouse: Path) -> None:
    assert _values(warehouse, "吉林市", "value")["gdp", 1999] == (352.0901,)
    sql = "select place_text, place_level, place_code from staging.place_resolution where trim(place_text) = '吉林'"
    assert sorted(rows_of(warehouse, sql)) == [("  吉林", "city", "220200"), ("吉林", "province", "220000")]


def test_classes_of_cities_are_check_rows_of_their_own(warehouse: Path) -> None:
    sql = """
        select place_text, status, value from staging.resolved_cells
        where indicator = 'gdp' and place_code like 'class%'
    """
    assert sorted(rows_of(warehouse, sql)) == [("东部城市", "check_row", 8000), ("超大城市", "check_row", 9000)]


def test_an_income_of_nothing_is_none(warehouse: Path) -> None:
    assert _values(warehouse, "深圳市", "value") == {
        ("urban_income", 2014): (40948,),
        ("urbanisation_rate", 2014): (100,),
        ("pop_resident", 2014): (1078,),
        # derived
        ("pop_urban", 2014): (1078,),
        ("pop_rural", 2014): (0,),
    }
    assert rows_of(warehouse, "select message from ledger.rejects") == []
    assert unbalanced_ledger_rows(warehouse) == []


def test_money_with_more_decimals_than_its_source_prints_is_computed(warehouse: Path) -> None:
    values = _values(warehouse, "枣庄市", "value", "origin", "value_text")
    assert values["urban_income", 2013] == (24000.25, "reported", "24000.25")
    assert values["urban_income", 2014] == (26000.125, "computed", "26000.125")
    assert values["rural_income", 2014] == (10000.5, "reported", "10000.5")
    # no money
    assert values["urbanisation_rate", 2014][1] == "reported"
    sql = "select computed from ledger.panel_quality where indicator = 'urban_income' and year = 2014"
    assert rows_of(warehouse, sql) == [(1,)]
