"""The detectors of defects in city files: planted defects are found, exactly these, and clean figures are not.

Each case is a vintage of its own, so that no case sees the figures of another, except as a rival of the same indicator
(investment agrees between all of them but for what is planted). All figures are made here: place i has
level x (1 + i / 10), growing by 5% a year, which no detector minds.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import seed_path
from tests.support.warehouse import ROOT, build, built, rows_of, unbalanced_ledger_rows, write_csv, write_manifest

YEARS = range(2014, 2020)  # behind every definition break of the city indicators
REAL_EDITIONS = ROOT.parent / "shared" / "data" / "ccsy"
CNY_PER_USD_2018 = 6.6174

Cells = dict[tuple[int, int, str], Any]  # (place, year, header) -> printed value
Finding = tuple[str, int | None, str, str, int]  # detector, place, indicator, scope, year

with (seed_path("cities")).open(encoding="utf-8", newline="") as _file:
    #: The first 60 prefecture-level cities: those of Hebei (eleven) are places 0 to 10.
    _cities = [row for row in csv.DictReader(_file) if row["is_municipality"] == "false" and row["status"] == "active"]
    CITIES = _cities[:60]
HEBEI = [number for number, row in enumerate(CITIES) if row["province_code"] == "130000"]
with (seed_path("sum_rules")).open(encoding="utf-8", newline="") as _file:
    SECTORS = [row["part"] for row in csv.DictReader(_file) if row["detector"] == "sectors_sum"]
UNITS = {
    "fai": "亿元",
    "budget_revenue": "亿元",
    "exp_education": "亿元",
    "exp_science": "亿元",
    "imports": "亿元",
    "exports": "亿元",
    "wage_bill_onpost": "亿元",
    "wage_average_onpost": "元",
    "fdi_actual": "万美元",
    "gdp_growth": "%",
    "internet_users": "万户",
    "unemployed_registered": "人",
    "液化石油气供气总量": "吨",
    "gdp_share_primary": "%",
    "gdp_share_secondary": "%",
    "gdp_share_tertiary": "%",
}


def level(place: int, year: int, base: float = 100.0) -> float:
    return round(base * (1 + place / 10) * 1.05 ** (year - YEARS[0]), 2)


def series(header: str, base: float = 100.0, years: Iterator[int] | range = YEARS, places: int = 60) -> Cells:
    return {(place, year, header): level(place, year, base) for year in years for place in range(places)}


def times(cells: Cells, place: int, year: int, header: str, factor: float) -> None:
    """Multiply one planted cell."""
    cells[place, year, header] = float(f"{cells[place, year, header] * factor:.10g}")


# The cases: what each vintage holds. With plant=False the same figures without the defects.


def shares(plant: bool) -> Cells:
    cells: Cells = {}
    for year in YEARS:
        for place in range(20):
            primary = 10 + place % 5
            cells |= {
                (place, year, "gdp_share_primary"): primary,
                (place, year, "gdp_share_secondary"): 45.5,
                (place, year, "gdp_share_tertiary"): round(54.5 - primary, 2),
            }
    cells[1, 2015, "gdp_share_secondary"] = 46.4  # 100.9: within one point
    if plant:
        cells[0, 2015, "gdp_share_secondary"] = 42.5
    return cells


def sectors(plant: bool) -> Cells:
    cells: Cells = {}
    for number, sector in enumerate(SECTORS):
        cells |= series(sector, 1 + number, places=20)
    for year in YEARS:
        for place in range(20):
            values = [cells[place, year, sector] for sector in SECTORS]
            cells[place, year, "emp_unit_total"] = round(sum(values), 2)
            cells[place, year, "emp_primary"] = values[0]
            cells[place, year, "emp_secondary"] = round(sum(values[1:5]), 2)
            cells[place, year, "emp_tertiary"] = round(sum(values[5:]), 2)
    del cells[1, 2016, SECTORS[3]]  # not all there: no sum, though short by 4 of 190
    if plant:
        times(cells, 0, 2016, SECTORS[2], 10)  # 19 sectors: 190 + 9 x 3
        times(cells, 3, 2019, SECTORS[7], 10)  # in the last year: certain only because the sum comes right
        times(cells, 2, 2017, "emp_secondary", 1.5)  # its own series and its sum say so
        times(cells, 4, 2018, "emp_unit_total", 1.04)  # nothing but the sums can see that
    return cells


def wages(plant: bool) -> Cells:
    cells = series("wage_average_onpost", 20000, places=20)
    for (place, year, _), average in list(cells.items()):
        staff = 3.45 if place == 2 else level(place, year, 20)
        cells[place, year, "wage_bill_onpost"] = round(staff * average / 10000, 4)
        # Place 2 prints whole 10k persons: 3 for 3.45, off by 14% and within rounding.
        cells[place, year, "staff_onpost_average"] = 3 if place == 2 else staff
    if plant:
        times(cells, 0, 2016, "wage_bill_onpost", 10)
        times(cells, 3, 2019, "wage_bill_onpost", 10)
        times(cells, 1, 2016, "wage_average_onpost", 1.2)
    return cells


def totals(plant: bool) -> Cells:
    """Places -1 and -2 are the rows of Hebei and of all cities."""
    cells = series("budget_revenue")
    for year in YEARS:
        for row, places in [(-1, HEBEI), (-2, range(60))]:
            cells[row, year, "budget_revenue"] = round(sum(cells[place, year, "budget_revenue"] for place in places), 2)
    cells[0, 2017, "budget_revenue"] = "-"  # in the totals and not in the sums
    if plant:
        times(cells, -1, 2016, "budget_revenue", 1.1)
        times(cells, -2, 2018, "budget_revenue", 0.9)
    return cells


def districts(plant: bool) -> Cells:
    cells = series("年末户籍人口", places=20) | series("年末户籍人口(市辖区)", 60, places=20)
    cells[1, 2016, "年末户籍人口(市辖区)"] = round(cells[1, 2016, "年末户籍人口"] * 1.01, 2)
    cells[1, 2015, "年末户籍人口(市辖区)"] = cells[1, 2016, "年末户籍人口(市辖区)"] - 8
    cells[1, 2017, "年末户籍人口(市辖区)"] = cells[1, 2016, "年末户籍人口(市辖区)"] + 4
    if plant:
        cells[0, 2019, "年末户籍人口(市辖区)"] = round(cells[0, 2019, "年末户籍人口"] * 1.2, 2)
    return cells


def scaled_years(**factors: float) -> Callable[[bool], Cells]:
    """Investment in which whole years (y2016=2) are multiplied."""

    def make(plant: bool) -> Cells:
        years = [int(name[1:]) for name in factors]
        cells = series("fai", years=iter(years))
        for place, year, header in list(cells) if plant else []:
            times(cells, place, year, header, factors[f"y{year}"])
        return cells

    return make


def reclassified(plant: bool) -> Cells:
    """Science spending rises fivefold in 2007, where the budget items were reclassified, or else in 2008."""
    cells = series("exp_science", years=range(2004, 2011))
    for place, year, header in list(cells):
        times(cells, place, year, header, 5 if year >= (2008 if plant else 2007) else 1)
    return cells


def copied(plant: bool) -> Cells:
    """Revenue of 2016 is the gas column of 2015, mapped to nothing; half of investment of 2016 is so as well."""
    cells = series("budget_revenue") | series("fai", 70) | series("液化石油气供气总量", 107)
    for place in range(60):
        if plant:
            cells[place, 2016, "budget_revenue"] = cells[place, 2015, "液化石油气供气总量"]
        if place < 30:
            cells[place, 2016, "fai"] = cells[place, 2014, "液化石油气供气总量"] = level(place, 2016, 70)
    return cells


def swapped(plant: bool) -> Cells:
    """One rises with the number of the place and the other falls: medians over places do not tell them apart."""
    cells = series("exp_education") | {
        (59 - place, year, "exp_science"): value for (place, year, _), value in series("exp_education").items()
    }
    for place in range(60) if plant else []:
        one, other = (place, 2016, "exp_education"), (place, 2016, "exp_science")
        cells[one], cells[other] = cells[other], cells[one]
    return cells


def misplaced(plant: bool) -> Cells:
    """Subscribers of the last year are a gas table near to, and not equal to, that of the year before."""
    cells = series("internet_users", 10) | series("液化石油气供气总量", 700)
    for place in range(60) if plant else []:
        cells[place, 2019, "internet_users"] = level(place, 2019, 70.7)
        cells[place, 2018, "液化石油气供气总量"] = level(place, 2018, 70)
    return cells


def spikes(plant: bool) -> Cells:
    cells = series("fai", places=20) | series("fdi_actual", 1000, places=20)
    cells |= {(place, year, "gdp_growth"): 5.5 for place in range(3) for year in YEARS}
    cells[0, 2016, "gdp_growth"] = 0.55  # a bad year
    for year in YEARS:  # the neighbours of 2016 disagree
        times(cells, 3, year, "fai", 1 if year < 2016 else 10 if year == 2016 else 3)
    for year in YEARS:
        cells[8, year, "fai"] = 31 + year - 2014
    if plant:
        times(cells, 0, 2016, "fai", 10)
        times(cells, 2, 2016, "fai", 4)  # not near a power of ten: its own series and rivals say so
        times(cells, 1, 2016, "fai", 0.01)
        times(cells, 4, 2016, "fai", 10)  # 2016 and 2018 off, or 2017 the other way round
        times(cells, 4, 2018, "fai", 10)
        times(cells, 5, 2019, "fai", 10)
        times(cells, 6, 2019, "fai", 0.0001)
        times(cells, 7, 2014, "fai", 0.001)
        cells[8, 2016, "fai"] = 3
        times(cells, 0, 2016, "fdi_actual", 10)
        times(cells, 1, 2016, "fdi_actual", 100)
        times(cells, 2, 2016, "fdi_actual", 0.01)
        times(cells, 9, 2016, "fai", 0.0005)  # no power of ten, and beyond belief
        times(cells, 3, 2016, "fdi_actual", 0.0005)  # a flow may all but vanish
        times(cells, 10, 2016, "fai", 0.03)  # no power of ten, and not that far away
    return cells


def trade(plant: bool) -> Cells:
    cells = series("imports", places=20) | series("exports", 200, places=20)
    if plant:
        for place, header in [(0, "imports"), (0, "exports"), (1, "imports")]:
            times(cells, place, 2018, header, 1 / CNY_PER_USD_2018)
    return cells


def population(plant: bool) -> Cells:
    cells = {
        (place, year, "pop_registered_yearend"): round(300 * 1.01 ** (year - 2014) + place, 2)
        for year in YEARS
        for place in range(20)
    }
    for year in YEARS:  # new borders: a lasting change
        times(cells, 1, year, "pop_registered_yearend", 1 if year < 2016 else 2)
    if plant:
        times(cells, 0, 2016, "pop_registered_yearend", 1.3)
        times(cells, 2, 2016, "pop_registered_yearend", 4)  # residents, say
    return cells


COPIED = ("exp_education", "budget_revenue", "internet_users")


def copied_row(plant: bool) -> Cells:
    """Place 0 has the numbers of place 9 in three columns of one year."""
    cells: Cells = {}
    for number, header in enumerate(COPIED):
        cells |= series(header, 150.13 + 200.7 * number, places=20)
        if plant:
            cells[0, 2016, header] = cells[9, 2016, header]
    return cells


def exchanged(plant: bool) -> Cells:
    """Places 1 and 8 of one province stand in each other's row."""
    cells = series("emp_private_selfemployed", 50, places=20)
    if plant:
        one, other = (1, 2016, "emp_private_selfemployed"), (8, 2016, "emp_private_selfemployed")
        cells[one], cells[other] = cells[other], cells[one]
    return cells


