"""Wage records: files of records from landing to the mart."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
import sqlfluff

from landing import LandingError, land
from tests.support.warehouse import built, rows_of, write_csv, write_manifest

MICRO = ("--select", "+path:models/micro", "used_wage_records_are_those_of_the_indices")


#: city, year, wage, weight, and the bin that the record must end in
RECORDS: list[tuple[object, object, object, object, str]] = [
    ("苏州市", 2010, 1.0, 3.0, "used"),
    ("苏州", 2010, 5.0, 1.0, "used"),
    ("320500", 2011, 7.0, 1.0, "used"),
    ("Nanjing", 2012, 0.0, 1.0, "used"),
    ("北京市", 2010, 0.0, 1.0, "used"),
    ("北京市", 2010, 1.0, 1.0, "used"),
    (None, 2010, 1.0, 1.0, "no city"),
    ("  ", 2010, 1.0, 1.0, "no city"),
    ("亚特兰蒂斯", 2010, 1.0, 1.0, "unknown city"),
    ("江苏省", 2010, 1.0, 1.0, "unknown city"),
    ("苏州市", None, 1.0, 1.0, "bad year"),
    ("苏州市", 1066, 1.0, 1.0, "bad year"),
    ("苏州市", 2010, None, 1.0, "missing wage"),
    ("苏州市", 2010, None, 2.0, "missing wage"),
    ("苏州市", 2010, -1.0, 1.0, "negative wage"),
    ("苏州市", 2010, 1e16, 1.0, "wage out of range"),
    ("苏州市", 2010, math.inf, 1.0, "non-finite wage"),
    ("苏州市", 2010, -math.inf, 1.0, "non-finite wage"),
    ("苏州市", 2010, math.nan, 1.0, "non-finite wage"),
    ("苏州市", 2010, 1.0, None, "bad weight"),
    ("苏州市", 2010, 1.0, 0.0, "bad weight"),
    ("苏州市", 2010, 1.0, -1.0, "bad weight"),
    ("苏州市", 2010, 1.0, math.nan, "bad weight"),
]
#: city code, year -> records, sum of weights, mean wage, Gini, Theil L
EXPECTED = {
    ("110000", 2010): (2, 2.0, 0.5, 0.5, None),
    ("320500", 2010): (2, 4.0, 2.0, 44 / 32 - 1, -(3 * math.log(0.5) + math.log(2.5)) / 4),
    ("320500", 2011): (1, 1.0, 7.0, 0.0, 0.0),
    ("320100", 2012): (1, 1.0, 0.0, None, None),
}


def write_parquet(path: Path, records: Iterable[tuple], names: str = "city year wage weight") -> Path:
    columns = list(zip(*records, strict=True))
    types = [pa.string(), pa.int32(), pa.float64(), pa.float64()]
    arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=False)]
    pyarrow.parquet.write_table(pa.table(dict(zip(names.split(), arrays, strict=True))), path)
    return path


def counts(bins: Iterable[str]) -> dict[str, int]:
    found = list(bins)
    names = [row[-1] for row in RECORDS] + ["wage not a number"]
    return {name.replace(" ", "_").replace("-", "_"): found.count(name) for name in names}


def ledger(warehouse: Path) -> dict[str, dict[str, int]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        frame = connection.sql("select * exclude (file_id, records) from micro.wage_record_ledger").df()
    return frame.set_index("path").to_dict("index")  # type: ignore[return-value]


@pytest.fixture(scope="module")
def parquet_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    write_parquet(folder / "records.parquet", [row[:4] for row in RECORDS])
    write_manifest(folder, {"path": "*.parquet", "reader": "wage_records"})
    (folder / "w").mkdir()
    return built(folder, folder / "w" / "regional.duckdb", *MICRO)


@pytest.fixture(scope="module")
def text_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same usable records as text, over two files with other headings, one of them without weights."""
    folder = tmp_path_factory.mktemp("texts")
    write_csv(
        folder / "weighted.csv",
        [
            ["note", "wage_cny", "place", "y", "w"],
            ["", "1", "苏州市", "2010", "3"],
            ['two\n"lines"', " 5.0 ", "苏州", "2010年", "1"],
            ["", "", "苏州市", "2010", "1"],
            ["", "--", "苏州市", "2010", "1"],
            ["", "1_000", "苏州市", "2010", "1"],
            ["", "inf", "苏州市", "2010", "1"],
            ["", "-4", "苏州市", "2010", "1"],
            ["", "4", "苏州市", "twenty", "1"],
            ["", "4", "苏州市", "2010", "x"],
            ["", "4", "", "2010", "1"],
        ],
    )
    write_csv(
        folder / "plain.tsv",
        [["city\tyear\twage"], ["Nanjing\t2012\t0"], ["320500\t2011\t7"], ["北京市\t2010\t0"], ["北京市\t2010\t1"]],
    )
    names = {"place_column": "place", "year_column": "y", "value_column": "wage_cny", "weight_column": "w"}
    write_manifest(
        folder,
        {"path": "weighted.csv", "reader": "wage_records", **names},
        {"path": "plain.tsv", "reader": "wage_records"},
    )
    (folder / "w").mkdir()
    return built(folder, folder / "w" / "regional.duckdb", *MICRO)


