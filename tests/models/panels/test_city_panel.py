"""From editions to the city panel: units and names that change, absent years, gaps, boundaries, supplements.

Ten small editions in several header generations, and two compilations, in one build by the shipped catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.warehouse import PANELS, built, rows_of, unbalanced_ledger_rows
from tests.support.workbooks import Column, edition_name, write_edition

#: data years; the editions of 2009, 2013, 2014 and 2017 to 2019 are not at hand
YEARS = (2005, 2006, 2007, 2009, 2010, 2011, 2014, 2015, 2019, 2020)
#: city -> registered population of 2005 (10k persons), and GDP of 2005 (100m CNY)
CITIES = {
    "北京市": (1000, 6000),
    "石家庄市": (900, 100),
    "合肥市": (450, 800),
    "芜湖市": (220, 400),
    "马鞍山市": (120, 300),
    "巢湖市": (450, 250),
    "襄樊市": (570, 500),
}
CODES = dict(zip(CITIES, ("110000", "130100", "340100", "340200", "340500", "341400", "420600"), strict=True))
SCOPES = {"全市": "Total City", "市辖区": "Districts under City"}
CHECK_ROWS = ("城市合计", "河北省", "安徽省", "湖北省")

#: (city, column, data year) that the edition leaves blank
BLANKS = {("石家庄市", "gdp", 2006), ("石家庄市", "science", 2006), ("合肥市", "population", 2009)}


def _population(city: str, year: int) -> float:
    """Three more (10k persons) a year."""
    return CITIES[city][0] + 3 * (year - 2005)


def _gdp(city: str, year: int) -> float:
    """A tenth of the first year more each year, in 100m CNY."""
    return CITIES[city][1] * (10 + year - 2005) / 10


def _printed_name(city: str, year: int) -> str:
    """Xiangyang was Xiangfan to 2010; the edition of 2011's figures still says so, and 2015 is made to err."""
    return "襄阳市" if city == "襄樊市" and year in (2014, 2019, 2020) else city


def _cities(year: int) -> list[str]:
    """Chaohu was abolished in 2011, whose edition is made to print it nevertheless."""
    return [city for city in CITIES if city != "巢湖市" or year <= 2011]


def _header(year: int, scope: str, unit: str, names: tuple[str, str, str]) -> list[str]:
    """One header in the generation of its edition; the names of its section and indicator, and a translation."""
    section, name, english = names
    if year <= 2006:
        return [section, f"{name}({unit})", scope.replace("全市", "全  市")]
    if year <= 2011:
        return [f"{name}（{unit}）", scope, unit]
    if year <= 2015:
        return [section, f"{name} ({unit}）\n{english}", f"{scope} {SCOPES[scope]}"]
    return [f"2-1 {section}", f"{name}   （{unit}）{english} (10 000)", f"{scope}      {SCOPES[scope]}"]


def _share_of(value: Callable[[str, int], float], share: float) -> Callable[[str, int], float]:
    return lambda city, year: value(city, year) * share


def _columns(year: int) -> list[Column]:
    def values(column: str, value: Callable[[str, int], float], factor: float = 1) -> dict[str, object]:
        printed: dict[str, object] = {
            _printed_name(city, year): round(value(city, year) * factor, 6)
            for city in _cities(year)
            if (city, column, year) not in BLANKS
        }
        return printed | dict.fromkeys(CHECK_ROWS, round(sum(value(city, year) for city in CITIES) * factor, 6))

    population = "年末总人口" if year < 2014 else "年末户籍人口"
    gdp_unit, gdp_factor = ("万元", 10_000) if year < 2019 else ("亿元", 1)
    staff, staff_unit, staff_factor = (
        ("单位从业人员", "万人", 1) if year < 2015 else ("城镇单位从业人员期末人数", "人", 10_000)
    )
    science = "科学事业费支出" if year < 2007 else "科学技术支出"
    columns: list[Column] = []
    for scope, share in (("全市", 1.0), ("市辖区", 0.5)):
        header = _header(year, scope, "万人", ("人口", population, "Household Registered Population at Year-end"))
        name = "population" if scope == "全市" else "population of the districts"
        columns.append((header, values(name, _share_of(_population, share))))
    for scope, share in (("全市", 1.0), ("市辖区", 0.5)):
        header = _header(year, scope, gdp_unit, ("综合经济", "地区生产总值", "Gross Regional Product"))
        columns.append((header, values("gdp", _share_of(_gdp, share), gdp_factor)))
    header = _header(year, "全市", staff_unit, ("劳动力就业状况", staff, "Persons Employed in Urban Units"))
    columns.append((header, values("staff", lambda city, y: _population(city, y) / 10, staff_factor)))
    header = _header(year, "全市", "万元", ("财政收支状况", science, "Expenditure for Science"))
    # A thousandth of GDP: in 10k CNY ten times its figure in 100m CNY; tripled by the new item of 2007
    columns.append((header, values("science", lambda city, y: _gdp(city, y) * 10 * (1 if y < 2007 else 3))))
    if year <= 2007:
        header = _header(year, "全市", "万美元", ("利用外资", "当年实际使用外资金额", "Foreign Capital Utilised"))
        columns.append((header, values("fdi", lambda city, y: _gdp(city, y) * 100)))
    return columns


