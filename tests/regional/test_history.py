"""Runs and their history: what a rebuild keeps, what a change shows, and what damage does."""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from regional.history import ESTIMATE_SCHEMA, RUN_SCHEMA, entries_of, history_folder, read_history
from regional.software import code_hash
from tests.support.comparison import assert_same_tables
from tests.support.warehouse import ROOT, build, built, rows_of

UNTESTED = ("--exclude-resource-type", "test", "unit_test")
#: what a run is known by, what a var of the marts changes, and what a run needs to enter the history; that a build from
#: nothing gives the same tables again is tested in test_update.py
AFTER_THE_PANELS = (
    *("--select", "landed_cells", "landed_files", "path:models/marts", "data_identity", "run_identity"),
    *("estimation_output", "estimates", "fits", "runs", "estimate_changes", *UNTESTED),
)


def entry(folder: Path, run_number: int, run_id: str, estimates: list[float]) -> Path:
    """Write an entry as a build does: one row an estimate, or one of no specification."""
    run = dict.fromkeys(RUN_SCHEMA.names) | {"run_id": run_id, "run_number": run_number, "seed": 1}
    run |= {"started_at": datetime(2020, 1, run_number), "is_simulated": True}
    rows = [
        run | {"spec_id": f"s{number}", "term": "x", "estimate": value, "standard_error": 1.0}
        for number, value in enumerate(estimates)
    ] or [run | {"spec_id": None, "term": None, "estimate": None, "standard_error": None}]
    schema = pa.unify_schemas([RUN_SCHEMA, ESTIMATE_SCHEMA])
    path = folder / f"{run_number:06d}_{run_id}.parquet"
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def test_a_working_file_has_the_history_of_the_file_that_it_becomes() -> None:
    for name in ("regional.duckdb", ".working/regional.duckdb", "regional"):
        assert history_folder(f"build/{name}") == Path("build/regional.history")


def test_a_history_that_is_not_there_is_empty(tmp_path: Path) -> None:
    runs, estimates = read_history(tmp_path / "none")
    assert (runs.num_rows, estimates.num_rows) == (0, 0)
    assert (runs.schema, estimates.schema) == (RUN_SCHEMA, ESTIMATE_SCHEMA)


def test_the_latest_entry_of_a_run_counts_and_two_runs_bring_their_estimates(tmp_path: Path) -> None:
    for run_number, run_id in enumerate(["aa", "bb", "cc", "aa"], start=1):
        entry(tmp_path, run_number, run_id, [float(run_number)])
    assert [(run_number, run_id) for run_number, run_id, _ in entries_of(tmp_path)] == [(4, "aa"), (3, "cc"), (2, "bb")]
    runs, estimates = read_history(tmp_path)
    assert runs.column("run_number").to_pylist() == [4, 3, 2]
    assert estimates.select(["run_id", "estimate"]).to_pylist() == [
        {"run_id": "aa", "estimate": 4.0},
        {"run_id": "cc", "estimate": 3.0},
    ]


def test_a_run_without_estimates_is_a_run(tmp_path: Path) -> None:
    entry(tmp_path, 1, "aa", [])
    runs, estimates = read_history(tmp_path)
    assert (runs.num_rows, estimates.num_rows) == (1, 0)


@pytest.mark.parametrize("damage", ["cut", "altered", "foreign", "renamed"])
def test_a_damaged_entry_is_left_out_with_a_remark(tmp_path: Path, damage: str) -> None:
    entry(tmp_path, 1, "aa", [1.0])
    path = entry(tmp_path, 2, "bb", [2.0])
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    elif damage == "altered":
        path.write_bytes(b"not parquet")
    elif damage == "foreign":
        pq.write_table(pa.table({"x": [1]}), path)
    else:
        path.rename(path.with_name("000002_cc.parquet"))
    said: list[str] = []
    runs, estimates = read_history(tmp_path, said.append)
    assert runs.column("run_id").to_pylist() == ["aa"]
    assert estimates.column("estimate").to_pylist() == [1.0]
    assert len(said) == 1
    assert "left out of the history" in said[0]


def test_what_is_left_of_a_killed_build_is_no_entry(tmp_path: Path) -> None:
    entry(tmp_path, 1, "aa", [1.0]).rename(tmp_path / "000001_aa.parquet.working")
    assert entries_of(tmp_path) == []


