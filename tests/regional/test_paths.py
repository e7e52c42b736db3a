"""Warehouses and data folders of any name: built, read, updated and rolled back."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regional.command_line import main
from regional.places import Places
from regional.publication import build, roll_back, update
from reporting.errors import UsageError
from tests.support.small_project import PROJECT, change, write_project
from tests.support.warehouse import rows_of

#: The folder of all of them, in one name.
FOLDER = "-a 'b' \"c\" $HOME $(touch harmed) `x`;*[d]%e{{ 1 % 0 }}f&g|h>i 数据\nj"

OTHERS = ("plain.duckdb", "数据.duckdb", "select.duckdb", "main.duckdb", "1.duckdb", "-rf", "a\nb", ".hidden")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose data lie in such a folder."""
    root = tmp_path / "a project"
    write_project(root, PROJECT)
    (root / "my data").rename(root / f"data {FOLDER}")
    monkeypatch.chdir(root)
    monkeypatch.setenv("REGIONAL_CACHE", str(root / "cache"))
    return root


@pytest.mark.parametrize(
    "name",
    [
        'it\'s "my" 数据; $x.duckdb',
        *(
            pytest.param(name, marks=pytest.mark.long)
            for name in (
                "plain.duckdb",
                "数据.duckdb",
                "select.duckdb",
                "main.duckdb",
                "1.duckdb",
                "-rf",
                "a\nb",
                ".hidden",
            )
        ),
    ],
)
def test_a_warehouse_of_any_name(root: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    places = Places.of(f"build {FOLDER}/{name}")
    data = f"data {FOLDER}"
    build(places, data, root)
    assert rows_of(places.warehouse, "select name, value from doubled order by name") == [("one", 2), ("two", 4)]
    change(root / "seeds" / "numbers.csv", "name,value\none,10\n")
    said: list[str] = []
    update(places, data, said.append, root)
    assert said == [f"{places.warehouse} is up to date: 5 nodes were built."]
    assert rows_of(places.warehouse, "select name, value from doubled") == [("one", 20)]
    assert pq.read_table(places.parquet / "doubled.parquet").column("value").to_pylist() == [20]
    roll_back(places)
    assert rows_of(places.warehouse, "select count(*) from doubled") == [(2,)]
    assert main(["versions", f"--warehouse={places.warehouse}"]) == 0
    assert len([line for line in capsys.readouterr().out.splitlines() if " UTC " in line or " current " in line]) == 2
    # nothing is written elsewhere, and nothing was run
    assert {path.name for path in root.iterdir()} == {
        *{name.split("/")[0] for name in PROJECT},
        *(data, f"build {FOLDER}", "cache", "logs"),
    }


@pytest.mark.parametrize("path", ["a\\b/w.duckdb", "w\\.duckdb", "a?/w.duckdb", "#.duckdb"])
def test_a_path_that_dbt_or_duckdb_reads_otherwise_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="any other character is free"):
        build(Places.of(tmp_path / path), "my data")
    with pytest.raises(UsageError, match="any other character is free"):
        roll_back(Places.of(tmp_path / path))
