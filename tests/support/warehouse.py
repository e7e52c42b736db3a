"""Helpers of the tests: write a data folder, build a warehouse from it in a folder of its own, and ask it."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from landing.manifest import COLUMNS
from tests.support.dbt_server import CATALOG, DbtServer, vars_read_while_parsing
from tests.support.project import ROOT

REAL_PROVINCES = ROOT.parent / "shared" / "data" / "province"
NO_REAL_PROVINCES = "the real files are not there: expected the folder ../shared/data/province beside the project"

#: seconds that a build may take, where others use the machine as well
TIME_LIMIT = 600

#: What builds the panels, their checks and the indices, and nothing that estimates or expects.
PANELS = (
    *("--exclude", "path:models/gates", "--select"),
    *(f"+path:models/{room}" for room in ("panels", "ledger", "micro", "indices", "policies")),
)

_MANIFEST_DEFAULTS = {
    "vintage": "as_published",
    "publisher": "test",
    "citation": "made for a test",
    "licence": "CC0-1.0",
    "priority": "1",
    "is_simulated": "true",
}


def write_manifest(folder: Path, *rows: Mapping[str, str]) -> Path:
    """A manifest.csv of the given rows; columns that a row leaves out get a harmless default."""
    path = folder / "manifest.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS), restval="")
        writer.writeheader()
        writer.writerows({**_MANIFEST_DEFAULTS, **row} for row in rows)
    return path


def write_csv(path: Path, rows: Iterable[Iterable[object]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


#: where the builds of a session get their parsed project from; without one, each is a command of its own
_servers: list[DbtServer] = []


@contextmanager
def parsed_once(folder: Path) -> Iterator[None]:
    """Builds within fork from a process that has parsed the project; processes that name one folder parse it once."""
    server = DbtServer(folder)
    _servers.append(server)
    try:
        yield
    finally:
        _servers.remove(server)
        server.close()


def once(folder: Path, name: str, make: Callable[[Path], object]) -> Path:
    """The subfolder `name` of `folder`, filled by `make` in whichever process asks first; the others wait for it."""
    made = folder / name
    with FileLock(folder / f"{name}.lock"):
        if not (folder / f"{name}.done").exists():
            made.mkdir(exist_ok=True)
            make(made)
            (folder / f"{name}.done").touch()
    return made


def dbt(
    *arguments: str,
    warehouse: Path,
    data: Path | str = ROOT / "data" / "demo",
    cache: Path | None = None,
    as_command: bool | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run dbt from the project root; all it writes is the warehouse, a folder beside it, and the cache.

    The cache of parsed files and fits is empty at first unless one is named. dbt forks from a parsed project where that
    is the same: the warehouse is a file `regional.duckdb`, and no var is given that YAML files read. `as_command` says
    that it must be a command of its own, or need not be one whatever its vars.
    """
    work = warehouse.with_suffix(".work")
    command = [
        *("--no-use-colors", *arguments),
        *("--target-path", str(work / "target"), "--log-path", str(work / "logs")),
    ]
    environment = (
        os.environ
        | {"REGIONAL_DATA": str(data), "REGIONAL_WAREHOUSE": str(warehouse)}
        | {"REGIONAL_CACHE": str(cache or work / "cache"), "PYTHONIOENCODING": "utf-8"}
    )
    if as_command is None:
        named = re.findall(r"\w+(?=:)", arguments[arguments.index("--vars") + 1]) if "--vars" in arguments else []
        as_command = (
            not _servers or warehouse.name != f"{CATALOG}.duckdb" or bool(vars_read_while_parsing() & set(named))
        )
    if not as_command:
        return _servers[-1].run([*command, "--no-write-json"], environment, work, seconds=TIME_LIMIT)
    return subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), *command],
        cwd=ROOT,
        # with as many threads of BLAS as a user's command has (tests/conftest.py gives tests one)
        env={name: value for name, value in environment.items() if name != "OPENBLAS_NUM_THREADS"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIME_LIMIT,
        check=False,
    )


def build(
    data_folder: Path | str,
    warehouse_path: Path,
    *arguments: str,
    cache: Path | None = None,
    as_command: bool | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `dbt build` on a data folder; see `dbt`."""
    return dbt("build", *arguments, warehouse=warehouse_path, data=data_folder, cache=cache, as_command=as_command)


def built(
    data_folder: Path | str,
    warehouse_path: Path,
    *arguments: str,
    cache: Path | None = None,
    as_command: bool | None = None,
) -> Path:
    """The path of a warehouse whose build must succeed."""
    done = build(data_folder, warehouse_path, *arguments, cache=cache, as_command=as_command)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return warehouse_path


def rows_of(warehouse_path: Path, sql: str, parameters: list[object] | None = None) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse_path), read_only=True) as connection:
        return connection.execute(sql, parameters or []).fetchall()


def contents_of(warehouse_path: Path) -> dict[str, tuple[int, int | None]]:
    """The number of rows of every table and view and the sum of their hashes, by its full name."""
    names = rows_of(
        warehouse_path,
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema <> 'information_schema'",
    )
    sums = ", ".join(f"(select (count(*), sum(hash(t))) from {name} as t)" for (name,) in names)
    return dict(zip([name for (name,) in names], rows_of(warehouse_path, f"select {sums}")[0], strict=True))


def unbalanced_ledger_rows(warehouse_path: Path) -> list[tuple[Any, ...]]:
    """Files whose cells (or rows of policies), counted in the landed tables, are not the sum of their bins."""
    return rows_of(
        warehouse_path,
        """
        with landed as (
            select file_id, count(*) as landed
            from (select file_id from landing.cells union all select file_id from landing.policy_rows)
            group by file_id
        )
        select ledger.path, landed.landed, ledger.cells,
            used + rival + not_requested + check_row + blank + quarantined + rejected as binned
        from ledger.ledger full join landed using (file_id)
        where not (
            -- files of records have no cells, and a ledger of their own
            coalesce(landed.landed, 0) is not distinct from ledger.cells
            and ledger.cells is not distinct from binned
        )
        """,
    )