@pytest.mark.parametrize("name", ["parquet_warehouse", "text_warehouse"])
def test_indices_of_cities_are_those_of_their_records(name: str, request: pytest.FixtureRequest) -> None:
    rows = rows_of(
        request.getfixturevalue(name),
        "select city_code, year, records, weight_total, wage_mean_cny, gini, theil_l from city_wage_inequality",
    )
    found = {(city, year): values for city, year, *values in rows}
    assert found.keys() == EXPECTED.keys()
    for key, values in found.items():
        assert values == [None if value is None else pytest.approx(value, abs=1e-12) for value in EXPECTED[key]], key


def test_every_record_ends_in_the_bin_it_belongs_to(parquet_warehouse: Path) -> None:
    assert ledger(parquet_warehouse) == {"records.parquet": counts(row[-1] for row in RECORDS)}


def test_every_text_record_ends_in_the_bin_it_belongs_to(text_warehouse: Path) -> None:
    weighted = ["used"] * 2 + ["missing wage"] * 2 + ["wage not a number"] * 2
    weighted += ["negative wage", "bad year", "bad weight", "no city"]
    assert ledger(text_warehouse) == {"weighted.csv": counts(weighted), "plain.tsv": counts(["used"] * 4)}


def test_rejects_say_where_and_why_and_count_every_record(parquet_warehouse: Path) -> None:
    rows = rows_of(
        parquet_warehouse,
        "select reject_reason, city_text, year_text, value_text, records, first_row, message"
        " from micro.wage_record_rejects",
    )
    bad = [(number, *row) for number, row in enumerate(RECORDS, start=1) if row[-1] != "used"]
    assert sum(row[4] for row in rows) == len(bad)
    assert {row[5] for row in rows} == {number for number, *_ in bad} - {14}
    (missing,) = (row for row in rows if row[0] == "missing wage")
    assert missing[1:6] == ("苏州市", "2010", None, 2, 13)
    (negative,) = (row for row in rows if row[0] == "negative wage")
    assert negative[-1] == (
        "records.parquet, row 15 (city 苏州市, year 2010, value -1.0, records 1): "
        "the wage is below zero; correct the wage against the source."
    )


def test_text_rejects_print_what_the_file_prints(text_warehouse: Path) -> None:
    rows = rows_of(
        text_warehouse, "select value_text from micro.wage_record_rejects where reject_reason = 'wage not a number'"
    )
    assert sorted(rows) == [("1_000",), ("inf",)]


def test_files_of_many_kinds_are_one_set_of_records(tmp_path: Path) -> None:
    """Years as text here and as numbers there, codes as numbers, a quotation mark in a name."""
    folder = tmp_path / "it's data"
    folder.mkdir()
    write_parquet(folder / "a.parquet", [("苏州市", 2010, 1.0)], "city year wage")
    write_parquet(folder / "b.parquet", [("苏州市", 2010, 2.0)], "city year wage")
    pd.DataFrame({"city": [320500], "year": ["2010"], 'the "wage"': [3]}).to_parquet(folder / "c.parquet")
    write_csv(folder / "d.csv", [["wage", "year", "city"], ["4", "2010", "苏州"]], encoding="utf-8-sig")
    write_manifest(
        folder,
        {"path": "[ab].parquet", "reader": "wage_records"},
        {"path": "c.parquet", "reader": "wage_records", "value_column": 'the "wage"'},
        {"path": "d.csv", "reader": "wage_records"},
    )
    warehouse = built(folder, tmp_path / "regional.duckdb", *MICRO)
    ((city, records, gini),) = rows_of(warehouse, "select city_code, records, gini from city_wage_inequality")
    assert (city, records) == ("320500", 4)
    assert gini == pytest.approx(1 / 4)
    paths = rows_of(warehouse, "select path, cells from staging.landed_files order by path")
    assert paths == [("a.parquet", 0), ("b.parquet", 0), ("c.parquet", 0), ("d.csv", 0)]


