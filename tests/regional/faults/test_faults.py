"""Kills at random moments, disks that are full, files that are damaged, and builds and readers at once: counted.

After each fault the published warehouse opens, its tables are those of the build before or of the new one, its
companions are of the same build, and the next build works without help. With dbt where a test is marked long; otherwise
something else writes the working file in dbt's stead. `make verify` asks for every fault, the tests marked long for a
part.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from regional.places import Places
from tests.support.faults import Site, is_all, moments, readers
from tests.support.small_project import write_data

#: How many are tried: by the fast tests, by those marked long, and by `make verify`.
KILLS = {"fast": 3, "long": 5, "all": 50}
DISKS = {"fast": 2, "long": 3, "all": 10}
LIMITS = {"fast": 1, "long": 2, "all": 5}
ROUNDS = {"fast": 1, "long": 1, "all": 10}


def test_kills_at_random_moments(either: Site, level: str) -> None:
    made = either
    # some end before their moment, and others take their turn
    for number, moment in enumerate(moments(seed=1, number=2 * KILLS[level], seconds=length_of_a_build(made))):
        before = made.published()
        made.give(3 - before)
        made.kill_after(moment, "update" if made.with_dbt and number % 3 == 2 else "build")
        made.check(before)
        made.good_build()
        if made.counts["kills"] == KILLS[level]:
            break
    assert made.counts["kills"] == KILLS[level]
    made.report(f"Builds killed at random moments{made.kind}")


def length_of_a_build(made: Site) -> float:
    """Seconds."""
    start = time.perf_counter()
    assert made.build() == 0, made.printed()
    return time.perf_counter() - start


@contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Callable[[int], None]]:
    """The folder is a disk of its own, whose free bytes can be set; skips where the system allows no mounts."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("a disk of its own cannot be mounted here")

    def leave(free: int) -> None:
        used = shutil.disk_usage(folder).used
        size = f"remount,size={(used + free) // 4096 * 4096}"
        subprocess.run(["mount", "-o", size, str(folder)], check=True)

    try:
        yield leave
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_disks_that_are_full(either: Site, level: str) -> None:
    made = either
    shutil.rmtree(made.places.warehouse.parent)
    with disk(made.places.warehouse.parent, 400) as leave:
        made.good_build()
        used = shutil.disk_usage(made.places.warehouse.parent).used
        made.good_build()
        needed = shutil.disk_usage(made.places.warehouse.parent).used - used
        number = DISKS[level]
        for size in range(number):
            before = made.published()
            made.give(3 - before)
            leave(int(needed * size / (number - 1)) if number > 1 else 0)
            # the last time the space is asked for first
            status = made.build(is_space_unasked=size < number - 1)
            made.counts["full disks"] += 1
            assert (made.check(before), status) in {("old", 1), ("new", 0)}, made.printed()
            if size == number - 1:
                assert "MB are free: make room" in made.printed()
            leave(200 * 2**20)
            made.good_build()
        assert made.counts["old"]
        before = made.published()
        made.give(3 - before)
        subprocess.run(["mount", "-o", "remount,ro", str(made.places.warehouse.parent)], check=True)
        assert made.build() == 1
        assert "Read-only file system" in made.printed()
        assert made.check(before) == "old"
        made.counts["read-only disks"] += 1
    made.report(f"Disks that are full{made.kind}")
    # its warehouse went with the disk
    made.is_sound = False


def test_files_that_may_not_grow(either: Site, level: str) -> None:
    """As on a disk that is full, where none can be mounted: no file may exceed a size."""
    made = either
    size = made.places.warehouse.stat().st_size
    for share in [0.02, 0.2, 0.5, 0.8, 0.95][-LIMITS[level] :]:
        before = made.published()
        made.give(3 - before)
        assert made.build(file_size=int(size * share)) == 1
        made.counts["limits"] += 1
        assert made.check(before) == "old"
        assert "FAILED" in made.printed()
        made.good_build()
    made.report(f"Files that may not grow{made.kind}")


