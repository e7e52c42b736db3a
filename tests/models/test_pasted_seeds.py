"""Text of seeds that becomes SQL while dbt compiles a model: what is no expression, or no name, stops the build."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.support.warehouse import ROOT, dbt

#: A row for each seed, by the column that must not hold it; the model that reads it; and what dbt says.
HOSTILE = {
    "sample_steps": (
        {"study": "city_convergence", "step_number": 99, "predicate": "true; copy planted to '{folder}/stolen.csv'"},
        "sample_flow",
        "The seed sample_steps has the predicate 'true; copy planted to '{folder}/stolen.csv'', which "
        "holds a statement",
    ),
    "claim_values": (
        {
            "study": "x",
            "claim_id": "y",
            "model": "city_convergence",
            "expression": "count(*) from read_text('{folder}/secret.txt')",
        },
        "recomputed_numbers",
        "The seed claim_values has the expression 'count(*) from read_text('{folder}/secret.txt')', which "
        "holds a query",
    ),
    "definition_candidates": (
        {
            "study": "city_convergence",
            "variable": "y",
            "reading": "z",
            "expression": "read_text('{folder}/secret.txt')",
        },
        "reading_moments",
        "The seed definition_candidates has the expression 'read_text('{folder}/secret.txt')', which calls read_text",
    ),
    "indicators": (
        {"indicator": "x", "panel_column": "x'); drop table fits; --", "in_city_panel": True},
        "city_vintages",
        "The seed indicators has the panel_column 'x'); drop table fits; --', which is no plain name",
    ),
    "definition_breaks": (
        {"place_level": "province", "indicator": "x, (select 1) as y", "first_year": 2000},
        "province_panel",
        "The seed definition_breaks has the indicator 'x, (select 1) as y', which is no plain name",
    ),
    "families": (
        {"place_level": "province", "family": "x' or true or '", "indicator": "x"},
        "province_panel",
        "The seed families has the family 'x' or true or '', which is no plain name",
    ),
}


@pytest.fixture
def warehouse(default_warehouse_file: Path, tmp_path: Path) -> Path:
    """A copy of the embedded default, and a file beside it."""
    (tmp_path / "secret.txt").write_text("canary")
    return Path(shutil.copy(default_warehouse_file, tmp_path / "regional.duckdb"))


@pytest.mark.parametrize("seed", HOSTILE)
def test_a_hostile_row_of_a_seed_stops_its_model_with_a_sentence(warehouse: Path, seed: str) -> None:
    folder = str(warehouse.parent)
    row, model, sentence = HOSTILE[seed]
    values = [value.replace("{folder}", folder) if isinstance(value, str) else value for value in row.values()]
    counted = "select count(*), count(status) from fits"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table planted as select 1 as v")
        marks = ", ".join("?" * len(row))
        connection.execute(f"insert into reference.{seed} ({', '.join(row)}) values ({marks})", values)
        before = connection.sql(counted).fetchall()
    done = dbt("run", "--select", model, warehouse=warehouse, cache=ROOT / "build" / "cache")
    assert done.returncode != 0
    assert sentence.replace("{folder}", folder) in " ".join(done.stdout.split())
    assert "canary" not in done.stdout + done.stderr
    assert not (warehouse.parent / "stolen.csv").exists()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.sql("from planted").fetchall() == [(1,)]
        assert connection.sql(counted).fetchall() == before
