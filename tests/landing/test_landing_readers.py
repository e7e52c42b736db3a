"""Readers: every layout in every format gives the same cells, with coordinates and texts as printed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import landing.plugin
from landing import LandingError, land
from landing.grid import read_grids
from landing.readers import READERS
from landing.tables import printed
from tests.support.warehouse import NO_REAL_PROVINCES, REAL_PROVINCES, write_csv, write_manifest

Rows = list[list[object]]

NBS: Rows = [
    ["数据库：分省年度数据"],
    ["指标：地区生产总值(亿元)"],
    ["时间：最近2年"],
    ["地区", "2019年", "2018年"],
    ["北京市", 35371.3, 33106],
    ["天津市", 14104.3, ""],
    ["数据来源：国家统计局"],
]
NBS_CELLS = [
    (4, 1, "北京市", "地区生产总值(亿元)", "", "2019年", "35371.3"),
    (4, 2, "北京市", "地区生产总值(亿元)", "", "2018年", "33106"),
    (5, 1, "天津市", "地区生产总值(亿元)", "", "2019年", "14104.3"),
    (5, 2, "天津市", "地区生产总值(亿元)", "", "2018年", ""),
]
NBS_NOTES = ["数据库：分省年度数据", "指标：地区生产总值(亿元)", "时间：最近2年", "数据来源：国家统计局"]

BARE: Rows = [["地区", "2016年", "2015年"], ["北京市", 293, 293.5], ["天津市", 267, 269]]
BARE_CELLS = [
    (1, 1, "北京市", "", "", "2016年", "293"),
    (1, 2, "北京市", "", "", "2015年", "293.5"),
    (2, 1, "天津市", "", "", "2016年", "267"),
    (2, 2, "天津市", "", "", "2015年", "269"),
]

WIDE: Rows = [["place", "year", "gdp", "cpi"], ["Beijing", 2019, 100.5, 102], ["Tianjin", 2019, 50, 101.25]]
WIDE_CELLS = [
    (1, 2, "Beijing", "gdp", "", "2019", "100.5"),
    (1, 3, "Beijing", "cpi", "", "2019", "102"),
    (2, 2, "Tianjin", "gdp", "", "2019", "50"),
    (2, 3, "Tianjin", "cpi", "", "2019", "101.25"),
]

TIDY: Rows = [
    ["place", "year", "what", "value", "unit"],
    ["Beijing", 2019, "gdp", 100.5, "亿元"],
    ["Tianjin", 2018, "cpi", 102, "上年=100"],
]
TIDY_CELLS = [
    (1, 3, "Beijing", "gdp", "亿元", "2019", "100.5"),
    (2, 3, "Tianjin", "cpi", "上年=100", "2018", "102"),
]

OPTIONS = {
    "nbs_download": {},
    "region_by_year": {"indicator": "pop_rural", "unit": "万人"},
    "wide": {"place_column": "place", "year_column": "year"},
    "tidy": {
        "place_column": "place",
        "year_column": "year",
        "indicator_column": "what",
        "value_column": "value",
        "unit_column": "unit",
    },
}


def _gb18030(path: Path, rows: Rows) -> dict[str, str]:
    write_csv(path.with_suffix(".csv"), rows, "gb18030")
    return {"path": path.with_suffix(".csv").name, "encoding": "gb18030"}


def _utf8(path: Path, rows: Rows) -> dict[str, str]:
    write_csv(path.with_suffix(".csv"), rows)
    return {"path": path.with_suffix(".csv").name}


def _utf8_with_mark(path: Path, rows: Rows) -> dict[str, str]:
    write_csv(path.with_suffix(".csv"), rows, "utf-8-sig")
    return {"path": path.with_suffix(".csv").name}


def _tsv(path: Path, rows: Rows) -> dict[str, str]:
    text = "\n".join("\t".join(str(value) for value in row) for row in rows)
    path.with_suffix(".tsv").write_text(text, encoding="utf-8")
    return {"path": path.with_suffix(".tsv").name}


def _xlsx(path: Path, rows: Rows, **sheets: Rows) -> dict[str, str]:
    workbook = openpyxl.Workbook()
    first = workbook.active
    assert first is not None
    for sheet, lines in [(first, rows), *((workbook.create_sheet(name), lines) for name, lines in sheets.items())]:
        for row, line in enumerate(lines, start=1):
            for column, value in enumerate(line, start=1):
                sheet.cell(row, column, None if value == "" else value)
    workbook.save(path.with_suffix(".xlsx"))
    return {"path": path.with_suffix(".xlsx").name}


def _frame(rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(rows[1:], columns=[str(name) for name in rows[0]])


def _stata(path: Path, rows: Rows) -> dict[str, str]:
    _frame(rows).to_stata(path.with_suffix(".dta"), write_index=False, version=118)
    return {"path": path.with_suffix(".dta").name}


def _parquet(path: Path, rows: Rows) -> dict[str, str]:
    _frame(rows).to_parquet(path.with_suffix(".parquet"), index=False)
    return {"path": path.with_suffix(".parquet").name}


def _cells(folder: Path, reader: str, file: dict[str, str]) -> list[tuple[Any, ...]]:
    """Land one file and give back its cells without file, sheet and scope."""
    write_manifest(folder, {"reader": reader, **OPTIONS[reader], **file})
    names = ["row", "column", "place_text", "header_path", "unit_text", "year_text", "value_text"]
    return [tuple(cell[name] for name in names) for cell in land(folder).cells.to_pylist()]


LAYOUTS = {
    "nbs_download": (NBS, NBS_CELLS),
    "region_by_year": (BARE, BARE_CELLS),
    "wide": (WIDE, WIDE_CELLS),
    "tidy": (TIDY, TIDY_CELLS),
}
TEXTS_AND_WORKBOOKS = [_gb18030, _utf8, _utf8_with_mark, _tsv, _xlsx]


@pytest.mark.parametrize(
    ("reader", "write"),
    [(reader, write) for reader in LAYOUTS for write in TEXTS_AND_WORKBOOKS]
    # Stata allows no heading such as 2019年, so tables of regions by years come as Parquet only.
    + [("wide", _stata), ("tidy", _stata), ("wide", _parquet), ("tidy", _parquet), ("region_by_year", _parquet)],
)
def test_every_layout_reads_the_same_in_every_format(
    tmp_path: Path, reader: str, write: Callable[[Path, Rows], dict[str, str]]
) -> None:
    rows, expected = LAYOUTS[reader]
    assert _cells(tmp_path, reader, write(tmp_path / "file", rows)) == expected


@pytest.mark.skipif(not REAL_PROVINCES.is_dir(), reason=NO_REAL_PROVINCES)
def test_old_workbook_format() -> None:
    (path,) = REAL_PROVINCES.glob("nbs_en_城镇登记失业率*.xls")
    ((_, grid),) = read_grids(path, "", "").items()
    header = next(number for number, line in enumerate(grid) if line[0].strip() == "province")
    texts = {line[0].strip(): line for line in grid[header + 1 :]}
    # 16 years of 2007 to 2022; Beijing 2022 is 4.7 and 2019 is 1.3.
    assert [cell.strip() for cell in grid[header][1:17]] == [str(year) for year in range(2022, 2006, -1)]
    assert (texts["Beijing"][1], texts["Beijing"][4]) == ("4.7", "1.3")


def test_header_line_of_a_download_goes_to_cells_and_other_lines_to_notes(tmp_path: Path) -> None:
    file = _utf8(tmp_path / "file", NBS)
    write_manifest(tmp_path, {"reader": "nbs_download", **file})
    landed = land(tmp_path)
    assert landed.files.column("notes_text").to_pylist() == ["\n".join(NBS_NOTES)]
    assert not set(NBS_NOTES) & set(landed.cells.column("place_text").to_pylist())


@pytest.mark.parametrize("line", ["Database: Annual by province", "database：Annual by province"])
def test_english_download(tmp_path: Path, line: str) -> None:
    rows: Rows = [[line], ["Index：Gross Regional Product"], ["Region", "2019"], ["Mongolia", "17212.5"]]
    expected = [(3, 1, "Mongolia", "Gross Regional Product", "", "2019", "17212.5")]
    assert _cells(tmp_path, "nbs_download", _utf8(tmp_path / "file", rows)) == expected


@pytest.mark.parametrize(
    "note", ["注：2020年为初步数", "注1：见说明", "说明:见下", "资料来源：统计年鉴", "Note: preliminary", "Source: NBS"]
)
@pytest.mark.parametrize("reader", ["region_by_year", "wide", "tidy"])
def test_note_lines_are_no_cells(tmp_path: Path, reader: str, note: str) -> None:
    rows, expected = LAYOUTS[reader]
    assert _cells(tmp_path, reader, _utf8(tmp_path / "file", [*rows, [note]])) == expected
    assert land(tmp_path).files.column("notes_text").to_pylist() == [note]


def test_a_row_that_only_looks_like_a_note_is_data(tmp_path: Path) -> None:
    rows: Rows = [*BARE, ["注册地", 1, 2], ["来源不明", "", ""]]
    cells = _cells(tmp_path, "region_by_year", _utf8(tmp_path / "file", rows))
    assert [cell[2] for cell in cells[4:]] == ["注册地", "注册地", "来源不明", "来源不明"]


@pytest.mark.parametrize("reader", LAYOUTS)
def test_coordinates_are_absolute_in_a_sheet_with_leading_blank_rows_and_columns(tmp_path: Path, reader: str) -> None:
    rows, expected = LAYOUTS[reader]
    moved: Rows = [[], [], [], *(["", "", *row] for row in rows)]
    moved_cells = [(row + 3, column + 2, *texts) for row, column, *texts in expected]
    assert _cells(tmp_path, reader, _xlsx(tmp_path / "file", moved)) == moved_cells


@pytest.mark.parametrize("leading", [[], [""]])
def test_the_heading_of_the_places_may_be_blank(tmp_path: Path, leading: list[object]) -> None:
    rows: Rows = [[*leading, "", "2016年"], [*leading, "北京市", 293]]
    expected = [(1, len(leading) + 1, "北京市", "", "", "2016年", "293")]
    assert _cells(tmp_path, "region_by_year", _xlsx(tmp_path / "file", rows)) == expected


def test_blank_rows_within_a_table_move_no_coordinates(tmp_path: Path) -> None:
    rows = [BARE[0], ["", "", ""], BARE[1], [], BARE[2]]
    cells = _cells(tmp_path, "region_by_year", _utf8(tmp_path / "file", rows))
    assert [cell[:2] for cell in cells] == [(2, 1), (2, 2), (4, 1), (4, 2)]


def test_tabs_within_values_stay_in_the_cells_as_printed(tmp_path: Path) -> None:
    text = "\ufeff数据库：分省年度数据\t\n时间：2010年\t\n地区\t,2010年\t,\n北京市\t,178.92\t,\n"
    (tmp_path / "file.csv").write_text(text, encoding="utf-8")
    cells = _cells(tmp_path, "nbs_download", {"path": "file.csv", "indicator": "exp_science", "unit": "亿元"})
    assert cells == [(3, 1, "北京市\t", "", "", "2010年\t", "178.92\t")]


def test_quoted_text_keeps_commas_and_line_breaks(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text('place,year,gdp\n"Bei\njing",2019,"1,234.5"\n', encoding="utf-8")
    assert _cells(tmp_path, "wide", {"path": "file.csv"}) == [(1, 2, "Bei\njing", "gdp", "", "2019", "1,234.5")]


def test_short_rows_end_in_blank_cells(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("place,year,gdp,cpi\nBeijing,2019,100\n", encoding="utf-8")
    assert [cell[-1] for cell in _cells(tmp_path, "wide", {"path": "file.csv"})] == ["100", ""]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2019.0, "2019"),
        (-5.0, "-5"),
        (0.1, "0.1"),
        (12345678.9, "12345678.9"),
        (np.float32(0.1), "0.1"),
        (np.float32(4.7), "4.7"),
        (np.int8(7), "7"),
        (float("nan"), ""),
        (None, ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        (np.datetime64("NaT"), ""),
        (True, "true"),
        ("007", "007"),
        (" 1.50 ", " 1.50 "),
    ],
)
def test_stored_values_print_short(value: object, text: str) -> None:
    assert printed(value) == text


def test_32_bit_numbers_of_a_stata_file_print_no_digits_that_are_not_there(tmp_path: Path) -> None:
    frame = pd.DataFrame({"place": ["Beijing"], "year": np.array([2019], "int16"), "gdp": np.array([4.7], "float32")})
    frame.to_stata(tmp_path / "file.dta", write_index=False)
    assert _cells(tmp_path, "wide", {"path": "file.dta"})[0][-1] == "4.7"


def test_a_labelled_stata_variable_is_headed_by_name_and_label(tmp_path: Path) -> None:
    frame = pd.DataFrame({"place": ["Beijing"], "year": [2019], "inc": [100.0]})
    labels = {"place": "省", "inc": "城镇人均可支配（元）"}
    frame.to_stata(tmp_path / "file.dta", write_index=False, version=118, variable_labels=labels)
    assert _cells(tmp_path, "wide", {"path": "file.dta"})[0][2:4] == ("Beijing", "inc|城镇人均可支配（元）")


def test_value_labels_of_a_stata_file_stay_codes(tmp_path: Path) -> None:
    frame = pd.DataFrame({"place": ["Beijing"], "year": [2019], "region": pd.Categorical(["east"])})
    frame.to_stata(tmp_path / "file.dta", write_index=False)
    assert _cells(tmp_path, "wide", {"path": "file.dta"})[0][-1] == "0"


def test_a_stata_year_with_a_date_format_stays_a_year(tmp_path: Path) -> None:
    frame = pd.DataFrame({"place": ["Beijing"], "year": pd.to_datetime(["2019-01-01"]), "gdp": [100.0]})
    frame.to_stata(tmp_path / "file.dta", write_index=False, convert_dates={"year": "ty"})
    assert [cell[-2:] for cell in _cells(tmp_path, "wide", {"path": "file.dta"})] == [("2019", "100")]


def test_the_sheet_with_years_is_found_among_others(tmp_path: Path) -> None:
    file = _xlsx(tmp_path / "file", [["有关说明"]], 数据=BARE, 空白=[])
    assert _cells(tmp_path, "region_by_year", file) == BARE_CELLS
    assert set(land(tmp_path).cells.column("sheet").to_pylist()) == {"数据"}


@pytest.mark.parametrize(("sheet", "value"), [("甲", "1"), ("乙", "2")])
def test_the_manifest_names_one_of_several_sheets(tmp_path: Path, sheet: str, value: str) -> None:
    file = _xlsx(tmp_path / "file", [[]], 甲=[["place", "year", "gdp"], ["Beijing", 2019, 1]])
    file |= _xlsx(
        tmp_path / "file",
        [["place", "year", "gdp"], ["Beijing", 2019, 0]],
        甲=[["place", "year", "gdp"], ["Beijing", 2019, 1]],
        乙=[["place", "year", "gdp"], ["Beijing", 2019, 2]],
    )
    assert [cell[-1] for cell in _cells(tmp_path, "wide", {**file, "sheet": sheet})] == [value]


@pytest.mark.parametrize("reader", ["region_by_year", "wide"])
def test_several_sheets_with_data_and_none_named_is_an_error(tmp_path: Path, reader: str) -> None:
    rows, _ = LAYOUTS[reader]
    file = _xlsx(tmp_path / "file", rows, 乙=rows)
    with pytest.raises(LandingError, match=r"file\.xlsx has several sheets .*乙.*manifest column sheet"):
        _cells(tmp_path, reader, file)


# The cache


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that the reader `wide` parsed, in order."""
    names: list[str] = []
    reader = READERS["wide"]

    def counting(grids: Any, row: Any, file_name: str) -> Any:
        names.append(file_name)
        return reader(grids, row, file_name)

    monkeypatch.setitem(READERS, "wide", counting)
    return names


