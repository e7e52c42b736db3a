"""The history of a warehouse: a folder beside it with one file a run.

`<number>_<run_id>.parquet` holds the estimates of a run, one row a specification and term, and on each row what the
run was made of. Numbers count up. A run that repeats the one before it adds nothing, so a rebuild of the same
content leaves the folder, and the tables made from it, as they were; one that returns to an earlier state is added
again, and its latest file counts. Files appear by a rename, whole or not at all; one that was damaged later is left
out, with a remark. The folder can be deleted at any time: the next run is then the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regional.places import Places

_TEXT = pa.string()
#: What a run was made of, on every row of its file.
RUN_SCHEMA = pa.schema(
    [("run_id", _TEXT), ("run_number", pa.int64()), ("started_at", pa.timestamp("us"))]
    + [(name, _TEXT) for name in ("data_hash", "manifest_hash", "vintages", "specification_hash", "code_hash")]
    + [(name, _TEXT) for name in ("software", "vars")]
    + [("seed", pa.int64()), ("is_simulated", pa.bool_())]
)
ESTIMATE_SCHEMA = pa.schema(
    [(name, _TEXT) for name in ("run_id", "spec_id", "term")]
    + [(name, pa.float64()) for name in ("estimate", "standard_error")]
)
QUANTILE_SCHEMA = pa.schema(
    [("run_number", pa.int64())]
    + [(name, _TEXT) for name in ("data_hash", "code_hash", "software", "vars", "listing_hash")]
    + [("is_simulated", pa.bool_()), ("relation", _TEXT), ("column_name", _TEXT)]
    + [("probability", pa.float64()), ("value", pa.float64())]
)
ENTRY_NAME = re.compile(r"(\d{6,})_([0-9a-f]+)\.parquet")
#: Runs whose estimates are read back: the present one is compared with the latest that differs from it.
RUNS_COMPARED = 2
#: Runs among which the predecessor of the present one is looked for.
RUNS_WITH_QUANTILES = 50


def history_folder(warehouse: str | Path) -> Path:
    """The folder of a warehouse: build/regional.history for build/regional.duckdb, and for its working file."""
    return Places.of(warehouse).history


def entries_of(folder: Path) -> list[tuple[int, str, Path]]:
    """Number, run_id and file of the latest entry of every run, the latest run first."""
    latest: dict[str, tuple[int, str, Path]] = {}
    for path in folder.glob("*.parquet"):
        named = ENTRY_NAME.fullmatch(path.name)
        if named:
            entry = int(named[1]), named[2], path
            latest[named[2]] = max(entry, latest.get(named[2], entry))
    return sorted(latest.values(), reverse=True)


def read_history(folder: Path, say: Callable[[str], None] = lambda _: None) -> tuple[pa.Table, pa.Table]:
    """The runs (RUN_SCHEMA) and the estimates of the latest ones (ESTIMATE_SCHEMA); damaged files are left out."""
    runs, estimates = [RUN_SCHEMA.empty_table()], [ESTIMATE_SCHEMA.empty_table()]
    for number, run_id, path in entries_of(folder):
        try:
            run, rows = _read(number, run_id, path)
        except _Damaged as error:
            say(f"the run {run_id} is left out of the history, {path} {error}")
            continue
        runs.append(run)
        if len(estimates) <= RUNS_COMPARED:
            # A run without estimates has one row, of no specification.
            estimates.append(rows.filter(rows.column("spec_id").is_valid()))
    return pa.concat_tables(runs), pa.concat_tables(estimates)


def is_readable(number: int, run_id: str, path: Path) -> bool:
    """Is an entry as it was written, as far as its reader can tell?"""
    try:
        _read(number, run_id, path)
    except _Damaged:
        return False
    return True


class _Damaged(Exception):
    """What is wrong with an entry."""


def _read(number: int, run_id: str, path: Path) -> tuple[pa.Table, pa.Table]:
    """The run of an entry and its estimates; raises _Damaged."""
    try:
        entry = pq.read_table(path, memory_map=False)
        run = entry.slice(0, 1).select(RUN_SCHEMA.names).cast(RUN_SCHEMA)
        rows = entry.select(ESTIMATE_SCHEMA.names).cast(ESTIMATE_SCHEMA)
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise _Damaged(f"cannot be read: {str(error).splitlines()[0]}") from error
    if run.num_rows == 0 or run.to_pylist()[0]["run_id"] != run_id or run.to_pylist()[0]["run_number"] != number:
        raise _Damaged("holds another")
    return run, rows


def quantiles_of(entry: Path) -> Path:
    """The file of quantiles that belongs to an entry."""
    return entry.with_name(entry.name.replace(".parquet", ".quantiles.parquet", 1))


def read_quantiles(folder: Path, say: Callable[[str], None] = lambda _: None) -> pa.Table:
    """The quantiles (QUANTILE_SCHEMA) of the latest runs; damaged files are left out, runs without a file are none."""
    found = [QUANTILE_SCHEMA.empty_table()]
    for _, run_id, entry in entries_of(folder)[:RUNS_WITH_QUANTILES]:
        path = quantiles_of(entry)
        if not path.is_file():
            continue
        try:
            table = pq.read_table(path, memory_map=False)
            found.append(table.select(QUANTILE_SCHEMA.names).cast(QUANTILE_SCHEMA))
        except (OSError, pa.ArrowException, KeyError, ValueError) as error:
            say(f"the quantiles of the run {run_id} are left out, {path} cannot be read: {str(error).splitlines()[0]}")
    return pa.concat_tables(found)
