"""Builds of tests without what each would begin with: the imports of dbt and the parsing of the project.

    python -m tests.support.dbt_server FOLDER

parses the project once (the result lies in FOLDER, for other servers as well), and then forks for every build that is
asked for: a build is a process of its own, with its own environment, vars and target folder, in which dbt is imported
and the project parsed already. A request is a line of JSON on standard input (arguments of dbt, environment, files for
what it prints, seconds it may take), the answer a line with the exit status that dbt's command line would have.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

from gates.evaluation import library
from tests.support.project import ROOT

#: DuckDB names the catalog after the file, and a parsed project holds the name
CATALOG = "regional"

#: modules that a build imports on its way
NEEDED = (
    *("dbt.task.build", "dbt.task.seed", "gates.plugin", "landing.plugin", "regional.expressions_plugin"),
    *("regional.history_plugin", "estimation.run.runner", "multiprocessing.dummy", "babel.dates"),
    *("dbt_common.clients.agate_helper", "pyarrow.pandas_compat", "pyarrow.parquet"),
)


@cache
def vars_read_while_parsing() -> frozenset[str]:
    """Vars whose values stand in the parsed project: those that YAML files read."""
    files = [ROOT / "dbt_project.yml", *(ROOT / "models").rglob("*.yml"), *(ROOT / "seeds").rglob("*.yml")]
    texts = "".join(path.read_text(encoding="utf-8") for path in files)
    return frozenset(re.findall(r"\bvar\(\s*['\"](\w+)", texts))


class DbtServer:
    """The client's side: starts a server at the first build, and ends it with `close`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], work: Path, seconds: int
    ) -> subprocess.CompletedProcess[str]:
        """What `dbt` with these arguments does; `work` is a folder for its output. OSError when the server dies."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.dbt_server", str(self._folder)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        work.mkdir(parents=True, exist_ok=True)
        printed = [work / "stdout.txt", work / "stderr.txt"]
        request = {"arguments": list(arguments), "environment": dict(environment), "seconds": seconds}
        self._process.stdin.write(json.dumps(request | {"printed": [str(path) for path in printed]}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise OSError("The server of builds has ended: see its messages on standard error.")
        return subprocess.CompletedProcess(
            list(arguments), json.loads(answer), *(path.read_text(encoding="utf-8") for path in printed)
        )

    def close(self) -> None:
        """End the server, if one was started."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait()
            self._process = None


def _parsed_project(folder: Path) -> Any:
    """The manifest of the project, parsed in a process of its own unless another server has done so."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - a second, which the tests that import this module can do without
    from filelock import FileLock  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    os.environ["REGIONAL_WAREHOUSE"] = str(folder / f"{CATALOG}.duckdb")
    parse = ["--quiet", "parse", "--no-write-json", "--target-path", str(folder), "--log-path", str(folder)]
    with FileLock(folder / "lock"):
        if not (folder / "partial_parse.msgpack").exists():
            # the parser leaves threads behind, which a process that forks must not have
            subprocess.run([str(Path(sys.executable).with_name("dbt")), *parse], cwd=ROOT, check=True)
        parsed = dbtRunner().invoke(parse)
    if not parsed.success:
        raise RuntimeError("The project cannot be parsed.") from parsed.exception
    return parsed.result


def _build(manifest: Any, arguments: list[str], environment: dict[str, str], printed: list[str], seconds: int) -> int:
    """The exit status of dbt, run in this process, which is one of its own."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    signal.alarm(seconds)
    for descriptor, path in enumerate(printed, start=1):
        os.dup2(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY), descriptor)
    os.environ.clear()
    os.environ.update(environment)
    try:
        done = dbtRunner(manifest).invoke(arguments)
    finally:
        # dbt would keep the file open until the process ends, and what it wrote last in a log beside the file
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager.env().close()
            DuckDBConnectionManager.close_all_connections()
    if done.exception is not None:
        print(done.exception, file=sys.stderr)
    return 0 if done.success else 2 if done.exception is not None else 1


def _without_debug_events() -> None:
    """From here on dbt puts nothing into words that its console, which tells from `info` on, would not tell.

    Its loggers make a line of every event before they look at its level: with a small data folder a fifth of a build.
    """
    from dbt_common.events.base_types import EventLevel  # noqa: PLC0415
    from dbt_common.events.event_manager import EventManager  # noqa: PLC0415

    fire_event = EventManager.fire_event

    def fire_what_is_told(self: Any, e: Any, level: Any = None, *arguments: Any, **named: Any) -> None:
        if (level or e.level_tag()) != EventLevel.DEBUG:
            fire_event(self, e, level, *arguments, **named)

    EventManager.fire_event = fire_what_is_told


def _warm(manifest: Any) -> None:
    """What every build would do first: import what it needs, and translate the macros."""
    from dbt_common.clients.jinja import template_cache  # noqa: PLC0415

    # takes seconds, and nearly every build passes a gate
    library()
    for module in NEEDED:
        importlib.import_module(module)
    for macro in manifest.macros.values():
        template_cache.get_node_template(macro)
    _without_debug_events()


def _serve(folder: Path, requests: IO[str], answers: IO[str]) -> None:
    manifest = _parsed_project(folder)
    _warm(manifest)
    # what the builds share stays shared
    gc.collect()
    gc.freeze()
    for line in requests:
        process = os.fork()
        if process == 0:
            status = 3
            try:
                status = _build(manifest, **json.loads(line))
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(status)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), file=answers, flush=True)


if __name__ == "__main__":
    # what dbt prints is no answer
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _serve(Path(sys.argv[1]), sys.stdin, replies)
    # there is nothing to tidy, and DuckDB's module complains when it is taken down
    os._exit(0)
