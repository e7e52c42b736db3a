"""Every panel, mart and index, in every format, read again: the same values, exact, and the same ones missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reporting.exports.table import ExportTable, all_tables, place_year_tables, table_of
from reporting.exports.writing import FORMATS, written
from reporting.warehouse import opened
from tests.support.exports import READERS, expected
from tests.support.project import ROOT

#: rows of a table that are written, spread over it; all columns are
ROWS = 15


@pytest.fixture(scope="module")
def tables(default_warehouse_file: Path) -> Iterator[list[ExportTable]]:
    with opened(str(default_warehouse_file)) as connection:
        found = [table_of(connection, name, "en") for name in place_year_tables(connection)]
    yield [replace(table, rows=spread(table)) for table in found]


def spread(table: ExportTable):
    step = max(1, table.rows.num_rows // ROWS)
    return table.rows.take(list(range(0, table.rows.num_rows, step)))


def assert_round_trip(table: ExportTable, suffix: str, folder: Path) -> None:
    path = written(table, folder / f"{table.name}.{suffix}").path
    found = READERS[suffix](table, path)
    if suffix == "csv" and table.about.is_simulated:
        assert set(found.pop("is_simulated")) <= {"true", True}
    wanted = expected(table, suffix)
    assert list(found) == list(wanted)
    for name, values in wanted.items():
        # no format but Parquet tells an empty text from none
        wanted_values = values if suffix == "parquet" else [None if value == "" else value for value in values]
        assert found[name] == wanted_values, f"{table.name}.{name}"


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_value_comes_back(tables: list[ExportTable], suffix: str, tmp_path: Path) -> None:
    for table in tables:
        assert_round_trip(table, suffix, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("suffix", FORMATS)
def test_every_row_of_a_mart_comes_back(default_warehouse_file: Path, suffix: str, tmp_path: Path) -> None:
    with opened(str(default_warehouse_file)) as connection:
        assert_round_trip(table_of(connection, "trade_wage_share", "en"), suffix, tmp_path)


def test_the_panels_marts_and_indices_are_those_of_the_project(default_warehouse_file: Path) -> None:
    with opened(str(default_warehouse_file)) as connection:
        listed, of_main = place_year_tables(connection), all_tables(connection)
        marts = {name for (name,) in connection.sql("select mart from reference.studies").fetchall()}
    assert marts | {"city_panel", "province_panel"} <= set(listed) <= set(of_main)
    indices = {path.stem for path in (ROOT / "models" / "indices").glob("*.sql")}
    # of places and years, but longer, or of years alone
    assert indices - set(listed) == {"city_income_surveys", "gdp_level_breaks", "gdp_level_steps"}