def block(plant: bool) -> Cells:
    """All cities of Hebei, of 60, stand at twice their years: one delivery of another kind."""
    cells = series("unemployed_registered", 3000)
    for place in HEBEI if plant else []:
        times(cells, place, 2016, "unemployed_registered", 2)
    return cells


TOTAL, FAI = "total", "fai"
CASES: dict[str, tuple[Callable[[bool], Cells], list[Finding]]] = {
    "shares": (shares, [("shares_sum", 0, "gdp_shares", TOTAL, 2015)]),
    "sectors": (
        sectors,
        [
            ("cell_spike", 0, SECTORS[2], TOTAL, 2016),
            ("cell_spike", 3, SECTORS[7], TOTAL, 2019),
            # A sum that a wrong part explains is no finding at its whole.
            ("cell_contradicted", 2, "emp_secondary", TOTAL, 2017),
            ("industries_sum", 4, "emp_unit_total", TOTAL, 2018),
            ("sectors_sum", 4, "emp_unit_total", TOTAL, 2018),
        ],
    ),
    "wages": (
        wages,
        [
            ("cell_spike", 0, "wage_bill_onpost", TOTAL, 2016),
            ("cell_spike", 3, "wage_bill_onpost", TOTAL, 2019),
            # The two wrong wage bills explain their quotients.
            ("wage_identity", 1, "wage_average_onpost", TOTAL, 2016),
        ],
    ),
    "totals": (totals, [("cities_sum", row, "budget_revenue", TOTAL, year) for row, year in [(-1, 2016), (-2, 2018)]]),
    "districts": (
        districts,
        [
            (detector, 0, "pop_registered_yearend", "districts", 2019)
            for detector in ("cell_odd", "districts_exceed")  # the last year: a lasting change cannot be excluded
        ],
    ),
    # ln 2 and its years apart by one; the neighbours lose half of it each
    "jump": (scaled_years(y2014=1, y2015=1, y2016=2, y2017=1, y2018=1), [("column_jump", None, FAI, TOTAL, 2016)]),
    # neighbours two years away: 0.4 x 2 = 0.8 lies between ln 2 = 0.69 and ln 3 = 1.10
    "jump_across_gaps": (scaled_years(y2014=1, y2016=3, y2018=1), [("column_jump", None, FAI, TOTAL, 2016)]),
    "no_jump_across_gaps": (scaled_years(y2014=1, y2016=2, y2018=1), []),
    # ln 3 - 0.05 above ln 2.5; the year before it, whose mean it drags along, is innocent
    "step": (scaled_years(y2015=1, y2016=1, y2017=1, y2018=3), [("column_step", None, FAI, TOTAL, 2018)]),
    "step_across_gap": (scaled_years(y2014=1, y2015=1, y2018=3), [("column_step", None, FAI, TOTAL, 2018)]),
    "no_step_across_four_years": (scaled_years(y2014=1, y2015=1, y2019=3), []),
    "definition_break": (reclassified, [("column_step", None, "exp_science", TOTAL, 2008)]),
    "copied": (copied, [("identical_column", None, "budget_revenue", TOTAL, 2016)]),
    "swapped": (
        swapped,
        [
            (f"{detector}_column{plural}", None, f"exp_{name}", TOTAL, 2016)
            for detector, plural in [("swapped", "s"), ("misplaced", "")]
            for name in ("education", "science")
        ],
    ),
    "misplaced": (
        misplaced,
        [
            ("column_step", None, "internet_users", TOTAL, 2019),
            ("misplaced_column", None, "internet_users", TOTAL, 2019),
        ],
    ),
    "spikes": (
        spikes,
        [
            ("cell_spike", 0, FAI, TOTAL, 2016),
            ("cell_spike", 1, FAI, TOTAL, 2016),
            ("cell_spike", 1, "fdi_actual", TOTAL, 2016),
            ("cell_spike", 9, FAI, TOTAL, 2016),
            ("cell_spike_doubtful", 0, "fdi_actual", TOTAL, 2016),
            ("cell_spike_doubtful", 2, "fdi_actual", TOTAL, 2016),
            ("cell_spike_doubtful", 4, FAI, TOTAL, 2016),
            ("cell_spike_doubtful", 4, FAI, TOTAL, 2017),
            ("cell_spike_doubtful", 4, FAI, TOTAL, 2018),
            ("cell_spike_doubtful", 5, FAI, TOTAL, 2019),
            ("cell_spike_doubtful", 8, FAI, TOTAL, 2016),
            *(("cell_contradicted", place, FAI, TOTAL, 2016) for place in (2, 8, 10)),
            *(("cell_odd", place, "fdi_actual", TOTAL, 2016) for place in (0, 2, 3)),
            ("cell_odd", 4, FAI, TOTAL, 2018),
            ("cell_contradicted_edge", 5, FAI, TOTAL, 2019),
            ("cell_spike_edge", 6, FAI, TOTAL, 2019),
            ("cell_spike_edge", 7, FAI, TOTAL, 2014),
        ],
    ),
    "trade": (
        trade,
        [
            ("cell_currency", 0, "exports", TOTAL, 2018),
            ("cell_currency", 0, "imports", TOTAL, 2018),
            ("cell_odd", 1, "imports", TOTAL, 2018),  # one column alone is no evidence of a currency, but it is odd
        ],
    ),
    "population": (
        population,
        [
            ("cell_contradicted", 2, "pop_registered_yearend", TOTAL, 2016),  # its rivals say so too
            ("cell_jump", 0, "pop_registered_yearend", TOTAL, 2016),
            ("cell_leap", 2, "pop_registered_yearend", TOTAL, 2016),
        ],
    ),
    "copied_row": (
        copied_row,
        [
            ("cell_odd", 0, "exp_education", TOTAL, 2016),
            *(("cell_contradicted", 0, header, TOTAL, 2016) for header in ("budget_revenue", "internet_users")),
            *(("row_copied", 0, header, TOTAL, 2016) for header in COPIED),
        ],
    ),
    "block": (
        block,
        [
            ("province_block", -1, "unemployed_registered", TOTAL, 2016),
            *(("cell_odd", place, "unemployed_registered", TOTAL, 2016) for place in HEBEI),
        ],
    ),
    "exchanged": (exchanged, [("cell_odd", place, "emp_private_selfemployed", TOTAL, 2016) for place in (1, 8)]),
}
QUARANTINING = {
    *("cell_spike", "cell_spike_edge", "cell_currency", "column_jump", "cell_contradicted", "row_copied"),
    *("cell_leap", "cell_contradicted_edge", "identical_column", "swapped_columns", "misplaced_column"),
}


