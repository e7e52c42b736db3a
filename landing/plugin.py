"""The dbt-duckdb source plugin: hands the landed tables of the data folders to dbt.

REGIONAL_DATA names a folder (default data/demo), or several with the path separator (os.pathsep) between them,
REGIONAL_CACHE the cache of parsed files (default build/cache/landing), REGIONAL_ALLOW_LINKS=true lets links lead out
of a folder. They are landed once a process, however many
sources ask. The SQL function `land_data_folder()` does it as well: the project calls it before any node runs, so that
an unusable file stops the build before a table is replaced.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import SourceConfig
from duckdb import DuckDBPyConnection

from landing.errors import LandingError
from landing.folder import Landed, land
from landing.records import check_states

DEFAULT_FOLDER = "data/demo"
DEFAULT_CACHE = "build/cache/landing"


def data_folders() -> list[Path]:
    """The folders that REGIONAL_DATA names, in its order."""
    named = os.environ.get("REGIONAL_DATA") or DEFAULT_FOLDER
    return [Path(folder) for folder in named.split(os.pathsep) if folder]


def land_named_folders(say: Callable[[str], None] = lambda _: None) -> Landed:
    """Land these folders, with the cache that REGIONAL_CACHE names; raises LandingError."""
    return land(data_folders(), Path(os.environ.get("REGIONAL_CACHE") or DEFAULT_CACHE), say=say)


class Plugin(BasePlugin):
    """Serves the sources landing.cells, policy_rows, files, record_files and notices."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Nothing is read before a node or the start hook asks."""
        self._lock = threading.Lock()
        self._landed: Landed | None = None

    def landed(self) -> Landed:
        """The landed tables; the first caller reads the files, the others wait."""
        with self._lock:
            if self._landed is None:
                start = time.perf_counter()
                self._landed = land_named_folders(say=lambda line: print(f"  {line}", flush=True))
                print(
                    f"  landed {', '.join(map(str, data_folders()))} in {time.perf_counter() - start:.2f} s", flush=True
                )
                self._report_notices(self._landed)
            return self._landed

    def load(self, source_config: SourceConfig) -> pa.Table:
        """One landed table, by the name of the source."""
        return getattr(self.landed(), source_config.identifier)

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register land_data_folder() -> number of cells landed, and check_record_files() -> their number."""
        conn.create_function("land_data_folder", self._land_and_count, [], "BIGINT", side_effects=True)
        conn.create_function("check_record_files", self._check_records, [], "BIGINT", side_effects=True)

    def _check_records(self) -> int:
        """Are the files of records those that were landed? Their number; an SQL error where one changed."""
        try:
            check_states(self.landed().record_states)
        except LandingError as error:
            raise ValueError(f"\n\n  {error}\n") from None
        return len(self.landed().record_states)

    def _land_and_count(self) -> int:
        try:
            return self.landed().cells.num_rows + self.landed().policy_rows.num_rows
        except LandingError as error:
            # The first line of a SQL error is all that many readers see: the sentence must be in it.
            raise ValueError(f"\n\n  {error}\n") from None

    @staticmethod
    def _report_notices(landed: Landed, shown: int = 5) -> None:
        messages = landed.notices.column("message").to_pylist()
        for message in messages[:shown]:
            print(f"  notice: {message}", flush=True)
        if len(messages) > shown:
            print(f"  notice: {len(messages) - shown} more in ledger.notices", flush=True)