def test_the_code_hash_sees_content_and_names(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text("name: x")
    path = tmp_path / "models" / "a.sql"
    path.write_text("select 1")
    first = code_hash(tmp_path)
    assert code_hash(tmp_path) == first
    path.write_text("select 2")
    second = code_hash(tmp_path)
    path.rename(path.with_name("b.sql"))
    third = code_hash(tmp_path)
    (tmp_path / "estimation" / "suites").mkdir(parents=True)
    (tmp_path / "estimation" / "suites" / "placebo.py").write_text("DRAWS = 1000")
    assert len({first, second, third, code_hash(tmp_path)}) == 4


def test_every_var_of_the_project_is_part_of_the_run(default_warehouse) -> None:
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    macro = (ROOT / "macros" / "runs.sql").read_text(encoding="utf-8").split("macro vars_text")[1].split("endmacro")[0]
    assert set(re.findall(r"'(\w+)'", macro)) == set(project["vars"])
    ((text,),) = default_warehouse.sql("select vars from runs where is_current").fetchall()
    assert yaml.safe_load(text) == project["vars"]


def test_results_carry_the_run(default_warehouse) -> None:
    runs = default_warehouse.sql("select run_id from runs").fetchall()
    assert len(runs) == 1
    stamped = default_warehouse.sql(
        "select table_name from information_schema.columns where column_name = 'run_id' and table_schema = 'main' "
        "and table_name not in ('runs', 'estimate_changes')"
    ).fetchall()
    assert len(stamped) > 20
    for (table,) in stamped:
        assert default_warehouse.sql(f"select distinct run_id from {table}").fetchall() == runs, table
    assert default_warehouse.sql("from estimate_changes").fetchall() == []


def test_a_rebuild_is_the_same_run_and_a_change_of_vars_another(default_warehouse_file: Path, tmp_path: Path) -> None:
    warehouse = Path(shutil.copy(default_warehouse_file, tmp_path / "regional.duckdb"))
    history = shutil.copytree(history_folder(default_warehouse_file), tmp_path / "regional.history")
    tables = ("select * from runs order by all", "select * from estimate_changes order by all")
    keys = "select spec_id, term, {} from estimates order by all"
    before = [rows_of(warehouse, query) for query in tables]
    first = rows_of(warehouse, keys.format("estimate, standard_error"))
    assert len(entries_of(history)) == 1

    # the same content, in a working file that is renamed afterwards as a publication does
    (tmp_path / ".working").mkdir()
    working = warehouse.rename(tmp_path / ".working" / "regional.duckdb")
    done = build(ROOT / "data" / "demo", working, *AFTER_THE_PANELS, cache=ROOT / "build" / "cache")
    assert done.returncode == 0, done.stdout[-3000:]
    working.rename(warehouse)
    assert [rows_of(warehouse, query) for query in tables] == before
    assert len(entries_of(history)) == 1

    # winsorised variables change, nothing else does
    variables = ("--vars", "{outlier_percentile: 0.02}")
    done = build(ROOT / "data" / "demo", warehouse, *AFTER_THE_PANELS, *variables, cache=ROOT / "build" / "cache")
    assert done.returncode == 0, done.stdout[-3000:]
    ((current, previous),) = rows_of(
        warehouse, "select max(run_id) filter (where is_current), max(run_id) filter (where not is_current) from runs"
    )
    assert previous == before[0][0][0] != current
    assert [run_id for _, run_id, _ in entries_of(history)] == [current, previous]
    old = {(spec_id, term): values for spec_id, term, *values in first}
    new = {(s, t): values for s, t, *values in rows_of(warehouse, keys.format("estimate, standard_error"))}
    assert old.keys() == new.keys()
    changed = {
        key
        for key in old
        if any(abs(a - b) > 1e-10 * max(abs(a), abs(b)) for a, b in zip(old[key], new[key], strict=True))
    }
    listed = rows_of(
        warehouse,
        "select spec_id, term, estimate, standard_error, previous_estimate, previous_standard_error, status, "
        "previous_run_id from estimate_changes",
    )
    assert {row[:2] for row in listed} == changed
    for spec_id, term, estimate, error, previous_estimate, previous_error, status, run in listed:
        assert (estimate, error) == tuple(new[spec_id, term])
        assert (previous_estimate, previous_error) == tuple(old[spec_id, term])
        assert (status, run) == ("changed", previous)
    winsorised = {
        spec_id
        for (spec_id,) in rows_of(
            warehouse,
            "select spec_id from estimation.full_specifications where dependent like '%winsor%' "
            "or regressors like '%winsor%' or dependent like '%trimmed%' or regressors like '%trimmed%'",
        )
    }
    assert {spec_id for spec_id, _ in changed} <= winsorised
    assert len(changed) > 10


def test_a_build_in_part_or_with_an_error_leaves_no_trace_in_the_history(tmp_path: Path) -> None:
    warehouse = tmp_path / "regional.duckdb"
    selection = ("--select", "+run_identity", *UNTESTED)
    done = build(ROOT / "data" / "demo", warehouse, *selection, cache=ROOT / "build" / "cache")
    assert done.returncode == 0, done.stdout[-3000:]
    assert not history_folder(warehouse).exists()


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not bind a process to processors")
@pytest.mark.skipif("REGIONAL_WHOLE_BUILDS" not in os.environ, reason="minutes long: make verify runs it")
def test_a_cold_build_on_one_processor_agrees_in_every_table(default_warehouse_file: Path, tmp_path: Path) -> None:
    """SQL, regressions and causal suites, to ten digits; bound to one processor, every library runs one thread."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        again = built(ROOT / "data" / "demo", tmp_path / "regional.duckdb", *UNTESTED, as_command=True)
    finally:
        os.sched_setaffinity(0, allowed)
    assert_same_tables(default_warehouse_file, again)