def _write_compilation(path: Path, sheet_name: str, lines: Iterable[Sequence[object]]) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = sheet_name
    for line in lines:
        sheet.append(list(line))
    workbook.save(path)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cities")
    for year in YEARS:
        places = [*CHECK_ROWS, *(_printed_name(city, year) for city in _cities(year))]
        # Wuhu is missing from one edition.
        write_edition(folder, year + 1, [p for p in places if (p, year) != ("芜湖市", 2007)], _columns(year))
    # Beijing's figure of the yearbook for 2005 is 6000 x 100 = 600,000 x 10k USD = 6,000 million USD.
    _write_compilation(
        folder / "1996-2023年地级市外商直接投资FDI.xlsx",
        "Sheet1",
        [
            ("地级市", "year", "外商直接投资", "单位"),
            *(("北京市", year, 6000 + year - 2005, "百万美元") for year in range(2003, 2012)),
        ],
    )
    _write_compilation(
        folder / "296个地级市GDP相关数据（以2000年为基期）.xlsx",
        "Sheet1",
        [
            ("城市", "年份", "名义GDP", "GDP平减指数"),
            *(("北京市", year, _gdp("北京市", year) * 1.02, 1 + (year - 2000) / 50) for year in range(2004, 2012)),
        ],
    )
    return built(folder, tmp_path_factory.mktemp("cities_warehouse") / "regional.duckdb", *PANELS)


def _series(warehouse: Path, column: str, city: str) -> dict[int, Any]:
    sql = f"select year, {column} from city_panel where city_code = ? and {column} is not null order by year"
    return dict(rows_of(warehouse, sql, [CODES[city]]))


# Series


@pytest.mark.parametrize("city", ["北京市", "马鞍山市"])
def test_units_that_change_between_editions_give_one_series(warehouse: Path, city: str) -> None:
    # GDP from 10k CNY to 100m CNY with the figures of 2019
    assert _series(warehouse, "gdp_100m_cny", city) == pytest.approx({year: _gdp(city, year) for year in YEARS})
    # employees from 10k persons to persons with the figures of 2015
    staff = {year: _population(city, year) / 10 for year in YEARS}
    assert _series(warehouse, "emp_unit_total_10k_persons", city) == pytest.approx(staff)
    units = rows_of(
        warehouse,
        "select distinct source_unit, unit_factor from city_provenance where panel_column = 'gdp_100m_cny' order by 1",
    )
    assert units == [("100m_cny", 1.0), ("10k_cny", 0.0001)]


def test_a_value_worked_by_hand(warehouse: Path) -> None:
    # Ma'anshan in 2011: 300 x 16 / 10 = 480 x 100m CNY, printed as 4,800,000 x 10k CNY; the districts have half of it.
    sql = """
        select scope, value, value_text, unit, origin, source_cells from city_observations
        where city_code = '340500' and year = 2011 and indicator = 'gdp' order by scope
    """
    # Rows: three of headers, four of check rows, Beijing, Shijiazhuang, Hefei, Wuhu, Ma'anshan: the twelfth.
    path = edition_name(2012)
    assert rows_of(warehouse, sql) == [
        ("districts", 240.0, "2400000", "100m_cny", "reported", f"{path}, Sheet1, E12"),
        ("total", 480.0, "4800000", "100m_cny", "reported", f"{path}, Sheet1, D12"),
    ]