def test_the_mart_holds_the_gini_of_the_records(default_warehouse) -> None:
    """Without records it is NULL: see test_real_cities."""
    ((values, equal),) = default_warehouse.sql(
        "select count(mart.gini), count(*) filter (where mart.gini is not distinct from inequality.gini) - "
        "count(*) filter (where mart.gini is null) from trade_wage_share as mart "
        "left join city_wage_inequality as inequality using (city_code, year)"
    ).fetchall()
    assert values == equal > 4000


def test_the_sql_of_the_indices_is_that_of_other_engines_as_well(parquet_warehouse: Path) -> None:
    """Beyond the scan, which is dispatched, nothing needs DuckDB: two other dialects parse it."""
    folder = parquet_warehouse.with_suffix(".work") / "target/compiled/regional_inequality/models/micro"
    compiled = {path.stem: path for path in folder.rglob("*.sql")}
    for model in ("city_wage_inequality", "wage_record_ledger", "wage_record_rejects"):
        text = compiled[model].read_text(encoding="utf-8")
        scan = text.find("read_parquet(")
        if scan >= 0:
            text = text[:scan] + "record_file" + text[text.index(")", scan) + 1 :]
        for dialect in ("ansi", "postgres"):
            sqlfluff.parse(text, dialect=dialect)


# Landing


def _records(folder: Path, **changes: str) -> None:
    write_csv(folder / "file.csv", [["city", "year", "wage"], ["苏州市", 2010, 1]])
    write_manifest(folder, {"path": "file.csv", "reader": "wage_records", **changes})


def _text(folder: Path, text: str, encoding: str = "utf-8", **changes: str) -> None:
    (folder / "file.csv").write_bytes(text.encode(encoding))
    write_manifest(folder, {"path": "file.csv", "reader": "wage_records", **changes})


def _frame(folder: Path, **columns: list) -> None:
    pd.DataFrame(columns).to_parquet(folder / "file.parquet")
    write_manifest(folder, {"path": "file.parquet", "reader": "wage_records"})


def _not_parquet(folder: Path, content: bytes) -> None:
    (folder / "file.parquet").write_bytes(content)
    write_manifest(folder, {"path": "file.parquet", "reader": "wage_records"})


