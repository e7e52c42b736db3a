"""Versions of a warehouse: what is kept, what readers find, and the way back; something writes files in dbt's stead."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from regional import parquet_copies, publication, space, state, versions
from regional.command_line import main
from regional.dbt_runs import BuildFailed
from regional.places import Places, wal_of
from regional.publication import build, roll_back, update
from regional.versions import kept
from reporting.errors import UsageError
from tests.support import stand_in_build
from tests.support.small_project import WITH_RUNS, write_data, write_project
from tests.support.stand_in_build import built_in_its_stead
from tests.support.warehouse import rows_of

PLACES = Places.of("build/small.duckdb")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_project(tmp_path, WITH_RUNS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(publication, "built", built_in_its_stead)
    monkeypatch.setattr(stand_in_build, "PAUSE", 0)
    return tmp_path


def publish(root: Path, figure: int, keep: int | None = None) -> list[str]:
    """A build of a figure, and what it said."""
    said: list[str] = []
    write_data(root, figure)
    build(PLACES, "my data", root, said.append, keep)
    return said


def figure() -> int:
    ((value,),) = rows_of(PLACES.warehouse, "select distinct value from long")
    return int(value)


def run_ids() -> set[str]:
    """Of the warehouse, its description, and its Parquet copies, found as a reader finds them."""
    ((run_id,),) = rows_of(PLACES.warehouse, "select run_id from estimation.run_identity")
    version = json.loads((PLACES.current / "version.json").read_text(encoding="utf-8"))
    with (PLACES.parquet / "tables.csv").open(encoding="utf-8", newline="") as file:
        return {run_id, version["run_id"], *(line["run_id"] for line in csv.DictReader(file))}


def test_the_last_versions_are_kept(root: Path) -> None:
    for number in range(1, 6):
        publish(root, number)
        assert figure() == number
        assert len(run_ids()) == 1
        assert state.read(PLACES) is not None
    found = kept(PLACES)
    assert [version.is_current for version in found] == [True, False, False]
    figures = [rows_of(version.folder / "small.duckdb", "select max(value) from long") for version in found]
    assert figures == [[(5,)], [(4,)], [(3,)]]
    assert all(version.description.data == "my data" for version in found)
    assert all(version.size > (version.folder / "small.duckdb").stat().st_size for version in found)


@pytest.mark.parametrize(("keep", "expected"), [(0, 1), (1, 1), (3, 3)])
def test_how_many_are_kept_can_be_said(root: Path, keep: int, expected: int) -> None:
    """The last one stays until the next build, since somebody may just be opening it."""
    for number in range(1, 6):
        publish(root, number, keep=keep)
    assert len(kept(PLACES)) == expected + 1


@pytest.mark.parametrize("text", ["-1", "two", "1.5", "", "²", "99999999"])
def test_a_number_of_versions_that_is_none_is_refused(
    root: Path, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("regional.commands.building.ROOT", root)
    assert main(["build", f"--keep={text}", "--warehouse=build/small.duckdb"]) == 2
    assert "cannot be the number of versions to keep" in capsys.readouterr().err
    if text:
        monkeypatch.setenv("REGIONAL_KEEP", text)
        with pytest.raises(UsageError, match="REGIONAL_KEEP"):
            build(PLACES, "my data", root)
    assert not PLACES.warehouse.exists()


def test_publishing_copies_nothing(root: Path) -> None:
    """What was published is where it was, the same file, and the new file is the one that the build wrote."""
    publish(root, 1)
    before = PLACES.warehouse.resolve()
    identity = before.stat().st_ino, before.stat().st_mtime_ns
    publish(root, 2)
    assert (before.stat().st_ino, before.stat().st_mtime_ns) == identity
    assert PLACES.warehouse.resolve() != before


def test_the_way_back_and_forth(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2, 3):
        publish(root, number)
    newest, middle, oldest = (version.name for version in kept(PLACES))
    assert main(["rollback", "--warehouse=build/small.duckdb"]) == 0
    said = capsys.readouterr().out
    assert (figure(), len(run_ids())) == (2, 1)
    assert f"is {middle}" in said
    assert f"`regional rollback --to {newest}`" in said
    # the way back is one that can be gone back
    assert main(["rollback", "--warehouse=build/small.duckdb"]) == 0
    assert figure() == 3
    assert main(["rollback", "--to", oldest, "--warehouse=build/small.duckdb"]) == 0
    assert figure() == 1
    assert [version.name for version in kept(PLACES)] == [oldest, newest, middle]
    # the one that was published last is kept longest, and not the one that was built last
    publish(root, 4, keep=2)
    assert [version.name for version in kept(PLACES)][1:] == [oldest, newest]
    capsys.readouterr()
    assert main(["versions", "--warehouse=build/small.duckdb"]) == 0
    header, _, *lines = capsys.readouterr().out.splitlines()
    assert re.split(r"\s{2,}", header.strip()) == [
        *("version", "last published", "data", "simulated", "run", "code", "MB")
    ]
    assert len(lines) == 3
    with duckdb.connect(str(PLACES.warehouse)) as connection:
        connection.execute("create table mine as select 1 as x")
    assert main(["versions", "--warehouse=build/small.duckdb"]) == 0
    assert " current, written into since " in capsys.readouterr().out
    assert re.search(r"current +now +my data \(\w{8}\) +yes +\w{8} +code", lines[0])


def test_an_update_after_the_way_back_starts_from_there(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state goes with the version: nothing of the project changed since, but the data did."""
    publish(root, 1)
    publish(root, 2)
    roll_back(PLACES)
    assert figure() == 1
    write_data(root, 1)
    monkeypatch.setattr(state, "is_of_other_data", lambda places: figure() != 1)
    said: list[str] = []
    update(PLACES, "my data", said.append, root)
    assert said == [f"Nothing that {PLACES.warehouse} is made of has changed."]
    roll_back(PLACES)
    update(PLACES, "my data", said.append, root)
    assert "The files of the data folder" in said[1]
    assert figure() == 1