def test_both_scopes_are_kept(warehouse: Path) -> None:
    sql = """
        select count(*), count(distinct year), max(abs(gdp_100m_cny_districts / gdp_100m_cny - 0.5)),
            max(abs(pop_registered_yearend_10k_persons_districts / pop_registered_yearend_10k_persons - 0.5))
        from city_panel where city_code = '110000'
    """
    assert rows_of(warehouse, sql) == [(10, 10, 0.0, 0.0)]


# Rows


def test_a_city_has_a_row_for_each_edition_that_prints_it_and_no_other(warehouse: Path) -> None:
    rows = rows_of(warehouse, "select city_code, list(year order by year) from city_panel group by all order by all")
    expected = {code: list(YEARS) for code in CODES.values()}
    expected[CODES["芜湖市"]].remove(2007)
    # Chaohu ends with 2010, although a stray row stands in the edition of 2012.
    expected[CODES["巢湖市"]] = [2005, 2006, 2007, 2009, 2010]
    # The old name of Xiangyang is not known for 2015.
    expected[CODES["襄樊市"]].remove(2015)
    assert dict(rows) == expected


def test_old_names_are_known_in_their_years_and_not_beyond(warehouse: Path) -> None:
    names = rows_of(
        warehouse,
        """
        select place_text, list(distinct year_text order by year_text) from staging.place_resolution
        where place_code = '420600' group by place_text order by place_text
        """,
    )
    assert names == [("襄樊市", ["2005", "2006", "2007", "2009", "2010", "2011"]), ("襄阳市", ["2014", "2019", "2020"])]
    rejects = rows_of(
        warehouse,
        "select place_text, year, reject_reason, count(*) from ledger.rejects group by all order by all",
    )
    # Every column of the two rows: six in each edition
    assert rejects == [("巢湖市", 2011, "unknown place", 6), ("襄樊市", 2015, "unknown place", 6)]


def test_province_and_national_rows_are_check_rows(warehouse: Path) -> None:
    sql = """
        select place_text, any_value(place_level), count(distinct year), list(distinct status)
        from staging.resolved_cells where place_text in ('城市合计', '河北省', '安徽省', '湖北省', '北京市')
            and year between 2005 and 2020 and file_id in (
                select file_id from staging.landed_files where reader = 'ccsy_workbook'
            )
        group by place_text order by place_text
    """
    assert rows_of(warehouse, sql) == [
        # A municipality is a city here.
        ("北京市", "city", 10, ["usable"]),
        ("城市合计", "nation", 10, ["check_row"]),
        ("安徽省", "province", 10, ["check_row"]),
        ("河北省", "province", 10, ["check_row"]),
        ("湖北省", "province", 10, ["check_row"]),
    ]
    assert rows_of(warehouse, "select count(*) from observations where place_level <> 'city'") == [(0,)]


# Gaps


def test_a_year_whose_edition_is_absent_has_no_row_and_is_not_filled(warehouse: Path) -> None:
    assert {year for (year,) in rows_of(warehouse, "select distinct year from city_panel")} == set(YEARS)
    sql = """
        select distinct year from observations where place_level = 'city' and indicator in
            ('gdp', 'pop_registered_yearend', 'emp_unit_total', 'exp_science')
    """
    assert {year for (year,) in rows_of(warehouse, sql)} == set(YEARS)


def test_a_gap_of_one_city_stays_open(warehouse: Path) -> None:
    assert 2006 not in _series(warehouse, "gdp_100m_cny", "石家庄市")
    assert 2009 not in _series(warehouse, "pop_registered_yearend_10k_persons", "合肥市")
    assert rows_of(warehouse, "select distinct spliced_indicators, flagged_indicators from city_panel") == [
        (None, None)
    ]


def test_breaks_of_definition_are_counted(warehouse: Path) -> None:
    breaks = rows_of(
        warehouse,
        "select year, exp_science_break, emp_unit_total_break, fai_break, gdp_break from city_panel"
        " where city_code = '130100' order by year",
    )
    # breaks of 2007, 2013, and of 2003 and 2012; of GDP in 2005 and 2019
    assert breaks == [
        (year, int(year >= 2007), int(year >= 2013), 1 + int(year >= 2012), 1 + int(year >= 2019)) for year in YEARS
    ]


# Boundaries