def _wide_folder(folder: Path, **options: str) -> Path:
    folder.mkdir(exist_ok=True)
    write_csv(folder / "file.csv", [*WIDE, ["注：初步数"]])
    write_manifest(folder, {"path": "file.csv", "reader": "wide", **OPTIONS["wide"], **options})
    return folder


def test_the_cache_gives_what_parsing_gives(tmp_path: Path, parses: list[str]) -> None:
    folder = _wide_folder(tmp_path / "data")
    parsed, first, second = land(folder), land(folder, tmp_path / "cache"), land(folder, tmp_path / "cache")
    assert parses == ["file.csv", "file.csv"]
    for cached in (first, second):
        assert cached.cells.equals(parsed.cells)
        assert cached.files.equals(parsed.files)
        assert cached.notices.equals(parsed.notices)
    assert second.files.column("notes_text").to_pylist() == ["注：初步数"]


def test_changed_content_is_parsed_again(tmp_path: Path, parses: list[str]) -> None:
    folder = _wide_folder(tmp_path / "data")
    land(folder, tmp_path / "cache")
    write_csv(folder / "file.csv", [*WIDE[:2], ["Tianjin", 2019, 51, 101.25]])
    changed = land(folder, tmp_path / "cache")
    assert parses == ["file.csv", "file.csv"]
    assert changed.cells.column("value_text").to_pylist() == ["100.5", "102", "51", "101.25"]


