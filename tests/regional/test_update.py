"""An update of the embedded default is what a build from nothing gives."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from regional import state
from regional.history import entries_of, history_folder
from regional.places import Places
from regional.state import MadeOf
from tests.support.comparison import assert_same_catalogue, assert_same_tables
from tests.support.project import ROOT
from tests.support.warehouse import rows_of

UPDATE = (sys.executable, "-c", "import sys; from regional.command_line import main; sys.exit(main(['update']))")
DBT = str(Path(sys.executable).with_name("dbt"))


def ran(root: Path, *command: str, **environment: str) -> str:
    """What a command says, run in a copy of the project with the data and caches of this one; it must succeed."""
    folders = {"REGIONAL_DATA": str(ROOT / "data" / "demo"), "REGIONAL_CACHE": str(ROOT / "build" / "cache")}
    done = subprocess.run(
        command,
        cwd=root,
        env={name: value for name, value in os.environ.items() if name != "REGIONAL_WAREHOUSE"}
        | {"PYTHONIOENCODING": "utf-8", **folders, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def copy(default_warehouse_file: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the project, in which the embedded default is published as `make build` would have left it."""
    root = tmp_path / "project"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
    places = Places.of(root / "build" / "regional.duckdb")
    shutil.copyfile(default_warehouse_file, places.warehouse)
    shutil.copytree(history_folder(default_warehouse_file), places.history)
    # leaves the manifest and the parsed project that a build leaves
    ran(root, DBT, "--quiet", "parse", "--target-path", str(places.target), REGIONAL_WAREHOUSE=str(places.working))
    state.write(places.state, places.warehouse, MadeOf.now(root), places.target / state.MANIFEST)
    yield root
    shutil.rmtree(root)


def change_specifications(path: Path) -> str:
    """Another sample for one specification, and the row that its page adds; returns the name of the first."""
    added = (ROOT / "docs" / "regressions.md").read_text(encoding="utf-8").split("```csv\n")[1].split("\n```")[0]
    with path.open(encoding="utf-8", newline="") as file:
        columns, *rows = csv.reader(file)
    spec_id, sample = columns.index("spec_id"), columns.index("sample")
    (changed,) = [row for row in rows if row[spec_id] == "ii_t2_c3"]
    assert changed[sample] == ""  # that of the study
    changed[sample] = "in_published_sample and year <= 2017"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows, *csv.reader([added])])
    return changed[spec_id]


def test_an_update_after_a_change_of_specifications_is_a_build_from_nothing(copy: Path) -> None:
    places = Places.of(copy / "build" / "regional.duckdb")
    before = rows_of(places.warehouse, "select spec_id, n from fits order by all")
    other = Places.of(copy / "build" / "from_nothing" / "regional.duckdb")
    shutil.copytree(places.history, other.history)
    spec_id = change_specifications(copy / "seeds" / "specifications" / "specifications.csv")

    said = ran(copy, *UPDATE)
    (nodes,) = re.findall(r"is up to date: (\d+) nodes were built", said)
    ((models, seeds),) = re.findall(r"Found (\d+) models.* (\d+) seeds", said)
    # the seed, what follows from estimates, what names the run, and their tests
    assert int(nodes) < int(models) + int(seeds)
    assert "model main.city_panel" not in said
    after = rows_of(places.warehouse, "select spec_id, n from fits order by all")
    assert {name for name, _ in set(after) - set(before)} == {spec_id, f"{spec_id}_cl", "ic_t2_m4_ordinary"}
    assert len(after) == len(before) + 1
    assert len(entries_of(places.history)) == 2

    everything_but_tests = ("build", "--exclude-resource-type", "test", "unit_test")
    ran(copy, DBT, *everything_but_tests, REGIONAL_WAREHOUSE=str(other.warehouse))
    assert_same_tables(places.warehouse, other.warehouse)
    assert_same_catalogue(places.warehouse, other.warehouse)
    assert [entry[:2] for entry in entries_of(places.history)] == [entry[:2] for entry in entries_of(other.history)]
    assert {status for (status,) in rows_of(places.warehouse, "select distinct status from estimate_changes")} == {
        "changed",
        "new",
    }
