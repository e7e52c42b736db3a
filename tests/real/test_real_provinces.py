"""The real provincial files, read through the shipped catalogue: completeness, source cells, and what is known."""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from tests.support.warehouse import NO_REAL_PROVINCES, PANELS, REAL_PROVINCES, built, rows_of, unbalanced_ledger_rows

pytestmark = pytest.mark.skipif(not REAL_PROVINCES.is_dir(), reason=NO_REAL_PROVINCES)

WIDE_FILE = "wide_分省年度数据_2005-2024.csv"


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(REAL_PROVINCES, tmp_path_factory.mktemp("real_provinces") / "regional.duckdb", *PANELS)


def _value(warehouse: Path, sql: str) -> Any:
    ((value,),) = rows_of(warehouse, sql)
    return value


# Completeness


def test_every_file_is_read(warehouse: Path) -> None:
    suffixes = {".csv", ".dta", ".xls", ".xlsx"}
    files = {path.name for path in REAL_PROVINCES.iterdir() if path.suffix in suffixes}
    assert {path for (path,) in rows_of(warehouse, "select path from staging.landed_files")} == files
    assert rows_of(warehouse, "select message from ledger.notices") == []


def test_nothing_is_simulated(warehouse: Path) -> None:
    assert rows_of(warehouse, "select distinct is_simulated from staging.landed_files") == [(False,)]


@pytest.mark.parametrize(
    "column",
    [
        "gdp_100m_cny",
        "pop_resident_10k_persons",
        "urbanisation_rate_pct",
        "urban_income_cny",
        "rural_income_cny",
        "budget_expenditure_100m_cny",
        "unemployment_rate_pct",
        "gdp_share_secondary_pct",
        "gdp_share_tertiary_pct",
        "rd_expenditure_100m_cny",
        "cpi_index_previous_year_100",
    ],
)
def test_the_years_2010_to_2020_are_complete(warehouse: Path, column: str) -> None:
    sql = f"""
        select count(*), count(distinct province_code), count(distinct year), count({column})
        from province_panel where year between 2010 and 2020
    """
    # 31 provinces x 11 years
    assert rows_of(warehouse, sql) == [(341, 31, 11, 341)]


def test_theil_is_there_wherever_its_parts_are(warehouse: Path) -> None:
    sql = """
        select
            count(*) filter (where theil is not null),
            count(*) filter (where theil is not null and year between 2010 and 2020),
            count(*) filter (where (theil is null) <> (
                urban_income_cny is null or rural_income_cny is null or urbanisation_rate_pct is null
            ))
        from province_inequality inner join province_panel using (province_code, year)
    """
    assert rows_of(warehouse, sql) == [(341, 341, 0)]


# Source cells


