"""The cache of parsed files.

A file's cells are kept under a name made of the file's content, the manifest entries its reader depends on, and the
code of this package, so that a changed file, a changed manifest or a changed reader is parsed again and nothing else
is.

The cache folder holds entries of one form. An entry stands for one file, or for all files of a landing in their order
(so that an unchanged folder is one read); its name is the hash of the keys of its files, so the second kind can only
repeat the first. `<name>.arrows` is an Arrow stream compressed with LZ4 and behind it four bytes, the CRC-32 of the
stream. The stream holds the cells and, in the metadata of its schema, the number of cells, the note lines and the
remarks of each file. Arrow and not Parquet, since opening a small Parquet file takes as long as parsing a small CSV. An
entry appears whole, by a rename; one that was cut short or altered on disk fails its checksum, is parsed again and
replaced. The folder can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

_CHECKSUM_BYTES = 4
#: What reads files beside this package: another version may read them otherwise.
_LIBRARIES = ("pandas", "python-calamine")

#: Of one file: its number of cells, its note lines, and its remarks (see landing.cells.Parsed).
Part = tuple[int, str, list[tuple[str, str]]]
#: The cells of some files, and for each of these in turn what else was found in it.
Cells = tuple[pa.Table, list[Part]]


def entry_of(cache_folder: Path, keys: Sequence[str]) -> Path:
    """The entry of files, each by a key that says all that its cells depend on beside the code."""
    name = hashlib.sha256(json.dumps([_code_hash(), *keys]).encode()).hexdigest()
    return cache_folder / f"{name}.arrows"


def recall(entry: Path) -> Cells | None:
    """What a cache entry holds; None where there is no entry, or one that is not as it was written."""
    try:
        stored = bytes_of(entry)
    except FileNotFoundError:
        return None
    stream, checksum = memoryview(stored)[:-_CHECKSUM_BYTES], stored[-_CHECKSUM_BYTES:]
    if not stream or _checksum(stream) != checksum:
        return None
    # Threads cost more than they save on columns this short.
    with pa.ipc.open_stream(stream, options=pa.ipc.IpcReadOptions(use_threads=False)) as reader:
        cells = reader.read_all()
    return cells.replace_schema_metadata(None), json.loads(cells.schema.metadata[b"parts"])


def keep(entry: Path, kept: Cells) -> None:
    """Write a cache entry under a name of its own, then rename it: no reader ever sees half of it."""
    cells, parts = kept
    cells = cells.unify_dictionaries().combine_chunks().replace_schema_metadata({"parts": json.dumps(parts)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, cells.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(cells)
    stream = memoryview(sink.getvalue())
    entry.parent.mkdir(parents=True, exist_ok=True)
    # Not the process number: two machines or containers may share the folder.
    working = entry.with_name(f"{entry.name}.{uuid.uuid4().hex}")
    try:
        with open(working, "wb") as file:
            file.write(stream)
            file.write(_checksum(stream))
        working.replace(entry)
    finally:
        working.unlink(missing_ok=True)


def _checksum(stream: bytes | memoryview) -> bytes:
    return zlib.crc32(stream).to_bytes(_CHECKSUM_BYTES, "big")


def bytes_of(path: Path) -> bytes:
    """The content of a file, read at once."""
    with open(path, "rb", buffering=0) as file:
        return file.read()


@cache
def _code_hash() -> str:
    """A hash of what reads files: a changed reader must not be answered from the cache."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))
    code += "".join(version(library) for library in _LIBRARIES).encode()
    return hashlib.sha256(code).hexdigest()