def test_the_way_back_takes_nothing_from_the_history(root: Path) -> None:
    publish(root, 1)
    publish(root, 2)
    before = sorted(path.name for path in PLACES.history.iterdir())
    roll_back(PLACES)
    assert sorted(path.name for path in PLACES.history.iterdir()) == before


def test_ways_back_that_lead_nowhere_change_nothing(root: Path) -> None:
    with pytest.raises(UsageError, match="no other version"):
        roll_back(PLACES)
    publish(root, 1)
    with pytest.raises(UsageError, match="no other version"):
        roll_back(PLACES)
    publish(root, 2)
    current, other = kept(PLACES)
    with pytest.raises(UsageError, match="published version already"):
        roll_back(PLACES, current.name)
    with pytest.raises(UsageError, match=f"no version 'yesterday'.*kept are: {other.name}"):
        roll_back(PLACES, "yesterday")
    with pytest.raises(UsageError, match="no version"):
        roll_back(PLACES, f"../{PLACES.versions.name}/{other.name}")
    (other.folder / "small.duckdb").write_bytes(b"x" * 100_000)
    with pytest.raises(UsageError, match="does not open, so nothing changed"):
        roll_back(PLACES)
    assert figure() == 2


def test_a_warehouse_that_was_lost_is_found_among_the_versions(root: Path) -> None:
    publish(root, 1)
    publish(root, 2)
    PLACES.warehouse.unlink()
    before, after = roll_back(PLACES)
    assert (before, figure()) == (None, 2)
    assert after.is_current is False
    publish(root, 3, keep=0)
    assert figure() == 3


def test_a_warehouse_that_plain_dbt_wrote_becomes_a_version(root: Path) -> None:
    publish(root, 1)
    file = PLACES.warehouse.resolve()
    PLACES.warehouse.unlink()
    shutil.copyfile(file, PLACES.warehouse)
    shutil.rmtree(PLACES.versions)
    inode = PLACES.warehouse.stat().st_ino
    publish(root, 2)
    assert figure() == 2
    roll_back(PLACES)
    assert figure() == 1
    # it was not copied
    assert PLACES.warehouse.stat().st_ino == inode