@cache
def _grid(path: str, sheet: str) -> list[list[Any]]:
    """The values of a file by row and column, read without the project's readers."""
    file = REAL_PROVINCES / path
    if file.suffix == ".dta":
        frame = pd.read_stata(file, convert_categoricals=False)
        return [list(frame), *frame.to_numpy().tolist()]
    if file.suffix == ".csv":
        with file.open(encoding="gb18030" if "_gbk" in file.name else "utf-8-sig", newline="") as text:
            return list(csv.reader(text))
    return CalamineWorkbook.from_path(str(file)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


@pytest.mark.parametrize(
    ("panel_column", "values"),
    [
        ("gdp_100m_cny", 31 * 19),  # 2006-2024
        ("pop_resident_10k_persons", 31 * 23),  # 2000-2022
        ("urban_income_cny", 31 * 11),  # 2010-2020
        ("rural_income_cny", 31 * 11),
        ("trade_total_100m_cny", 31 * 18),  # 2005, 2007-2014, 2016-2024
        ("exp_science_100m_cny", 31 * 13),  # 2011-2023
    ],
)
def test_values_are_their_source_cells(warehouse: Path, panel_column: str, values: int) -> None:
    provenance = rows_of(
        warehouse,
        """
        select path, sheet, row_number, column_number, value, unit_factor, currency_factor
        from province_provenance where panel_column = ? and origin = 'reported'
        """,
        [panel_column],
    )
    assert len(provenance) == values
    for path, sheet, row, column, value, unit_factor, currency_factor in provenance:
        source = float(_grid(path, sheet)[row][column])
        assert math.isclose(value, source * unit_factor * currency_factor, rel_tol=1e-12), (path, row, column)


def test_source_cells_lie_in_the_row_of_the_place_and_the_column_of_the_year(warehouse: Path) -> None:
    provenance = rows_of(
        warehouse,
        """
        select path, sheet, row_number, column_number, year, province_name_zh
        from province_provenance
        where panel_column = 'gdp_100m_cny'
        """,
    )
    for path, sheet, row, column, year, name in provenance:
        grid = _grid(path, sheet)
        header = next(line for line in grid if line[0] == "地区")
        assert (grid[row][0], header[column]) == (name, f"{year}年")


# Known figures


def test_beijing_2015(warehouse: Path) -> None:
    sql = """
        select urban_income_cny, rural_income_cny, urbanisation_rate_pct, theil
        from province_panel inner join province_inequality using (province_code, year)
        where province_code = '110000' and year = 2015
    """
    ((urban, rural, rate, theil),) = rows_of(warehouse, sql)
    assert (round(urban), round(rural), rate) == (52859, 20569, 86.71)
    # p = 0.8671; s = 0.8671 x 52859.17 / (0.8671 x 52859.17 + 0.1329 x 20568.72) = 45834.19 / 48567.77 = 0.943716
    # 0.943716 ln(0.943716 / 0.8671) + 0.056284 ln(0.056284 / 0.1329) = 0.0799047 - 0.0483576
    assert theil == pytest.approx(0.031547, abs=1e-6)


def test_provinces_sum_to_the_nation(warehouse: Path) -> None:
    gdp = _value(warehouse, "select sum(gdp_100m_cny) from province_panel where year = 2020")
    assert gdp == pytest.approx(1_013_567, rel=0.03)
    population = _value(warehouse, "select sum(pop_resident_10k_persons) from province_panel where year = 2020")
    # Census of 2020: 141,212 x 10,000 residents, of which 200 x 10,000 in the armed forces belong to no province.
    assert population == pytest.approx(141_212, rel=0.002)


def test_inequality_lies_where_it_can(warehouse: Path) -> None:
    sql = """
        select min(theil), max(theil), min(income_ratio), max(income_ratio),
            100 * min(urban_share), 100 * max(urban_share)
        from province_inequality
    """
    ((low, high, low_ratio, high_ratio, low_urban, high_urban),) = rows_of(warehouse, sql)
    assert 0.01 < low < high < 0.25
    assert 1 < low_ratio < high_ratio < 4
    assert 20 < low_urban < high_urban < 91


def test_inequality_falls_in_most_provinces_from_2010_to_2020(warehouse: Path) -> None:
    sql = """
        select count(*) filter (where late.theil < early.theil), count(*)
        from province_inequality as early inner join province_inequality as late using (province_code)
        where early.year = 2010 and late.year = 2020
    """
    assert rows_of(warehouse, sql) == [(31, 31)]


# Defects


def test_the_trade_column_of_2006_is_found_and_kept_out(warehouse: Path) -> None:
    findings = rows_of(
        warehouse,
        "select detector, path, indicator, year, severity, deviation from detectors.findings order by detector",
    )
    assert [finding[:5] for finding in findings] == [
        ("column_jump", WIDE_FILE, "trade_total", 2006, "quarantine"),
        ("province_sum", WIDE_FILE, "trade_total", 2006, "quarantine"),
    ]
    # The provinces sum to 2776 bn USD, the nation had 1760.44: 2776 / 1760.44 - 1 = 0.577
    assert findings[1][5] == pytest.approx(0.577, abs=0.001)


def test_the_cells_of_2006_trade_are_quarantined_and_the_panel_is_empty_there(warehouse: Path) -> None:
    bins = rows_of(
        warehouse,
        """
        select bin, count(*)
        from ledger.cell_bins
        inner join staging.resolved_cells using (file_id, sheet, row_number, column_number)
        inner join staging.landed_files using (file_id)
        where path = ? and resolved_cells.vintage = ? and resolved_cells.indicator = 'trade_total' and year = 2006
        group by bin
        """,
        [WIDE_FILE, "customs_operating_unit"],
    )
    assert bins == [("quarantined", 31)]
    sql = "select year, count(trade_total_100m_cny) from province_panel where year between 2005 and 2007 group by year"
    assert dict(rows_of(warehouse, sql)) == {2005: 31, 2006: 0, 2007: 31}


def test_the_ledger_adds_up(warehouse: Path) -> None:
    assert unbalanced_ledger_rows(warehouse) == []


def test_every_cell_is_understood(warehouse: Path) -> None:
    assert rows_of(warehouse, "select reject_reason, year, count(*) from ledger.rejects group by all") == []


def test_trade_of_2023_and_2024_is_converted_at_the_rates_of_the_communiques(warehouse: Path) -> None:
    sql = """
        select distinct year, round(currency_factor, 4)
        from staging.resolved_cells
        where indicator = 'trade_total' and source_unit = '1k_usd' and year >= 2023
        order by year
    """
    assert rows_of(warehouse, sql) == [(2023, 7.0467), (2024, 7.1217)]


def test_unemployment_of_2022_is_another_series_and_kept_out(warehouse: Path) -> None:
    sql = "select max(year) from province_panel where unemployment_rate_pct is not null"
    assert _value(warehouse, sql) == 2021


# Vintages


def test_urban_incomes_of_two_surveys_differ(warehouse: Path) -> None:
    sql = """
        select
            count(*), count(distinct place_code), min(year), max(year),
            max(abs(relative_difference)), count(distinct place_code) filter (where abs(relative_difference) > 0.01)
        from observations.rival_observations
        where indicator = 'urban_income' and chosen_value is not null
    """
    ((values, places, first, last, most, places_apart),) = rows_of(warehouse, sql)
    assert (values, places, first, last) == (93, 31, 2010, 2012)
    # Tianjin 2010: 24293 / 21799.85 - 1 = 0.1144, old survey over unified survey
    assert round(100 * most, 1) == 11.4
    assert places_apart == 16


def test_incomes_are_of_one_survey_in_every_year(warehouse: Path) -> None:
    sql = "select distinct indicator, vintage from observations where indicator in ('urban_income', 'rural_income')"
    assert sorted(rows_of(warehouse, sql)) == [("rural_income", "unified_survey"), ("urban_income", "unified_survey")]


def test_gdp_is_of_the_latest_economic_census(warehouse: Path) -> None:
    sql = "select distinct vintage from observations where indicator = 'gdp'"
    assert rows_of(warehouse, sql) == [("economic_census_5",)]
    # Tianjin 2016: 17885.39 before the fourth economic census, 11487.0 after the fifth; 17885.39 / 11487.0 - 1
    sql = """
        select relative_difference from observations.rival_observations
        where indicator = 'gdp' and place_code = '120000' and year = 2016 and vintage = 'economic_census_3'
    """
    assert _value(warehouse, sql) == pytest.approx(0.5570, abs=1e-4)