def _name(place: int) -> str:
    return {-1: "河北省", -2: "城市合计"}.get(place) or CITIES[place]["name_zh"]


def _write(folder: Path, plant: bool) -> None:
    manifest = []
    for case, (make, _) in CASES.items():
        cells = make(plant)
        # Like the yearbook, one file a year, where the case is about files that belong together.
        per_year = case.startswith(("jump", "no_jump", "step", "no_step", "copied"))
        for part in sorted({year for _, year, _ in cells}) if per_year else [0]:
            rows = [
                [_name(place), year, header, value, UNITS.get(header, "万人"), case]
                for (place, year, header), value in cells.items()
                if part in (0, year)
            ]
            path = f"{case}_{part}.csv"
            write_csv(folder / path, [["place", "year", "what", "value", "unit", "case"], *rows])
            manifest.append(
                {"path": path, "reader": "tidy", "place_level": "city", "vintage": case, "unknown_headers": "ignore"}
                | {"place_column": "place", "year_column": "year", "indicator_column": "what"}
                | {"value_column": "value", "unit_column": "unit"}
            )
    write_manifest(folder, *manifest)


def _warehouse(folder: Path, plant: bool) -> Path:
    _write(folder, plant)
    models = ("+findings", "+cell_bins", "+ledger")
    return built(folder, folder / "regional.duckdb", "--select", *models, "--exclude-resource-type", "test")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _warehouse(tmp_path_factory.mktemp("planted"), True)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _warehouse(tmp_path_factory.mktemp("clean"), False)


