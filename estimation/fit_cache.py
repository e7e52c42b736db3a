"""The cache of fits: what a specification returned on a mart with the same content.

The name of an entry is a hash of the specification (its standard errors included), the content of its mart, the
indicators behind the columns, the SQL functions that expressions may call, the confidence level, the code of this
package and the versions of what it calculates with. An entry holds the rows that the runner returned, as JSON, which
keeps every bit of a number, behind their CRC-32: one that was cut short or altered is fitted again and replaced. It
appears whole, by a rename. The folder can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

import duckdb

from estimation.specification import Specification

#: What the figures of a fit are calculated with.
_LIBRARIES = ("duckdb", "numpy", "pandas", "pyfixest", "scipy")
DEFAULT_FOLDER = "build/cache/fits"

Row = tuple[str, str, str, str, float | None, str | None]


def fit_cache_folder() -> Path:
    """The folder fits of REGIONAL_CACHE, or build/cache/fits."""
    folder = os.environ.get("REGIONAL_CACHE")
    return Path(folder) / "fits" if folder else Path(DEFAULT_FOLDER)


class FitCache:
    """Rows of the runner by what decides them. The marts must not change while it is in use."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection, confidence_level: float) -> None:
        """Nothing is read before an entry is asked for; `connection` has the marts."""
        self._folder, self._connection, self._confidence_level = folder, connection, confidence_level
        self._contents: dict[str, str | None] = {}

    def entry(self, specification: Specification, indicators: Mapping[str, Sequence[str]]) -> Path | None:
        """The entry of a specification; None where its mart cannot be read, which is not worth keeping."""
        content = self._content(specification.mart)
        if content is None:
            return None
        # The name of a specification decides nothing, so a renamed one is found again.
        parts = [_code_hash(), content, repr(replace(specification, spec_id="")), self._confidence_level]
        name = hashlib.sha256(json.dumps([*parts, sorted(indicators.items())]).encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"

    def _content(self, mart: str) -> str | None:
        if mart not in self._contents:
            # A row as text shows every digit, and the names of its columns; the order of rows does not count.
            query = f"""
                select
                    sha256(string_agg(cast(mart as varchar), chr(10) order by cast(mart as varchar))),
                    (
                        select sha256(string_agg(
                            concat_ws(' ', f.function_name, cast(f.parameters as varchar), f.macro_definition), chr(10)
                            order by f.function_name
                        ))
                        from duckdb_functions() as f where not f.internal and f.function_type = 'macro'
                    )
                from {mart} as mart
            """
            try:
                self._contents[mart] = json.dumps(self._connection.sql(query).fetchall())
            except duckdb.CatalogException:
                self._contents[mart] = None
        return self._contents[mart]


def recall(entry: Path, spec_id: str) -> list[Row] | None:
    """The rows of an entry, under the name of the specification; None where there is none, or one that is damaged."""
    try:
        checksum, _, text = entry.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    if not text or checksum != _checksum(text):
        return None
    return [(spec_id, *row) for row in json.loads(text)]


def keep(entry: Path, rows: Sequence[Row]) -> None:
    """Write an entry under a name of its own, then rename it: no reader ever sees half of it."""
    text = json.dumps([row[1:] for row in rows]).encode()
    entry.parent.mkdir(parents=True, exist_ok=True)
    working = entry.with_name(f"{entry.name}.{uuid.uuid4().hex}")
    try:
        working.write_bytes(_checksum(text) + b"\n" + text)
        working.replace(entry)
    finally:
        working.unlink(missing_ok=True)


def _checksum(text: bytes) -> bytes:
    return f"{zlib.crc32(text):08x}".encode()


@cache
def _code_hash() -> str:
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(code + "".join(version(library) for library in _LIBRARIES).encode()).hexdigest()
