"""Builds of a warehouse, and its publication.

A build writes a working file, and when dbt has ended without an error, and everything written is in the file itself,
the file becomes the published version, in one step with its state, its Parquet copies and the pages of its gates
(regional.versions). Who reads the warehouse, even for long, is never in the way, and a build that fails, is killed, or
finds no space leaves it as it was. One build at a time writes a warehouse: a second one waits.

The lock is what keeps builds apart, so the working file has one name and not one a process: what a killed build left is
cleared by the next, and dbt, which parses everything again where the path of the file is another, parses in part. On a
file system that does not pass locks from one machine to another, a second build would begin to write: it signs the file
of the lock, and the first, which looks there before it publishes, then does not.

`build` starts from nothing. `update` starts from a copy of the warehouse and builds what changed since it was
published, and what depends on that. The tables are those of a build from nothing; where it cannot know that, it starts
from nothing, and says why.
"""

from __future__ import annotations

import datetime
import fcntl
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from landing.errors import LandingError
from regional import parquet_copies, space, state, versions
from regional.dbt_runs import UNLOGGED, UPDATE, BuildFailed, built, collector_paused, environment, parsed
from regional.places import COMPANIONS, Places, wal_of
from regional.software import ROOT
from regional.state import MadeOf
from regional.versions import Version, number_kept
from reporting.errors import UsageError

#: dbt's selection of what an update builds: what changed, and what names the run, which result tables carry.
CHANGED = ("state:modified+", "data_identity+")


def build(
    places: Places, data: str, root: Path = ROOT, say: Callable[[str], None] = lambda _: None, keep: int | None = None
) -> None:
    """Build from nothing and publish; raises BuildFailed, and then nothing is published.

    `data` is the data folder, or several with the path separator between them; `root` the project, in which the
    process must run; `keep` the number of versions kept beside the published one, that of REGIONAL_KEEP if None. `say`
    receives a sentence where another build has to end first, or something old cannot be cleared away. Raises UsageError
    where something that no build made is in the way.
    """
    made_of = MadeOf.now(root)
    with _prepared(places, data, say, keep) as sign:
        _build(_Job(places, data, made_of, sign))


def update(places: Places, data: str, say: Callable[[str], None], root: Path = ROOT, keep: int | None = None) -> None:
    """Build what changed and publish; raises BuildFailed, and UsageError where the data folder cannot be landed.

    `data`, `root` and `keep` as in `build`. `say` receives one sentence: why everything is built, that there is nothing
    to do, or how much was built; and one before where another build has to end first.
    """
    made_of = MadeOf.now(root)
    with _prepared(places, data, say, keep) as sign:
        job = _Job(places, data, made_of, sign)
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
            _build(job, manifest)
            return
        space.check(places)
        shutil.copyfile(places.warehouse, places.working)
        selection = ("--select", *CHANGED, "--state", str(places.state.absolute()), *UNLOGGED)
        with environment({UPDATE: "1"}), collector_paused():
            nodes = built(places.target, *selection, manifest=manifest)
        _publish(job)
        say(f"{places.warehouse} is up to date: {nodes} nodes were built.")


def roll_back(
    places: Places, name: str | None = None, say: Callable[[str], None] = lambda _: None
) -> tuple[Version | None, Version]:
    """Publish a kept version again (regional.versions.roll_back), when no build is under way."""
    _check(places)
    with _told(places), _alone(places, say):
        versions.tidy(places, keep=sys.maxsize, say=say)
        return versions.roll_back(places, name)


@dataclass(frozen=True)
class _Job:
    """A build under way."""

    places: Places
    data: str
    made_of: MadeOf
    #: what it wrote into the file of the lock
    sign: str


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
    except duckdb.Error as error:
        return f"{places.warehouse} cannot be read ({str(error).splitlines()[0]})"
    return "The files of the data folder, or what its manifest says of them, changed" if is_of_other_data else None


def _variables(places: Places, data: str) -> dict[str, str]:
    return {"REGIONAL_DATA": data, "REGIONAL_WAREHOUSE": str(places.working.absolute())}


@contextmanager
def _prepared(places: Places, data: str, say: Callable[[str], None], keep: int | None) -> Iterator[str]:
    """The place of a build, cleared, with nobody else in it; afterwards no more versions are kept than asked for."""
    keep = number_kept() if keep is None else keep
    _check(places)
    with _told(places), _alone(places, say) as sign, environment(_variables(places, data)):
        versions.tidy(places, keep, say)
        _clear(places)
        yield sign
        # Somebody may just be opening the version that was published until now: it stays until the next build.
        try:
            versions.tidy(places, max(keep, 1), say)
        except OSError as error:
            say(f"Earlier versions of {places.warehouse} could not be cleared away: {error}.")


def _check(places: Places) -> None:
    """Raise UsageError, before anything is written, where a warehouse cannot be published."""
    with _told(places):
        versions.check(places)


