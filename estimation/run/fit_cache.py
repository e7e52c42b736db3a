"""The cache of fits: what a specification returned on a mart with the same content.

The name of an entry is a hash of all that decides the figures: the specification (its standard errors and draws
included), the content of its mart, the indicators behind the columns, the SQL functions that expressions may call, the
confidence level, the code of this package and the versions of what it calculates with. An entry holds the rows that a
runner returned, as JSON, which keeps every bit of a number, behind their CRC-32: one that was cut short or altered is
fitted again and replaced. It appears whole, by a rename. The folder can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

#: What the figures of a fit are calculated with.
_LIBRARIES = ("diff-diff", "duckdb", "numpy", "pandas", "pyfixest", "scipy")
DEFAULT_FOLDER = "build/cache/fits"

#: What a runner says of a specification, a row a statistic, without its name: texts, numbers and None.
Rows = Sequence[Sequence[Any]]


def fit_cache_folder() -> Path:
    """The folder fits of REGIONAL_CACHE, or build/cache/fits."""
    folder = os.environ.get("REGIONAL_CACHE")
    return Path(folder) / "fits" if folder else Path(DEFAULT_FOLDER)


class FitCache:
    """Rows of a runner by what decides them. The marts must not change while it is in use."""

    def __init__(self, folder: Path | None, connection: duckdb.DuckDBPyConnection) -> None:
        """Nothing is read before rows are asked for; `connection` has the marts. Without a folder nothing is kept."""
        self._folder, self._connection = folder, connection
        self._contents: dict[str, str | None] = {}
        #: how many answers came from the folder
        self.recalled = 0

    def rows(self, mart: str, decisive: Sequence[object], fit: Callable[[], Rows]) -> Rows:
        """What `fit` returns, or returned before on the same mart with the same `decisive` things.

        `decisive` is what decides the rows beside the mart, shown in full by its repr. The name of a specification
        decides nothing and must not be in it, so that a renamed one is found again.
        """
        content = self._content(mart) if self._folder else None
        if self._folder is None or content is None:
            # a mart that cannot be read has an answer that is not worth keeping
            return fit()
        parts = [_code_hash(), content, [repr(part) for part in decisive]]
        name = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        entry = self._folder / name[:2] / f"{name}.json"
        known = _recall(entry)
        if known is not None:
            self.recalled += 1
            return known
        rows = fit()
        _keep(entry, rows)
        return rows

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


def _recall(entry: Path) -> Rows | None:
    """The rows of an entry; None where there is none, or one that is damaged."""
    try:
        checksum, _, text = entry.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    if not text or checksum != _checksum(text):
        return None
    rows: Rows = json.loads(text)
    return rows


def _keep(entry: Path, rows: Rows) -> None:
    """Write an entry under a name of its own, then rename it: no reader ever sees half of it."""
    text = json.dumps(rows).encode()
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
def _code_hash(package: Path = Path(__file__).parents[1]) -> str:
    code = b"".join(path.read_bytes() for path in sorted(package.rglob("*.py")))
    return hashlib.sha256(code + "".join(version(library) for library in _LIBRARIES).encode()).hexdigest()
