"""The simulated city files: what they print comes back from the warehouse, and what is planted in them is caught."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from simulation.cities import simulate_cities
from simulation.city_accounts import OTHER_REVISION_PROVINCE, with_accounts
from simulation.city_defects import DAMAGES, DOLLARS, NAME, PLANTED, Defect, as_markdown
from simulation.city_files import in_panel_units, write_city_files
from simulation.city_headers import BILINGUAL, LAYOUTS, columns_of, since
from simulation.city_names import cities, name_in_force, short_name, yearbook_name_of
from simulation.city_surveys import (
    COMPUTED,
    FIRST_UNIFIED_YEAR,
    PROVINCE,
    as_surveyed,
)
from simulation.files import DEFAULT_SEED
from simulation.printing import MARK
from simulation.yearbooks import (
    Table,
    as_printed,
    panel_units,
    printed_values,
    tables_of,
    write_yearbooks,
    yearbook_file,
)
from tests.support.project import seed_path
from tests.support.stand_in_cities import stand_in_cities
from tests.support.warehouse import ROOT, rows_of, unbalanced_ledger_rows

#: cells of the draw, not planted, that a detector takes for misprints: a year at an eighth of its neighbouring years
#: (detector, year, indicator, city)
FALSE_ALARMS = {
    ("cell_spike_doubtful", 2006, "design_patents_published", "210300"),
    ("cell_spike_doubtful", 2010, "design_patents_published", "451100"),
    # Provinces and cities are drawn apart: that their totals go together at all is chance.
    ("province_total", 2014, "budget_expenditure", "540000"),
    ("province_total", 2006, "imports", "520000"),
    ("province_total", 2020, "exp_science", "650000"),
    # Imports and exports are drawn with noise of their own: these go apart by a factor of two or more and back.
    *(
        ("cell_odd", year, indicator, place)
        for year, indicator, place in [
            *((2005, "imports", "621100"), (2006, "exports", "150500"), (2007, "exports", "411200")),
            *((2008, "exports", "150800"), (2009, "exports", "511700"), (2009, "exports", "620700")),
            *((2011, "exports", "340100"), (2012, "imports", "411300"), (2013, "exports", "430800")),
            *((2013, "imports", "140800"), (2014, "imports", "210500"), (2014, "imports", "211300")),
            *((2015, "exports", "440600"), (2016, "exports", "360200"), (2018, "imports", "210500")),
            *((2019, "exports", "230500"), (2021, "exports", "230200")),
        ]
    ),
}
PAGE = ROOT / "docs" / "simulation_city_files.md"


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return with_accounts(as_surveyed(in_panel_units(simulate_cities(DEFAULT_SEED))))


@pytest.fixture(scope="module")
def tables(frame: pd.DataFrame) -> list[Table]:
    return tables_of(frame)


@pytest.fixture(scope="module")
def warehouse(default_warehouse_file: Path) -> Path:
    return default_warehouse_file


# ---- what is printed comes back --------------------------------------------------------------------------


def test_the_panel_is_the_frame(warehouse: Path, frame: pd.DataFrame) -> None:
    """Every value of the frame that some file prints is in the panel, to 1e-9, but where a defect is planted."""
    expected = frame.melt(["city_code", "year"], var_name="panel_column", value_name="value")
    expected = expected[expected["panel_column"].isin(panel_units())].dropna().assign(scope="total")
    _check_reported(warehouse, expected, printed_in_no_file=_absent(expected))


def test_districts_are_those_of_the_yearbooks(warehouse: Path, tables: list[Table]) -> None:
    expected = printed_values(tables)
    expected = expected[expected["scope"] == "districts"]
    assert expected["panel_column"].nunique() > 25
    _check_reported(warehouse, expected, printed_in_no_file=pd.Series(False, expected.index))
    wholes = printed_values(tables).set_index(["city_code", "year", "panel_column", "scope"])["value"]
    ratio = wholes.xs("districts", level="scope") / wholes.xs("total", level="scope")
    assert (ratio.dropna() <= 1).all()


def _absent(expected: pd.DataFrame) -> pd.Series:
    """What no simulated file prints that may be taken: internet subscribers of the last years; accounts of 2017.

    The edition of 2018 prints accounts of the districts alone, and GDP of one province is of another revision beside.
    """
    column, is_2017 = expected["panel_column"], expected["year"] == 2017
    other_revision = expected["city_code"].str[:2] == OTHER_REVISION_PROVINCE[:2]
    return (
        (column == "internet_users_10k_households") & (expected["year"] > 2021)
        | column.isin(["gdp_per_capita_cny", "gdp_growth_pct"]) & is_2017
        | (column == "gdp_100m_cny") & is_2017 & other_revision
    )


def _is_no_splice(city: str, year: int, column: str) -> bool:
    """A share of 2017 that moves by more than a quarter of itself between its neighbours is not spliced."""
    return year == 2017 and (city, column) in {
        (name, "gdp_share_primary_pct") for name in ("420900", "431000", "511300")
    }


def _check_reported(warehouse: Path, expected: pd.DataFrame, printed_in_no_file: pd.Series) -> None:
    scope = expected["scope"].iloc[0]
    rows = rows_of(
        warehouse,
        """
        select city_code, year, panel_column, value
        from city_observations inner join reference.indicators using (indicator)
        where scope = ? and origin <> 'derived' and indicator <> 'land_area' and indicator not like 'value_added%'
        """,
        [scope],
    )
    reported = pd.DataFrame(rows, columns=["city_code", "year", "panel_column", "value"])
    keys = ["city_code", "year", "panel_column"]
    both = expected[~printed_in_no_file].merge(reported, "outer", keys, suffixes=("", "_reported"))
    is_equal = np.isclose(both["value"], both["value_reported"], rtol=1e-9, atol=0)
    different = both[~is_equal]
    excused = [_is_planted(*row) or _is_no_splice(*row) for row in different[keys].itertuples(index=False)]
    unexcused = different[~np.array(excused, bool)]
    assert unexcused.empty, unexcused
    assert len(both) > 40_000


def _is_planted(city_code: str, year: int, panel_column: str) -> bool:
    return any(
        defect.edition == year + 1
        and defect.city_code in ("", city_code)
        and defect.quantity in ("", panel_column)
        and defect.kind != DOLLARS  # the compilation of trade, a rival, is used instead
        for defect in PLANTED
    )


def test_the_survey_break_planted_is_the_break_found(warehouse: Path) -> None:
    sql = """
        select cities.province_code, survey_year, count(distinct city_code)
        from city_income_surveys inner join reference.cities using (city_code)
        where survey_year is not null
        group by all
    """
    found = {(province, year): count for province, year, count in rows_of(warehouse, sql)}
    # no other year and no other province; a city whose own noise hides the step may be undetermined
    assert set(found) == {(PROVINCE, FIRST_UNIFIED_YEAR)}
    of_province = [code for code, city in cities().items() if city["province_code"] == PROVINCE]
    assert found[PROVINCE, FIRST_UNIFIED_YEAR] > 0.8 * len(of_province)
    sql = "select distinct province_year from city_income_surveys where province_year is not null"
    assert rows_of(warehouse, sql) == [(FIRST_UNIFIED_YEAR,)]
    sql = """
        select distinct year < survey_year, series_survey from city_income_surveys
        where survey_year is not null and basis <> 'other_year' order by all
    """
    assert rows_of(warehouse, sql) == [(False, "unified"), (True, "old")]


def test_the_step_is_that_of_both_incomes_and_leaves_the_index(warehouse: Path) -> None:
    found = rows_of(
        warehouse,
        "select count(*), count(theil) from city_inequality inner join reference.cities using (city_code)"
        " where province_code = ? and income_survey = 'different'",
        [PROVINCE],
    )
    assert found == [(0, 0)]


def test_computed_incomes_are_those_that_were_computed(warehouse: Path) -> None:
    sql = """
        select city_code, panel_column, year
        from city_observations inner join reference.indicators using (indicator)
        where origin = 'computed' order by all
    """
    assert rows_of(warehouse, sql) == sorted(COMPUTED)
    sql = """
        select city_code, series || '_cny', year from city_income_surveys
        where survey = 'computed' order by all
    """
    assert rows_of(warehouse, sql) == sorted(COMPUTED)


def test_the_ledger_balances(warehouse: Path) -> None:
    assert unbalanced_ledger_rows(warehouse) == []
    assert rows_of(warehouse, "select count(*) from ledger.notices") == [(0,)]


def test_every_heading_that_counts_a_panel_column_is_known(warehouse: Path, tables: list[Table]) -> None:
    """Cells of each column and edition: read as the indicator, scope and unit that were printed."""
    indicators = pd.read_csv(seed_path("indicators"), dtype=str).set_index("panel_column")["indicator"]
    units = pd.read_csv(seed_path("units"), dtype=str).set_index("unit_text")["unit"]
    expected = {
        (table.edition - 1, position, indicators[column.quantity], column.scope, units[column.unit])
        for table in tables
        for position, column in enumerate(table.columns, start=2 if table.edition in BILINGUAL else 1)
        if column.quantity in panel_units()
    }
    found = rows_of(
        warehouse,
        """
        select distinct year, column_number, cells.indicator, cells.scope, source_unit
        from staging.resolved_cells as cells inner join staging.landed_files using (file_id)
        where reader = 'ccsy_workbook' and status not in ('not_requested', 'blank')
            -- filling of the yearbooks, and of no frame
            and cells.indicator is distinct from 'land_area'
        """,
    )
    assert set(found) == expected


# ---- what is planted is caught ---------------------------------------------------------------------------


def _year_place_indicator(defect: Defect) -> tuple[int, str, str]:
    indicators = pd.read_csv(seed_path("indicators"), dtype=str).set_index("panel_column")["indicator"]
    return defect.edition - 1, defect.city_code, indicators.get(defect.quantity, "")


@pytest.mark.parametrize("defect", PLANTED, ids=lambda defect: f"{defect.edition} {defect.caught_by} {defect.kind}")
def test_every_planted_defect_is_caught(warehouse: Path, defect: Defect) -> None:
    year, place, indicator = _year_place_indicator(defect)
    if defect.kind == NAME:
        sql = "select count(*) > 0 from ledger.rejects where year = ? and place_text = ? and reject_reason = ?"
        assert rows_of(warehouse, sql, [year, defect.printed, defect.caught_by]) == [(True,)]
        return
    # A sum that does not hold is found at its whole or at the name of its rule, a quotient at itself.
    sql = """
        with found_at as (
            select coalesce(whole, rule) as indicator, detector from reference.sum_rules where part = $3
            union all
            select quotient, detector from reference.quotient_rules where numerator = $3
            union all
            select $3, $5
        )
        select count(*) from (
            select 1 from staging.resolved_cells
            where year = $1 and place_code = $2 and indicator = $3 and scope = $4 and reject_reason = $5
            union all
            select 1 from detectors.findings semi join found_at using (indicator, detector)
            where year = $1 and coalesce(place_code, '') = $2 and scope = $4 and detector = $5
        )
    """
    assert rows_of(warehouse, sql, [year, place, indicator, defect.scope, defect.caught_by]) == [(1,)]


def test_nothing_else_is_rejected(warehouse: Path) -> None:
    planted = {_year_place_indicator(defect) for defect in PLANTED}
    names = {(defect.edition - 1, defect.printed) for defect in PLANTED if defect.kind == NAME}
    rows = rows_of(
        warehouse,
        "select year, place_code, indicator, place_text, scope, reject_reason, value_text "
        "from staging.resolved_cells where status = 'rejected'",
    )
    assert [row for row in rows if row[:3] not in planted and (row[0], row[3]) not in names] == []


def test_nothing_else_is_found(warehouse: Path) -> None:
    """Each is of a planted defect, an echo of one (a sum, districts, the year after), or a listed false alarm."""
    rows = rows_of(
        warehouse,
        "select detector, year, indicator, scope, coalesce(place_code, '') from detectors.findings order by all",
    )
    wholes: dict[str, set[str]] = {}
    for rule in rows_of(warehouse, "select part, coalesce(whole, rule) from reference.sum_rules"):
        wholes.setdefault(rule[0], set()).add(rule[1])
    for rule in rows_of(warehouse, "select numerator, quotient from reference.quotient_rules"):
        wholes.setdefault(rule[0], set()).add(rule[1])
    unexplained = [row for row in rows if not any(_explains(defect, row, wholes) for defect in PLANTED)]
    assert {(detector, year, indicator, place) for detector, year, indicator, _, place in unexplained} == FALSE_ALARMS


def _explains(defect: Defect, finding: tuple[str, int, str, str, str], wholes: dict[str, set[str]]) -> bool:
    detector, year, indicator, scope, place = finding
    planted_year, planted_place, planted_indicator = _year_place_indicator(defect)
    if scope != defect.scope or (indicator != planted_indicator and indicator not in wholes.get(planted_indicator, ())):
        return False
    if planted_place == "":
        return year == planted_year or (detector == "column_step" and year == planted_year + 1)
    sums = {planted_place, cities().get(planted_place, {}).get("province_code"), "000000"}
    return year == planted_year and place in sums


def test_the_page_lists_what_is_planted() -> None:
    assert as_markdown() in PAGE.read_text(encoding="utf-8")


# ---- layouts ---------------------------------------------------------------------------------------------


def test_the_adverts_say_simulated() -> None:
    """That files do is tested with the files of provinces; a second sheet is never landed."""
    for edition in (2005, 2023):
        book = openpyxl.load_workbook(ROOT / "data" / "demo" / yearbook_file(edition), read_only=True)
        assert MARK in book.worksheets[1]["A1"].value


def test_the_same_frame_gives_the_same_bytes(tmp_path: Path) -> None:
    small = stand_in_cities(4, 2015, 2019)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_city_files(tmp_path / name, small.sample(frac=1, random_state=len(name)))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_editions_differ_in_layout_units_and_language() -> None:
    headings = {
        edition: {column.quantity: column for column in columns_of(edition) if column.scope == "total"}
        for edition in range(2005, 2024)
    }
    assert headings[2014]["emp_unit_total_10k_persons"].unit == "万人"
    assert headings[2015]["emp_unit_total_10k_persons"].unit == "人"
    assert headings[2019]["gdp_100m_cny"].unit == "万元"
    assert headings[2020]["gdp_100m_cny"].unit == "亿元"
    assert headings[2012]["internet_users_10k_households"].unit == "户"
    assert headings[2018]["imports_100m_cny"].unit == "万美元"
    assert "gdp_100m_cny" not in headings[2018]
    assert "Gross Regional Product" in headings[2016]["gdp_100m_cny"].texts["header"]
    assert len({since(LAYOUTS, edition, ()) for edition in headings}) >= 6
    assert len({headings[edition]["pop_registered_yearend_10k_persons"].texts["header"] for edition in headings}) >= 5


def test_the_unit_in_a_heading_is_that_of_the_figures() -> None:
    words = re.compile(r"[（(](?:当年价格、?)?(万人|人|万元|亿元|元|万美元|万户|户|%|件)[）)]")
    for edition in range(2005, 2025):
        for column in columns_of(edition):
            stated = {unit for text in column.texts.values() for unit in words.findall(text)}
            assert column.quantity not in panel_units() or stated <= {column.unit}, (edition, column)


def test_old_names_are_printed_in_the_years_they_were_in_force() -> None:
    assert [name_in_force("420600", year) for year in (2009, 2010)] == ["襄樊市", "襄阳市"]
    assert [name_in_force("530800", year) for year in (2006, 2007)] == ["思茅市", "普洱市"]
    assert name_in_force("530800", 2002) == "思茅地区"
    assert short_name("420600", 2005) == "襄樊"
    assert yearbook_name_of("140400", 2008) == "长冶市"
    assert yearbook_name_of("140400", 2009) == "长治市"


def test_a_city_that_ends_is_printed_to_its_end(tmp_path: Path) -> None:
    """A frame need not be balanced: an edition lists the cities of its year."""
    small = stand_in_cities(3, 2009, 2012)
    small = small[(small["city_code"] != "130100") | (small["year"] <= 2010)]
    write_yearbooks(tmp_path, small)
    names = {
        year: {row[0] for row in openpyxl.load_workbook(tmp_path / yearbook_file(year + 1)).worksheets[0].values}
        for year in (2010, 2011)
    }
    assert "石家庄市" in names[2010]
    assert "石家庄市" not in {str(name).strip() for name in names[2011]}


def test_totals_are_printed_above_the_cities(tables: list[Table]) -> None:
    """City total and province rows hold the sums to the edition of 2016, and nothing after it."""
    for table in (table for table in tables if table.edition in (2016, 2017)):
        of = {code: row for row, code in enumerate(table.codes)}
        (gdp,) = [
            numbers
            for column, numbers in zip(table.columns, table.numbers, strict=True)
            if (column.quantity, column.scope) == ("gdp_100m_cny", "total")
        ]
        assert (gdp[of["130000"]] is None) == (table.edition == 2017)
        if table.edition == 2016:
            members = [code for code in table.codes if code in cities() and cities()[code]["province_code"] == "130000"]
            assert gdp[of["130000"]] == sum((gdp[of[code]] or Decimal(0) for code in members), Decimal(0))
            assert gdp[0] == sum(gdp[of[code]] for code in table.codes if code in cities())


def test_printed_numbers_by_hand() -> None:
    def texts(value: float, quantity: str, unit: str, year: int = 2010) -> list[str]:
        return [f"{number:f}" for number in as_printed(pd.Series([value]), quantity, unit, year) if number is not None]

    assert texts(9228.91, "gdp_100m_cny", "万元") == ["92289100"]
    assert texts(12.3456, "emp_unit_total_10k_persons", "人") == ["123456"]
    assert texts(0.1, "emp_unit_total_10k_persons", "万人") == ["0.1"]
    assert texts(250.0, "fdi_actual_10k_usd", "百万美元") == ["2.5"]
    # 2010: 6.7695 CNY a dollar, so 100m CNY are 1477.2140... 10k USD
    assert texts(6.7695, "exports_100m_cny", "万美元") == ["10000"]
    assert texts(float("nan"), "gdp_100m_cny", "万元") == []


def test_damages_by_hand() -> None:
    number = Decimal("57.78")
    damaged = {kind: damage(number) for kind, damage in DAMAGES.items()}
    assert damaged["underscore for a digit"] == "5_7.78"
    assert damaged["letter for a digit"] == "L7.78"
    assert damaged["two numbers in one cell"] == "57.78 115.56"
    assert damaged["full stop behind"] == "57.78."
    assert damaged["decimal point lost, four digits"] == "577800.00"
    assert damaged["a third too much"] == "77.04"


def test_defects_stand_outside_the_samples_of_the_studies() -> None:
    """Districts enter no study; the rest is outside the years, the places or the variables of both."""
    allowed = {
        ("exports_100m_cny", "total"),  # a city of Tibet, which trade_wage_share leaves out
        ("imports_100m_cny", "total"),
        ("exp_education_100m_cny", "total"),  # 2004, a year before the window
        ("exp_science_100m_cny", "total"),
        ("internet_users_10k_households", "total"),  # 2021, after the window of innovative_city
        ("", ""),  # Xining 2020: left out by the one, after the window of the other
    }
    assert {(defect.quantity, defect.scope) for defect in PLANTED if defect.scope != "districts"} == allowed
