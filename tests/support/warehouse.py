"""Helpers of the tests: write a data folder, build a warehouse from it in a folder of its own, and ask it."""

from __future__ import annotations

import atexit
import csv
import hashlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from landing.manifest import COLUMNS
from regional.history import history_folder
from tests.support.project import ROOT

REAL_PROVINCES = ROOT.parent / "shared" / "data" / "province"
NO_REAL_PROVINCES = "the real files are not there: expected the folder ../shared/data/province beside the project"

#: What builds the panels, their checks and the indices, and nothing that estimates.
PANELS = ("--select", *(f"+path:models/{room}" for room in ("panels", "ledger", "micro", "indices", "policies")))

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


#: Where this process builds. dbt parses the project anew where the path of the warehouse or a var is another than the
#: last time, which takes longer than most builds: so every build happens at one path, and what it makes moves out.
_SITE = Path(tempfile.mkdtemp(prefix="regional_site_"))
atexit.register(shutil.rmtree, _SITE, ignore_errors=True)
_KEPT = "partial_parse.msgpack"


def build(
    data_folder: Path, warehouse_path: Path, *arguments: str, cache: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `dbt build` from the project root; all it leaves is the warehouse, its history, and a folder beside it.

    The folder (`.work`) has dbt's artifacts, under target. The cache of parsed files and fits is empty at first unless
    one is named.
    """
    work, site = warehouse_path.with_suffix(".work"), _SITE / "regional.duckdb"
    target = _SITE / f"target_{hashlib.sha256(repr(_vars_of(arguments)).encode()).hexdigest()[:8]}"
    _clear(target)
    _move((warehouse_path, site), (history_folder(warehouse_path), history_folder(site)))
    try:
        return subprocess.run(
            [
                *(str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "build", *arguments),
                *("--target-path", str(target), "--log-path", str(work / "logs")),
            ],
            cwd=ROOT,
            env=os.environ
            | {"REGIONAL_DATA": str(data_folder), "REGIONAL_WAREHOUSE": str(site)}
            | {"REGIONAL_CACHE": str(cache or work / "cache"), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
    finally:
        _move((site, warehouse_path), (history_folder(site), history_folder(warehouse_path)))
        site.with_name(f"{site.name}.wal").unlink(missing_ok=True)
        shutil.rmtree(work / "target", ignore_errors=True)
        shutil.copytree(target, work / "target", ignore=shutil.ignore_patterns(_KEPT))


def _vars_of(arguments: Sequence[str]) -> list[str]:
    return [value for name, value in itertools.pairwise(arguments) if name == "--vars"]


def _clear(target: Path) -> None:
    """Leave nothing of an earlier build but what dbt knows of the project."""
    target.mkdir(exist_ok=True)
    for path in target.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != _KEPT:
            path.unlink()


def _move(*pairs: tuple[Path, Path]) -> None:
    for source, target in pairs:
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, target)


def built(data_folder: Path, warehouse_path: Path, *arguments: str) -> Path:
    """The path of a warehouse whose build must succeed."""
    done = build(data_folder, warehouse_path, *arguments)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return warehouse_path


def rows_of(warehouse_path: Path, sql: str, parameters: list[object] | None = None) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse_path), read_only=True) as connection:
        return connection.execute(sql, parameters or []).fetchall()


def contents_of(warehouse_path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table and view, as sorted text, by its full name."""
    names = rows_of(
        warehouse_path,
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema <> 'information_schema'",
    )
    return {
        name: rows_of(warehouse_path, f"select cast(t as varchar) as row_text from {name} as t order by row_text")
        for (name,) in sorted(names)
    }


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
