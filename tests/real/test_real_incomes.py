"""The real files in two folders: incomes of cities with their surveys, and the older yearbook editions.

What a cell holds is read again without the project's readers.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.support.warehouse import ROOT, built, rows_of, unbalanced_ledger_rows

REAL = ROOT.parent / "shared" / "data"
MORE = ROOT.parent / "shared" / "data_more"
INCOMES = MORE / "city" / "2010-2019年209个城市城乡收入与城镇化率.xlsx"
OLD_EDITIONS = (2000, 2002, 2003)

pytestmark = pytest.mark.skipif(
    not (INCOMES.is_file() and REAL.is_dir()),
    reason="the real incomes of cities are not there: expected ../shared/data and ../shared/data_more",
)
#: names in the file that are misread
MISREAD = {"麥庄市": "枣庄市", "深河市": "漯河市", "常徳市": "常德市", "荷泽市": "菏泽市"}


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory, parsed_files: Path) -> Path:
    folders = os.pathsep.join(map(str, (REAL, MORE)))
    selection = ("--select", "+city_inequality", "+path:models/ledger", "+city_observations")
    return built(folders, tmp_path_factory.mktemp("real_incomes") / "regional.duckdb", *selection, cache=parsed_files)


@pytest.fixture(scope="session")
def printed() -> dict[tuple[str, int], list[object]]:
    """(city, year) -> urban income, rural income, urban share, and what the file computes: people, and an index."""
    _, *lines = CalamineWorkbook.from_path(INCOMES).get_sheet_by_name("模板").to_python()
    return {
        (MISREAD.get(str(line[2]), str(line[2])), int(float(str(line[0])))): [*line[3:6], *line[7:9], line[18]]
        for line in lines
    }


# Two folders


def test_every_file_of_both_folders_is_read_under_the_name_of_its_folder(warehouse: Path) -> None:
    suffixes = {".csv", ".dta", ".xls", ".xlsx"}
    files = {
        f"{folder.name}/{path.relative_to(folder).as_posix()}"
        for folder in (REAL, MORE)
        for path in folder.rglob("*")
        if path.suffix in suffixes
    }
    assert {path for (path,) in rows_of(warehouse, "select path from staging.landed_files")} == files
    assert rows_of(warehouse, "select message from ledger.notices") == []
    assert unbalanced_ledger_rows(warehouse) == []


def test_the_rejects_of_the_second_folder_are_known(warehouse: Path) -> None:
    sql = "select place_text, value_text, reject_reason from ledger.rejects where path like 'data_more/%' order by all"
    assert [(place.strip(), *rest) for place, *rest in rows_of(warehouse, sql)] == [
        # growth rates of districts that no city can have, a number with a second point, and a budget of nothing
        ("抚顺", "0.96.", "not a number"),
        ("梧州", "147.75", "out of valid range"),
        ("济宁", "-56.5", "out of valid range"),
        ("南宁市", "0", "out of valid range"),
    ]


# Incomes


@pytest.mark.parametrize(
    ("city", "year", "value"), [("北京市", 2013, 40321.0), ("上海市", 2015, 52961.9), ("苏州市", 2015, 50390.0)]
)
def test_known_urban_incomes(warehouse: Path, city: str, year: int, value: float) -> None:
    sql = """
        select value, origin, source_cells not like '%; %'
        from city_observations inner join reference.cities using (city_code)
        where name_zh = ? and year = ? and indicator = 'urban_income'
    """
    assert rows_of(warehouse, sql, [city, year]) == [(value, "reported", True)]


def test_every_printed_income_is_read(warehouse: Path, printed: dict[tuple[str, int], list[object]]) -> None:
    """A blank is none, and so is the 0 of Shenzhen, which has no rural people."""
    found = rows_of(
        warehouse,
        "select name_zh, year, indicator, value from city_observations inner join reference.cities using (city_code)"
        " where indicator in ('urban_income', 'rural_income') and origin in ('reported', 'computed')",
    )
    expected = {
        (city, year, series): value
        for (city, year), values in printed.items()
        for series, value in zip(("urban_income", "rural_income"), values[:2], strict=True)
        if isinstance(value, int | float) and value
    }
    assert len(expected) == 2089 + 2081 - 2
    assert {(city, year, series): value for city, year, series, value in found} == pytest.approx(expected)


def test_incomes_with_more_than_two_decimals_are_computed(warehouse: Path) -> None:
    sql = "select indicator, count(*) from city_observations where origin = 'computed' group by all order by all"
    assert rows_of(warehouse, sql) == [("rural_income", 234), ("urban_income", 349)]


def test_an_index_by_hand(warehouse: Path) -> None:
    """Suzhou 2015: 50,390 in town, 25,580 in the countryside, 74.9% in town."""
    urban, rural, share = 50390, 25580, 0.749
    income = share * urban / (share * urban + (1 - share) * rural)
    theil = income * math.log(income / share) + (1 - income) * math.log((1 - income) / (1 - share))
    sql = "select theil, income_ratio from city_inequality where city_code = '320500' and year = 2015"
    assert rows_of(warehouse, sql) == [(pytest.approx(theil, abs=1e-12), pytest.approx(urban / rural))]


def test_the_index_is_the_one_that_the_file_computes(
    warehouse: Path, printed: dict[tuple[str, int], list[object]]
) -> None:
    """Its columns behind the incomes are never read; where its numbers of people make its rate they are a check.

    In Shandong before 2013 its people outside towns are no remainder, and in Henan in 2016 and 2017 it multiplies other
    incomes than it prints: its index is another there.
    """
    found = rows_of(
        warehouse,
        "select name_zh, year, theil from city_inequality inner join reference.cities using (city_code)"
        " where theil is not null",
    )
    differences = []
    for city, year, theil in found:
        _, _, share, urban_people, rural_people, of_file = printed[city, year]
        numbers = (share, urban_people, rural_people, of_file)
        if all(isinstance(number, float) for number in numbers):
            share, urban_people, rural_people, of_file = map(float, numbers)  # type: ignore[arg-type]
            if abs(urban_people / (urban_people + rural_people) - share) <= 5e-4:
                differences.append(abs(theil - of_file))
    assert len(differences) > 1900
    assert sum(difference > 1e-4 for difference in differences) <= 0.015 * len(differences)


def test_cities_and_years_with_an_index(warehouse: Path) -> None:
    ((values, cities, least, largest),) = rows_of(
        warehouse,
        "select count(theil), count(distinct city_code) filter (where theil is not null), min(theil), max(theil)"
        " from city_inequality",
    )
    assert (values, cities) == (2070, 208)
    assert least > 0
    assert largest < 0.5


# Surveys


def test_the_years_in_which_provinces_change_their_survey(warehouse: Path) -> None:
    sql = """
        select provinces.name_zh, survey_year, count(distinct city_code)
        from city_income_surveys
        inner join reference.cities using (city_code)
        inner join reference.provinces using (province_code)
        where survey_year is not null group by all
    """
    cities: dict[str, Counter[int]] = {}
    for province, year, count in rows_of(warehouse, sql):
        cities.setdefault(province, Counter())[year] += count
    expected = {"广东省": 2014, "山东省": 2015, "湖北省": 2014, "安徽省": 2014, "湖南省": 2013, "北京市": 2014}
    for province, year in expected.items():
        assert cities[province].most_common(1)[0][0] == year, province
    assert {year for years in cities.values() for year in years} == {2013, 2014, 2015}
    dated = sum(years.total() for years in cities.values())
    assert dated >= 185
    # four of five cities and more follow their province
    assert sum(years.most_common(1)[0][1] for years in cities.values()) >= 0.98 * dated


def test_a_step_is_of_the_size_that_the_figures_show(warehouse: Path) -> None:
    """Guangzhou from 2013 to 2014: 42,049.1 to 42,954.6 in town and 18,887.0 to 17,662.8 outside."""
    steps = {"urban_income": math.log(42954.6 / 42049.1396), "rural_income": math.log(17662.8 / 18887.04)}
    sql = """
        select series, basis, step_residual, step_reference_growth from city_income_surveys
        where city_code = '440100' and year = 2014
    """
    rows = rows_of(warehouse, sql)
    assert len(rows) == 2
    for series, basis, residual, reference in rows:
        assert basis == "own_step"
        # Guangdong gains 8.5 and 10.1%; Guangzhou gains no more and no less than that by half a percent in other years
        assert 0.08 < reference < 0.11
        assert residual == pytest.approx(steps[series] - reference, abs=0.01)


def test_where_nothing_shows_a_survey_it_is_undetermined(warehouse: Path) -> None:
    sql = """
        select distinct provinces.name_zh, series_survey
        from city_income_surveys
        inner join reference.cities using (city_code)
        inner join reference.provinces using (province_code)
        where provinces.name_zh in ('山西省', '青海省')
    """
    assert sorted(rows_of(warehouse, sql)) == [("山西省", "undetermined"), ("青海省", "undetermined")]


def test_no_index_joins_two_surveys(warehouse: Path) -> None:
    sql = """
        select count(*)
        from city_inequality
        inner join city_income_surveys as urban using (city_code, year)
        inner join city_income_surveys as rural using (city_code, year)
        where urban.series = 'urban_income' and rural.series = 'rural_income' and theil is not null
        and urban.series_survey <> rural.series_survey
    """
    assert rows_of(warehouse, sql) == [(0,)]
    sql = "select count(*), count(theil), count(income_ratio) from city_inequality where income_survey = 'different'"
    assert rows_of(warehouse, sql) == [(9, 0, 0)]


# Older editions


def test_indicators_of_older_editions(warehouse: Path) -> None:
    sql = """
        select cast(regexp_extract(file_name, '\\d{4}') as integer), year, count(distinct cells.indicator)
        from staging.resolved_cells as cells inner join staging.landed_files using (file_id)
        where path like 'data_more/ccsy/%' and status = 'usable' group by all order by all
    """
    assert rows_of(warehouse, sql) == [(2000, 1999, 30), (2002, 2001, 32), (2003, 2002, 33)]


def test_gdp_of_another_year_than_the_edition_s_is_not_read(warehouse: Path) -> None:
    """Jilin, the city, below the row of Jilin, the province: 3,520,901 x 10k CNY in 1999 and 3,307,965 in 1998."""
    sql = """
        select city_code, value_text from city_observations
        where indicator = 'gdp' and scope = 'total' and year = 1999 and city_code = '220200'
    """
    assert rows_of(warehouse, sql) == [("220200", "3520901")]
    sql = """
        select distinct status from staging.resolved_cells inner join staging.landed_files using (file_id)
        where file_name like '%2000【%' and header_text like '%1998年国内生产总值%'
    """
    assert set(rows_of(warehouse, sql)) == {("not_requested",), ("blank",)}


def test_classes_of_cities_are_check_rows(warehouse: Path) -> None:
    sql = """
        select place_text, count(*) from staging.resolved_cells
        where place_level = 'city_class' and status = 'check_row' and indicator = 'pop_nonagri' group by all
    """
    rows = dict(rows_of(warehouse, sql))
    assert set(rows) == {"超大城市", "特大城市", "大城市", "中等城市", "小城市", "东部城市", "中部城市", "西部城市"}


@pytest.mark.parametrize(
    ("indicator", "scope"),
    [
        ("gdp", "total"),
        ("gdp_share_tertiary", "total"),
        ("emp_unit_total", "total"),
        ("emp_s03_manufacturing", "total"),
        ("emp_s10_finance", "total"),
        ("emp_s19_public_admin", "total"),
        ("unemployed_registered", "total"),
        ("wage_average_onpost", "total"),
        ("wage_bill_onpost", "total"),
        ("budget_revenue", "districts"),
        ("budget_expenditure", "districts"),
        ("exp_education", "districts"),
        ("fdi_actual", "total"),
    ],
)
def test_older_editions_continue_the_later_ones(warehouse: Path, indicator: str, scope: str) -> None:
    """Medians over cities with at least three of these years move by less than 0.3 a year, in logarithms."""
    sql = """
        with values_of as (
            select place_code, year, value from observations
            where place_level = 'city' and indicator = ? and scope = ? and year between 1999 and 2004 and value > 0
                and origin <> 'spliced'
        ),
        lasting as (select place_code from values_of group by place_code having count(*) >= 3)
        select year, median(value) from values_of inner join lasting using (place_code) group by year order by year
    """
    medians = rows_of(warehouse, sql, [indicator, scope])
    assert {year for year, _ in medians} >= {1999, 2001, 2002, 2003, 2004}
    for (year, value), (next_year, next_value) in pairwise(medians):
        assert abs(math.log(next_value / value)) / (next_year - year) < 0.3, (year, next_year)