def _findings(warehouse: Path, case: str) -> list[Finding]:
    place_of: dict[str | None, int | None] = {row["city_code"]: number for number, row in enumerate(CITIES)}
    place_of |= {"130000": -1, "000000": -2, None: None}
    sql = "select detector, place_code, indicator, scope, year from detectors.findings where vintage = ?"
    found = [(row[0], place_of[row[1]], *row[2:]) for row in rows_of(warehouse, sql, [case])]
    return sorted(found, key=str)


@pytest.mark.parametrize("case", CASES)
def test_planted_defects_are_found_and_nothing_else(planted: Path, case: str) -> None:
    assert _findings(planted, case) == sorted(CASES[case][1], key=str)


def test_clean_figures_have_no_findings(clean: Path) -> None:
    assert rows_of(clean, "select count(*) from staging.resolved_cells where status = 'usable'")[0][0] > 7000
    assert (
        rows_of(clean, "select detector, vintage, indicator, place_code, year, message from detectors.findings") == []
    )


def test_quarantine_takes_the_cell_or_the_column_that_was_found_and_no_other(planted: Path) -> None:
    expected: set[tuple[Any, ...]] = set()
    for case, (make, findings) in CASES.items():
        for detector, place, indicator, _, year in findings:
            if detector in QUARANTINING:
                column = {number for number, *key in make(True) if key == [year, indicator]}
                places = column if place is None else {place}
                expected |= {(case, CITIES[number]["city_code"], indicator, year) for number in places}
    sql = """
        select cells.vintage, cells.place_code, cells.indicator, cells.year
        from ledger.cell_bins inner join staging.resolved_cells as cells
            using (file_id, sheet, row_number, column_number)
        where bin = 'quarantined'
    """
    quarantined = rows_of(planted, sql)
    assert len(quarantined) == len(expected) > 300
    assert set(quarantined) == expected
    assert unbalanced_ledger_rows(planted) == []