def test_a_link_of_ones_own_is_replaced_and_its_file_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It leads to its file until the new version is published, and nowhere at no moment."""
    publish(root, 1)
    mine = root / "mine.duckdb"
    shutil.copyfile(PLACES.warehouse.resolve(), mine)
    shutil.rmtree(PLACES.warehouse.parent)
    PLACES.warehouse.parent.mkdir()
    PLACES.warehouse.symlink_to(mine)
    put, found = versions._put_link, []

    def looked_at(path: Path, target: str) -> None:
        found.append(figure())
        put(path, target)
        found.append(figure())

    monkeypatch.setattr(versions, "_put_link", looked_at)
    publish(root, 2)
    assert set(found[:-1]) == {1}
    assert found[-1] == 2
    assert rows_of(mine, "select max(value) from long") == [(1,)]


def test_where_a_file_has_one_name_only_it_is_copied(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    publish(root, 1)
    file = PLACES.warehouse.resolve()
    PLACES.warehouse.unlink()
    shutil.copyfile(file, PLACES.warehouse)
    monkeypatch.setattr(os, "link", no_links)
    publish(root, 2)
    roll_back(PLACES)
    assert figure() == 1


def test_a_file_system_without_links_gets_a_sentence(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "symlink_to", no_links)
    with pytest.raises(BuildFailed, match="Operation not supported"):
        publish(root, 1)


def test_pages_of_the_gates_go_with_the_warehouse(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are published where a build wrote them, and a build without any takes the link to them away."""

    def with_docs(target: Path, *arguments: str, manifest: object = None) -> int:
        PLACES.working_docs.mkdir()
        (PLACES.working_docs / "index.html").write_text("seen", encoding="utf-8")
        return built_in_its_stead(target, *arguments, manifest=manifest)

    publish(root, 1)
    assert not PLACES.docs.is_symlink()
    with monkeypatch.context() as patch:
        patch.setattr(publication, "built", with_docs)
        publish(root, 2)
    assert (PLACES.docs / "index.html").read_text(encoding="utf-8") == "seen"
    assert not PLACES.working_docs.exists()
    publish(root, 3)
    assert not PLACES.docs.is_symlink()
    roll_back(PLACES)
    assert (PLACES.docs / "index.html").is_file()


def test_a_failed_build_says_where_the_pages_of_its_gates_are(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> int:
        PLACES.working_docs.mkdir()
        raise BuildFailed

    monkeypatch.setattr(publication, "built", fails)
    monkeypatch.setattr("regional.commands.building.ROOT", root)
    assert main(["build", "--data=my data", "--warehouse=build/small.duckdb"]) == 1
    assert f"What its gates saw is in {PLACES.working_docs}" in capsys.readouterr().err


def test_what_no_build_made_is_not_replaced(root: Path) -> None:
    PLACES.parquet.mkdir(parents=True)
    (PLACES.parquet / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="was not made by one: move it elsewhere"):
        publish(root, 1)
    assert (PLACES.parquet / "mine.txt").read_text(encoding="utf-8") == "mine"
    shutil.rmtree(PLACES.parquet)
    PLACES.warehouse.mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        publish(root, 1)


def test_pages_that_plain_dbt_wrote_become_those_of_its_version(root: Path) -> None:
    publish(root, 1)
    whole = rows_of(PLACES.warehouse, "from doubled")
    for name in ("data_docs", "parquet", "state"):
        PLACES.companion(name).unlink(missing_ok=True)
    copy = PLACES.warehouse.read_bytes()
    PLACES.warehouse.unlink()
    shutil.rmtree(PLACES.versions)
    PLACES.warehouse.write_bytes(copy)
    PLACES.docs.mkdir()
    (PLACES.docs / "index.html").write_text("written in place", encoding="utf-8")
    publish(root, 2)
    roll_back(PLACES)
    assert rows_of(PLACES.warehouse, "from doubled") == whole
    assert (PLACES.docs / "index.html").read_text(encoding="utf-8") == "written in place"


def test_copies_are_the_same_bytes_in_every_build(root: Path) -> None:
    def contents() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in PLACES.parquet.iterdir()}

    publish(root, 1)
    first = contents()
    publish(root, 1)
    assert contents() == first
    assert set(first) == {"README.md", "tables.csv", "doubled.parquet", "long.parquet"}


