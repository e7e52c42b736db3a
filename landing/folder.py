"""From a data folder to three tables: cells, files, notices.

Each file is parsed once; what comes out is kept as Parquet under a name made of the file's content,
the manifest entries its reader depends on, and the code of the readers, so that a changed file, a changed
manifest or a changed reader is parsed again and nothing else is.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from landing.cells import Parsed
from landing.errors import LandingError
from landing.grid import SUFFIXES, read_grids
from landing.manifest import CATALOGUE, MANIFEST_NAME, ManifestRow, manifest_of, read_manifest
from landing.readers import READERS

_PARSING_COLUMNS = (
    "reader",
    "encoding",
    "sheet",
    "place_column",
    "year_column",
    "indicator_column",
    "value_column",
    "unit_column",
)
_TEXT = pa.string()
CELL_SCHEMA = pa.schema(
    [("file_id", _TEXT), ("sheet", _TEXT), ("row", pa.int32()), ("column", pa.int32())]
    + [(name, _TEXT) for name in ("place_text", "header_path", "scope_text", "unit_text", "year_text", "value_text")]
)
FILE_SCHEMA = pa.schema(
    [(name, _TEXT) for name in ("file_id", "path", "file_name", "manifest", "manifest_path", "notes_text")]
    + [("bytes", pa.int64()), ("cells", pa.int64()), ("priority", pa.int32()), ("is_simulated", pa.bool_())]
    + [
        (name, _TEXT)
        for name in (
            "reader",
            "encoding",
            "indicator",
            "unit",
            "scope",
            "vintage",
            "publisher",
            "citation",
            "licence",
            "note",
        )
    ]
)
NOTICE_SCHEMA = pa.schema([("kind", _TEXT), ("path", _TEXT), ("message", _TEXT)])


@dataclass(frozen=True)
class Landed:
    """The tables of one landing.

    cells: one row a data cell (file_id, sheet, row, column, and printed texts).
    files: one row a file, with what the manifest says of it.
    notices: one row a remark that stops nothing, such as a file no manifest row lists.
    """

    cells: pa.Table
    files: pa.Table
    notices: pa.Table


def land(folder: Path, cache_folder: Path | None = None, say: Callable[[str], None] = lambda _: None) -> Landed:
    """Read every file of a folder that its manifest lists.

    `cache_folder` None parses afresh. `say` receives a line of progress a file.
    Raises LandingError before anything is returned when a manifest or a file as a whole is unusable.
    """
    if not folder.is_dir():
        raise LandingError(f"The data folder {folder} does not exist: set REGIONAL_DATA (or make's DATA) to a folder.")
    manifest_path = manifest_of(folder)
    manifest = read_manifest(manifest_path, {name: needs for name, (_, needs) in READERS.items()})
    present = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix.lower() in SUFFIXES and path.name != MANIFEST_NAME
    )
    listed, notices = _match(manifest, present, folder, manifest_path)
    cells: list[pa.Table] = []
    files: list[dict[str, object]] = []
    seen: dict[str, str] = {}
    for number, (path, row) in enumerate(listed, start=1):
        file_id = hashlib.sha256(path.read_bytes()).hexdigest()
        relative = path.relative_to(folder).as_posix()
        if file_id in seen:
            notices.append(
                ("same content", relative, f"{relative} has the same content as {seen[file_id]}: read once.")
            )
            continue
        seen[file_id] = relative
        table, notes = _cells_of(path, row, file_id, cache_folder)
        say(f"landing {number}/{len(listed)}: {relative}, {table.num_rows} cells")
        cells.append(table)
        files.append(
            {field.name: getattr(row, field.name) for field in fields(row) if field.name in FILE_SCHEMA.names}
            | {"file_id": file_id, "path": relative, "file_name": path.name, "manifest_path": row.path}
            | {"notes_text": "\n".join(notes), "bytes": path.stat().st_size, "cells": table.num_rows}
        )
    return Landed(
        cells=pa.concat_tables([CELL_SCHEMA.empty_table(), *cells]),
        files=pa.Table.from_pylist(files, schema=FILE_SCHEMA),
        notices=pa.Table.from_pylist(
            [dict(zip(NOTICE_SCHEMA.names, notice, strict=True)) for notice in notices], schema=NOTICE_SCHEMA
        ),
    )


def _match(
    manifest: list[ManifestRow], present: list[Path], folder: Path, manifest_path: Path
) -> tuple[list[tuple[Path, ManifestRow]], list[tuple[str, str, str]]]:
    """Pair files with manifest rows; remark on rows without a file and on files without a row."""
    owner: dict[Path, ManifestRow] = {}
    notices = []
    for row in manifest:
        matches = sorted(set(folder.glob(row.path)) & set(present))
        if not matches and row.required:
            raise LandingError(
                f"{manifest_path} line {row.line} lists {row.path}, but {folder} has no such file: "
                "add the file, correct the path, or set required to false."
            )
        if not matches and manifest_path != CATALOGUE:
            notices.append(("listed and missing", row.path, f"{row.path} is listed as optional and is not there."))
        for path in matches:
            if path in owner:
                raise LandingError(
                    f"{manifest_path} lists {path.relative_to(folder).as_posix()} twice (lines {owner[path].line} and "
                    f"{row.line}): keep one line."
                )
            owner[path] = row
    for path in present:
        if path not in owner:
            relative = path.relative_to(folder).as_posix()
            notices.append(
                ("present and unlisted", relative, f"{relative} is in no line of {manifest_path.name}: not read.")
            )
    if not owner:
        raise LandingError(
            f"{folder} holds no file that {manifest_path.name} knows: "
            f"add a {MANIFEST_NAME} to the folder that lists its files."
        )
    return [(path, owner[path]) for path in present if path in owner], notices


def _cells_of(path: Path, row: ManifestRow, file_id: str, cache_folder: Path | None) -> tuple[pa.Table, list[str]]:
    if cache_folder is None:
        return _as_table(_parse(path, row), file_id)
    options = json.dumps({name: getattr(row, name) for name in _PARSING_COLUMNS}, sort_keys=True)
    key = hashlib.sha256(f"{file_id}{options}{_code_hash()}".encode()).hexdigest()
    kept = cache_folder / f"{key}.parquet"
    if kept.is_file():
        table = parquet.read_table(kept)
        return table.replace_schema_metadata(None), json.loads(table.schema.metadata[b"notes"])
    table, notes = _as_table(_parse(path, row), file_id)
    cache_folder.mkdir(parents=True, exist_ok=True)
    working = kept.with_suffix(f".{os.getpid()}")
    parquet.write_table(table.replace_schema_metadata({"notes": json.dumps(notes)}), working)
    working.replace(kept)
    return table, notes


def _parse(path: Path, row: ManifestRow) -> Parsed:
    reader, _ = READERS[row.reader]
    parsed = reader(read_grids(path, row.encoding, row.sheet), row, path.name)
    if not parsed.cells:
        raise LandingError(
            f"{path.name} has a header but no data row below it: download it again, or take it off the manifest."
        )
    return parsed


def _as_table(parsed: Parsed, file_id: str) -> tuple[pa.Table, list[str]]:
    columns: dict[str, list[object]] = {name: [] for name in CELL_SCHEMA.names if name != "file_id"}
    for cell in parsed.cells:
        for name, values in columns.items():
            values.append(getattr(cell, name))
    table = pa.table({"file_id": [file_id] * len(parsed.cells), **columns}, schema=CELL_SCHEMA)
    return table, parsed.notes


@cache
def _code_hash() -> str:
    """A hash of this package's code: a changed reader must not be answered from the cache."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(code).hexdigest()
