"""dbt in this process: the project parsed, and built into a file.

One process for both saves the second start of dbt and the second parse. The file to write and the data folder go to dbt
as environment variables (profiles.yml, landing.plugin). dbt parses only what changed since the last time, as long as
the target folder is kept and the variables of the profile are what they were.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

#: Set while a build in part starts from a complete warehouse: what it does not touch is up to date.
UPDATE = "REGIONAL_UPDATE"


class BuildFailed(Exception):
    """dbt ended with an error, which it has printed, or what it made cannot be published, which the message says."""


#: dbt's log file takes a twentieth of a short build, and the terminal shows what failed.
UNLOGGED = ("--log-level-file", "none")


def parsed(target: Path) -> Any:
    """The manifest of the project; raises BuildFailed."""
    return _outcome(target, *UNLOGGED, "--quiet", "--no-write-json", "parse").result


def built(target: Path, *arguments: str, manifest: Any = None) -> int:
    """Build, with dbt's `arguments` of that; `manifest` is that of a project that is parsed already.

    Returns the number of nodes; raises BuildFailed where one of them failed. The file is closed in either case.
    """
    # takes seconds, and most commands never ask
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415

    try:
        return len(_outcome(target, "build", *arguments, manifest=manifest).result.results)
    finally:
        # dbt would keep the file open until the process ends, and what it wrote last in a log beside the file.
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager.env().close()
            DuckDBConnectionManager.close_all_connections()


def _outcome(target: Path, *arguments: str, manifest: Any = None) -> Any:
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    outcome = dbtRunner(manifest=manifest).invoke([*arguments, "--target-path", str(target.absolute())])
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception
    if isinstance(outcome.exception, OSError):
        raise outcome.exception
    if not outcome.success:
        raise BuildFailed(_cause(outcome.exception)) from outcome.exception
    return outcome


def _cause(exception: BaseException | None) -> str:
    """What lies at the bottom of an error that dbt did not expect, in a line; dbt has told of the others."""
    causes = []
    while exception is not None and exception not in causes:
        causes.append(exception)
        exception = exception.__cause__ or exception.__context__
    told = [cause for cause in causes if isinstance(cause, (OSError, duckdb.IOException))]
    return f"dbt could not go on: {str(told[-1]).splitlines()[0]}" if told else ""


@contextmanager
def collector_paused() -> Iterator[None]:
    """Leave garbage for the time of a block: looking for it among all of dbt's objects takes an eighth of an update."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Environment variables for the time of a block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