def test_copies_say_that_data_are_simulated(root: Path) -> None:
    publish(root, 1)
    with (PLACES.parquet / "tables.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    ((run_id,),) = rows_of(PLACES.warehouse, "select run_id from estimation.run_identity")
    assert lines[0] == {
        "table": "doubled",
        "rows": "10",
        "grain": "One row a name",
        "is_simulated": "true",
        "run_id": run_id,
    }
    metadata = pq.read_schema(PLACES.parquet / "doubled.parquet").metadata
    assert (metadata[b"is_simulated"], metadata[b"run_id"]) == (b"true", run_id.encode())
    assert "SIMULATED DATA" in (PLACES.parquet / "README.md").read_text(encoding="utf-8")


def test_copies_hold_the_rows_of_their_tables(root: Path) -> None:
    publish(root, 3)
    for table in ("doubled", "long"):
        query = f"""
            from (from main.{table} except all from read_parquet(?))
            union all from (from read_parquet(?) except all from main.{table})
        """
        path = str(PLACES.parquet / f"{table}.parquet")
        assert rows_of(PLACES.warehouse, query, [path, path]) == []


def test_which_tables_are_copied() -> None:
    def node(name: str, path: str, schema: str = "main", kind: str = "model", how: str = "table") -> dict[str, object]:
        config = {"materialized": how}
        description = f"One row a\n  {name}. More of it."
        return {"name": name, "path": path, "schema": schema, "resource_type": kind, "config": config} | {
            "description": description
        }

    nodes = [
        node("fits", "estimates/status/fits.sql"),
        node("city_panel", "panels/city_panel.sql"),
        node("city_provenance", "panels/city_provenance.sql"),
        node("estimation_output", "estimates/estimation_output.py", schema="estimation"),
        node("hidden", "marts/hidden.sql", how="ephemeral"),
        node("seeded", "seeded.csv", kind="seed"),
    ]
    assert parquet_copies.copied_models(nodes) == {"city_panel": "One row a city_panel", "fits": "One row a fits"}


def test_a_build_that_would_not_find_space_does_not_begin(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(root, 1)
    free = int(space.GROWTH * PLACES.warehouse.stat().st_size) + space.MARGIN // 2
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 10**12 - free, free))
    monkeypatch.setattr(publication, "built", lambda *_, **__: pytest.fail("it began"))
    with pytest.raises(BuildFailed, match=r"needs about \d+ MB in /.*/build, where \d+ MB are free: make room"):
        publish(root, 2)
    assert figure() == 1


def other_sign(places: Places) -> None:
    places.lock.write_text("process 1 on another machine", encoding="utf-8")


def other_lock(places: Places) -> None:
    places.lock.unlink()


@pytest.mark.parametrize("happens", [other_sign, other_lock])
def test_a_build_that_was_not_alone_publishes_nothing(
    root: Path, happens: Callable[[Places], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a file system that does not pass locks on, a second build has begun meanwhile, and signed."""

    def disturbed(*arguments: Path, manifest: object = None) -> int:
        happens(PLACES)
        return built_in_its_stead(*arguments, manifest=manifest)

    publish(root, 1)
    monkeypatch.setattr(publication, "built", disturbed)
    with pytest.raises(BuildFailed, match="was signed by"):
        publish(root, 2)
    assert figure() == 1


def test_a_block_that_is_not_as_it_was_written_is_not_published(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a table of which nothing is copied, and which no test of dbt may have read."""

    def damaged(*arguments: Path, manifest: object = None) -> int:
        count = built_in_its_stead(*arguments, manifest=manifest)
        with duckdb.connect(str(PLACES.working)) as connection:
            connection.execute("create table landing.cells as select uuid() as x from range(100000)")
        size = PLACES.working.stat().st_size
        with PLACES.working.open("r+b") as file:
            file.seek(size - 300_000)
            file.write(b"x" * 1000)
        return count

    publish(root, 1)
    monkeypatch.setattr(publication, "built", damaged)
    with pytest.raises(BuildFailed, match="could not be written whole"):
        publish(root, 2)
    assert figure() == 1


def test_the_log_of_a_client_stays_with_the_version_that_it_opened(root: Path) -> None:
    publish(root, 1)
    folder = PLACES.warehouse.resolve().parent
    wal_of(folder / "small.duckdb").write_bytes(b"of a client that crashed")
    publish(root, 2)
    assert figure() == 2
    assert wal_of(folder / "small.duckdb").exists()
    assert not wal_of(PLACES.warehouse.resolve()).exists()


def test_what_a_killed_build_left_is_cleared(root: Path) -> None:
    """Its file and log, its companions, what DuckDB had put on the disk, and a version that was not published."""
    publish(root, 1)
    left = [PLACES.working.with_name("small.duckdb.tmp"), PLACES.versions / ".new-1", PLACES.versions / ".old-1"]
    left += [PLACES.working_state, PLACES.working_parquet, PLACES.working_docs, PLACES.versions / "20990101T000000Z-1"]
    for folder in left:
        folder.mkdir()
        (folder / "a file").write_text("left", encoding="utf-8")
    PLACES.working.write_text("left", encoding="utf-8")
    wal_of(PLACES.working).write_text("left", encoding="utf-8")
    publish(root, 2)
    assert figure() == 2
    assert [path for path in left if path.exists()] == []
    assert len(kept(PLACES)) == 2
