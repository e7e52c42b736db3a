"""From cells to the panel: units, rivals, vintages, derived values, detectors, and the way back to the cell."""

from __future__ import annotations

import csv
import math
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.project import seed_path
from tests.support.warehouse import PANELS, build, built, rows_of, unbalanced_ledger_rows, write_csv, write_manifest

TRADE_YEARS = range(2005, 2015)
BROKEN_YEAR = 2009
#: Sum of the 31 provinces in the population file: 31 x 1000 + 10 x (0 + 1 + ... + 30) = 31000 + 4650.
PROVINCE_SUM = 35650


def _seed(name: str) -> list[dict[str, str]]:
    with (seed_path(name)).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PROVINCES = [row["short_name_zh"] for row in _seed("provinces")]
NATION_10K_USD = {
    int(row["year"]): 10000 * float(row["value"])
    for row in _seed("national_totals")
    if row["indicator"] == "trade_total"
}


def _gdp_workbook(path: Path) -> None:
    """A download with a blank first row and column; Beijing 2012 is blank."""
    lines: list[list[object]] = [
        ["数据库：分省年度数据"],
        ["指标：地区生产总值(亿元)"],
        ["地区", "2012年", "2011年", "2010年"],
        ["北京市", None, 105, 100],
        ["天津市", 52.5, 51, 50],
        ["河北省", 208, 204, 200],
        ["数据来源：国家统计局"],
    ]
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row, line in enumerate(lines, start=2):
        for column, value in enumerate(line, start=2):
            sheet.cell(row, column, value)
    workbook.save(path)


def _trade_rows() -> Iterator[list[object]]:
    """Trade sums to the nation but for the broken year, which is doubled; exports grow by 5% a year.

    Exports of 2010 are 1.4 times their trend: the log of 1.4 is 0.34, below the threshold of 0.4.
    """
    yield ["地区", "年份", "进出口总额_万美元", "出口总额_亿元"]
    for number, place in enumerate(PROVINCES):
        for year in TRADE_YEARS:
            trade = NATION_10K_USD[year] / 31 * (2 if year == BROKEN_YEAR else 1)
            exports = 10 * (1 + number) * 1.05 ** (year - 2005) * (1.4 if year == 2010 else 1)
            yield [place, year, round(trade), round(exports, 2)]


def _population_rows() -> Iterator[list[object]]:
    """Provinces below the nation by 0, by a sixth (1 / 1.2 - 1), and by 8.3% (1 / 1.09 - 1)."""
    yield ["地区", "年份", "年末常住人口_万人"]
    for year, factor in [(2010, 1.0), (2011, 1.2), (2012, 1.09)]:
        yield ["全国", year, round(PROVINCE_SUM * factor, 1)]
        for number, place in enumerate(PROVINCES):
            yield [place, year, 1000 + 10 * number]


BUDGET: dict[str, dict[int, float]] = {
    "北京": {2001: 10, 2005: 18, 2006: 20, 2007: 22, 2008: 24, 2009: 26, 2010: 28, 2012: 32},
    "天津": {2001: 20, 2002: 20, 2003: 20, 2004: 20, 2005: 20, 2010: 70, 2012: 80},
    "河北": {year: 30 for year in range(2001, 2013) if year != 2011},
    "山西": {2003: 40, 2004: 41, 2005: 42, 2006: 43, 2007: 44, 2008: 45},
}
UNEMPLOYMENT: dict[str, dict[int, float]] = {
    "北京": {2016: 2.0, 2018: 3.0, 2020: 4.0, 2022: 5.0},
    "天津": {2016: 3.0, 2017: 3.0, 2018: 3.0, 2021: 3.6, 2022: 3.6},
    "河北": dict.fromkeys(range(2016, 2023), 3.5),
}


def _bare(series: dict[str, dict[int, float]], years: range) -> list[list[object]]:
    header: list[object] = ["地区", *(f"{year}年" for year in years)]
    return [header, *([place, *(values.get(year, "") for year in years)] for place, values in series.items())]