def test_changed_reading_options_are_parsed_again(tmp_path: Path, parses: list[str]) -> None:
    land(_wide_folder(tmp_path / "data"), tmp_path / "cache")
    changed = land(_wide_folder(tmp_path / "data", year_column="cpi"), tmp_path / "cache")
    assert parses == ["file.csv", "file.csv"]
    assert changed.cells.column("year_text").to_pylist() == ["102", "102", "101.25", "101.25"]


def test_changed_descriptions_are_taken_over_without_parsing(tmp_path: Path, parses: list[str]) -> None:
    land(_wide_folder(tmp_path / "data"), tmp_path / "cache")
    changed = land(_wide_folder(tmp_path / "data", priority="7", vintage="revised"), tmp_path / "cache")
    assert parses == ["file.csv"]
    assert changed.files.select(["priority", "vintage"]).to_pylist() == [{"priority": 7, "vintage": "revised"}]


def test_a_damaged_cache_is_parsed_again(tmp_path: Path, parses: list[str]) -> None:
    folder = _wide_folder(tmp_path / "data")
    expected = land(folder, tmp_path / "cache")
    for kept in (tmp_path / "cache").rglob("*"):
        kept.write_bytes(kept.read_bytes()[:-7])
    assert land(folder, tmp_path / "cache").cells.equals(expected.cells)
    assert len(parses) == 2