def test_every_detector_of_cities_has_a_planted_case() -> None:
    with (seed_path("detectors")).open(encoding="utf-8", newline="") as file:
        severity = {row["detector"]: row["severity"] for row in csv.DictReader(file)}
    found = {finding[0] for _, findings in CASES.values() for finding in findings}
    # see test_cells_to_panel, test_policy_lists, test_totals_and_growth
    elsewhere = {"province_sum", "policy_repeated", "growth_level", "province_total"}
    assert severity.keys() - found == elsewhere
    assert {detector for detector in found if severity[detector] == "quarantine"} == QUARANTINING


def test_findings_say_by_how_much(planted: Path) -> None:
    sql = """
        select vintage, detector, observed, expected, deviation from detectors.findings
        where (vintage, detector) in (('shares', 'shares_sum'), ('population', 'cell_jump'), ('totals', 'cities_sum'))
            and place_level <> 'nation'
        order by vintage
    """
    # 303.00 x 1.01^2 x 1.3 between years that are 1.01 apart; the sum of eleven cities over a total 1.1 times it;
    # 10 + 42.5 + 44.5 = 97
    (population_row, shares_row, totals_row) = rows_of(planted, sql)
    assert population_row[4] == pytest.approx(0.26236, abs=1e-4)  # ln 1.3
    assert shares_row[2:] == pytest.approx((97, 100, -0.03))
    assert totals_row[4] == pytest.approx(1 / 1.1 - 1, abs=1e-5)


