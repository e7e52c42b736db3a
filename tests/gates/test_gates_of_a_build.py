"""The gates as nodes of a build: violations planted in a copy of the embedded default, one of each severity."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regional.history import QUANTILE_SCHEMA, quantiles_of
from tests.support.warehouse import dbt, rows_of

NO_TESTS_BUT_GATES = ("--exclude", "test_name:sound")


@pytest.fixture
def copy(default_warehouse_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(default_warehouse_file, tmp_path / "regional.duckdb"))


def planted(warehouse: Path, *statements: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)


def built(warehouse: Path, *models: str) -> subprocess.CompletedProcess[str]:
    return dbt("build", "--select", *models, *NO_TESTS_BUT_GATES, warehouse=warehouse)


def verdict(warehouse: Path, table: str, suite: str, expectation: str) -> tuple[str, str, int | None]:
    (row,) = rows_of(
        warehouse,
        f"select verdict, severity, rows_against from {table} where suite = ? and expectation = ?",
        [suite, expectation],
    )
    return row


def test_the_embedded_default_passes_and_says_what_is_not_met(default_warehouse) -> None:
    found = default_warehouse.sql("select severity, verdict, count(*) from expectation_results group by all").fetchall()
    assert not [row for row in found if row[:2] == ("critical", "not met")]
    assert {row[1] for row in found} == {"met", "not met", "no rows"}
    # what is planted in the simulated files is found, and stops nothing
    assert default_warehouse.sql(
        "select verdict from expectation_results where suite = 'findings_of_detectors'"
    ).fetchall() == [("not met",)]


def test_a_critical_one_stops_a_build_before_it_estimates(copy: Path) -> None:
    planted(copy, "update main.city_wages set wage_share = 40")
    done = built(copy, "panel_gate", "estimation_output")
    assert done.returncode == 1
    assert "gate panel, stops the build: city_wages, wage_share_is_possible: city_wages has" in done.stdout
    assert "SKIP relation estimation.estimation_output" in done.stdout
    assert verdict(copy, "gates.panel_gate", "city_wages", "wage_share_is_possible")[:2] == ("not met", "critical")


def test_a_critical_one_stops_a_build_before_panels_are_made(copy: Path) -> None:
    planted(copy, "update staging.resolved_cells set status = 'rejected', reject_reason = 'unknown place'")
    done = built(copy, "file_quality", "landing_gate", "reported_observations")
    assert done.returncode == 1
    assert "gate landing, stops the build: files_read_by_wide, most_cells_are_understood" in done.stdout
    assert "SKIP relation observations.reported_observations" in done.stdout


def test_a_critical_one_stops_a_build_before_it_is_published(copy: Path) -> None:
    planted(copy, "update main.estimates set standard_error = 0 where spec_id = 'ii_t2_c3'")
    done = built(copy, "result_gate", "expectation_results")
    assert done.returncode == 1
    assert "gate result, stops the build: estimates, standard_errors_are_positive: estimates has" in done.stdout
    assert "SKIP relation main.expectation_results" in done.stdout


def test_a_warning_is_told_and_what_is_for_information_is_kept(copy: Path) -> None:
    assert verdict(copy, "gates.panel_gate", "province_panel", "gdp_is_of_a_province")[0] == "met"
    planted(
        copy,
        "update main.province_panel set gdp_100m_cny = 0.5 where province_code = '310000'",
        "delete from ledger.rejects where row_number > 0",
    )
    done = built(copy, "panel_gate", "result_gate", "expectation_results")
    assert done.returncode == 0, done.stdout
    assert "gate panel, warning: province_panel, gdp_is_of_a_province: province_panel has 15 of 465 rows" in done.stdout
    assert verdict(copy, "expectation_results", "province_panel", "gdp_is_of_a_province") == ("not met", "warning", 15)
    assert "findings_of_detectors" not in done.stdout
    assert verdict(copy, "expectation_results", "findings_of_detectors", "there_are_none")[:2] == ("not met", "info")


def history_of(warehouse: Path, *runs: tuple[float, dict[str, object]]) -> None:
    """Runs in the history beside a warehouse whose quantiles are its own times a factor, with what differs of them."""
    columns = "data_hash, code_hash, software, vars, listing_hash, is_simulated"
    ((*identity,),) = rows_of(warehouse, f"select {columns} from staging.data_identity")
    own = rows_of(warehouse, "select relation, column_name, probability, value from gates.panel_quantiles")
    folder = warehouse.with_name("regional.history")
    folder.mkdir()
    for number, (factor, differing) in enumerate(runs, start=1):
        made_of = dict(zip(columns.split(", "), identity, strict=True)) | {"run_number": number} | differing
        rows = [
            made_of | {"relation": relation, "column_name": column, "probability": probability, "value": value * factor}
            for relation, column, probability, value in own
        ]
        entry = folder / f"{number:06d}_{number:016x}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=QUANTILE_SCHEMA), quantiles_of(entry))
        # what a run estimated is of no concern here, but it counts by that file
        pq.write_table(pa.table({"run_id": [f"{number:016x}"]}), entry)


OTHER_FILES: dict[str, object] = {"data_hash": "other files"}


@pytest.mark.parametrize(
    ("runs", "unit", "near"),
    [
        pytest.param([(10, OTHER_FILES), (1.5, OTHER_FILES)], "met", "not met", id="the latest counts"),
        pytest.param([(10, {"code_hash": "other code"})], "not met", "not met", id="another unit"),
        pytest.param(
            [(10, {}), (10, OTHER_FILES | {"listing_hash": "x"}), (10, OTHER_FILES | {"is_simulated": False})],
            *("no rows", "no rows"),
            id="itself, of another manifest, of another kind",
        ),
    ],
)
def test_quantiles_are_held_against_the_predecessor(copy: Path, runs, unit: str, near: str) -> None:
    history_of(copy, *runs)
    done = built(copy, "quantile_changes", "panel_gate")
    suite = "quantiles_against_the_predecessor"
    assert verdict(copy, "gates.panel_gate", suite, "are_of_the_same_unit")[0] == unit, done.stdout
    assert verdict(copy, "gates.panel_gate", suite, "are_near_those_before")[0] == near
    assert done.returncode == (unit == "not met")
    if unit == "no rows":
        query = f"select distinct observed from gates.panel_gate where suite = '{suite}'"
        assert rows_of(copy, query) == [("no predecessor",)]


def test_examples_name_rows_that_are_there(default_warehouse) -> None:
    """A first example of each expectation that is not met is a row of its table, found by its keys."""
    found = default_warehouse.sql(
        "select relation, examples from expectation_results where examples is not null and verdict = 'not met'"
    ).fetchall()
    assert found
    schemas = dict(
        default_warehouse.sql(
            "select table_name, max(table_schema) from information_schema.tables group by table_name"
        ).fetchall()
    )
    for relation, examples in found:
        first = json.loads(examples)[0]
        keys = " and ".join(f"{name} is not distinct from ?" for name in first)
        rows = default_warehouse.execute(
            f"select count(*) from {schemas[relation]}.{relation} where {keys}", list(first.values())
        ).fetchall()
        assert rows[0][0] >= 1, (relation, first)
