"""Bad input: an unusable file stops the build with a sentence; a bad cell becomes a reject and stops nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest

from landing import land
from landing.manifest import COLUMNS
from tests.landing.bad_inputs import BARE, TIDY, WIDE, assert_refused
from tests.support.warehouse import (
    PANELS,
    build,
    built,
    contents_of,
    rows_of,
    unbalanced_ledger_rows,
    write_csv,
    write_manifest,
)

NBS = {"path": "file.csv", "reader": "nbs_download"}
GOOD_ROWS = [["place", "year", "gdp_亿元"], ["北京", 2019, 100]]


def _good(folder: Path, **changes: str) -> None:
    """One good wide file and its manifest, with changes to its line."""
    write_csv(folder / "file.csv", GOOD_ROWS)
    write_manifest(folder, {**WIDE, **changes})


def _text(folder: Path, text: str, row: dict[str, str], encoding: str = "utf-8") -> None:
    (folder / row["path"]).write_text(text, encoding=encoding)
    write_manifest(folder, row)


def _workbook(folder: Path, row: dict[str, str]) -> Path:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    for line in GOOD_ROWS:
        workbook.active.append(line)
    workbook.save(folder / "file.xlsx")
    write_manifest(folder, {**row, "path": "file.xlsx"})
    return folder / "file.xlsx"


def _cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _table(folder: Path, suffix: str) -> Path:
    path = folder / f"file.{suffix}"
    frame = pd.DataFrame([[row[0], row[1], float(row[2])] for row in GOOD_ROWS[1:]], columns=["place", "year", "gdp"])
    if suffix == "dta":
        frame.to_stata(path, write_index=False, version=118)
    else:
        frame.to_parquet(path)
    write_manifest(folder, {**WIDE, "path": path.name})
    return path


def _manifest_without(folder: Path, name: str) -> None:
    _good(folder)
    frame = pd.read_csv(folder / "manifest.csv", dtype=str).drop(columns=name)
    frame.to_csv(folder / "manifest.csv", index=False)


def _manifest_with(folder: Path, name: str) -> None:
    _good(folder)
    frame = pd.read_csv(folder / "manifest.csv", dtype=str).assign(**{name: "x"})
    frame.to_csv(folder / "manifest.csv", index=False)


def _manifest_line_with_a_comma_too_many(folder: Path) -> None:
    _good(folder)
    with (folder / "manifest.csv").open("a", encoding="utf-8") as manifest:
        manifest.write("b.csv," + "," * len(COLUMNS))


#: what is wrong -> (how to make such a folder, what the sentence names, its remedy)
UNUSABLE: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "listed and missing": (
        lambda folder: write_manifest(folder, WIDE),
        "line 2 lists file.csv",
        "add the file, correct the path, or set required to false",
    ),
    "workbook cut short": (lambda folder: _cut(_workbook(folder, WIDE)), "file.xlsx", "download it again"),
    "workbook that is text": (
        lambda folder: _text(folder, "place,year", {**WIDE, "path": "file.xlsx"}),
        "file.xlsx cannot be opened as a workbook",
        "download it again",
    ),
    "old workbook that is text": (
        lambda folder: _text(folder, "<html>", {**WIDE, "path": "file.xls"}),
        "file.xls cannot be opened as a workbook",
        "download it again",
    ),
    "Stata file cut short": (lambda folder: _cut(_table(folder, "dta")), "file.dta", "download it again"),
    "Parquet file cut short": (lambda folder: _cut(_table(folder, "parquet")), "file.parquet", "download it again"),
    "empty text": (lambda folder: _text(folder, "", WIDE), "file.csv is an empty file", "download it again"),
    "empty workbook": (
        lambda folder: _text(folder, "", {**WIDE, "path": "file.xlsx"}),
        "file.xlsx is an empty file",
        "download it again",
    ),
    "blanks only": (lambda folder: _text(folder, " ,\n,\n", WIDE), "file.csv holds no text", "download it again"),
    "GB18030 declared as UTF-8": (
        lambda folder: _text(folder, "place,year,gdp_亿元\n北京,2019,1\n", {**WIDE, "encoding": "utf-8"}, "gb18030"),
        "file.csv is not utf-8 text",
        "set its encoding in the manifest, probably to gb18030",
    ),
    "UTF-8 declared as GB18030": (
        lambda folder: _text(folder, "place,year,gdp_亿元\n北京,2019,1\n", {**WIDE, "encoding": "gb18030"}),
        "file.csv is UTF-8 text, but the manifest declares gb18030",
        "set its encoding to utf-8",
    ),
    "UTF-16 declared as GB18030": (
        lambda folder: _text(folder, "place,year,gdp\nBeijing,2019,1\n", {**WIDE, "encoding": "gb18030"}, "utf-16-le"),
        "file.csv holds NUL characters",
        "set its encoding",
    ),
    "quotation mark that is never closed": (
        lambda folder: _text(folder, 'place,year,gdp\n"北京,2019,1\n' + "天津,2019,1\n" * 20000, WIDE),
        "file.csv",
        "close the quotation mark",
    ),
    "unknown reader": (
        lambda folder: _good(folder, reader="pdf"),
        "manifest.csv line 2 names the unknown reader 'pdf'",
        "use one of nbs_download, region_by_year, wide, tidy",
    ),
    "unknown encoding": (
        lambda folder: _good(folder, encoding="klingon"),
        "manifest.csv line 2 names the unknown encoding 'klingon'",
        "use utf-8 or gb18030",
    ),
    "missing manifest column": (
        lambda folder: _manifest_without(folder, "vintage"),
        "manifest.csv lacks the column vintage",
        "add it to the header line",
    ),
    "unknown manifest column": (
        lambda folder: _manifest_with(folder, "colour"),
        "manifest.csv has the unknown column colour",
        "remove or rename it",
    ),
    "manifest line too long": (
        _manifest_line_with_a_comma_too_many,
        "manifest.csv line 3 has more fields than the header",
        "put fields with commas in quotation marks",
    ),
    "empty field that must be filled": (
        lambda folder: _good(folder, citation=""),
        "manifest.csv line 2 leaves citation empty",
        "fill it in (how to cite the file)",
    ),
    "column that the reader needs": (
        lambda folder: _good(folder, year_column=""),
        "manifest.csv line 2 leaves year_column empty, which the reader wide needs",
        "fill it in",
    ),
    "priority in words": (
        lambda folder: _good(folder, priority="first"),
        "manifest.csv line 2 has the priority 'first'",
        "use a whole number",
    ),
    "priority with decimals": (
        lambda folder: _good(folder, priority="1.5"),
        "manifest.csv line 2 has the priority '1.5'",
        "use a whole number",
    ),
    "decimals in words": (
        lambda folder: _good(folder, money_decimals="two"),
        "manifest.csv line 2 has money_decimals = 'two'",
        "use a whole number from 0 to 9",
    ),
    "neither true nor false": (
        lambda folder: _good(folder, is_simulated="perhaps"),
        "manifest.csv line 2 has is_simulated = 'perhaps'",
        "use true or false",
    ),
    "manifest without lines": (write_manifest, "manifest.csv lists no file", "add one line for each file"),
    "manifest in another encoding": (
        lambda folder: (folder / "manifest.csv").write_text("路径", encoding="gb18030"),
        "manifest.csv is not UTF-8 text",
        "save the manifest as a UTF-8 CSV",
    ),
    "folder that is not there": (
        lambda folder: folder.rmdir(),
        "The data folder",
        "set REGIONAL_DATA",
    ),
    "nothing in the catalogue matches": (
        lambda folder: write_csv(folder / "file.csv", GOOD_ROWS),
        "holds no file that catalogue.csv knows",
        "add a manifest.csv to the folder that lists its files",
    ),
    "nothing in the manifest matches": (
        lambda folder: write_manifest(folder, {**WIDE, "required": "false"}),
        "holds no file that manifest.csv knows",
        "lists its files",
    ),
    "unknown column of a wide file": (
        lambda folder: _good(folder, place_column="region"),
        "file.csv has no column 'region' in its header (row 1): it has place, year, gdp_亿元",
        "correct the file or the manifest",
    ),
    "unknown column of a tidy file": (
        lambda folder: _text(folder, "place,year,what,number,unit\n北京,2019,gdp,1,亿元\n", TIDY),
        "file.csv has no column 'value' in its header (row 1)",
        "correct the file or the manifest",
    ),
    "column twice": (
        lambda folder: _text(folder, "place,year,year\n北京,2019,1\n", WIDE),
        "file.csv has more than one column 'year'",
        "correct the file or the manifest",
    ),
    "header without years": (
        lambda folder: _text(folder, "地区,去年\n北京,1\n", BARE),
        "file.csv has no header row of years",
        "give it another reader in the manifest",
    ),
    "table that is no export": (
        lambda folder: _text(folder, "地区,2019年\n北京,1\n", NBS),
        "file.csv has no '数据库：' or 'Database:' line",
        "give it the reader region_by_year",
    ),
    "years and no rows": (lambda folder: _text(folder, "地区,2019年\n", BARE), "file.csv", "download it again"),
    "years and only notes": (
        lambda folder: _text(folder, "数据库：年度\n地区,2019年\n注：无数据\n", NBS),
        "file.csv has a header but no data row below it",
        "download it again",
    ),
    "wide and no rows": (lambda folder: _text(folder, "place,year,gdp\n", WIDE), "file.csv", "download it again"),
    "tidy and no rows": (
        lambda folder: _text(folder, "place,year,what,value,unit\n", TIDY),
        "file.csv has a header but no data row below it",
        "download it again",
    ),
    "sheet that is not there": (
        lambda folder: _workbook(folder, {**WIDE, "sheet": "数据"}),
        "file.xlsx has no sheet '数据': its sheets are Sheet",
        "correct the manifest",
    ),
    "sheet of a text": (
        lambda folder: _good(folder, sheet="数据"),
        "file.csv has no sheets, but the manifest names sheet '数据'",
        "leave sheet empty",
    ),
    "listed twice": (
        lambda folder: (_good(folder), write_manifest(folder, WIDE, {**WIDE, "path": "*.csv"})),
        "file.csv twice (lines 2 and 3)",
        "keep one line",
    ),
}


@pytest.mark.parametrize("problem", UNUSABLE)
def test_an_unusable_file_is_one_sentence_with_its_name_and_a_remedy(tmp_path: Path, problem: str) -> None:
    assert_refused(tmp_path, *UNUSABLE[problem])


def test_the_good_folder_that_the_bad_ones_vary_can_be_landed(tmp_path: Path) -> None:
    _good(tmp_path)
    assert land(tmp_path).cells.num_rows == 1


@pytest.mark.parametrize(
    ("kind", "make", "message"),
    [
        (
            "present and unlisted",
            lambda folder: write_csv(folder / "other.csv", [["x"]]),
            "other.csv is in no line of manifest.csv: not read.",
        ),
        (
            "listed and missing",
            lambda folder: write_manifest(folder, WIDE, {**WIDE, "path": "later.csv", "required": "false"}),
            "later.csv is listed as optional and is not there.",
        ),
        (
            "same content",
            lambda folder: (
                shutil.copy(folder / "file.csv", folder / "twin.csv"),
                write_manifest(folder, WIDE, {**WIDE, "path": "twin.csv"}),
            ),
            "twin.csv has the same content as file.csv: read once.",
        ),
    ],
)
def test_what_stops_nothing_is_a_notice(
    tmp_path: Path, kind: str, make: Callable[[Path], object], message: str
) -> None:
    _good(tmp_path)
    make(tmp_path)
    landed = land(tmp_path)
    assert [(notice["kind"], notice["message"]) for notice in landed.notices.to_pylist()] == [(kind, message)]
    assert landed.files.column("path").to_pylist() == ["file.csv"]
    assert landed.cells.num_rows == 1


# Cells: all in one warehouse

#: place, year, indicator, value, unit and what becomes of the cell: a number in the panel, a bin, or a reason
TIDY_CELLS: list[tuple[str, str, str, str, str, float | str]] = [
    ("北京", "2015", "gdp", "100.5", "亿元", 100.5),
    ("亚特兰蒂斯", "2015", "gdp", "100", "亿元", "unknown place"),
    ("天津", "2015", "幸福指数", "100", "亿元", "unknown indicator"),
    ("天津", "2015", "gdp", "100", "蒲式耳", "unknown unit"),
    ("河北", "2015", "gdp", "100", "", "missing unit"),
    ("山西", "2015", "gdp", "100", "万人", "unit of another kind"),
    ("内蒙古", "2015", "gdp", "L42", "亿元", "not a number"),
    ("辽宁", "2015", "gdp", "1_2", "亿元", "not a number"),
    ("吉林", "2015", "gdp", "12.5 13.5", "亿元", "not a number"),
    ("黑龙江", "2015", "gdp", "57.78.", "亿元", "not a number"),
    ("上海", "1948", "gdp", "100", "亿元", "year out of range"),
    ("上海", "2101", "gdp", "100", "亿元", "year out of range"),
    ("上海", "二〇一五", "gdp", "100", "亿元", "year is not a number"),
    ("上海", "20150", "gdp", "100", "亿元", "year is not a number"),
    ("江苏", "2015", "gdp", "100", "亿元", "duplicate with another value"),
    ("江苏", "2015", "gdp", "101", "亿元", "duplicate with another value"),
    # One value in two units is no contradiction: 10,000,100 x 10,000 / 100,000,000 = 1,000.01.
    ("江苏", "2016", "gdp", "1000.01", "亿元", 1000.01),
    ("江苏", "2016", "gdp", "10000100", "万元", "rival"),
    ("浙江", "2015", "gdp", "0.05", "亿元", "out of valid range"),
    ("浙江", "2016", "gdp", "400000", "亿元", "out of valid range"),
    ("浙江", "2017", "gdp", "-50", "亿元", "out of valid range"),
    ("安徽", "1999", "trade_total", "5000", "万美元", "no exchange rate"),
    ("福建", "2015", "gdp", "-", "亿元", "blank"),
    ("福建", "2016", "gdp", "…", "亿元", "blank"),
    ("福建", "2017", "gdp", "\t\u3000", "亿元", "blank"),
    ("江西", "2015", "gdp", "1,234.5", "亿元", 1234.5),
    ("江西", "2016", "gdp", "1,23.5", "亿元", "not a number"),
    ("江西", "2017", "gdp", "12345,678", "亿元", "not a number"),
    ("湖南", "2018", "gdp", "\t1.5e3 ", "亿元", 1500.0),
    ("全国", "2015", "gdp", "700000", "亿元", "check_row"),
    ("山东", "2015", "区域", "107", "上年=100", "not_requested"),
    ("山东省", "2015年", "gdp", "100", "亿元", 100.0),
    ("河南", "2015", "gdp", "0", "亿元", "out of valid range"),
    ("湖北", "1949", "gdp", "20", "亿元", 20.0),
]
BINS = {"blank", "check_row", "not_requested", "rival"}
REASONS_OF_TIDY = [
    ("tidy.csv", "", f"D{row}", fate)
    for row, (*_, fate) in enumerate(TIDY_CELLS, start=2)
    if isinstance(fate, str) and fate not in BINS
]
WORKBOOK = [
    ["地区", "年份", "GDP", "进口总额_蒲式耳", "出口总额（万人）", "研究与试验发展经费支出(亿元)", "不明"],
    ["北京", 2014, 1, 2, 3, 4, 5],
    ["北京", "", 1, "", 3, 4, ""],
]
REASONS_OF_WORKBOOK = [
    ("wide.xlsx", "数据", "C6", "missing unit"),
    ("wide.xlsx", "数据", "C7", "year is not a number"),
    ("wide.xlsx", "数据", "D6", "unknown unit"),
    ("wide.xlsx", "数据", "E6", "unit of another kind"),
    ("wide.xlsx", "数据", "E7", "year is not a number"),
    ("wide.xlsx", "数据", "F7", "year is not a number"),
    ("wide.xlsx", "数据", "G6", "unknown indicator"),
]


@pytest.fixture(scope="session")
def bad_cells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad_cells")
    write_csv(folder / "tidy.csv", [["place", "year", "what", "value", "unit"], *(cell[:5] for cell in TIDY_CELLS)])
    shutil.copy(folder / "tidy.csv", folder / "twin.csv")
    write_csv(folder / "unlisted.csv", [["x"]])
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "数据"
    for row, line in enumerate(WORKBOOK, start=5):
        for column, value in enumerate(line, start=1):
            sheet.cell(row, column, None if value == "" else value)
    workbook.save(folder / "wide.xlsx")
    write_csv(folder / "bare.csv", [["地区", "2013年", "2014年末"], ["北京", 90, 95], ["上海", "Ⅲ", 1]])
    write_manifest(
        folder,
        {**TIDY, "path": "tidy.csv"},
        {**TIDY, "path": "twin.csv"},
        {"path": "wide.xlsx", "reader": "wide", "place_column": "地区", "year_column": "年份"},
        {**BARE, "path": "bare.csv", "priority": "2"},
    )
    return built(folder, tmp_path_factory.mktemp("bad_cells_warehouse") / "regional.duckdb", *PANELS)


def test_every_bad_cell_is_a_reject_and_no_other(bad_cells: Path) -> None:
    reasons_of_bare = [
        ("bare.csv", "", "B3", "not a number"),
        ("bare.csv", "", "C2", "year is not a number"),
        ("bare.csv", "", "C3", "year is not a number"),
    ]
    assert sorted(rows_of(bad_cells, "select path, sheet, cell, reject_reason from ledger.rejects")) == sorted(
        REASONS_OF_TIDY + REASONS_OF_WORKBOOK + reasons_of_bare
    )


@pytest.mark.parametrize(
    ("path", "cell", "message"),
    [
        (
            "tidy.csv",
            "D8",
            "tidy.csv, cell D8 (place 内蒙古, header gdp, value L42): the printed value is no well-formed number; "
            "correct the value against the printed source.",
        ),
        (
            "wide.xlsx",
            "C6",
            "wide.xlsx, sheet 数据, cell C6 (place 北京, header GDP, value 1): neither cell, header nor manifest "
            "states a unit; state the unit in the manifest column unit.",
        ),
    ],
)
def test_a_reject_says_where_it_is_what_is_wrong_and_what_to_do(
    bad_cells: Path, path: str, cell: str, message: str
) -> None:
    sql = "select message from ledger.rejects where path = ? and cell = ?"
    assert rows_of(bad_cells, sql, [path, cell]) == [(message,)]


def test_every_reject_message_names_file_cell_and_remedy(bad_cells: Path) -> None:
    messages = rows_of(
        bad_cells,
        """
        select path, cell, remedy, message
        from ledger.rejects inner join reference.reject_reasons on reject_reason = reason
        """,
    )
    assert len(messages) == len(REASONS_OF_TIDY) + len(REASONS_OF_WORKBOOK) + 3
    for path, cell, remedy, message in messages:
        assert message.startswith(path)
        assert f"cell {cell} (" in message
        assert message.endswith(f"; {remedy}.")


def test_good_cells_of_the_same_files_reach_the_panel(bad_cells: Path) -> None:
    panel = rows_of(
        bad_cells,
        """
        select province_name_zh, year, gdp_100m_cny, rd_expenditure_100m_cny from province_panel
        where gdp_100m_cny is not null or rd_expenditure_100m_cny is not null
        """,
    )
    assert sorted(panel) == sorted(
        [
            ("北京市", 2013, 90.0, None),
            ("北京市", 2014, None, 4.0),
            ("北京市", 2015, 100.5, None),
            ("江苏省", 2016, 1000.01, None),
            ("江西省", 2015, 1234.5, None),
            ("湖南省", 2018, 1500.0, None),
            ("山东省", 2015, 100.0, None),
            ("湖北省", 1949, 20.0, None),
        ]
    )


def test_blank_marks_and_other_bins(bad_cells: Path) -> None:
    bins = dict(
        rows_of(
            bad_cells,
            """
            select row_number, bin from ledger.cell_bins
            where file_id = (select file_id from staging.landed_files where path = 'tidy.csv')
            """,
        )
    )
    expected = {
        row: fate if fate in BINS else "used" if isinstance(fate, float) else "rejected"
        for row, (*_, fate) in enumerate(TIDY_CELLS, start=1)
    }
    assert bins == expected


def test_the_ledger_adds_up_in_every_file(bad_cells: Path) -> None:
    assert unbalanced_ledger_rows(bad_cells) == []
    ledger = rows_of(bad_cells, "select path, cells, used, blank, rejected from ledger.ledger order by path")
    # The workbook has 2 rows x 5 columns: blank D7 and G7, and F6 is the good one.
    assert ledger == [
        ("bare.csv", 4, 1, 0, 3),
        ("tidy.csv", len(TIDY_CELLS), 6, 3, len(REASONS_OF_TIDY)),
        ("wide.xlsx", 10, 1, 2, 7),
    ]


def test_notices_stand_in_the_warehouse(bad_cells: Path) -> None:
    assert sorted(rows_of(bad_cells, "select kind, path from ledger.notices")) == [
        ("present and unlisted", "unlisted.csv"),
        ("same content", "twin.csv"),
    ]


def test_an_unusable_folder_leaves_an_existing_warehouse_as_it_was(bad_cells: Path, tmp_path: Path) -> None:
    warehouse = Path(shutil.copy(bad_cells, tmp_path / "regional.duckdb"))
    with duckdb.connect(str(warehouse)) as connection:
        # A reloaded seed would bring the row back.
        connection.execute("delete from reference.exchange_rates where year = 2000")
    before = contents_of(warehouse)
    assert before["main.province_panel"][0] > 0
    folder = tmp_path / "data"
    folder.mkdir()
    _cut(_workbook(folder, WIDE))
    done = build(folder, warehouse, *PANELS)
    assert done.returncode != 0
    assert "file.xlsx cannot be opened as a workbook" in done.stdout
    assert "the file is damaged or cut short, download it again." in done.stdout
    assert contents_of(warehouse) == before