def _half_a_parquet(folder: Path) -> None:
    _frame(folder, city=["苏州市"], year=[2010], wage=[1.0])
    content = (folder / "file.parquet").read_bytes()
    (folder / "file.parquet").write_bytes(content[: len(content) // 2])


UNUSABLE: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no city": (
        lambda folder: _frame(folder, place=["a"], year=[1], wage=[1.0]),
        "file.parquet has no column 'city' in its header: it has place, year, wage",
        "name the column in the manifest column place_column",
    ),
    "no wage": (
        lambda folder: _text(folder, "city,year,income\n苏州市,2010,1\n"),
        "file.csv has no column 'wage'",
        "name the column in the manifest column value_column",
    ),
    "renamed and missing": (
        lambda folder: _records(folder, year_column="y"),
        "file.csv has no column 'y'",
        "manifest column year_column",
    ),
    "weights that are not there": (
        lambda folder: _records(folder, weight_column="w"),
        "file.csv has no column 'w'",
        "manifest column weight_column",
    ),
    "column twice": (
        lambda folder: _text(folder, "city,year,wage,Wage\n苏州市,2010,1,2\n"),
        "file.csv has more than one column 'wage'",
        "correct the file",
    ),
    "wages that are dates": (
        lambda folder: _frame(folder, city=["a"], year=[1], wage=pd.to_datetime(["2010-01-01"]).to_list()),
        "file.parquet holds timestamp",
        "store it as numbers or text",
    ),
    "city codes with decimals": (
        lambda folder: _frame(folder, city=[320500.0], year=[1], wage=[1.0]),
        "file.parquet holds double in its column 'city'",
        "store it as text or whole numbers",
    ),
    "no Parquet": (
        lambda folder: _not_parquet(folder, b"city,year,wage"),
        "file.parquet cannot be read as Parquet",
        "download it again",
    ),
    "Parquet cut short": (_half_a_parquet, "file.parquet cannot be read as Parquet", "download it again"),
    "empty file": (lambda folder: _not_parquet(folder, b""), "file.parquet is an empty file", "download it again"),
    "no records": (
        lambda folder: _text(folder, "city,year,wage\n"),
        "file.csv has a header but no data row",
        "download it again",
    ),
    "no records in Parquet": (
        lambda folder: _frame(folder, city=[], year=[], wage=[]),
        "file.parquet has a header but no data row",
        "download it again",
    ),
    "a field too many": (
        lambda folder: _text(folder, "city,year,wage\n苏州市,2010,1\n苏州市,2010,1,005\n"),
        "file.csv cannot be read as UTF-8 CSV",
        "put fields with commas in quotation marks",
    ),
    "GB18030": (
        lambda folder: _text(folder, "city,year,wage\n苏州市,2010,1\n", "gb18030"),
        "file.csv cannot be read as UTF-8 CSV",
        "UTF-8",
    ),
    "GB18030 in the header": (
        lambda folder: _text(folder, "城市,年份,工资\n苏州市,2010,1\n", "gb18030"),
        "file.csv cannot be read as UTF-8 CSV",
        "save it as UTF-8 CSV or as Parquet",
    ),
    "declared as GB18030": (
        lambda folder: _records(folder, encoding="gb18030"),
        "file.csv is declared as gb18030",
        "save it as UTF-8 CSV or Parquet",
    ),
    "a sheet": (lambda folder: _records(folder, sheet="Sheet1"), "file.csv has no sheets", "leave sheet empty"),
    "a unit": (lambda folder: _records(folder, unit="万元"), "file.csv has the unit '万元'", "leave unit empty"),
    "a workbook": (
        lambda folder: (
            pd.DataFrame({"city": ["a"], "year": [1], "wage": [1.0]}).to_excel(folder / "file.xlsx", index=False),
            write_manifest(folder, {"path": "file.xlsx", "reader": "wage_records"}),
        ),
        "file.xlsx is to be read by wage_records, which reads Parquet and CSV",
        "save it as one of them",
    ),
    "nothing matches": (
        lambda folder: write_manifest(folder, {"path": "wages/*.parquet", "reader": "wage_records"}),
        "line 2 lists wages/*.parquet",
        "add the file, correct the path, or set required to false",
    ),
}


@pytest.mark.parametrize("problem", UNUSABLE)
def test_an_unusable_file_of_records_is_one_sentence_with_its_name_and_a_remedy(tmp_path: Path, problem: str) -> None:
    make, name, remedy = UNUSABLE[problem]
    make(tmp_path)
    with pytest.raises(LandingError) as raised:
        land(tmp_path)
    sentence = str(raised.value)
    assert name in sentence
    assert remedy in sentence.partition(name)[2]
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_the_good_records_that_the_bad_ones_vary_are_listed_and_not_parsed(tmp_path: Path) -> None:
    _records(tmp_path)
    landed = land(tmp_path, tmp_path / "cache")
    assert landed.cells.num_rows == 0
    ((file,), (listed,)) = landed.record_files.to_pylist(), landed.files.to_pylist()
    assert file["file_id"] == listed["file_id"]
    assert file["location"] == str((tmp_path / "file.csv").resolve())
    assert (file["format"], file["delimiter"], file["records"], file["weight_column"]) == ("csv", ",", 1, "")
    assert [name for name, _ in json.loads(file["stored_columns"])] == ["city", "year", "wage"]
    assert (listed["reader"], listed["cells"], listed["citation"]) == ("wage_records", 0, "made for a test")


def test_a_glob_of_records_that_is_optional_may_be_empty(tmp_path: Path) -> None:
    write_csv(tmp_path / "file.csv", [["city", "year", "wage"], ["苏州市", 2010, 1]])
    write_manifest(
        tmp_path,
        {"path": "file.csv", "reader": "wage_records"},
        {"path": "wages/*.parquet", "reader": "wage_records", "required": "false"},
    )
    landed = land(tmp_path)
    assert landed.record_files.num_rows == 1
    assert [notice["kind"] for notice in landed.notices.to_pylist()] == ["listed and missing"]


def test_a_weight_column_of_the_usual_name_counts_without_being_named(tmp_path: Path) -> None:
    write_parquet(tmp_path / "file.parquet", [("苏州市", 2010, 1.0, 2.0)])
    write_manifest(tmp_path, {"path": "file.parquet", "reader": "wage_records"})
    assert land(tmp_path).record_files.column("weight_column").to_pylist() == ["weight"]