@contextmanager
def _told(places: Places) -> Iterator[None]:
    """What cannot be read or written ends a build, with a sentence."""
    try:
        yield
    except BrokenPipeError:
        # nobody reads what is said, which is no fault of the build's
        raise
    except OSError as error:
        where = error.filename2 or error.filename or places.warehouse.parent.absolute()
        raise BuildFailed(
            f"{where} could not be read or written ({error.strerror or error}): mend that, and build again."
        ) from error


def _build(job: _Job, manifest: Any = None) -> None:
    """Build from nothing and publish; `manifest` is that of a project that is parsed already."""
    space.check(job.places)
    built(job.places.target, manifest=manifest)
    _publish(job)


def _clear(places: Places) -> None:
    """Make room for a working file: what a failed or killed build left goes."""
    places.working.parent.mkdir(parents=True, exist_ok=True)
    for path in (places.working, wal_of(places.working)):
        path.unlink(missing_ok=True)
    folders = [places.working_companion(kind) for kind in COMPANIONS]
    # what DuckDB had no memory for
    folders.append(places.working.with_name(f"{places.working.name}.tmp"))
    for folder in folders:
        if folder.is_dir():
            shutil.rmtree(folder)


@contextmanager
def _alone(places: Places, say: Callable[[str], None]) -> Iterator[str]:
    """Hold the lock of the warehouse's builds; says who holds it where that is somebody else, and waits.

    The system lets go of it when the process ends, however it does, so nothing has to be cleared away. Yields what was
    written into the file.
    """
    places.lock.parent.mkdir(parents=True, exist_ok=True)
    sign = f"process {os.getpid()} on {socket.gethostname()} since {_now()}"
    while True:
        with places.lock.open("a+", encoding="utf-8", errors="replace") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"Another build, {_signed(places)}, writes {places.warehouse}: waiting for it to end.")
                fcntl.flock(file, fcntl.LOCK_EX)
            if not _is_at(file.fileno(), places.lock):
                # somebody cleared the folder away meanwhile, and the next one locks another file
                continue
            file.truncate(0)
            file.write(sign)
            file.flush()
            yield sign
            return


def _signed(places: Places) -> str:
    """What the build that holds the lock wrote into its file; it may be just about to."""
    for _ in range(20):
        sign = places.lock.read_text(encoding="utf-8", errors="replace") if places.lock.exists() else ""
        if sign:
            return sign
        time.sleep(0.05)
    return "unknown"


def _is_at(descriptor: int, path: Path) -> bool:
    """Is an open file still the one at a path?"""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _read_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Read every row of every table: a block that is not as it was written raises duckdb.Error."""
    for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
        name = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, table))
        connection.execute(f"select bit_xor(hash(t)) from {name} as t").fetchall()


def _seal(working: Path) -> None:
    """Everything written is in the file itself, on the disk, and can be read; raises BuildFailed if not.

    DuckDB closes a file without an error where it finds no space to write what stands in its log: the data stay in the
    log, which a rename of the file would leave behind.
    """
    try:
        with duckdb.connect(str(working)) as connection:
            connection.execute("force checkpoint")
        with duckdb.connect(str(working), read_only=True) as connection:
            _read_all(connection)
        with working.open("rb") as file:
            os.fsync(file.fileno())
    except (duckdb.Error, OSError) as error:
        raise BuildFailed(f"{working} could not be written whole: {error}") from error
    if wal_of(working).exists():
        raise BuildFailed(f"{working} could not be written whole: a part of it is in {wal_of(working).name}")


def _publish(job: _Job) -> None:
    """The working file and its companions become the published version."""
    places = job.places
    _check_still_alone(job)
    _seal(places.working)
    sealed = state.identity(places.working)
    project = places.target / state.MANIFEST
    description = versions.described(places.working, _now(), job.data)
    try:
        parquet_copies.write(
            places.working_parquet, places.working, project, description.run_id, bool(description.is_simulated)
        )
    except duckdb.Error as error:
        raise BuildFailed(f"{places.working_parquet} could not be written: {str(error).splitlines()[0]}") from error
    state.write(places.working_state, places.working, job.made_of, project)
    _check_still_alone(job)
    if state.identity(places.working) != sealed:
        raise BuildFailed(f"{places.working} was changed by another program: build again.")
    versions.publish(places, description)


def _check_still_alone(job: _Job) -> None:
    """Raise BuildFailed where another build has begun, on a file system that did not keep it from doing so."""
    signed = job.places.lock.read_text(encoding="utf-8", errors="replace") if job.places.lock.exists() else "nobody"
    if signed != job.sign:
        raise BuildFailed(
            f"{job.places.lock} was signed by {signed} while this build ran, so what lies in {job.places.working} may "
            "be of both: build again, on one machine."
        )
