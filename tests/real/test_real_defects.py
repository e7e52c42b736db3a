"""Wrong cells of the real yearbooks and compilations that people found: each is a finding, or it is said why not.

Values are in the units of the panel. `FOUND_AT` names where the finding stands if not at the cell itself.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.warehouse import ROOT, rows_of

REAL = ROOT.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not any((REAL / "ccsy").glob("*.xlsx")), reason="the real editions are not there: expected ../shared/data/ccsy"
)

Cell = tuple[str, int, str]  # city, data year, indicator; all of the whole city

#: What is wrong with each, and the value as printed.
KNOWN: dict[Cell, tuple[float, str]] = {
    ("620800", 2005, "gdp"): (474.9, "four times its years and both compilations"),
    ("320800", 2010, "budget_expenditure"): (2061.5, "a digit too many: 206.15"),
    ("620600", 2016, "exp_science"): (29.13, "education's value, exchanged"),
    ("620600", 2016, "exp_education"): (6.28, "science's value, exchanged, and one digit more"),
    ("511600", 2011, "exp_science"): (0.000039, "10k CNY printed as 100m"),
    ("460100", 2006, "emp_unit_total"): (88.17, "three times its years; its parts and its sums are as wrong"),
    ("130900", 2009, "wage_bill_onpost"): (148.4579, "the row of Baoding"),
    ("320500", 2017, "imports"): (21341, "total trade, as in 12 of 13 cities of Jiangsu"),
    ("410700", 2018, "fdi_actual"): (755317, "CNY in a column of dollars"),
    ("230900", 2011, "value_added_tertiary"): (401, "permuted rows of a compilation"),
    ("620500", 2012, "fai"): (36.0, "a digit lost"),
}
#: The finding stands at the province: all its cities are off together.
FOUND_AT = {("320500", 2017, "imports"): "320000"}

#: Known and not found, with the reason.
NOT_FOUND: dict[Cell, str] = {
    ("130400", 2018, "exports"): "Dollars, but its imports fell by nearly as much in the same year: partners that move "
    "together clear each other, and 5.2 times is no exchange rate (6.62) within the tolerance of cell_currency",
    ("410100", 2011, "pop_registered_yearend"): "Residents in three years running (2010 to 2012, and in part 2014): "
    "their neighbours are residents too, and the districts of Zhengzhou move along",
    ("410100", 2012, "pop_registered_yearend"): "As in 2011",
}


@pytest.fixture(scope="module")
def warehouse(real_warehouse: Path) -> Path:
    return real_warehouse


def _findings(warehouse: Path, cell: Cell) -> list[tuple[str, str, str]]:
    city, year, indicator = cell
    sql = """
        select detector, severity, cell from detectors.findings
        where place_code = ? and year = ? and indicator = ? and scope = 'total'
    """
    return rows_of(warehouse, sql, [FOUND_AT.get(cell, city), year, indicator])


@pytest.mark.parametrize("cell", KNOWN, ids=str)
def test_known_wrong_cells_are_found_and_can_be_opened(warehouse: Path, cell: Cell) -> None:
    city, year, indicator = cell
    sql = "select value from detectors.checked_values where place_code = ? and year = ? and indicator = ?"
    values = [value for (value,) in rows_of(warehouse, sql + " and scope = 'total'", [city, year, indicator])]
    assert any(value == pytest.approx(KNOWN[cell][0], rel=0.02) for value in values)
    found = _findings(warehouse, cell)
    assert found
    assert all(where for _, _, where in found)


@pytest.mark.parametrize("cell", NOT_FOUND, ids=str)
def test_known_wrong_cells_that_are_not_found_have_a_reason(warehouse: Path, cell: Cell) -> None:
    """As soon as one is found, it belongs above."""
    assert _findings(warehouse, cell) == []
    assert NOT_FOUND[cell]


def test_few_cells_of_the_yearbooks_are_flagged(warehouse: Path) -> None:
    """Wrong cells are among them: see benchmarks/judged_findings.csv."""
    sql = """
        with cells as (
            select distinct cells.file_id, place_code, cells.indicator, cells.scope, year
            from staging.resolved_cells as cells inner join staging.landed_files as files using (file_id)
            where reader = 'ccsy_workbook' and status = 'usable' and cells.place_level = 'city'
        )
        select
            count(*) filter (where severity = 'flag') / (select count(*) from cells),
            count(*) filter (where severity = 'quarantine')
        from (
            select file_id, place_code, indicator, scope, year, max(severity) as severity
            from detectors.findings semi join cells using (file_id, place_code, indicator, scope, year) group by all
        )
    """
    ((flagged, quarantined),) = rows_of(warehouse, sql)
    assert flagged <= 0.003
    assert quarantined > 250