@pytest.mark.skipif(
    not REAL_EDITIONS.is_dir(), reason="the real editions are not there: expected the folder ../shared/data/ccsy"
)
def test_the_internet_column_of_edition_2022_is_found_without_its_override(tmp_path: Path) -> None:
    """It is the table of liquefied gas of the edition of 2021, which is absent: no printed column is identical to it,
    and that of data year 2019 is the nearest. Under other file names no override speaks of the editions.
    """
    rows = []
    for edition in (2019, 2020, 2022):
        (source,) = REAL_EDITIONS.glob(f"*{edition}【*.xlsx")
        shutil.copy(source, tmp_path / f"edition_{edition}.xlsx")
        rows.append(
            {"path": f"edition_{edition}.xlsx", "reader": "ccsy_workbook", "place_level": "city", "scope": "header"}
            | {"unknown_headers": "ignore", "is_simulated": "false"}
        )
    write_manifest(tmp_path, *rows)
    done = build(tmp_path, tmp_path / "regional.duckdb", "--select", "+findings", "--exclude-resource-type", "test")
    assert done.returncode == 0, done.stdout[-6000:]
    sql = """
        select detector, severity, indicator, year, message like '%Liquefied Petroleum Gas%of 2019 %'
        from detectors.findings where place_code is null and indicator = 'internet_users' order by detector
    """
    assert rows_of(tmp_path / "regional.duckdb", sql) == [
        ("column_step", "flag", "internet_users", 2021, False),
        ("misplaced_column", "quarantine", "internet_users", 2021, True),
    ]