def test_builds_and_readers_at_once(either: Site, level: str) -> None:
    made = either
    made.good_build()
    with readers(made, 5):
        for _ in range(ROUNDS[level]):
            before = made.published()
            made.give(3 - before)
            both = [made.server.start(made.request(printed=f"printed{number}.txt")) for number in range(2)]
            assert [made.server.wait(process) for process in both] == [0, 0]
            made.counts["builds"] += 2
            assert made.check(before) == "new"
            assert made.build(call="roll_back") == 0
            assert made.build(call="roll_back") == 0
            made.counts["ways back"] += 2
    assert made.counts["reads"] >= 5
    made.good_build()
    made.report(f"Two builds and five readers at once{made.kind}")


#: Cases of the fast suite.
FAST = ("the description of the version", "the working file", "the state, unreadable")


def cases(table: Mapping[str, Any]) -> list[Any]:
    """Each of a table, without dbt and, where every fault is asked for, with it."""
    kinds = ("site_without_dbt", "site_with_dbt") if is_all() else ("site_without_dbt",)
    return [
        pytest.param(kind, what, marks=() if kind == "site_without_dbt" and what in FAST else pytest.mark.long)
        for kind in kinds
        for what in table
    ]


def of_kind(request: pytest.FixtureRequest, kind: str) -> Site:
    made: Site = request.getfixturevalue(kind)
    made.begin()
    return made


def part(faults: Sequence[Callable[[Path], None]], what: str, table: Mapping[str, Any]) -> list[Callable[[Path], None]]:
    """All faults, or one, another one for every case."""
    return list(faults) if is_all() else [faults[list(table).index(what) % len(faults)]]


def garbage(path: Path) -> None:
    """Other bytes of the same length, in the same second."""
    stat = path.stat()
    path.write_bytes(random.Random(1).randbytes(stat.st_size))