# Several folders


def _rows_folder(folder: Path, rows: Rows, name: str = "file.csv") -> Path:
    """A folder with one wide file and its manifest."""
    folder.mkdir(parents=True)
    write_csv(folder / name, rows)
    write_manifest(folder, {"path": name, "reader": "wide", **OPTIONS["wide"]})
    return folder


OTHER_ROWS = [WIDE[0], ["Hebei", 2019, 7, 103]]


def test_one_folder_of_a_list_is_landed_as_by_itself(tmp_path: Path) -> None:
    folder = _wide_folder(tmp_path / "data")
    alone, listed = land(folder), land([folder])
    assert listed.cells.equals(alone.cells)
    assert listed.files.equals(alone.files)
    assert listed.files.select(["path", "manifest"]).to_pylist() == [{"path": "file.csv", "manifest": "manifest.csv"}]


def test_files_of_one_name_in_two_folders_are_told_apart_by_the_folder(tmp_path: Path) -> None:
    landed = land([_rows_folder(tmp_path / "public", WIDE), _rows_folder(tmp_path / "own", OTHER_ROWS)])
    files = landed.files.select(["path", "file_name", "manifest", "cells"]).to_pylist()
    assert [tuple(file.values()) for file in files] == [
        ("public/file.csv", "file.csv", "public/manifest.csv", 4),
        ("own/file.csv", "file.csv", "own/manifest.csv", 2),
    ]
    assert landed.cells.column("value_text").to_pylist() == ["100.5", "102", "50", "101.25", "7", "103"]
    assert len(set(landed.files.column("file_id").to_pylist())) == 2
    assert landed.notices.num_rows == 0


