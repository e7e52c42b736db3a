"""Where a warehouse lies, and what belongs to it.

    build/regional.duckdb             what readers open: always one complete build
    build/regional.parquet/           its marts and results, for programs that read Parquet (regional.parquet_copies)
    build/regional.data_docs/         what its gates found, as pages, where a build wrote them
    build/regional.dbt_docs/          its models, what they read and who reads them, where `regional docs` wrote it
    build/regional.state/             what it was made of (regional.state)
    build/regional.history/           the runs that made it (regional.history)
    build/regional.versions/          the folders that all of these but the history are links into (regional.versions)
        current                       a link to the version that is published
        20260102T030405Z-0f1e2d3c/    regional.duckdb, parquet, data_docs, state, version.json
    build/regional.report/            pages on what it holds, written on demand; they say of which run
    build/.working/regional.duckdb    a build under way, or what a failed one left; its companions beside it
    build/.working/regional.lock      held by the one build that may write there
    build/.working/regional.target/   what dbt writes, and reads again: a project parsed before is parsed in part

One link, `current`, decides what all of them are, so that a warehouse and its companions change in one step. DuckDB
follows links before it opens a file: the log of a client that writes into the warehouse lies in the folder of the
version that it opened, where it can do a later one no harm.

The working file has the name of the warehouse, since DuckDB names the catalogue after the file and dbt compares tables
by their full names; it is in the same folder tree, so that a rename publishes it. A warehouse whose name cannot stand
in SQL as it is has files of another: `数据.duckdb` is a link to `数据.versions/current/warehouse.duckdb`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

WORKING_FOLDER = ".working"
_SUFFIX = ".duckdb"
#: What a file is called whose warehouse has a name that cannot be one of a catalogue.
_FILE = f"warehouse{_SUFFIX}"
#: The folder of such a file while it is written.
_NAMED = ".named"
#: DuckDB names the catalogue after the file, and dbt's plugin sources write that name into SQL as it is.
_PLAIN_NAME = re.compile(r"([A-Za-z_]\w*)(\.|$)", re.ASCII)
#: Catalogues of DuckDB itself, and schemas of the project: `gates.landing_gate` would be one of either.
_TAKEN = {"main", "memory", "system", "temp"}
_TAKEN |= {"audit", "detectors", "estimation", "gates", "history", "landing"}
_TAKEN |= {"ledger", "micro", "observations", "reference", "staging"}

STATE, PARQUET, DOCS = "state", "parquet", "data_docs"
#: Folders that belong to a warehouse and are published with it, where a build has written them.
COMPANIONS = (STATE, PARQUET, DOCS)
#: The folder of dbt docs, which nobody publishes: it is written when asked for, and says of which run it is.
DBT_DOCS = "dbt_docs"
#: The first of the pages in the folder DOCS.
DOCS_INDEX = "index.html"


@dataclass(frozen=True)
class Places:
    """The places of one warehouse, from the path that readers open."""

    warehouse: Path

    @classmethod
    def of(cls, path: str | Path) -> Places:
        """The places of a warehouse, by its own path or that of its working file."""
        path = Path(path)
        if path.parent.name == WORKING_FOLDER:
            return cls(path.parent.parent / path.name)
        if path.parent.parent.name == WORKING_FOLDER and path.parent.name.endswith(_NAMED) and path.name == _FILE:
            return cls(path.parent.parent.parent / path.parent.name.removesuffix(_NAMED))
        return cls(path)

    @property
    def history(self) -> Path:
        """The folder of the runs that made it."""
        return self._beside("history")

    @property
    def state(self) -> Path:
        """The folder that says what it was made of."""
        return self.companion(STATE)

    @property
    def parquet(self) -> Path:
        """The folder of its marts and results as Parquet."""
        return self.companion(PARQUET)

    @property
    def docs(self) -> Path:
        """The folder of pages on what its gates found."""
        return self.companion(DOCS)

    @property
    def dbt_docs(self) -> Path:
        """The folder of dbt docs, where they have been asked for."""
        return self._beside(DBT_DOCS)

    @property
    def report(self) -> Path:
        """The folder of pages on what it holds, where somebody had them written; not part of a version."""
        return self._beside("report")

    def companion(self, kind: str) -> Path:
        """One of COMPANIONS, as readers find it."""
        return self._beside(kind)

    @property
    def versions(self) -> Path:
        """The folder of the published version, and of those before it that are kept."""
        return self._beside("versions")

    @property
    def current(self) -> Path:
        """The link to the folder of the published version."""
        return self.versions / "current"

    @property
    def file_name(self) -> str:
        """What the file of the warehouse is called in the folder of a version."""
        return self.warehouse.name if _can_name_a_catalogue(self.warehouse.name) else _FILE

    @property
    def working(self) -> Path:
        """The file that a build writes."""
        if self.file_name == self.warehouse.name:
            return self._working_folder / self.warehouse.name
        return self._working_folder / f"{self.warehouse.name}{_NAMED}" / _FILE

    @property
    def working_state(self) -> Path:
        """The folder that becomes `state` when the working file becomes the warehouse."""
        return self.working_companion(STATE)

    @property
    def working_parquet(self) -> Path:
        """The folder that becomes `parquet`."""
        return self.working_companion(PARQUET)

    @property
    def working_docs(self) -> Path:
        """The folder that becomes `docs`, if a build writes it."""
        return self.working_companion(DOCS)

    def working_companion(self, kind: str) -> Path:
        """One of COMPANIONS, where a build writes it."""
        return self._working_folder / f"{self._name}.{kind}"

    @property
    def lock(self) -> Path:
        """The file that a build holds while it writes."""
        return self._working_folder / f"{self._name}.lock"

    @property
    def target(self) -> Path:
        """dbt's target folder."""
        return self._working_folder / f"{self._name}.target"

    @property
    def _name(self) -> str:
        return self.warehouse.name.removesuffix(_SUFFIX)

    def _beside(self, kind: str) -> Path:
        return self.warehouse.with_name(f"{self._name}.{kind}")

    @property
    def _working_folder(self) -> Path:
        return self.warehouse.parent / WORKING_FOLDER


def wal_of(path: Path) -> Path:
    """The write-ahead log that DuckDB keeps beside a file while it is written."""
    return path.with_name(f"{path.name}.wal")


@cache
def _can_name_a_catalogue(file_name: str) -> bool:
    """Can the name that DuckDB makes of a file's stand in SQL without quotation marks?"""
    named = _PLAIN_NAME.match(file_name)
    if named is None or named[1].lower() in _TAKEN:
        return False
    with duckdb.connect() as connection:
        query = "select 1 from duckdb_keywords() where keyword_name = ? and keyword_category <> 'unreserved'"
        return not connection.execute(query, [named[1].lower()]).fetchall()
