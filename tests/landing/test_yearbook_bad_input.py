"""Bad yearbook workbooks: whole files stop with a sentence, single cells become rejects, new columns are listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from landing import LandingError, land
from tests.support.warehouse import PANELS, built, rows_of, unbalanced_ledger_rows
from tests.support.workbooks import ADVERT, Column, edition_name, title_of, write_edition, write_workbook

POPULATION = "年末户籍人口（万人）"


def _lines(title: object) -> list[list[object]]:
    return [[title, POPULATION, None], ["城市", "全市", "市辖区"], ["北京市", 1376, 1376], ["天津市", 1082, 1082]]


def _write(folder: Path, lines: list[list[object]], edition: int = 2019) -> Path:
    return write_workbook(folder / edition_name(edition), lines)


def _cut_short(folder: Path) -> None:
    path = _write(folder, _lines(title_of(2018)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _encrypted(folder: Path) -> None:
    """An encrypted workbook is a compound file, which begins with these eight bytes."""
    (folder / edition_name(2019)).write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(4096))


def _two_data_sheets(folder: Path) -> None:
    path = _write(folder, _lines(title_of(2018)))
    workbook = openpyxl.load_workbook(path)
    workbook.copy_worksheet(workbook["Sheet1"])
    workbook.save(path)


#: what is wrong -> (how to make such a folder, what the sentence says, its remedy)
UNUSABLE: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "title of another year": (
        lambda folder: _write(folder, _lines(title_of(2017))),
        "names the edition 2019, whose data year is 2018, but its title says 2017",
        "correct the name of the file",
    ),
    "title with the year of the edition": (
        lambda folder: _write(folder, _lines(title_of(2019))),
        "but its title says 2019",
        "correct the name of the file",
    ),
    "advert sheet only": (
        lambda folder: write_workbook(folder / edition_name(2019), [[ADVERT]], advert=False),
        "has no sheet with a title such as '中国2019年地级以上城市…'",
        "take it off the manifest",
    ),
    "county-level workbook": (
        lambda folder: _write(folder, _lines("中国2018年县级城市数据")),
        "is titled '中国2018年县级城市数据', which is no table of prefecture-level cities",
        "take it off the manifest",
    ),
    "workbook about provinces": (
        lambda folder: _write(folder, _lines("中国2018年分省数据")),
        "is no table of prefecture-level cities",
        "take it off the manifest",
    ),
    "two data sheets": (
        _two_data_sheets,
        "has several data sheets (Sheet1, Sheet1 Copy)",
        "name one in the manifest column sheet",
    ),
    "header cut off": (
        lambda folder: _write(folder, [[title_of(2018)], ["北京市", 1376], ["天津市", 1082]]),
        "has no heading '城市' in its first column",
        "restore it",
    ),
    "header and no data": (
        lambda folder: _write(folder, _lines(title_of(2018))[:2]),
        "has a header but no data row below it",
        "download it again",
    ),
    "password": (_encrypted, "is protected by a password", "save it as .xlsx without a password"),
    "cut short": (_cut_short, "cannot be opened as a workbook", "download it again"),
    "empty file": (
        lambda folder: (folder / edition_name(2019)).write_bytes(b""),
        "is an empty file",
        "download it again",
    ),
}


@pytest.mark.parametrize("problem", UNUSABLE)
def test_an_unusable_workbook_is_one_sentence_with_its_name_and_a_remedy(tmp_path: Path, problem: str) -> None:
    make, says, remedy = UNUSABLE[problem]
    folder = tmp_path / "data"
    folder.mkdir()
    make(folder)
    with pytest.raises(LandingError) as raised:
        land(folder, tmp_path / "cache")
    sentence = str(raised.value)
    assert sentence.startswith(edition_name(2019))
    assert says in sentence
    assert remedy in sentence.partition(says)[2]
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_the_good_workbook_that_the_bad_ones_vary_can_be_landed(tmp_path: Path) -> None:
    _write(tmp_path, _lines(title_of(2018)))
    assert land(tmp_path).cells.num_rows == 4


# Cells and columns: all in one warehouse

#: city -> its cell of the registered population in the edition of 2018's figures, and what becomes of it
CELLS: dict[str, tuple[object, float | str]] = {
    "石家庄市": (1100.5, 1100.5),
    "唐山市": ("1,234.5", 1234.5),
    "秦皇岛市": (" 300 ", 300),
    "邯郸市": ("1_2", "not a number"),
    "邢台市": ("12.5\n13.1", "not a number"),
    "保定市": ("12.5 13.1", "not a number"),
    # A full-width number could be read in one way only; but no source of ours prints any, so one that turns up says
    # that the cell was typed by hand, and is looked at.
    "张家口市": ("１２３", "not a number"),
    "承德市": ("L42", "not a number"),
    "沧州市": ("57.78.", "not a number"),
    "廊坊市": ("•4", "not a number"),
    "衡水市": (99999, "out of valid range"),
    "太原市": ("-", "blank"),
    "大同市": ("\n", "blank"),
    "亚特兰蒂斯市": (500, "unknown place"),
}
#: cities of all editions, with a good value in the others
CITIES = [city for city in CELLS if city != "亚特兰蒂斯市"]
#: missing from the edition; twice with one value; twice with two
MISSING, TWICE_THE_SAME, TWICE_ANOTHER = "阳泉市", "长治市", "晋城市"
#: its districts and its GDP share a merged cell
MERGED = "石家庄市"


def _good_columns(cities: list[str]) -> list[Column]:
    total, gdp = [POPULATION, "全市"], ["地区生产总值（万元）", "全市"]
    # The value that the bad edition has, or would have: no detector may find a jump.
    populations = {"石家庄市": 1100, "唐山市": 1230, "秦皇岛市": 301, TWICE_THE_SAME: 331, TWICE_ANOTHER: 221}
    return [
        (total, dict.fromkeys(cities, 400) | populations),
        ([POPULATION, "市辖区"], dict.fromkeys(cities, 200)),
        (gdp, dict.fromkeys(cities, 25_000_000)),
    ]


def _bad_edition(folder: Path) -> None:
    rows: list[tuple[str, object]] = [(city, value) for city, (value, _) in CELLS.items()]
    rows += [(TWICE_THE_SAME, 330), (TWICE_ANOTHER, 220), (TWICE_THE_SAME, "330.0"), (TWICE_ANOTHER, 230)]
    lines: list[list[object]] = [
        # The happiness index was never printed before, stands where the districts used to, and has no scope.
        [title_of(2018), POPULATION, "2-99 幸福指数 (分)", POPULATION, "地区生产总值（万元）", POPULATION],
        ["城市", "全市", None, "市辖区", "全市", None],
        *([city, value, 7.5, 200, 25_000_000, 1] for city, value in rows),
    ]
    # Rows start with 1, two of headers.
    row = 3 + list(CELLS).index(MERGED)
    lines[row - 1][4] = None
    write_workbook(folder / edition_name(2019), lines, [f"D{row}:E{row}"])


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad_yearbook")
    cities = [*CITIES, MISSING, TWICE_THE_SAME, TWICE_ANOTHER]
    for edition in (2018, 2020):
        write_edition(folder, edition, cities, _good_columns(cities))
    _bad_edition(folder)
    return built(folder, tmp_path_factory.mktemp("bad_yearbook_warehouse") / "regional.duckdb", *PANELS)


def _cells(warehouse: Path, column: int) -> dict[str, list[tuple[Any, ...]]]:
    """place -> (bin or reason, value) of its cells in a column of the bad edition"""
    rows = rows_of(
        warehouse,
        """
        select place_text, list((coalesce(reject_reason, bin), value) order by row_number)
        from staging.resolved_cells inner join ledger.cell_bins
            using (file_id, sheet, row_number, column_number)
        inner join staging.landed_files using (file_id)
        where file_name = ? and column_number = ? group by place_text
        """,
        [edition_name(2019), column],
    )
    return dict(rows)


def test_every_bad_cell_ends_where_it_must(warehouse: Path) -> None:
    expected = {
        city: [("used", outcome) if isinstance(outcome, float | int) else (outcome, None)]
        for city, (_, outcome) in CELLS.items()
    }
    expected[TWICE_THE_SAME] = [("used", 330), ("rival", 330)]
    expected[TWICE_ANOTHER] = [("duplicate with another value", None)] * 2
    assert _cells(warehouse, 1) == expected


def test_a_reject_says_where_it_stands_and_what_to_do(warehouse: Path) -> None:
    ((message,),) = rows_of(warehouse, "select message from ledger.rejects where value_text = '1_2'")
    # Handan is the fourth city below two header rows.
    assert message == (
        f"{edition_name(2019)}, sheet Sheet1, cell B6 (place 邯郸市, header {POPULATION}|全市, value 1_2): "
        "the printed value is no well-formed number; correct the value against the printed source."
    )


def test_columns_are_found_by_their_headers_where_one_was_inserted(warehouse: Path) -> None:
    sql = """
        select distinct file_name, panel_column, city_provenance.scope, column_number
        from city_provenance inner join staging.landed_files using (file_id)
        where origin = 'reported' order by all
    """
    usual = [("gdp_100m_cny", "total", 3), ("pop_registered_yearend_10k_persons", "districts", 2)]
    usual += [("pop_registered_yearend_10k_persons", "total", 1)]
    moved = [("gdp_100m_cny", "total", 4), ("pop_registered_yearend_10k_persons", "districts", 3)]
    moved += [("pop_registered_yearend_10k_persons", "total", 1)]
    editions = [(2018, usual), (2019, moved), (2020, usual)]
    expected = [(edition_name(edition), *column) for edition, columns in editions for column in columns]
    assert rows_of(warehouse, sql) == expected


def test_a_merged_data_cell_counts_where_its_text_stands_and_is_blank_beyond(warehouse: Path) -> None:
    assert _cells(warehouse, 3)[MERGED] == [("used", 200)]
    assert _cells(warehouse, 4)[MERGED] == [("blank", None)]
    # The blank stays one: the districts' number is never its value.
    sql = "select gdp_100m_cny, spliced_indicators from city_panel where city_code = '130100' and year = 2018"
    assert rows_of(warehouse, sql) == [(None, None)]


def test_a_known_header_without_a_scope_is_never_guessed(warehouse: Path) -> None:
    outcomes = {outcome for cells in _cells(warehouse, 5).values() for outcome in cells}
    assert outcomes == {("missing scope", None), ("unknown place", None)}


def test_a_header_never_seen_is_listed_with_its_count(warehouse: Path) -> None:
    sql = "select path, reject_reason, header_name, header_text, column_count, cells, filled_cells"
    # 14 cities, and two of them twice
    assert rows_of(warehouse, sql + " from ledger.unmapped_headers") == [
        (edition_name(2019), "unknown indicator", "幸福指数(分)", "2-99 幸福指数 (分)", 1, 18, 18)
    ]
    # The catalogue ignores headers that nobody knows: no reject, and a bin of its own.
    assert {outcome for cells in _cells(warehouse, 2).values() for outcome in cells} == {("not_requested", None)}


def test_a_missing_city_has_no_row_in_that_year(warehouse: Path) -> None:
    sql = """
        select city_name_zh, list(year order by year) from city_panel where city_name_zh in (?, ?, ?)
        group by city_name_zh order by city_name_zh
    """
    years = dict(rows_of(warehouse, sql, [MISSING, TWICE_THE_SAME, TWICE_ANOTHER]))
    assert years == {MISSING: [2017, 2019], TWICE_THE_SAME: [2017, 2018, 2019], TWICE_ANOTHER: [2017, 2018, 2019]}


def test_the_ledger_adds_up(warehouse: Path) -> None:
    assert unbalanced_ledger_rows(warehouse) == []
