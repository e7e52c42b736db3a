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
from tests.support.warehouse import ROOT, dbt, rows_of

NO_TESTS_BUT_GATES = ("--exclude", "test_name:sound")
#: parsed files and fits of the embedded default
CACHE = ROOT / "build" / "cache"


@pytest.fixture
def copy(default_warehouse_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(default_warehouse_file, tmp_path / "regional.duckdb"))


def planted(warehouse: Path, *statements: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)


def built(warehouse: Path, *models: str) -> subprocess.CompletedProcess[str]:
    return dbt("build", "--select", *models, *NO_TESTS_BUT_GATES, warehouse=warehouse, cache=CACHE)


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


def test_a_condition_that_is_no_expression_stops_a_build_before_its_gate(copy: Path) -> None:
    hostile = "true) ; drop table main.estimates; --"
    planted(copy, f"update reference.expectation_suites set row_condition = '{hostile}' where suite = 'city_wages'")
    test = "sound_expectation_suites_suite_"
    done = dbt("test", "--select", "expectation_suites", warehouse=copy, cache=CACHE)
    assert done.returncode == 1 and test in done.stdout
    assert "row_condition_is_one_expression" in done.stdout
    assert rows_of(copy, "select count(*) > 0 from main.estimates") == [(True,)]


OTHER_FILES: dict[str, object] = {"data_hash": "other files"}


def own_quantiles(warehouse: Path, run_number: int, factor: float, **differing: object) -> pa.Table:
    """The quantiles of a run that is the present one but for what differs, its figures times a factor."""
    columns = "data_hash, code_hash, software, vars, listing_hash, is_simulated"
    ((*identity,),) = rows_of(warehouse, f"select {columns} from staging.data_identity")
    made_of = dict(zip(columns.split(", "), identity, strict=True)) | {"run_number": run_number} | differing
    rows = rows_of(warehouse, "select relation, column_name, probability, value from gates.panel_quantiles")
    return pa.Table.from_pylist(
        [
            made_of | {"relation": relation, "column_name": column, "probability": probability, "value": value * factor}
            for relation, column, probability, value in rows
        ],
        schema=QUANTILE_SCHEMA,
    )


@pytest.mark.parametrize(
    ("runs", "previous_run"),
    [
        pytest.param([(10, OTHER_FILES), (1.5, OTHER_FILES)], 2, id="the latest counts"),
        pytest.param([(10, {"code_hash": "other code"}), (10, {})], 1, id="other code, and itself"),
        pytest.param([(10, {"vars": "other"}), (10, OTHER_FILES | {"listing_hash": "x"})], 1, id="another manifest"),
        pytest.param([(10, OTHER_FILES | {"is_simulated": False})], None, id="of another kind"),
        pytest.param([], None, id="none"),
    ],
)
def test_the_predecessor_is_the_latest_run_of_the_same_sources(
    copy: Path, default_warehouse_file: Path, runs, previous_run: int | None
) -> None:
    compiled = default_warehouse_file.with_suffix(".work") / "target" / "compiled" / "regional_inequality" / "models"
    query = (compiled / "gates" / "panels" / "quantile_changes.sql").read_text(encoding="utf-8")
    tables = [own_quantiles(copy, number, factor, **differing) for number, (factor, differing) in enumerate(runs, 1)]
    with duckdb.connect(str(copy)) as connection:
        connection.execute("delete from history.quantiles")
        for number in range(len(tables)):
            before = tables[number]
            assert before.num_rows > 500
            connection.execute("insert into history.quantiles by name from before")
        found = connection.sql(query).fetchall()
    assert {row[5] for row in found} == ({previous_run} if previous_run else set())
    if previous_run:
        factor = runs[previous_run - 1][0]
        assert {round(change, 9) for *_, change in found} <= {0.0, round(1 - 1 / factor, 9)}


@pytest.mark.parametrize(("factor", "unit", "near"), [(10, "not met", "not met"), (None, "no rows", "no rows")])
def test_quantiles_are_held_against_the_predecessor(copy: Path, factor: float | None, unit: str, near: str) -> None:
    """Through the history beside the warehouse, where a run counts by the file of its estimates."""
    if factor:
        entry = copy.with_name("regional.history") / "000001_00000000000000ab.parquet"
        entry.parent.mkdir()
        pq.write_table(own_quantiles(copy, 1, factor, **OTHER_FILES), quantiles_of(entry))
        pq.write_table(pa.table({"run_id": ["00000000000000ab"]}), entry)
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