def truncated(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def vanished(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def a_folder_instead(path: Path) -> None:
    vanished(path)
    (path / "something").mkdir(parents=True)


def a_file_instead(path: Path) -> None:
    vanished(path)
    path.write_bytes(b"something else")


DAMAGE = (garbage, truncated, emptied, vanished, a_folder_instead)


def version(places: Places) -> Path:
    return places.warehouse.resolve().parent


#: What can be damaged between two builds, by a name, and how.
DAMAGED: dict[str, Callable[[Site], list[Path]]] = {
    "the published file": lambda made: [made.places.warehouse.resolve()],
    "its state": lambda made: [made.places.state.resolve() / "made_of.json"],
    "the project in its state": lambda made: [made.places.state.resolve() / "manifest.json"],
    "its Parquet files": lambda made: [made.places.parquet.resolve() / "long.parquet"],
    "the description of the version": lambda made: [version(made.places) / "version.json"],
    "the mark of the version": lambda made: [version(made.places) / "published"],
    "the history": lambda made: sorted(made.places.history.iterdir()),
    "the lock": lambda made: [made.places.lock],
    "the parsed project": lambda made: sorted(made.places.target.glob("partial_parse.msgpack")),
    "the cache of parsed files": lambda made: sorted((made.root / "cache").glob("**/*.arrows")),
    "the cache of fits": lambda made: sorted((made.root / "cache").glob("**/*.json")),
}


@pytest.mark.parametrize(("kind", "what"), cases(DAMAGED))
def test_what_is_damaged_between_two_builds(request: pytest.FixtureRequest, kind: str, what: str) -> None:
    """A build of nothing new, and of something new, works without help: what is damaged is made again."""
    made = of_kind(request, kind)
    made.is_parsed_anew = what == "the parsed project"
    for how in part(DAMAGE, what, DAMAGED):
        made.give(3 - made.published())
        made.good_build()
        paths = DAMAGED[what](made)
        if not paths:
            assert not made.with_dbt, f"there is nothing to damage of {what}"
            return
        for path in paths:
            how(path)
        made.counts["faults"] += len(paths)
        if how is a_folder_instead and (what in ("the lock", "the parsed project") or "cache" in what):
            # nothing that a build may remove: it says what is in the way, and publishes nothing
            assert made.build() == 1
            assert "Is a directory" in made.printed(), made.printed()
            made.counts["sentences"] += 1
            assert made.published() == made.figure
            for path in paths:
                vanished(path)
        made.give(3 - made.figure)
        made.good_build()
    made.report(f"Damaged: {what}{made.kind}")


def of_another(path: Path) -> None:
    """A whole warehouse, of something else."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table something as select 1 as x")


def other_data(path: Path) -> None:
    write_data(path.parents[1], 7)


#: What can happen to the files of a build while it runs.
MEANWHILE: dict[str, tuple[Callable[[Site], Path], tuple[Callable[[Path], None], ...]]] = {
    "an input file": (lambda made: made.root / "my data" / "gdp.csv", (truncated, vanished, other_data)),
    "the working file": (lambda made: made.places.working, (garbage, truncated, vanished, of_another)),
    "the published file": (lambda made: made.places.warehouse, (vanished, of_another, a_folder_instead)),
    "the link to the version": (lambda made: made.places.current, (vanished, a_file_instead)),
    "the state": (lambda made: made.places.state, (vanished, a_folder_instead)),
    "all versions": (lambda made: made.places.versions, (vanished,)),
    "the history": (lambda made: made.places.history, (vanished,)),
    "the lock": (lambda made: made.places.lock, (vanished, garbage)),
    "the cache": (lambda made: made.root / "cache", (vanished,)),
    "the folder of what is written": (lambda made: made.places.working.parent, (vanished,)),
}


@pytest.mark.parametrize(("kind", "what"), cases(MEANWHILE))
def test_what_happens_to_files_while_a_build_runs(request: pytest.FixtureRequest, kind: str, what: str) -> None:
    """The build is published whole, or says that it failed; what was published is touched by nobody but the fault."""
    made = of_kind(request, kind)
    place, faults = MEANWHILE[what]
    length = length_of_a_build(made)
    for how in part(faults, what, MEANWHILE):
        for moment in (0.3, 0.6, 0.9) if is_all() and not made.with_dbt else (0.5,):
            made.good_build()
            before = made.published()
            made.give(3 - before)

            def harm(how: Callable[[Path], None] = how) -> None:
                try:
                    how(place(made))
                except FileNotFoundError:
                    made.counts["came too late"] += 1

            status = made.damage_after(moment * length, harm)
            spoiled = place(made) in (
                made.places.warehouse,
                made.places.current,
                made.places.state,
                made.places.versions,
            )
            if status == 0 and not (what == "an input file" and how is other_data):
                # the harm may have come when the build had ended, to what it had published
                made.counts["published"] += not spoiled and made.check(before) == "new"
            elif status == 1:
                assert "FAILED" in made.printed() or "REFUSED" in made.printed(), made.printed()
                made.counts["sentences"] += 1
                if not spoiled:
                    assert made.check(before) == "old"
            if how is a_folder_instead and made.places.warehouse.is_dir():
                assert made.build() == 1
                assert "is a folder: name a file" in made.printed()
                vanished(made.places.warehouse)
            made.give(3 - before)
            made.good_build()
    made.report(f"Meanwhile: {what}{made.kind}")


@contextmanager
def rights(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


#: What a build may not read or not write.
FORBIDDEN: dict[str, tuple[Callable[[Site], Path], int]] = {
    "the folder of the warehouse, read-only": (lambda made: made.places.versions, 0o555),
    "the folder of what is written, read-only": (lambda made: made.places.working.parent, 0o555),
    "the target folder of dbt, read-only": (lambda made: made.places.target, 0o555),
    "the history, read-only": (lambda made: made.places.history, 0o555),
    "the lock, unreadable": (lambda made: made.places.lock, 0),
    "an input file, unreadable": (lambda made: made.root / "my data" / "gdp.csv", 0),
    "the published file, unreadable": (lambda made: made.places.warehouse.resolve(), 0),
    "the state, unreadable": (lambda made: made.places.state.resolve() / "made_of.json", 0),
    "the folder of versions, unreadable": (lambda made: made.places.versions, 0),
}


@pytest.mark.parametrize(("kind", "what"), cases(FORBIDDEN))
def test_what_may_not_be_read_or_written(request: pytest.FixtureRequest, kind: str, what: str) -> None:
    """A build works, or says in a sentence what it may not do, and then nothing has changed."""
    made = of_kind(request, kind)
    made.give(3 - made.published())
    made.good_build()
    before = made.published()
    made.give(3 - before)
    place, mode = FORBIDDEN[what]
    with rights(place(made), mode):
        status = made.build(without_privileges=True)
    made.counts["faults"] += 1
    assert (made.check(before), status) in {("old", 1), ("new", 0)}, made.printed()
    if status == 1:
        made.counts["sentences"] += 1
        assert "FAILED" in made.printed() or "REFUSED" in made.printed()
    made.good_build()
    made.report(f"Forbidden: {what}{made.kind}")
