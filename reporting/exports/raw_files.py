"""The files that a warehouse was built from: which of them a package may pass on, and where they lie."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reporting.warehouse import rows_of

#: Licences that let anybody pass a file on, by how their names begin; `none stated` and all others do not.
SHARING_LICENCES = ("cc0", "cc-by-4", "cc-by-3", "cc-by-sa", "pddl", "odc-by", "odbl", "ogl", "public domain")
_MANIFEST = "manifest.csv"


@dataclass(frozen=True)
class RawFile:
    """A file as the warehouse knows it."""

    #: behind the name of its folder, where there were several
    path: str
    #: of its bytes; of a workbook that is read sheet by sheet, of them and the name of a sheet
    file_id: str
    bytes: int
    manifest_path: str
    publisher: str
    citation: str
    licence: str
    note: str

    @property
    def may_be_shared(self) -> bool:
        """Whether its licence lets anybody pass it on."""
        return self.licence.strip().lower().startswith(SHARING_LICENCES)


def raw_files(connection: duckdb.DuckDBPyConnection) -> list[RawFile]:
    """Every file of the warehouse, in the order of their paths."""
    rows = rows_of(
        connection,
        "select path, min(file_id) as file_id, any_value(bytes) as bytes, min(manifest_path) as manifest_path, "
        "coalesce(min(publisher), '') as publisher, coalesce(min(citation), '') as citation, "
        "coalesce(min(licence), '') as licence, coalesce(min(note), '') as note "
        "from staging.landed_files group by path order by path",
    )
    return [RawFile(**row) for row in rows]


def shared_contents(files: Sequence[RawFile], folders: Sequence[Path]) -> tuple[dict[str, bytes], list[RawFile]]:
    """Contents by path in the package of the files that may be shared, and those of them that are not at hand.

    A file is at hand where a folder of `folders` has it with the content that the warehouse was built from. A manifest
    goes along with the lines of what is shared.
    """
    contents: dict[str, bytes] = {}
    absent = []
    for file in files:
        if not file.may_be_shared:
            continue
        place = _found(file, folders)
        if place is None:
            absent.append(file)
            continue
        folder, path = place
        contents[f"data/{folder.name}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    hidden = {file.manifest_path for file in files if not file.may_be_shared}
    listed = {file.manifest_path for file in files if file.may_be_shared} - hidden
    for folder in folders:
        if (folder / _MANIFEST).is_file() and any(name.startswith(f"data/{folder.name}/") for name in contents):
            contents[f"data/{folder.name}/{_MANIFEST}"] = _manifest(folder / _MANIFEST, listed)
    return contents, absent


def _found(file: RawFile, folders: Sequence[Path]) -> tuple[Path, Path] | None:
    for folder in folders:
        own = file.path.removeprefix(f"{folder.name}/")
        for path in (folder / file.path, folder / own):
            if path.is_file() and path.stat().st_size == file.bytes and _is_the_file(file, path):
                return folder, path
    return None


def _is_the_file(file: RawFile, path: Path) -> bool:
    # of a workbook read sheet by sheet, the size has to do
    is_hashed_alone = path.suffix.lower() not in (".xlsx", ".xls")
    return hashlib.sha256(path.read_bytes()).hexdigest() == file.file_id or not is_hashed_alone


def _manifest(path: Path, listed: set[str]) -> bytes:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    position = rows[0].index("path")
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([rows[0], *(row for row in rows[1:] if row[position] in listed)])
    return text.getvalue().encode()
