"""Where a warehouse lies, and what belongs to it.

    build/regional.duckdb             what readers open: always one complete build
    build/regional.history/           the runs that made it (regional.history)
    build/regional.state/             what it was made of (regional.state)
    build/.working/regional.duckdb    a build under way, or what a failed one left
    build/.working/regional.lock      held by the one build that may write there
    build/.working/regional.target/   what dbt writes, and reads again: a project parsed before is parsed in part

The working file has the name of the warehouse, since DuckDB names the catalogue after the file and dbt compares tables
by their full names; it is in the same folder tree, so that a rename publishes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

WORKING_FOLDER = ".working"
_SUFFIX = ".duckdb"


@dataclass(frozen=True)
class Places:
    """The places of one warehouse, from the path that readers open."""

    warehouse: Path

    @classmethod
    def of(cls, path: str | Path) -> Places:
        """The places of a warehouse, by its own path or that of its working file."""
        path = Path(path)
        return cls(path.parent.parent / path.name if path.parent.name == WORKING_FOLDER else path)

    @property
    def history(self) -> Path:
        """The folder of the runs that made it."""
        return self.warehouse.with_name(f"{self._name}.history")

    @property
    def state(self) -> Path:
        """The folder that says what it was made of."""
        return self.warehouse.with_name(f"{self._name}.state")

    @property
    def docs(self) -> Path:
        """The folder of the pages that say what the gates found."""
        return self.warehouse.with_name(f"{self._name}.data_docs")

    @property
    def working_docs(self) -> Path:
        """The folder that becomes `docs` when the working file becomes the warehouse."""
        return self._working_folder / f"{self._name}.data_docs"

    @property
    def working(self) -> Path:
        """The file that a build writes."""
        return self._working_folder / self.warehouse.name

    @property
    def working_state(self) -> Path:
        """The folder that becomes `state` when the working file becomes the warehouse."""
        return self._working_folder / f"{self._name}.state"

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

    @property
    def _working_folder(self) -> Path:
        return self.warehouse.parent / WORKING_FOLDER


def wal_of(path: Path) -> Path:
    """The write-ahead log that DuckDB keeps beside a file while it is written."""
    return path.with_name(f"{path.name}.wal")
