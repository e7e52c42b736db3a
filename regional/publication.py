"""Builds of a warehouse, and its publication.

A build writes a working file, and when dbt has ended without an error, and everything written is in the file itself,
the file is renamed to the warehouse. Who reads the warehouse, even for long, is never in the way, and a build that
fails, is killed, or finds no space leaves it as it was. One build at a time writes a warehouse: a second one waits.

`build` starts from nothing. `update` starts from a copy of the warehouse and builds what changed since it was
published, and what depends on that. The tables are those of a build from nothing; where it cannot know that, it starts
from nothing, and says why.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from landing.errors import LandingError
from regional import state
from regional.dbt_runs import UNLOGGED, UPDATE, BuildFailed, built, collector_paused, environment, parsed
from regional.errors import UsageError
from regional.places import Places, wal_of
from regional.software import ROOT
from regional.state import MadeOf

#: dbt's selection of what an update builds: what changed, and what names the run, which result tables carry.
CHANGED = ("state:modified+", "data_identity+")


def build(places: Places, data: str, root: Path = ROOT, say: Callable[[str], None] = lambda _: None) -> None:
    """Build from nothing and publish; raises BuildFailed, and then nothing is published.

    `data` is the data folder, or several with the path separator between them; `root` the project, in which the
    process must run. `say` receives a sentence where another build has to end first.
    """
    made_of = MadeOf.now(root)
    with _alone(places, say), environment(_variables(places, data)):
        _build(places, made_of)


def update(places: Places, data: str, say: Callable[[str], None], root: Path = ROOT) -> None:
    """Build what changed and publish; raises BuildFailed, and UsageError where the data folder cannot be landed.

    `data` and `root` as in `build`. `say` receives one sentence: why everything is built, that there is nothing to do,
    or how much was built; and one before where another build has to end first.
    """
    made_of = MadeOf.now(root)
    with _alone(places, say), environment(_variables(places, data)):
        reason = _reason_to_start_from_nothing(places, made_of)
        if reason is None and state.read(places) == made_of:
            say(f"Nothing that {places.warehouse} is made of has changed.")
            return
        manifest = None
        if reason is None:
            with collector_paused():
                manifest = parsed(places.target)
            reason = state.beyond_selection(places, manifest)
        if reason is not None:
            say(f"{reason}: everything is built.")
            _build(places, made_of, manifest)
            return
        _clear(places)
        shutil.copyfile(places.warehouse, places.working)
        selection = ("--select", *CHANGED, "--state", str(places.state.absolute()), *UNLOGGED)
        with environment({UPDATE: "1"}), collector_paused():
            nodes = built(places.target, *selection, manifest=manifest)
        _publish(places, made_of)
        say(f"{places.warehouse} is up to date: {nodes} nodes were built.")


def _reason_to_start_from_nothing(places: Places, made_of: MadeOf) -> str | None:
    """Why a build cannot start from the warehouse, as far as that is known before the project is parsed."""
    if not places.warehouse.is_file():
        return f"There is no warehouse at {places.warehouse}"
    before = state.read(places)
    if before is None:
        return f"It is not known what {places.warehouse} was made of, or it was written since"
    if before.python != made_of.python:
        return "Python code or the version of a package changed"
    if before.settings != made_of.settings:
        return "dbt_project.yml or profiles.yml changed"
    try:
        is_of_other_data = state.is_of_other_data(places)
    except LandingError as error:
        raise UsageError(str(error)) from error
    return "The files of the data folder, or what its manifest says of them, changed" if is_of_other_data else None


def _variables(places: Places, data: str) -> dict[str, str]:
    return {"REGIONAL_DATA": data, "REGIONAL_WAREHOUSE": str(places.working.absolute())}


def _build(places: Places, made_of: MadeOf, manifest: Any = None) -> None:
    """Build from nothing and publish; `manifest` is that of a project that is parsed already."""
    _clear(places)
    built(places.target, manifest=manifest)
    _publish(places, made_of)


def _clear(places: Places) -> None:
    """Make room for a working file: what a failed or killed build left goes."""
    places.working.parent.mkdir(parents=True, exist_ok=True)
    for path in (places.working, wal_of(places.working)):
        path.unlink(missing_ok=True)


@contextmanager
def _alone(places: Places, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of the warehouse's builds; says who holds it where that is somebody else, and waits.

    The system lets go of it when the process ends, however it does, so nothing has to be cleared away.
    """
    places.lock.parent.mkdir(parents=True, exist_ok=True)
    with places.lock.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            say(f"Another build, {file.read() or 'unknown'}, writes {places.warehouse}: waiting for it to end.")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield


def _seal(working: Path) -> None:
    """Everything written is in the file itself, on the disk, and the file opens; raises BuildFailed if not.

    DuckDB closes a file without an error where it finds no space to write what stands in its log: the data stay in the
    log, which a rename of the file would leave behind.
    """
    try:
        with duckdb.connect(str(working)) as connection:
            connection.execute("force checkpoint")
        with duckdb.connect(str(working), read_only=True) as connection:
            connection.execute("select count(*) from duckdb_columns()")
        with working.open("rb") as file:
            os.fsync(file.fileno())
    except (duckdb.Error, OSError) as error:
        raise BuildFailed(f"{working} could not be written whole: {error}") from error
    if wal_of(working).exists():
        raise BuildFailed(f"{working} could not be written whole: a part of it is in {wal_of(working).name}")


def _publish(places: Places, made_of: MadeOf) -> None:
    """The working file becomes the warehouse, by a rename, and its state with it.

    Between the renames the warehouse has no state: one that was killed there is built from nothing the next time. The
    log of the file that goes, left by a client that wrote into it and crashed, goes with it: DuckDB opens no file
    beside the log of another.
    """
    _seal(places.working)
    shutil.rmtree(places.working_state, ignore_errors=True)
    state.write(places.working_state, places.working, made_of, places.target / state.MANIFEST)
    shutil.rmtree(places.state, ignore_errors=True)
    wal_of(places.warehouse).unlink(missing_ok=True)
    places.working.replace(places.warehouse)
    places.working_state.replace(places.state)
