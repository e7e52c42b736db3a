"""From data folders to five tables: cells, policy rows, files, record_files, notices.

Every listed file is read and hashed at every landing, and the manifest is read and matched: the cache saves parsing
only. A file no manifest row lists is not opened. Each folder is read by its own manifest, or by the catalogue; of
several, each gives its files a label in front of their paths, which are then as unambiguous as in one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from landing.apart import Apart
from landing.cache import Cells, entry_of, keep, recall
from landing.cells import Parsed
from landing.errors import LandingError
from landing.grid import read_grids
from landing.manifest import CATALOGUE, COLUMNS, ManifestRow, manifest_of, read_manifest
from landing.matching import Notice, files_below, match
from landing.readers import READERS
from landing.records import RECORD_READERS, RecordFile, as_table, check_states, digest, inspect
from landing.worker import unreadable

_TEXT = pa.string()
#: A text that many cells share is kept once.
_SHARED = pa.dictionary(pa.int32(), _TEXT)
CELL_SCHEMA = pa.schema(
    [("file_id", _SHARED), ("sheet", _SHARED), ("row", pa.int32()), ("column", pa.int32())]
    + [(name, _SHARED) for name in ("place_text", "header_path", "scope_text", "unit_text", "year_text")]
    + [("value_text", _TEXT), ("problem", _SHARED)]
)
_STORED = {"str": _TEXT, "int": pa.int32(), "int | None": pa.int32(), "bool": pa.bool_()}
_FROM_MANIFEST = {
    part.name: _STORED[str(part.type)]
    for part in fields(ManifestRow)
    if part.name in COLUMNS and COLUMNS[part.name].is_landed
}
FILE_SCHEMA = pa.schema(
    [(name, _TEXT) for name in ("file_id", "path", "file_name", "manifest", "manifest_path")]
    + list(_FROM_MANIFEST.items())
    + [("bytes", pa.int64()), ("cells", pa.int64()), ("notes_text", _TEXT)]
)
#: column of the policy rows -> column of the cells that the reader `policies` keeps them in
_POLICY_ROWS = {
    "file_id": "file_id",
    "sheet": "sheet",
    "row": "row",
    "column": "column",
    "place_text": "place_text",
    "policy_text": "header_path",
    "year_text": "year_text",
    "batch_text": "scope_text",
    "source_text": "unit_text",
    "confidence_text": "value_text",
    "problem": "problem",
}
NOTICE_SCHEMA = pa.schema([("kind", _TEXT), ("path", _TEXT), ("message", _TEXT)])


@dataclass(frozen=True)
class Landed:
    """The tables of one landing.

    cells: one row a data cell (file_id, sheet, row, column, and printed texts).
    policy_rows: one row a row of a list of policies, at the coordinates of its place.
    files: one row a file, with what the manifest says of it.
    record_files: one row a file of records, which SQL reads in place (see landing.records).
    notices: one row a remark that stops nothing, such as a file no manifest row lists.
    record_states: the state of each file of records, by its location, in which it was hashed and checked: SQL reads it
        later, and must find it so.
    """

    cells: pa.Table
    policy_rows: pa.Table
    files: pa.Table
    record_files: pa.Table
    notices: pa.Table
    record_states: dict[str, str]


@dataclass(frozen=True)
class _Source:
    """A file to read: its position among the listed files ('3/19'), its manifest row and its content.

    relative: path in its folder, behind the label of the folder where there are several; manifest: name of the
    manifest, behind the same label. content: SHA-256 of the file. file_id: the same, or of a workbook that is read
    sheet by sheet, the SHA-256 of it and the name of the sheet. state: see landing.records.digest.
    """

    position: str
    relative: str
    manifest: str
    path: Path
    row: ManifestRow
    content: str
    file_id: str
    size: int
    state: str


@dataclass(frozen=True)
class _Listed:
    """A file of a folder that a manifest lists, and what its path and manifest are called in the warehouse."""

    path: Path
    relative: str
    manifest: str
    row: ManifestRow


def land(
    folders: Path | Sequence[Path], cache_folder: Path | None = None, say: Callable[[str], None] = lambda _: None
) -> Landed:
    """Read every file of a data folder, or of several, that the manifest of its folder lists.

    Of one folder, paths are relative to it; of several, a path begins with the name of its folder (with as many of the
    folders above it as tell them apart). `cache_folder` None parses afresh. `say` receives a line of progress a file.
    Raises LandingError before anything is returned when a folder, a manifest or a file as a whole is unusable.
    """
    listed: list[_Listed] = []
    notices: list[Notice] = []
    for folder, label in _labelled([folders] if isinstance(folders, Path) else folders):
        manifest_path = manifest_of(folder)
        manifest = read_manifest(manifest_path, [*READERS, *RECORD_READERS])
        found, remarks = match(manifest, files_below(folder), folder, manifest_path)
        own = label if manifest_path != CATALOGUE else ""
        listed += [_Listed(folder / path, f"{label}{path}", f"{own}{row.manifest}", row) for path, row in found]
        notices += [(kind, f"{label}{path}", f"{label}{message}") for kind, path, message in remarks]
    sources = _hashed(listed, notices)
    tables = [source for source in sources if source.row.reader not in RECORD_READERS]
    states: dict[str, str] = {}
    record_files = [_record_file(source, say, states) for source in sources if source.row.reader in RECORD_READERS]
    with Apart() as apart:
        cells, parts = _cells_of(tables, cache_folder, say, apart)
    for source, part in zip(tables, parts, strict=True):
        notices += [(kind, source.relative, f"{source.relative} {message}") for kind, message in part[2]]
    part_of = {source.file_id: part[:2] for source, part in zip(tables, parts, strict=True)}
    files = [
        {name: getattr(source.row, name) for name in _FROM_MANIFEST}
        | {"file_id": source.file_id, "path": source.relative, "file_name": source.path.name}
        | {"manifest": source.manifest, "manifest_path": source.row.path}
        | {"notes_text": notes_text, "bytes": source.size, "cells": count}
        for source in sources
        for count, notes_text in [part_of.get(source.file_id, (0, ""))]
    ]
    cells, policy_rows = _apart(cells, [source.file_id for source in sources if source.row.reader == "policies"])
    return Landed(
        cells=cells,
        policy_rows=policy_rows,
        files=pa.Table.from_pylist(files, schema=FILE_SCHEMA),
        record_files=as_table(record_files),
        notices=pa.Table.from_pylist(
            [dict(zip(NOTICE_SCHEMA.names, notice, strict=True)) for notice in notices], schema=NOTICE_SCHEMA
        ),
        record_states=states,
    )


def _labelled(folders: Sequence[Path]) -> list[tuple[Path, str]]:
    """Each data folder with what stands before the paths of its files: '' for a single one, else its name and '/'.

    Raises LandingError where a folder is not there, or holds another, whose files would then be read by two manifests.
    """
    if not folders:
        raise LandingError("No data folder is named: set REGIONAL_DATA (or make's DATA) to a folder.")
    for folder in folders:
        if not folder.is_dir():
            raise LandingError(
                f"The data folder {folder} does not exist: set REGIONAL_DATA (or make's DATA) to a folder, or to "
                f"several with {os.pathsep!r} between them."
            )
    whole = [folder.resolve() for folder in folders]
    for number, inner in enumerate(whole):
        for other, outer in enumerate(whole):
            if number != other and inner.is_relative_to(outer):
                relation = "is the folder" if inner == outer else "lies inside"
                raise LandingError(
                    f"The data folder {folders[number]} {relation} {folders[other]}, so that its files would be read "
                    "twice: name one of the two."
                )
    if len(folders) == 1:
        return [(folders[0], "")]
    parts = [folder.parts[1:] for folder in whole]
    depth = next(n for n in range(1, max(map(len, parts)) + 1) if len({path[-n:] for path in parts}) == len(parts))
    return [(folder, "/".join(path[-depth:]) + "/") for folder, path in zip(folders, parts, strict=True)]


def _apart(cells: pa.Table, policy_files: list[str]) -> tuple[pa.Table, pa.Table]:
    """The cells of all other files, and those of the lists of policies under the names that say what they hold."""
    policy_cells = cells.slice(0, 0)
    if policy_files:
        is_policy_cell = pc.is_in(cells.column("file_id").cast(_TEXT), value_set=pa.array(policy_files, _TEXT))
        cells, policy_cells = cells.filter(pc.invert(is_policy_cell)), cells.filter(is_policy_cell)
    columns = {name: policy_cells.column(column) for name, column in _POLICY_ROWS.items()}
    return cells, pa.table(
        {
            name: column.cast(_TEXT) if pa.types.is_dictionary(column.type) else column
            for name, column in columns.items()
        }
    )


def _hashed(listed: list[_Listed], notices: list[Notice]) -> list[_Source]:
    """The files to read, each once: a second file of the same content is a notice, unless another sheet of it is read.

    A file that is read once has its content as its key, whatever sheet that is.
    """
    read: dict[str, list[_Source]] = {}
    for number, file in enumerate(listed, start=1):
        content, size, state = digest(file.path)
        sheet = file.row.sheet
        before = read.setdefault(content, [])
        same = next((other for other in before if other.row.sheet in {sheet, ""} or not sheet), None)
        if same:
            message = f"{file.relative} has the same content as {same.relative}: read once."
            notices.append(("same content", file.relative, message))
            continue
        position = f"{number}/{len(listed)}"
        source = _Source(position, file.relative, file.manifest, file.path, file.row, content, content, size, state)
        before.append(source)
    return [
        source if len(sources) == 1 else replace(source, file_id=_sheet_id(source))
        for sources in read.values()
        for source in sources
    ]


def _sheet_id(source: _Source) -> str:
    """The key of one sheet of a workbook of which several are read."""
    return hashlib.sha256(f"{source.content}\n{source.row.sheet}".encode()).hexdigest()


def _cells_of(sources: list[_Source], cache_folder: Path | None, say: Callable[[str], None], apart: Apart) -> Cells:
    """The cells of all files, in one piece from the cache, or file by file."""
    if not sources:
        return CELL_SCHEMA.empty_table(), []
    kept = None if cache_folder is None else recall(entry_of(cache_folder, [_key(source) for source in sources]))
    if kept is not None:
        for source, part in zip(sources, kept[1], strict=True):
            _report(source, part[0], say)
        return kept
    each: list[Cells] = []
    for source in sources:
        each.append(_cells_of_one(source, cache_folder, apart))
        _report(source, each[-1][0].num_rows, say)
    joined = pa.concat_tables([cells for cells, _ in each]), [part for _, parts in each for part in parts]
    if cache_folder is not None and len(sources) > 1:
        keep(entry_of(cache_folder, [_key(source) for source in sources]), joined)
    return joined


def _cells_of_one(source: _Source, cache_folder: Path | None, apart: Apart) -> Cells:
    if cache_folder is None:
        return _read(source, apart)
    entry = entry_of(cache_folder, [_key(source)])
    kept = recall(entry)
    if kept is None:
        kept = _read(source, apart)
        keep(entry, kept)
    return kept


def _record_file(source: _Source, say: Callable[[str], None], states: dict[str, str]) -> RecordFile:
    try:
        file = inspect(source.path, source.row, source.file_id)
    except OSError as error:
        raise LandingError(unreadable(source.path.name, error)) from error
    states[file.location] = source.state
    check_states(states)
    say(f"landing {source.position}: {source.relative}, {file.records} records")
    return file


def _report(source: _Source, count: int, say: Callable[[str], None]) -> None:
    say(f"landing {source.position}: {source.relative}, {count} cells")


def _key(source: _Source) -> str:
    """What the cells of a file depend on, beside the code that reads it."""
    said = [getattr(source.row, name) for name, column in COLUMNS.items() if column.decides_cells]
    return json.dumps([source.file_id, *said])


def _read(source: _Source, apart: Apart) -> Cells:
    try:
        cells = _as_table(_parse(source.path, source.row, apart), source.file_id)
        seen = digest(source.path)[0]
    except OSError as error:
        raise LandingError(unreadable(source.path.name, error)) from error
    # The hash and the reader each read the file: what they saw must be one content, or its cells
    # would pass, and be kept, as those of another.
    if seen != source.content:
        raise LandingError(f"{source.path.name} changed while it was being read: run again when it is complete.")
    return cells


def _parse(path: Path, row: ManifestRow, apart: Apart) -> Parsed:
    parsed = READERS[row.reader](read_grids(path, row.encoding, row.sheet, apart), row, path.name)
    if not parsed.cells:
        raise LandingError(
            f"{path.name} has a header but no data row below it: download it again, or take it off the manifest."
        )
    return parsed


def _as_table(parsed: Parsed, file_id: str) -> Cells:
    count = len(parsed.cells)
    columns = {"file_id": [file_id] * count, **parsed.cells.columns}
    table = pa.table({name: pa.array(columns[name], CELL_SCHEMA.field(name).type) for name in CELL_SCHEMA.names})
    return table, [(count, "\n".join(parsed.notes), parsed.remarks)]