def test_folders_of_one_name_are_told_apart_by_those_above_them(tmp_path: Path) -> None:
    landed = land([_rows_folder(tmp_path / "a" / "data", WIDE), _rows_folder(tmp_path / "b" / "data", OTHER_ROWS)])
    assert landed.files.column("path").to_pylist() == ["a/data/file.csv", "b/data/file.csv"]


def test_each_folder_is_read_by_its_own_manifest_or_by_the_catalogue(tmp_path: Path) -> None:
    own = _rows_folder(tmp_path / "own", OTHER_ROWS)
    write_csv(own / "loose.csv", OTHER_ROWS)
    public = tmp_path / "public"
    public.mkdir()
    write_csv(public / "bare_城镇人口_x.csv", BARE)
    write_csv(public / "loose.csv", WIDE)
    landed = land([own, public])
    files = landed.files.select(["path", "manifest"]).to_pylist()
    assert [tuple(file.values()) for file in files] == [
        ("own/file.csv", "own/manifest.csv"),
        ("public/bare_城镇人口_x.csv", "catalogue.csv"),
    ]
    assert landed.notices.to_pylist() == [
        {
            "kind": "present and unlisted",
            "path": "own/loose.csv",
            "message": "own/loose.csv is in no line of manifest.csv: not read.",
        },
        {
            "kind": "present and unlisted",
            "path": "public/loose.csv",
            "message": "public/loose.csv is in no line of catalogue.csv: not read.",
        },
    ]


def test_what_one_folder_requires_another_does_not_give(tmp_path: Path) -> None:
    own = _rows_folder(tmp_path / "own", OTHER_ROWS, name="mine.csv")
    (own / "mine.csv").unlink()
    with pytest.raises(LandingError, match=r"own/manifest\.csv line 2 lists mine\.csv, but .*own has no such file"):
        land([_rows_folder(tmp_path / "public", WIDE, name="mine.csv"), own])


