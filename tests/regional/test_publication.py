"""Publication: what a reader finds after a build, an update, and a failure; in a project of six tables."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from regional.dbt_runs import BuildFailed
from regional.places import Places, wal_of
from regional.publication import _seal, build, roll_back, update
from reporting.errors import UsageError
from tests.support.project import ROOT
from tests.support.small_project import PROJECT, change, write_project
from tests.support.warehouse import rows_of, write_csv

PLACES = Places.of("build/small.duckdb")


@pytest.fixture(scope="module")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, its data folder and a warehouse built from it, in folders with spaces in their names."""
    root = tmp_path_factory.mktemp("small") / "a project"
    write_project(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("REGIONAL_CACHE", str(root / "cache"))
        build(PLACES, "my data", root)
    return Path(shutil.copytree(root, root.with_name("as it was built"), symlinks=True))


@pytest.fixture
def project(built_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project as it was built, and the present folder; always the same, since dbt parses anew in another."""
    root = built_project.with_name("a project")
    shutil.rmtree(root)
    shutil.copytree(built_project, root, symlinks=True)
    monkeypatch.chdir(root)
    monkeypatch.setenv("REGIONAL_CACHE", str(root / "cache"))
    return root


def updated(root: Path) -> list[str]:
    """Update, and what it said."""
    said: list[str] = []
    update(PLACES, "my data", said.append, root)
    return said


def marks() -> tuple[str, str]:
    """The marks of the tables that a change of numbers concerns, and does not concern."""
    ((doubled,),) = rows_of(PLACES.warehouse, "select distinct mark from doubled limit 1")
    ((untouched,),) = rows_of(PLACES.warehouse, "select mark from untouched")
    return doubled, untouched


def test_places_of_a_warehouse() -> None:
    for path in ("build/regional.duckdb", "build/.working/regional.duckdb"):
        places = Places.of(path)
        assert places.warehouse == Path("build/regional.duckdb")
        assert places.working == Path("build/.working/regional.duckdb")
        assert places.state == Path("build/regional.state")
        assert places.history == Path("build/regional.history")
    assert Places.of("w").state == Path("w.state")


def test_a_build_is_published_with_its_state(project: Path) -> None:
    assert rows_of(PLACES.warehouse, "select name, value from doubled order by name") == [("one", 2), ("two", 4)]
    assert sorted(path.name for path in PLACES.state.iterdir()) == ["made_of.json", "manifest.json"]
    assert sorted(path.name for path in PLACES.working.parent.iterdir()) == ["small.lock", "small.target"]
    assert sorted(path.name for path in PLACES.warehouse.parent.iterdir()) == [
        ".working",
        "small.duckdb",
        "small.parquet",
        "small.state",
        "small.versions",
    ]


@pytest.mark.parametrize("command", ["build", "update"])
def test_a_build_that_fails_publishes_nothing(project: Path, command: str) -> None:
    before = PLACES.warehouse.read_bytes()
    change(project / "seeds" / "numbers.csv", "name,value\none,10\n")
    change(project / "models" / "doubled.sql", "select name, no_column as value from {{ ref('numbers') }}")
    with pytest.raises(BuildFailed):
        build(PLACES, "my data", project) if command == "build" else updated(project)
    assert PLACES.warehouse.read_bytes() == before
    assert PLACES.working.is_file()
    assert "REGIONAL_WAREHOUSE" not in os.environ
    # mended, the next one starts from what is published, not from what the failed one left
    change(project / "models" / "doubled.sql", PROJECT["models/doubled.sql"])
    said = updated(project)
    assert "up to date" in said[-1]
    assert rows_of(PLACES.warehouse, "select name, value from doubled") == [("one", 20)]
    assert not PLACES.working.exists()


def test_a_failed_test_publishes_nothing(project: Path) -> None:
    """Of a changed table and one that did not change, too, although the project selects tests with caution."""
    before = PLACES.warehouse.read_bytes()
    change(project / "seeds" / "numbers.csv", "name,value\none,0\n")
    with pytest.raises(BuildFailed):
        updated(project)
    assert PLACES.warehouse.read_bytes() == before


def _environment() -> dict[str, str]:
    """The environment of another process that builds with this project."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


#: A build in a process of its own.
_BUILD = """
import sys
from pathlib import Path
from regional.places import Places
from regional.publication import build
build(Places.of(sys.argv[1]), "my data", Path.cwd(), say=lambda line: print("SAID", line, flush=True))
"""


def rows_of_in_another_process(warehouse: Path, query: str) -> int:
    """DuckDB gives a process one connection a file, whatever its path leads to by then."""
    code = "import duckdb, sys; print(len(duckdb.connect(sys.argv[1], read_only=True).sql(sys.argv[2]).fetchall()))"
    arguments = (sys.executable, "-c", code, str(warehouse), query)
    return int(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout)


#: A build in a process of its own that may write no file above so many bytes: as on a disk that is full.
_LIMITED = """
import resource, sys
from pathlib import Path
from regional.dbt_runs import BuildFailed
from regional.places import Places, wal_of
from regional.publication import build
size = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    build(Places.of(sys.argv[2]), "my data", Path.cwd())
except BuildFailed as error:
    sys.exit(str(error) or "dbt")
"""


@pytest.mark.parametrize("kilobytes", [64, 280, 600, 900])
def test_a_full_disk_publishes_nothing(project: Path, kilobytes: int) -> None:
    before = rows_of(PLACES.warehouse, "select name, value from doubled order by name")
    numbers = "".join(f"n{number},{number}\n" for number in range(40_000))
    change(project / "seeds" / "numbers.csv", f"name,value\n{numbers}")
    arguments = (sys.executable, "-c", _LIMITED, str(kilobytes * 1024), str(PLACES.warehouse))
    done = subprocess.run(arguments, env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert rows_of(PLACES.warehouse, "select name, value from doubled order by name") == before
    # with space again, the next one works without help
    change(project / "seeds" / "numbers.csv", "name,value\none,10\n")
    build(PLACES, "my data", project)
    assert rows_of(PLACES.warehouse, "select name, value from doubled") == [("one", 20)]


def test_what_the_disk_has_no_space_for_is_not_sealed(project: Path, tmp_path: Path) -> None:
    """All data are in the log beside the file, as after a closing checkpoint that found no space."""
    made = tmp_path / "made.duckdb"
    write = f"""
import duckdb, os
connection = duckdb.connect({str(made)!r})
connection.execute("create table t (x varchar)")
connection.execute("insert into t select uuid() from range(20000)")
os._exit(0)
"""
    subprocess.run((sys.executable, "-c", write), check=True)
    assert wal_of(made).stat().st_size > made.stat().st_size
    seal = f"""
import resource, sys
from pathlib import Path
from regional.dbt_runs import BuildFailed
from regional.publication import _seal
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    _seal(Path({str(made)!r}))
except BuildFailed as error:
    sys.exit(str(error))
"""
    done = subprocess.run((sys.executable, "-c", seal), env=_environment(), capture_output=True, text=True, check=False)
    assert "could not be written whole" in done.stderr
    # with space again, it is
    _seal(made)
    assert not wal_of(made).exists()
    assert rows_of(made, "select count(*) from t") == [(20000,)]


#: A client that writes into a warehouse and crashes: what it wrote is in the log.
_CRASH = """
import duckdb, os, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create table mine as select 1 as x")
os._exit(1)
"""


def test_a_stale_log_does_no_harm(project: Path) -> None:
    """It lies with the version that the client opened."""
    subprocess.run((sys.executable, "-c", _CRASH, str(PLACES.warehouse)), check=False)
    assert wal_of(PLACES.warehouse.resolve()).exists()
    assert updated(project)[0].startswith("It is not known what")
    assert rows_of(PLACES.warehouse, "select count(*) from doubled") == [(2,)]
    assert not wal_of(PLACES.warehouse.resolve()).exists()
    assert not wal_of(PLACES.warehouse).exists()


def test_a_stale_log_beside_a_warehouse_that_plain_dbt_wrote_does_no_harm(project: Path) -> None:
    """DuckDB opens no file beside the log of another: "WAL does not match database file"."""
    file = PLACES.warehouse.resolve()
    PLACES.warehouse.unlink()
    shutil.copyfile(file, PLACES.warehouse)
    subprocess.run((sys.executable, "-c", _CRASH, str(PLACES.warehouse)), check=False)
    assert wal_of(PLACES.warehouse).exists()
    build(PLACES, "my data", project)
    assert rows_of(PLACES.warehouse, "select count(*) from doubled") == [(2,)]
    assert not wal_of(PLACES.warehouse).exists()
    # what the client wrote is kept with the file that it wrote into
    roll_back(PLACES)
    assert rows_of(PLACES.warehouse, "select x from mine") == [(1,)]


def test_a_client_that_writes_during_a_publication_does_no_harm(project: Path) -> None:
    """It creates its log after the file that it opened has ceased to be the warehouse."""
    with duckdb.connect(str(PLACES.warehouse)) as client:
        client.execute("create table mine as select 1 as x")
        change(project / "seeds" / "numbers.csv", "name,value\none,10\n")
        subprocess.run((sys.executable, "-c", _BUILD, str(PLACES.warehouse)), env=_environment(), check=True)
        client.execute("insert into mine values (2)")
        assert rows_of_in_another_process(PLACES.warehouse, "from doubled") == 1
    assert rows_of(PLACES.warehouse, "select name, value from doubled") == [("one", 20)]


def test_a_second_build_of_a_warehouse_waits_for_the_first(project: Path) -> None:
    arguments = (sys.executable, "-c", _BUILD, str(PLACES.warehouse))
    builds = [subprocess.Popen(arguments, env=_environment(), stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [process.communicate(timeout=300)[0] for process in builds]
    assert [process.returncode for process in builds] == [0, 0]
    said = [line for text in printed for line in text.splitlines() if line.startswith("SAID")]
    assert len(said) == 1
    assert re.search(r"Another build, process \d+ on .*, writes .*small.duckdb: waiting", said[0])
    assert rows_of(PLACES.warehouse, "select count(*) from doubled") == [(2,)]


def test_an_open_reader_is_not_in_the_way(project: Path) -> None:
    with duckdb.connect(str(PLACES.warehouse), read_only=True) as reader:
        change(project / "seeds" / "numbers.csv", "name,value\none,10\n")
        assert "up to date" in updated(project)[-1]
        assert reader.sql("select count(*) from doubled").fetchall() == [(2,)]
    assert rows_of(PLACES.warehouse, "select count(*) from doubled") == [(1,)]


def test_an_update_without_a_change_leaves_the_file(project: Path) -> None:
    before = PLACES.warehouse.stat()
    assert updated(project) == [f"Nothing that {PLACES.warehouse} is made of has changed."]
    after = PLACES.warehouse.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def change_seed(root: Path) -> None:
    change(root / "seeds" / "numbers.csv", "name,value\none,1\ntwo,2\nthree,3\n")


def change_macro(root: Path) -> None:
    change(root / "macros" / "doubled.sql", "{% macro doubled(x) %}(2 * {{ x }}){% endmacro %}")


def change_model(root: Path) -> None:
    change(root / "models" / "doubled.sql", PROJECT["models/doubled.sql"] + " order by name")


@pytest.mark.parametrize("edit", [change_seed, change_macro, change_model])
def test_an_update_builds_what_changed_and_no_more(project: Path, edit: Callable[[Path], None]) -> None:
    edit(project)
    doubled, untouched = marks()
    (sentence,) = updated(project)
    # at most the seed, the model, the run, the test and the hook
    assert sentence in {f"{PLACES.warehouse} is up to date: {count} nodes were built." for count in (4, 5)}
    assert (marks()[0] != doubled, marks()[1]) == (True, untouched)
    assert updated(project) == [f"Nothing that {PLACES.warehouse} is made of has changed."]


def test_an_update_builds_what_is_new(project: Path) -> None:
    change(project / "models" / "squared.sql", "select value * value as value from {{ ref('numbers') }}")
    untouched = marks()[1]
    assert "up to date" in updated(project)[-1]
    assert rows_of(PLACES.warehouse, "select value from squared order by value") == [(1,), (4,)]
    assert marks()[1] == untouched


def test_a_change_that_dbt_does_not_see_is_another_run(project: Path) -> None:
    path = project / "models" / "doubled.sql"
    path.write_text(path.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    before, runs = marks(), rows_of(PLACES.warehouse, "from data_identity")
    (sentence,) = updated(project)
    # the run and the hook
    assert sentence == f"{PLACES.warehouse} is up to date: 2 nodes were built."
    assert marks() == before
    assert rows_of(PLACES.warehouse, "from data_identity") != runs


def change_python(root: Path) -> None:
    change(root / "estimation" / "suites" / "placebo.py", "DRAWS = 2")


def change_var(root: Path) -> None:
    change(root / "dbt_project.yml", PROJECT["dbt_project.yml"].replace("factor: 1", "factor: 5"))


def change_data(root: Path) -> None:
    write_csv(root / "my data" / "gdp.csv", [["region", "2010"], ["Beijing", 2]])


def change_data_beside_the_manifest(root: Path) -> None:
    """A file that is not read, which the table of notices names."""
    write_csv(root / "my data" / "other.csv", [["region", "2010"], ["Beijing", 2]])


def change_hook(root: Path) -> None:
    """A macro that only the start hook calls."""
    change(root / "macros" / "trebled.sql", "{% macro trebled(x) %}(3 * {{ x }}){% endmacro %}")


def remove_model(root: Path) -> None:
    (root / "models" / "passing.sql").unlink()


def rename_model(root: Path) -> None:
    (root / "models" / "passing.sql").rename(root / "models" / "passed.sql")


def change_label(root: Path) -> None:
    change(root / "models" / "models.yml", PROJECT["models/models.yml"].replace("Value", "Figure"))


def change_warehouse(root: Path) -> None:
    with duckdb.connect(str(PLACES.warehouse)) as connection:
        connection.execute("insert into untouched values (7, uuid())")


def lose_state(root: Path) -> None:
    PLACES.state.unlink()
    shutil.rmtree(PLACES.current / "state")


def damage_state(root: Path) -> None:
    change(PLACES.state / "made_of.json", "{")


def lose_warehouse(root: Path) -> None:
    PLACES.warehouse.unlink()


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (change_python, "Python code or the version of a package changed"),
        (change_var, "dbt_project.yml or profiles.yml changed"),
        (change_data, "The files of the data folder, or what its manifest says of them, changed"),
        (change_data_beside_the_manifest, "The files of the data folder, or what its manifest says of them, changed"),
        (change_hook, "What runs at the start or at the end of a build changed"),
        (change_label, "Labels or units of columns of untouched changed"),
        (remove_model, "main.passing is no longer in the project"),
        (rename_model, "main.passing is no longer in the project"),
        (change_warehouse, f"It is not known what {PLACES.warehouse} was made of, or it was written since"),
        (lose_state, f"It is not known what {PLACES.warehouse} was made of, or it was written since"),
        (damage_state, f"It is not known what {PLACES.warehouse} was made of, or it was written since"),
        (lose_warehouse, f"There is no warehouse at {PLACES.warehouse}"),
    ],
)
def test_an_update_that_cannot_start_from_the_warehouse_says_why_and_builds_everything(
    project: Path, edit: Callable[[Path], None], reason: str
) -> None:
    before = marks()
    edit(project)
    assert updated(project) == [f"{reason}: everything is built."]
    assert not set(before) & set(marks())
    assert rows_of(PLACES.warehouse, "select count(*) from untouched") == [(1,)]
    tables = {name for (name,) in rows_of(PLACES.warehouse, "select table_name from duckdb_tables()")}
    assert ("passing" in tables) == (project / "models" / "passing.sql").exists()
    assert updated(project) == [f"Nothing that {PLACES.warehouse} is made of has changed."]


def test_an_update_from_a_folder_that_cannot_be_landed_gets_its_sentence(project: Path) -> None:
    before = PLACES.warehouse.read_bytes()
    (project / "my data" / "gdp.csv").write_text("")
    with pytest.raises(UsageError, match=r"gdp\.csv"):
        updated(project)
    assert PLACES.warehouse.read_bytes() == before
