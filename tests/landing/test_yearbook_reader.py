"""The reader of yearbook workbooks: header generations, merges, coordinates, titles, notes, printed numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from landing import land
from landing.cells import Cell, Parsed
from landing.grid import read_grids
from landing.manifest import ManifestRow, manifest_of, read_manifest
from landing.readers import READERS
from landing.yearbook import ccsy_workbook
from tests.support.workbooks import edition_name, title_of, write_edition, write_workbook


def _manifest_row(folder: Path) -> ManifestRow:
    manifest = read_manifest(manifest_of(folder), READERS)
    return next(row for row in manifest if row.reader == "ccsy_workbook")


def _parsed(path: Path) -> Parsed:
    return ccsy_workbook(read_grids(path, "", ""), _manifest_row(path.parent), path.name)


def _headers(parsed: Parsed) -> dict[int, str]:
    return {cell.column: cell.header_path for cell in parsed.cells}


#: generation -> (edition, lines, merges, header path by column, place and cells of the first data row, its row number)
Generation = tuple[int, list[list[object]], list[str], dict[int, str], str, dict[int, str], int]
GENERATIONS: dict[str, Generation] = {
    # As in 2004: one level of names, scopes below, and a row of units.
    "flat with a row of units": (
        2004,
        [
            ["中国2003年地级以上城市数据", "年末总人口（万人）", None, "地区生产总值", None],
            ["城市", "全市", "市辖区", "全市", "市辖区"],
            [None, "万人", "万人", "万元", "万元"],
            ["城市合计", 116634.8, 34196.96, 1234567890, 987654321],
            ["北京市", 1148.82, 1079.22, 36631000, 35000000],
        ],
        ["B1:C1", "D1:E1"],
        {
            1: "年末总人口（万人）|全市|万人",
            2: "年末总人口（万人）|市辖区|万人",
            3: "地区生产总值|全市|万元",
            4: "地区生产总值|市辖区|万元",
        },
        "城市合计",
        {1: "116634.8", 2: "34196.96", 3: "1234567890", 4: "987654321"},
        3,
    ),
    # As in 2006: section, name, scope; the scope is printed with blanks inside, and runs of blanks become one.
    "three merged levels": (
        2006,
        [
            ["中国2005年地级以上城市数据", "人口", None, None, None, "劳动力与就业"],
            ["城市", "年末总人口(万人)", None, "其中：非农业人口(万人)", None, "年末单位从业人员数（万人）"],
            [None, "全  市", "市辖区", "全  市", "市辖区", "全  市"],
            ["北京市", 1180.7, 1110.6, 880.2, 855.4, 878.05],
        ],
        ["B1:E1", "B2:C2", "D2:E2"],
        {
            1: "人口|年末总人口(万人)|全 市",
            2: "人口|年末总人口(万人)|市辖区",
            3: "人口|其中：非农业人口(万人)|全 市",
            4: "人口|其中：非农业人口(万人)|市辖区",
            5: "劳动力与就业|年末单位从业人员数（万人）|全 市",
        },
        "北京市",
        {1: "1180.7", 2: "1110.6", 3: "880.2", 4: "855.4", 5: "878.05"},
        3,
    ),
    # As in 2016: two header rows below the title, a column of English names, translations inside the cells.
    "bilingual with a column of English names": (
        2016,
        [
            ["中国2015年地级以上城市数据", None, "人口状况", None, "城镇登记失业人员数（人）"],
            [None, None, None, None, None],
            ["城 市", "City", "年末户籍人口 (万人> Household Registered Population\n(10 000 persons)", None, None],
            [None, None, "全 市 Total City", "市辖区  Districts under City", "全市"],
            ["城市合计", "Prefecture Cities", 129194.19, 44638.53, 7000000],
            ["  石家庄市", "  Shijiazhuang", 1028.84, 410.33, None],
        ],
        ["A3:A4", "B3:B4", "C1:D2", "C3:D3", "E1:E3"],
        {
            2: "人口状况|年末户籍人口 (万人> Household Registered Population (10 000 persons)|全 市 Total City",
            3: "人口状况|年末户籍人口 (万人> Household Registered Population (10 000 persons)"
            "|市辖区 Districts under City",
            4: "城镇登记失业人员数（人）|全市",
        },
        "城市合计",
        {2: "129194.19", 3: "44638.53", 4: "7000000"},
        4,
    ),
    # As in 2019 to 2022: a leading blank row, numbered sections, English on lines of its own.
    "numbered sections below a blank row": (
        2022,
        [
            [],
            ["中国2021年地级以上城市数据", None, "2-1 人口数", None, "2-15 地方一般公共预算收支"],
            [None, None, None, None, None],
            ["城 市", "City", "户籍人口（万人）", None, "支出（万元）"],
            [None, None, "Household Resident Population", None, "Expenditure"],
            [None, None, "全市 Total City", "市辖区 Districts under City", "全市"],
            ["北京市", "Beijing", 1414, 1414, 72051000],
        ],
        ["C2:D3", "E2:E3", "A4:A6", "B4:B6", "C4:D4", "C5:D5"],
        {
            2: "2-1 人口数|户籍人口（万人）|Household Resident Population|全市 Total City",
            3: "2-1 人口数|户籍人口（万人）|Household Resident Population|市辖区 Districts under City",
            4: "2-15 地方一般公共预算收支|支出（万元）|Expenditure|全市",
        },
        "北京市",
        {2: "1414", 3: "1414", 4: "72051000"},
        6,
    ),
}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_generation_of_headers_is_read(tmp_path: Path, generation: str) -> None:
    edition, lines, merges, headers, place, values, first_row = GENERATIONS[generation]
    parsed = _parsed(write_workbook(tmp_path / edition_name(edition), lines, merges))
    assert _headers(parsed) == headers
    first = [cell for cell in parsed.cells if cell.row == first_row]
    assert {cell.column: cell.value_text for cell in first} == values
    assert {cell.place_text for cell in first} == {place}
    assert min(cell.row for cell in parsed.cells) == first_row
    # One data year below the edition, in every cell; scope and unit stand in the header.
    assert {cell.year_text for cell in parsed.cells} == {str(edition - 1)}
    assert {(cell.scope_text, cell.unit_text) for cell in parsed.cells} == {("", "")}
    # One cell for each place and column, the blank ones as well: the ledger counts them.
    assert len(parsed.cells) == len(headers) * len({cell.row for cell in parsed.cells})


def test_a_cell_has_absolute_coordinates_and_its_place_as_printed(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        [],
        [title_of(2021), "年末户籍人口（万人）"],
        ["城市", "全市"],
        ["  石家庄市", 1046.5],
        [],
        ["1.唐山市", None],
    ]
    parsed = _parsed(write_workbook(tmp_path / edition_name(2022), lines))
    header = "年末户籍人口（万人）|全市"
    # The blank row has no cells, and moves nothing.
    assert list(parsed.cells) == [
        Cell("Sheet1", 3, 1, "  石家庄市", header, "", "", "2021", "1046.5"),
        Cell("Sheet1", 5, 1, "1.唐山市", header, "", "", "2021", ""),
    ]


def test_the_advert_sheet_is_skipped_and_the_data_sheet_may_have_any_name_and_place(tmp_path: Path) -> None:
    lines: list[list[object]] = [[title_of(2017), "年末户籍人口（万人）"], ["城市", "全市"], ["北京市", 1359]]
    path = write_workbook(tmp_path / edition_name(2018), lines, sheet="2017城市数据")
    assert {cell.sheet for cell in _parsed(path).cells} == {"2017城市数据"}
    grids = read_grids(path, "", "")
    assert len(grids) == 2
    backwards = dict(reversed(grids.items()))
    assert list(ccsy_workbook(backwards, _manifest_row(tmp_path), path.name).cells) == list(_parsed(path).cells)


def test_merges_are_filled_in_the_header_and_never_in_data(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        [title_of(2018), "年末户籍人口（万人）", None, "地区生产总值（万元）"],
        ["城市", "全市", "市辖区", "全市"],
        ["北京市", 1376, None, 303199800],
        ["天津市", 1082, 1082, None],
    ]
    # Two cells of Beijing, two rows of the last column, and one heading that reaches into the data.
    merges = ["B1:C1", "B3:C3", "D2:D3"]
    parsed = _parsed(write_workbook(tmp_path / edition_name(2019), lines, merges))
    assert _headers(parsed) == {
        1: "年末户籍人口（万人）|全市",
        2: "年末户籍人口（万人）|市辖区",
        3: "地区生产总值（万元）|全市",
    }
    values = {(cell.row, cell.column): cell.value_text for cell in parsed.cells}
    # What a merge covers is blank in the file, and stays so.
    assert values == {(2, 1): "1376", (2, 2): "", (2, 3): "", (3, 1): "1082", (3, 2): "1082", (3, 3): ""}


def test_a_file_name_without_an_edition_leaves_the_year_to_the_title(tmp_path: Path) -> None:
    title = "  中国 2011 年地级以上城市数据 "
    lines: list[list[object]] = [[title, "年末总人口（万人）"], ["城市", "全市"], ["北京市", 2019]]
    path = write_workbook(tmp_path / "城市.xlsx", lines)
    assert {cell.year_text for cell in _parsed(path).cells} == {"2011"}


def test_notes_are_the_title_and_the_lines_that_say_they_are_notes(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        [title_of(2018), "年末户籍人口（万人）", "地区生产总值（万元）"],
        ["城市", "全市", "全市"],
        ["北京市", 1376, 303199800],
        ["注：数据为快报数"],
        ["资料来源：国家统计局"],
        ["西沙群岛"],
    ]
    parsed = _parsed(write_workbook(tmp_path / edition_name(2019), lines))
    assert parsed.notes == [title_of(2018), "注：数据为快报数", "资料来源：国家统计局"]
    # A name without figures is no note: its cells are blank, and counted.
    assert {cell.place_text for cell in parsed.cells} == {"北京市", "西沙群岛"}


@pytest.mark.parametrize(
    ("stored", "printed"),
    [
        (303199800, "303199800"),
        (303199800.0, "303199800"),
        (0.1, "0.1"),
        (1148.82, "1148.82"),
        (-1.14, "-1.14"),
        ("1_2", "1_2"),
        ("L42", "L42"),
        ("57.78.", "57.78."),
        ("12.5\n13.1", "12.5\n13.1"),
        ("１２３", "１２３"),
        ("-", "-"),
        ("1,234", "1,234"),
        (" 7 ", " 7 "),
    ],
)
def test_values_are_kept_as_printed(tmp_path: Path, stored: object, printed: str) -> None:
    lines: list[list[object]] = [
        [title_of(2018), "年末户籍人口（万人）"],
        ["城市", "全市"],
        ["北京市", 1376],
        ["天津市", stored],
    ]
    parsed = _parsed(write_workbook(tmp_path / edition_name(2019), lines))
    assert [cell.value_text for cell in parsed.cells] == ["1376", printed]


def test_the_catalogue_reads_editions_by_their_names(tmp_path: Path) -> None:
    population = (["年末户籍人口（万人）", "全市"], {"北京市": 1376, "河北省": 7500})
    for edition in (2014, 2031):
        write_edition(tmp_path, edition, ["北京市", "河北省"], [population])
    landed = land(tmp_path)
    assert landed.files.select(["path", "reader", "place_level", "scope", "unknown_headers"]).to_pylist() == [
        {"path": edition_name(edition), "reader": "ccsy_workbook", "place_level": "city"}
        | {"scope": "header", "unknown_headers": "ignore"}
        for edition in (2014, 2031)
    ]
    assert landed.cells.column("year_text").to_pylist() == ["2013", "2013", "2030", "2030"]
    assert landed.files.column("notes_text").to_pylist() == [title_of(2013), title_of(2030)]


def test_the_helper_writes_merged_levels(tmp_path: Path) -> None:
    columns = [
        (["人口", "年末总人口(万人)", "全市"], {"北京市": 1}),
        (["人口", "年末总人口(万人)", "市辖区"], {"北京市": 2}),
        (["人口", "非农业人口(万人)", "市辖区"], {"北京市": 3}),
        (["综合经济", "非农业人口(万人)", "市辖区"], {"北京市": 4}),
    ]
    path = write_edition(tmp_path, 2006, ["北京市"], columns)
    # 0-based rows and columns; cells with one text below different upper levels are not merged.
    assert sorted(read_grids(path, "", "")["Sheet1"].merges) == [(0, 1, 0, 3), (1, 1, 1, 2)]
    assert list(_headers(_parsed(path)).values()) == ["|".join(levels) for levels, _ in columns]