def test_one_content_in_two_folders_is_read_once_and_said(tmp_path: Path) -> None:
    landed = land([_rows_folder(tmp_path / "first", WIDE), _rows_folder(tmp_path / "second", WIDE, name="copy.csv")])
    assert landed.files.column("path").to_pylist() == ["first/file.csv"]
    assert landed.cells.num_rows == 4
    assert landed.notices.column("message").to_pylist() == [
        "second/copy.csv has the same content as first/file.csv: read once."
    ]


def test_a_file_that_moves_between_folders_is_not_parsed_again(tmp_path: Path, parses: list[str]) -> None:
    first, second = _rows_folder(tmp_path / "first", WIDE), _rows_folder(tmp_path / "second", OTHER_ROWS)
    land([first, second], tmp_path / "cache")
    assert land([second, first], tmp_path / "cache").cells.num_rows == 6
    assert land(second, tmp_path / "cache").cells.num_rows == 2
    assert parses == ["file.csv", "file.csv"]


def test_a_folder_that_is_missing_beside_another_is_named(tmp_path: Path) -> None:
    with pytest.raises(LandingError, match=r"The data folder .*nowhere does not exist: set REGIONAL_DATA"):
        land([_wide_folder(tmp_path / "data"), tmp_path / "nowhere"])


@pytest.mark.parametrize(("inner", "relation"), [("data/part", "lies inside"), ("part/../data", "is the folder")])
def test_folders_that_share_files_are_refused(tmp_path: Path, inner: str, relation: str) -> None:
    outer = _wide_folder(tmp_path / "data")
    (outer / "part").mkdir()
    (tmp_path / "part").mkdir()
    with pytest.raises(LandingError, match=rf"data.* {relation} .*data.*, so that .* name one of the two"):
        land([outer, tmp_path / inner])


# The plugin


def test_the_path_separator_stands_between_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folders = [_rows_folder(tmp_path / "first", WIDE), _rows_folder(tmp_path / "second", OTHER_ROWS)]
    # an empty part is none, as at the end of a list that a shell put together
    monkeypatch.setenv("REGIONAL_DATA", os.pathsep.join([*map(str, folders), ""]))
    monkeypatch.setenv("REGIONAL_CACHE", str(tmp_path / "cache"))
    files = landing.plugin.Plugin(name="landing", plugin_config={}).load(SimpleNamespace(identifier="files"))
    assert files.column("path").to_pylist() == ["first/file.csv", "second/file.csv"]


@pytest.fixture
def landings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[Path]]:
    """The folders of each landing of the plugin, in order."""
    monkeypatch.setenv("REGIONAL_DATA", str(_wide_folder(tmp_path / "data")))
    monkeypatch.setenv("REGIONAL_CACHE", str(tmp_path / "cache"))
    landed: list[list[Path]] = []

    def counting(folders: list[Path], *arguments: Any, **options: Any) -> Any:
        landed.append(folders)
        return land(folders, *arguments, **options)

    monkeypatch.setattr(landing.plugin, "land", counting)
    return landed


def _load_together(plugin: Any, sources: Iterable[str]) -> list[Any]:
    """Ask for all sources at the same moment, each from a thread of its own."""
    names = list(sources)
    barrier = threading.Barrier(len(names))

    def load(name: str) -> Any:
        barrier.wait(timeout=10)
        return plugin.load(SimpleNamespace(identifier=name))

    with ThreadPoolExecutor(len(names)) as threads:
        return list(threads.map(load, names))


def test_the_folder_is_landed_once_however_many_sources_ask(tmp_path: Path, landings: list[list[Path]]) -> None:
    plugin = landing.plugin.Plugin(name="landing", plugin_config={})
    assert landings == []
    tables = _load_together(plugin, ["cells", "policy_rows", "files", "record_files", "notices"] * 4)
    assert landings == [[tmp_path / "data"]]
    assert [table.num_rows for table in tables] == [4, 0, 1, 0, 0] * 4


def test_an_unusable_folder_is_told_to_every_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REGIONAL_DATA", str(tmp_path / "nowhere"))
    plugin = landing.plugin.Plugin(name="landing", plugin_config={})
    for name in ("cells", "files"):
        with pytest.raises(LandingError, match="does not exist"):
            plugin.load(SimpleNamespace(identifier=name))