def _write_folder(folder: Path) -> None:
    _gdp_workbook(folder / "gdp_first.xlsx")
    gdp_second = [["北京", 2010, "1,100,000"], ["北京", 2011, 1050000], ["北京", 2012, 1080000]]
    write_csv(folder / "gdp_second.csv", [["地区", "年份", "GDP_万元"], *gdp_second])
    write_csv(folder / "gdp_old.csv", [["地区", "2010年", "2009年", "2008年"], ["北京", 90, 94, 88]], "gb18030")
    write_csv(folder / "trade.csv", _trade_rows())
    write_csv(folder / "population.csv", _population_rows())
    write_csv(folder / "budget.csv", _bare(BUDGET, range(2001, 2013)))
    write_csv(folder / "unemployment.csv", _bare(UNEMPLOYMENT, range(2016, 2023)), "utf-8-sig")
    write_csv(folder / "urban.csv", [["地区", "2010年"], ["北京", 60], ["天津", 45], ["河北", 30]])
    write_csv(folder / "rural.csv", [["地区", "2010年"], ["北京", 40], ["天津", 15]])
    write_csv(folder / "rural_other.csv", [["地区", "2010年"], ["河北", 70]])
    write_csv(
        folder / "tidy.csv",
        [
            ["place", "year", "what", "value", "unit"],
            ["北京", 2009, "地区生产总值", 96, "亿元"],
            ["北京", 2010, "外商投资企业投资总额", 2000, "百万美元"],
            ["天津", 2011, "实际使用外资", 64.588, "亿元"],
            ["河北", 2013, "年末常住人口", 12345678, "人"],
            ["北京", 2020, "进口总额", 30, "亿元"],
            ["北京", 2020, "出口总额", 20, "亿元"],
            *(
                [place, 2010, f"第{sector}产业增加值", value, "亿元"]
                for place, values in {"北京": (10, 40, 50), "天津": (5, 20, 25)}.items()
                for sector, value in zip("一二三", values, strict=True)
            ),
            ["北京", 2010, "第三产业比重", 51, "%"],
        ],
    )
    wide = {"reader": "wide", "place_column": "地区", "year_column": "年份", "vintage": "v1"}
    bare = {"reader": "region_by_year", "vintage": "v1"}
    people = {**bare, "unit": "万人"}
    write_manifest(
        folder,
        {"path": "gdp_first.xlsx", "reader": "nbs_download", "vintage": "v1", "priority": "1"},
        {**wide, "path": "gdp_second.csv", "priority": "2"},
        {**bare, "path": "gdp_old.csv", "indicator": "gdp", "unit": "亿元", "vintage": "v0", "priority": "3"}
        | {"encoding": "gb18030"},
        {**wide, "path": "trade.csv"},
        {**wide, "path": "population.csv"},
        {**bare, "path": "budget.csv", "indicator": "budget_expenditure", "unit": "亿元"},
        {**bare, "path": "unemployment.csv", "indicator": "unemployment_rate", "unit": "%"},
        {**people, "path": "urban.csv", "indicator": "pop_urban"},
        {**people, "path": "rural.csv", "indicator": "pop_rural"},
        {**people, "path": "rural_other.csv", "indicator": "pop_rural", "vintage": "v2", "priority": "2"},
        {"path": "tidy.csv", "reader": "tidy", "vintage": "v1", "priority": "5", "place_column": "place"}
        | {"year_column": "year", "indicator_column": "what", "value_column": "value", "unit_column": "unit"},
    )


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("panel")
    _write_folder(path)
    return path