@pytest.mark.parametrize(
    ("city", "years_since"),
    [
        # Hefei, Wuhu and Ma'anshan took in what was Chaohu in 2011.
        ("合肥市", {2011: 0, 2014: 3, 2015: 4, 2019: 8, 2020: 9}),
        ("芜湖市", {2011: 0, 2014: 3, 2015: 4, 2019: 8, 2020: 9}),
        # A new name in 2010 moves no boundary.
        ("襄樊市", {}),
        ("北京市", {}),
        ("巢湖市", {}),
    ],
)
def test_boundary_changes_are_marked_and_counted_from(warehouse: Path, city: str, years_since: dict[int, int]) -> None:
    assert _series(warehouse, "years_since_boundary_change", city) == years_since
    changes = _series(warehouse, "boundary_change", city)
    assert {year for year, change in changes.items() if change} == {y for y, since in years_since.items() if since == 0}


def test_an_abolished_city_is_not_mapped_into_its_successors(warehouse: Path) -> None:
    # Hefei: 450 + 3 x 5 in 2010 and 450 + 3 x 6 in 2011, and no share of Chaohu's 465
    population = _series(warehouse, "pop_registered_yearend_10k_persons", "合肥市")
    assert (population[2010], population[2011]) == (465, 468)


# Supplements


def test_a_supplement_adds_no_row_and_no_vintage(warehouse: Path) -> None:
    # The compilation has 2003 to 2011; the series is the yearbook's, which prints it for 2005 to 2007.
    fdi = {year: _gdp("北京市", year) * 100 for year in (2005, 2006, 2007)}
    assert _series(warehouse, "fdi_actual_10k_usd", "北京市") == pytest.approx(fdi)
    rivals = rows_of(
        warehouse,
        """
        select year, value, chosen_value from observations.rival_observations
        where indicator = 'fdi_actual' order by year
        """,
    )
    # 6000 + (year - 2005) million USD is a hundred times that in 10k USD.
    assert rivals == [
        (year, pytest.approx(100 * (6000 + year - 2005)), pytest.approx(fdi[year]) if year in fdi else None)
        for year in range(2003, 2012)
    ]


def test_a_deflator_deflates_the_nominal_values_of_its_own_file(warehouse: Path) -> None:
    """It is in the long panel and no column of the panel, where it would lie beside the GDP of another vintage."""
    # 1 + (year - 2000) / 50
    sql = """
        select year, value from city_observations
        where city_code = '110000' and indicator = 'gdp_deflator' and year in (2005, 2010)
    """
    assert dict(rows_of(warehouse, sql)) == pytest.approx({2005: 1.10, 2010: 1.20})
    sql = "select count(*) from duckdb_columns() where table_name = 'city_panel' and column_name like '%deflator%'"
    assert rows_of(warehouse, sql) == [(0,)]


def test_no_series_mixes_vintages(warehouse: Path) -> None:
    sql = "select indicator from observations group by indicator, scope having count(distinct vintage) > 1"
    assert rows_of(warehouse, sql) == []


# Nothing is lost


def test_the_ledger_adds_up(warehouse: Path) -> None:
    assert unbalanced_ledger_rows(warehouse) == []
    ledger = {
        path: bins
        for path, *bins in rows_of(
            warehouse, "select path, cells, used, rival, check_row, blank, quarantined, rejected from ledger.ledger"
        )
    }
    assert len(ledger) == len(YEARS) + 2
    # 7 columns: 7 cities of which Shijiazhuang has three blanks, and 4 check rows
    assert ledger[edition_name(2007)] == [77, 46, 0, 28, 3, 0, 0]
    # 6 columns: 7 cities of which one is rejected, and 4 check rows
    assert ledger[edition_name(2012)] == [66, 36, 0, 24, 0, 0, 6]
    # 9 years of one city; the two columns of 8 years, of which GDP is a rival
    assert ledger["1996-2023年地级市外商直接投资FDI.xlsx"] == [9, 0, 9, 0, 0, 0, 0]
    assert ledger["296个地级市GDP相关数据（以2000年为基期）.xlsx"] == [16, 16, 0, 0, 0, 0, 0]


def test_every_header_of_these_editions_is_known(warehouse: Path) -> None:
    assert rows_of(warehouse, "select * from ledger.unmapped_headers") == []
