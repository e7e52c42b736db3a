"""What each format makes of odd values, and where it says what the data are."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from reporting.errors import UsageError
from reporting.exports.table import table_of
from reporting.exports.writing import FORMATS, written
from reporting.warehouse import opened
from tests.support.exports import READERS, small_warehouse

ODD = """
select
    '010100' as city_code,
    2000 + position as year,
    [null, 'reported', 'derived'][position] as origin,
    [true, null, false][position] as is_new,
    [0.1::double + 0.2::double, null, 1e-300][position] as a_number,
    [9007199254740993, 1, null][position] as big,
    [['a', 'b'], [], null][position] as listed,
    [{'a': 1}, null, {'a': 2}][position] as structure,
    [date '2020-02-29', null, date '1899-12-31'][position] as a_day,
    [timestamp '2020-02-29 12:30:01', null, timestamp '2020-01-01'][position] as a_time,
    ['=1+1', '@"x",' || chr(10) || 'y', ''][position] as a_text,
    [repeat('长', 3000), null, 'short'][position] as long_text,
    [1.25::decimal(5, 2), null, 3][position] as decimal_number,
    position::hugeint as huge,
    position as emp_s14_water_env_public_10k_persons_districts
from unnest([1, 2, 3]) as rows (position)
"""
UNIT = {"en": "100m CNY", "zh": "亿元"}
NAME = "emp_s14_water_env_public_10k_persons_districts"


@pytest.fixture(params=["en", "zh"])
def files(request: pytest.FixtureRequest, tmp_path: Path):
    """The odd table in every format, in both languages."""
    table = table_of(small_warehouse(ODD), "odd", request.param)
    return {suffix: written(table, tmp_path / f"odd.{suffix}") for suffix in FORMATS}, table


def test_stata_has_labels_of_variables_and_values_and_notes(files) -> None:
    found, table = files
    with pd.io.stata.StataReader(found["dta"].path, convert_categoricals=False) as reader:
        frame, labels, values = reader.read(), reader.variable_labels(), reader.value_labels()
        assert reader.data_label == f"{table.about.warning(table.language)} odd"
    assert labels["year"] == {"en": "Label of year (100m CNY)", "zh": "标签year（亿元）"}[table.language]
    assert values["is_new"] == {"en": {0: "no", 1: "yes"}, "zh": {0: "否", 1: "是"}}[table.language]
    assert values["origin"][3] == {"en": "derived", "zh": "推导"}[table.language]
    assert list(frame["city_code"]) == ["010100"] * 3
    assert list(frame["origin"].fillna(-1)) == [-1, 1, 3]
    assert list(frame["listed"]) == ["a; b", "", ""]
    # a double would make another number of it
    assert list(frame["big"]) == ["9007199254740993", "1", ""]
    assert frame["a_number"][0] == 0.1 + 0.2
    assert frame["a_number"].isna().tolist() == [False, True, False]
    assert str(frame["a_day"][0].date()) == "2020-02-29"
    assert str(frame["a_time"][0]) == "2020-02-29 12:30:01"
    assert frame["long_text"][0] == "长" * 3000
    assert "emp_s14_wt_env_pub_10k_pers_dist" in frame
    assert len(found["dta"].remarks) == 1
    written_bytes = found["dta"].path.read_bytes()
    for text in (table.about.warning(table.language), "original_name", NAME, "What it is", "定义"):
        assert text.encode() in written_bytes


def test_excel_has_text_as_text_and_says_what_the_columns_are(files) -> None:
    found, table = files
    book = openpyxl.load_workbook(found["xlsx"].path)
    assert book.sheetnames == ["data", "codebook", "about"]
    assert book.active.title == "about"
    data = book["data"]
    names = {cell.value: cell.column for cell in data[1]}
    cell = data.cell(2, names["a_text"])
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert data.cell(2, names["city_code"]).data_type == "s"
    assert data.cell(2, names["is_new"]).value is True
    assert data.cell(2, names["a_number"]).value == 0.1 + 0.2
    assert data.cell(3, names["a_number"]).value is None
    assert data.cell(2, names["big"]).value == "9007199254740993"
    assert str(data.cell(2, names["a_day"]).value) == "2020-02-29 00:00:00"
    codebook = list(book["codebook"].iter_rows(values_only=True))
    row = dict(zip(codebook[0], codebook[len(table.columns)], strict=True))
    assert list(row.values())[:8] == [
        *(NAME, "emp_s14_wt_env_pub_10k_pers_dist", f"Label of {NAME}", f"标签{NAME}", UNIT[table.language]),
        *("What it is", "定义", {"en": "whole number", "zh": "整数"}[table.language]),
    ]
    about = [text for row in book["about"].iter_rows(values_only=True) for text in row if text]
    assert about[0] == table.about.warning(table.language)
    assert {"odd", "abc", "C. P"} <= set(about)


def test_csv_is_read_by_others_and_changes_no_cell(files) -> None:
    found, _ = files
    text = found["csv"].path.read_bytes().decode("utf-8-sig")
    assert text.splitlines()[0].startswith('"city_code","year"')
    assert text.count("\r\n") == 4
    frame = pd.read_csv(found["csv"].path, dtype={"city_code": str})
    assert list(frame["city_code"]) == ["010100"] * 3
    assert list(frame["a_text"][:2]) == ["=1+1", '@"x",\ny']
    assert list(frame["a_day"].dropna()) == ["2020-02-29", "1899-12-31"]
    assert frame["a_time"][0] == "2020-02-29T12:30:01.000000"
    assert list(frame["is_simulated"]) == [True] * 3
    # an empty text is another than none
    assert ',"","short"' in text and ",," in text
    assert "2 text cells begin with" in found["csv"].remarks[0]


def test_parquet_keeps_types_and_carries_labels(files) -> None:
    found, table = files
    rows = pq.read_table(found["parquet"].path)
    assert rows.to_pydict()["listed"] == [["a", "b"], [], None]
    assert rows.to_pydict()["structure"][0] == {"a": 1}
    assert rows.schema.metadata[b"is_simulated"] == b"true"
    assert rows.schema.metadata[b"run_id"] == b"abc"
    assert rows.schema.field("year").metadata[b"label_zh"].decode() == "标签year"
    assert rows.schema.field("year").metadata[b"unit"].decode() == UNIT[table.language]
    assert "wage" not in table.name


def test_real_data_are_not_said_to_be_simulated(tmp_path: Path) -> None:
    table = table_of(small_warehouse(ODD, is_simulated=False), "odd", "en")
    for suffix in FORMATS:
        path = written(table, tmp_path / f"odd.{suffix}").path
        assert b"SIMULATED" not in path.read_bytes()
    assert openpyxl.load_workbook(tmp_path / "odd.xlsx").active.title == "data"
    assert "is_simulated" not in READERS["csv"](table, tmp_path / "odd.csv")


@pytest.mark.parametrize("suffix", FORMATS)
def test_two_exports_are_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    for name in ("one", "other"):
        table = table_of(small_warehouse(ODD), "odd", "en")
        written(table, tmp_path / f"{name}.{suffix}")
    assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"other.{suffix}").read_bytes()


@pytest.mark.parametrize(("suffix", "refused"), [("dta", True), ("xlsx", True), ("csv", False), ("parquet", False)])
def test_an_infinite_number_is_refused_where_there_is_none(suffix: str, refused: bool, tmp_path: Path) -> None:
    table = table_of(small_warehouse("select 'infinity'::double as x"), "odd", "en")
    path = tmp_path / f"odd.{suffix}"
    if refused:
        with pytest.raises(UsageError, match=r"odd\.x holds .*: export to parquet or csv\.$"):
            written(table, path)
        assert list(tmp_path.iterdir()) == []
    else:
        assert READERS[suffix](table, written(table, path).path)["x"] == [float("inf")]


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path) -> None:
    table = table_of(small_warehouse("select range as x from range(1048576)"), "odd", "en")
    with pytest.raises(UsageError, match="A sheet holds 1,048,575 rows"):
        written(table, tmp_path / "odd.xlsx")


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_table_without_rows_is_a_file_with_columns(suffix: str, tmp_path: Path) -> None:
    table = table_of(small_warehouse(f"select * from ({ODD}) where false"), "odd", "en")
    found = READERS[suffix](table, written(table, tmp_path / f"odd.{suffix}").path)
    assert [values for name, values in found.items() if name in ("city_code", "a_number")] == [[], []]


_IN_R = """
frame <- haven::read_dta(commandArgs(TRUE)[1])
cat(jsonlite::toJSON(list(
  label = attr(frame$tar, "label"), code = head(frame$province_code, 1), values = attr(frame$is_complete, "labels"),
  sum = sum(frame$tar, na.rm = TRUE), rows = nrow(frame), note = attr(frame, "notes")[2],
  coast = names(attr(frame$coast, "labels"))
), auto_unbox = TRUE, digits = 15))
"""


def test_r_reads_the_labels_and_the_numbers(default_warehouse_file: Path, tmp_path: Path) -> None:
    """By haven; `foreign` of R itself reads formats up to 12 alone, which have no Unicode."""
    if shutil.which("Rscript") is None:
        pytest.skip("no R is installed")
    needed = "quit(status = !all(sapply(c('haven', 'jsonlite'), requireNamespace, quietly = TRUE)))"
    if subprocess.run(["Rscript", "-e", needed], capture_output=True, check=False).returncode:
        pytest.skip("R is there, but neither haven nor another package that reads Stata's format 118")
    with opened(str(default_warehouse_file)) as connection:
        table = table_of(connection, "import_inequality", "zh")
        ((total,),) = connection.sql("select fsum(tar) from import_inequality").fetchall()
    path = written(table, tmp_path / "mart.dta").path
    (tmp_path / "read.R").write_text(_IN_R, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", str(tmp_path / "read.R"), str(path)], capture_output=True, text=True, encoding="utf-8", check=True
    )
    found = json.loads(done.stdout)
    assert (found["label"], found["code"], found["coast"]) == ("城乡泰尔指数", "110000", ["沿海", "内陆"])
    assert found["values"] == {"否": 0, "是": 1} or found["values"] == [0, 1]
    assert (found["rows"], found["note"]) == (table.rows.num_rows, table.about.warning("zh"))
    assert found["sum"] == pytest.approx(total, rel=1e-12)
