"""A place where builds meet faults, and what must hold after each of them.

The project has one figure in its data, which decides every table: what is published is of the figure before, or of the
next one, or neither, which no fault may bring about.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from regional import state
from regional.places import PARQUET, STATE, Places
from tests.support.build_server import BuildServer, Request
from tests.support.small_project import WITH_RUNS, write_data, write_project

WAREHOUSE = "build/small.duckdb"
#: of no table that another run with the same figure may fill otherwise
_COMPARED = "table_name <> 'runs' and schema_name <> 'history'"


class Neither(AssertionError):
    """What is published is of no build."""


def contents_hash(connection: duckdb.DuckDBPyConnection) -> str:
    """A hash of every row of every table."""
    digest = hashlib.sha256()
    query = f"select schema_name, table_name from duckdb_tables() where {_COMPARED} order by all"
    for schema, table in connection.execute(query).fetchall():
        rows = connection.execute(f'select cast(t as varchar) as x from {schema}."{table}" as t order by x').fetchall()
        digest.update(f"{schema}.{table}\n{rows}\n".encode())
    return digest.hexdigest()


@dataclass
class Site:
    """A project, its warehouse, and what happened to it."""

    root: Path
    server: BuildServer
    with_dbt: bool
    counts: Counter[str] = field(default_factory=Counter)
    #: by hash of the contents
    figures: dict[str, int] = field(default_factory=dict)
    figure: int = 0
    #: does dbt parse the project in each build?
    is_parsed_anew: bool = False
    #: is it as the test before wanted to leave it?
    is_sound: bool = True

    @property
    def places(self) -> Places:
        return Places.of(self.root / WAREHOUSE)

    @property
    def kind(self) -> str:
        return ", with dbt" if self.with_dbt else ""

    def request(self, **changes: Any) -> Request:
        environment = {"REGIONAL_CACHE": str(self.root / "cache")}
        given = {"environment": environment, "is_parsed_anew": self.is_parsed_anew, **changes}
        return Request(root=str(self.root), warehouse=WAREHOUSE, **given)

    def printed(self) -> str:
        return (self.root / "printed.txt").read_text(encoding="utf-8", errors="replace")

    def give(self, figure: int) -> None:
        """The data say something else from now on."""
        write_data(self.root, figure)
        self.figure = figure

    def build(self, **changes: Any) -> int:
        """A build of the figure at hand; must end with success or a sentence, or by a kill."""
        self.counts["builds"] += 1
        status = self.server.run(self.request(**changes))
        assert status in (0, 1, -signal.SIGKILL), self.printed()
        assert self.with_dbt or "Traceback" not in self.printed(), self.printed()
        return status

    def good_build(self) -> None:
        """A build that nothing disturbs, without help after whatever was before."""
        status = self.build()
        assert status == 0, self.printed()
        if self.figure not in self.figures.values():
            with duckdb.connect(str(self.places.warehouse), read_only=True) as connection:
                self.figures[contents_hash(connection)] = self.figure
        assert self.published() == self.figure

    def begin(self) -> None:
        """Count from nothing, with a warehouse that is whole whatever a test before has left."""
        self.counts.clear()
        self.counts["neither"] = 0
        self.is_parsed_anew = False
        if not self.is_sound:
            self.start_again()
        self.is_sound = False

    def start_again(self) -> None:
        """Nothing is left of any build; then one of 2 and one of 1."""
        for folder in (self.places.warehouse.parent, self.root / "cache"):
            shutil.rmtree(folder, ignore_errors=True)
        for figure in (2, 1):
            self.give(figure)
            self.good_build()

    def published(self) -> int:
        """The figure that is published, with companions of the same build; raises Neither."""
        warehouse = self.places.warehouse
        folder = warehouse.resolve().parent
        try:
            with duckdb.connect(str(warehouse), read_only=True) as connection:
                figure = self.figures.get(contents_hash(connection))
                if figure is None:
                    raise Neither(f"{warehouse} is of no build")
                ((run_id,),) = connection.execute("select run_id from estimation.run_identity").fetchall()
                self._check_copies(connection, run_id)
        except duckdb.Error as error:
            raise Neither(f"{warehouse} cannot be read: {error}") from error
        if json.loads((folder / "version.json").read_text(encoding="utf-8"))["run_id"] != run_id:
            raise Neither(f"{folder} is described as another run")
        if state.read(self.places) is None or self.places.state.resolve() != folder / STATE:
            raise Neither(f"{self.places.state} is of another build")
        if self.places.parquet.resolve() != folder / PARQUET:
            raise Neither(f"{self.places.parquet} is of another build")
        return figure

    def _check_copies(self, connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
        """Raise Neither where the Parquet copies are not those of the tables."""
        with (self.places.parquet / "tables.csv").open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        if not lines or {line["run_id"] for line in lines} != {run_id}:
            raise Neither(f"{self.places.parquet} is of another run")
        for line in lines:
            path = self.places.parquet / f"{line['table']}.parquet"
            query = f"from (from main.{line['table']} except all from read_parquet(?)) select count(*)"
            ((missing,),) = connection.execute(query, [str(path)]).fetchall()
            ((rows,),) = connection.execute("select count(*) from read_parquet(?)", [str(path)]).fetchall()
            if missing or rows != int(line["rows"]):
                raise Neither(f"{path} is of another build")

    def check(self, before: int) -> str:
        """Is the old figure published, or the new one? Counted; raises Neither."""
        try:
            figure = self.published()
            if figure not in (before, self.figure):
                raise Neither(f"{figure} is published, and neither {before} nor {self.figure}")
        except Neither:
            self.counts["neither"] += 1
            raise
        which = "old" if figure == before else "new"
        self.counts[which] += 1
        return which

    def kill_after(self, seconds: float, call: str = "build") -> int:
        """A build or an update that is killed after a time, if it has not ended by then."""
        self.counts["builds"] += 1
        process = self.server.start(self.request(call=call))
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        status = self.server.wait(process)
        self.counts["kills"] += status == -signal.SIGKILL
        return status

    def damage_after(self, seconds: float, harm: Callable[[], None]) -> int:
        """A build in which something is done to its files after a time; as `build`."""
        self.counts["builds"] += 1
        self.counts["faults"] += 1
        process = self.server.start(self.request())
        time.sleep(seconds)
        harm()
        status = self.server.wait(process)
        assert status in (0, 1), self.printed()
        return status

    def report(self, title: str) -> str:
        """The counts, in a line."""
        line = f"{title}: " + ", ".join(f"{name} {self.counts[name]}" for name in self.counts)
        print(line)
        self.is_sound = True
        return line


@contextlib.contextmanager
def site(folder: Path, with_dbt: bool) -> Iterator[Site]:
    """A project in a new folder, its warehouse built of 2 and then of 1."""
    root = folder / "a project"
    write_project(root, WITH_RUNS)
    server = BuildServer(root, *([WAREHOUSE] if with_dbt else []))
    try:
        made = Site(root, server, with_dbt)
        made.start_again()
        yield made
    finally:
        server.close()


#: Opens the warehouse again and again until a file appears, and prints how often.
_READER = """
import csv, duckdb, os, sys
from pathlib import Path
warehouse, current, stop = map(Path, sys.argv[1:])
reads = 0
while not stop.exists() or not reads:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        ((count, kinds),) = connection.execute("select count(*), count(distinct value) from long").fetchall()
        ((run_id,),) = connection.execute("select run_id from estimation.run_identity").fetchall()
        assert kinds >= 1 and count in (4000, 40000), (count, kinds)
    # who opens several files follows the link once
    folder = current.resolve(strict=True)
    with duckdb.connect(str(folder / warehouse.name), read_only=True) as connection:
        ((run_id,),) = connection.execute("select run_id from estimation.run_identity").fetchall()
        with (folder / "parquet" / "tables.csv").open(newline="") as file:
            assert {line["run_id"] for line in csv.DictReader(file)} == {run_id}
        query = "select count(*) from read_parquet(?)"
        ((copied,),) = connection.execute(query, [str(folder / "parquet" / "long.parquet")]).fetchall()
        assert copied == count or copied in (4000, 40000)
    reads += 1
print(reads)
"""


@contextlib.contextmanager
def readers(made: Site, number: int) -> Iterator[None]:
    """Programs that read the warehouse meanwhile; each must find a whole one, always. Their reads are counted."""
    stop = made.root / "stop"
    stop.unlink(missing_ok=True)
    arguments = (str(made.places.warehouse), str(made.places.current), str(stop))
    program = (sys.executable, "-c", _READER, *arguments)
    started = [
        subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(number)
    ]
    try:
        yield
    finally:
        stop.touch()
        ended = [(*process.communicate(timeout=60), process.returncode) for process in started]
    for printed, errors, status in ended:
        assert status == 0, errors
        made.counts["reads"] += int(printed)


def is_all() -> bool:
    """Is every fault asked for (make verify), or a part of them?"""
    return "REGIONAL_ALL_FAULTS" in os.environ


def moments(seed: int, number: int, seconds: float) -> Sequence[float]:
    """Moments of a build that takes so long, in no order: one at random in each of `number` equal parts."""
    generator = random.Random(seed)
    drawn = [(part + generator.random()) * seconds / number for part in range(number)]
    generator.shuffle(drawn)
    return drawn