@pytest.fixture(scope="session")
def warehouse(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(folder, tmp_path_factory.mktemp("panel_warehouse") / "regional.duckdb", *PANELS)


@pytest.fixture(scope="session")
def warehouse_of_another_vintage(folder: Path, warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What follows the choice of a vintage, built again in a copy."""
    asked = "{place_level: province, family: national_accounts, vintage: v0, last_year: 2009}"
    copy = Path(shutil.copy(warehouse, tmp_path_factory.mktemp("another_vintage") / "regional.duckdb"))
    return built(
        folder, copy, "--select", "vintage_choice+,+province_panel", "--vars", f"{{family_vintages: [{asked}]}}"
    )


def _series(warehouse: Path, column: str, place: str) -> dict[int, float]:
    sql = f"""
        select year, {column} from province_panel
        where province_name_zh like ? || '%' and {column} is not null order by year
    """
    return dict(rows_of(warehouse, sql, [place]))


def _origins(warehouse: Path, panel_column: str, place: str) -> dict[int, str]:
    sql = """
        select distinct provenance.year, provenance.origin
        from province_provenance as provenance inner join province_panel using (province_code, year)
        where province_panel.province_name_zh like ? || '%' and panel_column = ?
    """
    return dict(rows_of(warehouse, sql, [place, panel_column]))


# Units and the way back to the cell


@pytest.mark.parametrize(
    ("column", "place", "year", "value"),
    [
        # 2,000 million USD = 20 x 100 million USD; x 6.7695 CNY per USD in 2010
        ("foreign_enterprise_investment_100m_cny", "北京", 2010, 135.39),
        # 64.588 x 100 million CNY / 6.4588 CNY per USD in 2011 = 10 x 100 million USD = 100,000 x 10,000 USD
        ("fdi_actual_10k_usd", "天津", 2011, 100000),
        # 12,345,678 persons / 10,000
        ("pop_resident_10k_persons", "河北", 2013, 1234.5678),
        # 1,080,000 x 10,000 CNY = 108 x 100 million CNY
        ("gdp_100m_cny", "北京", 2012, 108),
    ],
)
def test_units_are_converted(warehouse: Path, column: str, place: str, year: int, value: float) -> None:
    assert _series(warehouse, column, place)[year] == pytest.approx(value, rel=1e-12)


def _printed_in_source(file: Path, sheet: str, cell: str, row: int, column: int) -> object:
    """What a file holds in a cell, read without the project's readers."""
    if file.suffix == ".xlsx":
        return openpyxl.load_workbook(file)[sheet][cell].value
    encoding = "gb18030" if file.name == "gdp_old.csv" else "utf-8-sig"
    with file.open(encoding=encoding, newline="") as text:
        return list(csv.reader(text))[row][column]


def test_every_reported_value_is_its_source_cell_times_its_factors(folder: Path, warehouse: Path) -> None:
    provenance = rows_of(
        warehouse,
        """
        select path, sheet, cell, row_number, column_number, value_text, value, unit_factor, currency_factor
        from province_provenance where origin = 'reported'
        """,
    )
    assert len(provenance) > 600
    assert {row[0] for row in provenance} >= {"gdp_first.xlsx", "gdp_second.csv", "trade.csv", "unemployment.csv"}
    for path, sheet, cell, row, column, text, value, unit_factor, currency_factor in provenance:
        source = _printed_in_source(folder / path, sheet, cell, row, column)
        assert text == (source if isinstance(source, str) else f"{source:g}"), (path, cell)
        number = float(text.replace(",", ""))
        assert math.isclose(value, number * unit_factor * currency_factor, rel_tol=1e-14), (path, cell)


def test_every_panel_value_has_provenance_and_the_same_value(warehouse: Path) -> None:
    columns = [name for (name,) in rows_of(warehouse, "select distinct panel_column from province_provenance")]
    values: set[tuple[Any, ...]] = set()
    for column in columns:
        sql = f"select province_code, year, '{column}', {column} from province_panel where {column} is not null"
        values |= set(rows_of(warehouse, sql))
    provenance = rows_of(warehouse, "select distinct province_code, year, panel_column, value from province_provenance")
    assert set(provenance) == values
    empty = rows_of(
        warehouse,
        "select panel_column from reference.indicators where in_province_panel"
        " and panel_column not in (select panel_column from province_provenance)",
    )
    for (column,) in empty:
        assert rows_of(warehouse, f"select count({column}) from province_panel") == [(0,)]


def test_the_coordinates_of_a_workbook_are_those_that_a_spreadsheet_shows(warehouse: Path) -> None:
    sql = """
        select cell, value_text from province_provenance
        where path = 'gdp_first.xlsx' and province_code = '120000' and year = 2012
    """
    # Tianjin stands in the sixth row of the sheet, 2012 in its third column.
    assert rows_of(warehouse, sql) == [("C6", "52.5")]


# Rivals and vintages


def test_the_best_source_is_chosen_and_rivals_show_their_difference(warehouse: Path) -> None:
    # Priority 1 has 100 and 105 and a blank; priority 2 fills the blank; priority 5 of the same vintage adds 2009.
    assert _series(warehouse, "gdp_100m_cny", "北京") == pytest.approx({2009: 96, 2010: 100, 2011: 105, 2012: 108})
    rivals = rows_of(
        warehouse,
        """
        select path, rivals.year, value, relative_difference
        from observations.rival_observations as rivals inner join staging.landed_files using (file_id)
        where rivals.indicator = 'gdp' order by path, rivals.year
        """,
    )
    assert [row[:2] for row in rivals] == [
        ("gdp_old.csv", 2008),
        ("gdp_old.csv", 2009),
        ("gdp_old.csv", 2010),
        ("gdp_second.csv", 2010),
        ("gdp_second.csv", 2011),
    ]
    # Nothing is chosen for 2008; 94 / 96 - 1 = -1 / 48, 90 / 100 - 1, 110 / 100 - 1, 105 / 105 - 1
    assert rivals[0][3] is None
    assert [row[3] for row in rivals[1:]] == pytest.approx([-1 / 48, -0.1, 0.1, 0.0], abs=1e-12)


def test_vintages_never_mix_within_a_series(warehouse: Path) -> None:
    # The old vintage alone has 2008: the panel stays empty there. In 2009 the old vintage has the better priority
    # (3, before 5), and the series keeps to its vintage nevertheless.
    assert min(_series(warehouse, "gdp_100m_cny", "北京")) == 2009
    assert _series(warehouse, "gdp_100m_cny", "北京")[2009] == 96
    mixed = rows_of(
        warehouse,
        "select indicator from observations group by place_level, indicator, scope having count(distinct vintage) > 1",
    )
    assert mixed == []


# Derived values


@pytest.mark.parametrize(
    ("column", "place", "year", "expected"),
    [
        ("urbanisation_rate_pct", "北京", 2010, (60, "derived")),  # 100 x 60 / (60 + 40)
        ("urbanisation_rate_pct", "天津", 2010, (75, "derived")),  # 100 x 45 / (45 + 15)
        ("gdp_share_primary_pct", "北京", 2010, (10, "derived")),  # 100 x 10 / (10 + 40 + 50)
        ("gdp_share_tertiary_pct", "天津", 2010, (50, "derived")),  # 100 x 25 / (5 + 20 + 25)
        ("gdp_share_tertiary_pct", "北京", 2010, (51, "reported")),  # printed, so not derived from 50 / 100
        ("trade_total_100m_cny", "北京", 2020, (50, "derived")),  # 30 + 20
    ],
)
def test_values_are_derived_from_parts_where_none_is_reported(
    warehouse: Path, column: str, place: str, year: int, expected: tuple[float, str]
) -> None:
    value, origin = expected
    assert _series(warehouse, column, place)[year] == pytest.approx(value, rel=1e-12)
    assert _origins(warehouse, column, place)[year] == origin


def test_parts_of_two_vintages_are_not_put_together(warehouse: Path) -> None:
    # Hebei has urban residents of v1 and rural residents of v2 only.
    assert _series(warehouse, "urbanisation_rate_pct", "河北") == {}


def test_a_derived_value_beside_a_reported_one_is_a_rival(warehouse: Path) -> None:
    sql = """
        select value, chosen_value, relative_difference from observations.rival_observations
        where origin = 'derived' and indicator = 'gdp_share_tertiary'
    """
    # 50 / 51 - 1 = -1 / 51
    assert rows_of(warehouse, sql) == [(50.0, 51.0, pytest.approx(-1 / 51))]


def test_a_derived_value_leads_to_all_its_cells(warehouse: Path) -> None:
    sql = """
        select part, path, cell, cell_value from province_provenance
        where panel_column = 'urbanisation_rate_pct' and province_code = '120000' order by part
    """
    assert rows_of(warehouse, sql) == [("pop_rural", "rural.csv", "B3", 15.0), ("pop_urban", "urban.csv", "B3", 45.0)]


# Gaps and vintages


def test_gaps_stay_open(warehouse: Path) -> None:
    """Filling is a study's choice, made in its mart."""
    for column, given in (("budget_expenditure_100m_cny", BUDGET), ("unemployment_rate_pct", UNEMPLOYMENT)):
        for place, reported in given.items():
            assert _series(warehouse, column, place) == pytest.approx(reported, rel=1e-12)
            assert set(_origins(warehouse, column, place).values()) <= {"reported"}


def test_a_family_takes_the_vintage_of_its_best_source(warehouse: Path) -> None:
    sql = """
        select vintage, indicators, first_year, last_year, rank_by_priority = 1 from observations.family_vintages
        where place_level = 'province' and family = 'national_accounts' order by vintage
    """
    of_v1 = "gdp, value_added_primary, value_added_secondary, value_added_tertiary"
    assert rows_of(warehouse, sql) == [("v0", "gdp", 2008, 2010, False), ("v1", of_v1, 2009, 2012, True)]
    assert _series(warehouse, "gdp_100m_cny", "北京") == {2009: 96, 2010: 100, 2011: 105, 2012: 108}
    sql = "select distinct national_accounts_vintage from province_panel where gdp_100m_cny is not null"
    assert rows_of(warehouse, sql) == [("v1",)]


def test_every_vintage_stands_side_by_side(warehouse: Path) -> None:
    sql = """
        select vintage, gdp_100m_cny, value_added_primary_100m_cny from province_vintages
        where province_code = '110000' and year = 2010 and vintage in ('v0', 'v1') order by vintage
    """
    assert rows_of(warehouse, sql) == [("v0", 90, None), ("v1", 100, 10)]


def test_a_var_chooses_another_vintage_for_a_span_of_years(warehouse_of_another_vintage: Path) -> None:
    assert _series(warehouse_of_another_vintage, "gdp_100m_cny", "北京") == {2008: 88, 2009: 94, 2010: 100} | {
        2011: 105,
        2012: 108,
    }
    sql = """
        select year, national_accounts_vintage from province_panel
        where province_code = '110000' and gdp_100m_cny is not null order by year
    """
    vintages = dict(rows_of(warehouse_of_another_vintage, sql))
    assert vintages == {2008: "v0", 2009: "v0", 2010: "v1", 2011: "v1", 2012: "v1"}


def test_a_vintage_that_no_file_has_is_told(folder: Path, warehouse: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(warehouse, tmp_path / "regional.duckdb"))
    asked = "{place_level: province, family: national_accounts, vintage: v9}"
    variables = ("--vars", f"{{family_vintages: [{asked}]}}")
    done = build(folder, copy, "--select", "vintage_choice", *variables)
    assert done.returncode != 0
    assert "asks for the vintage v9 of the family national_accounts (province), which no file has" in done.stdout


def test_an_identity_is_checked_within_each_vintage(warehouse: Path) -> None:
    sql = """
        select vintage, year, rows_checked, rows_that_hold, largest_residual from panel_identities
        where identity = 'value_added_of_industries' order by vintage
    """
    # Beijing: 10 + 40 + 50 = 100. Tianjin: 5 + 20 + 25 = 50.
    assert rows_of(warehouse, sql) == [("panel", 2010, 2, 2, 0), ("v1", 2010, 2, 2, 0)]


# Detectors


def test_planted_defects_are_found_and_clean_series_are_not(warehouse: Path) -> None:
    findings = rows_of(
        warehouse,
        "select detector, indicator, year, severity from detectors.findings order by detector, indicator, year",
    )
    assert findings == [
        ("column_jump", "trade_total", BROKEN_YEAR, "quarantine"),
        ("province_sum", "pop_resident", 2011, "quarantine"),
        ("province_sum", "trade_total", BROKEN_YEAR, "quarantine"),
    ]


def test_findings_say_by_how_much(warehouse: Path) -> None:
    deviations = {
        (detector, indicator): deviation
        for detector, indicator, deviation in rows_of(
            warehouse, "select detector, indicator, deviation from detectors.findings"
        )
    }
    # ln(2 x 22075.4) - (ln 25632.6 + ln 29740.0) / 2 in 100 million USD, and the same change of the exchange rate
    # for all: ln 6.831 - (ln 6.9451 + ln 6.7695) / 2
    jump = math.log(2 * 22075.4 / math.sqrt(25632.6 * 29740.0)) + math.log(6.831 / math.sqrt(6.9451 * 6.7695))
    assert deviations == pytest.approx(
        {("column_jump", "trade_total"): jump, ("province_sum", "trade_total"): 1.0}
        | {("province_sum", "pop_resident"): -1 / 6},
        rel=1e-5,
    )


@pytest.mark.parametrize(
    ("column", "year", "values"),
    [
        ("trade_total_100m_cny", BROKEN_YEAR, 0),
        ("trade_total_100m_cny", BROKEN_YEAR - 1, 31),
        ("trade_total_100m_cny", BROKEN_YEAR + 1, 31),
        ("exports_100m_cny", BROKEN_YEAR, 31),
        ("exports_100m_cny", 2010, 31),
        ("pop_resident_10k_persons", 2010, 31),
        ("pop_resident_10k_persons", 2011, 0),
        ("pop_resident_10k_persons", 2012, 31),
    ],
)
def test_a_quarantined_year_is_empty_in_the_panel_and_its_neighbours_are_full(
    warehouse: Path, column: str, year: int, values: int
) -> None:
    assert rows_of(warehouse, f"select count({column}) from province_panel where year = ?", [year]) == [(values,)]


def test_quarantined_cells_stand_in_the_ledger(warehouse: Path) -> None:
    assert unbalanced_ledger_rows(warehouse) == []
    ledger = {
        path: bins
        for path, *bins in rows_of(
            warehouse, "select path, cells, used, rival, check_row, blank, quarantined, rejected from ledger.ledger"
        )
    }
    # 31 provinces x 10 years x 2 columns, of which one year of one column is kept out.
    assert ledger["trade.csv"] == [620, 589, 0, 0, 0, 31, 0]
    # 31 provinces and the nation x 3 years, of which one year is kept out.
    assert ledger["population.csv"] == [96, 62, 0, 3, 0, 31, 0]
    # 4 places x 12 years: 8 + 7 + 11 + 6 = 32 values and 16 blanks.
    assert ledger["budget.csv"] == [48, 32, 0, 0, 16, 0, 0]
    assert ledger["gdp_second.csv"] == [3, 1, 2, 0, 0, 0, 0]
    assert ledger["rural_other.csv"] == [1, 0, 1, 0, 0, 0, 0]


def test_the_panel_has_every_province_in_every_year(warehouse: Path) -> None:
    years = [year for (year,) in rows_of(warehouse, "select distinct year from province_panel order by year")]
    assert (years[0], years[-1]) == (2001, 2022)
    assert all(later == earlier + 1 for earlier, later in pairwise(years))
    assert rows_of(warehouse, "select count(*), count(distinct province_code) from province_panel") == [(31 * 22, 31)]
