"""The dbt-duckdb plugin of the gates: writes what they found as pages, at the end of a run (macro write_data_docs)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import SourceConfig
from duckdb import DuckDBPyConnection

from regional.places import Places


class Plugin(BasePlugin):
    """Registers a SQL function; it has no sources."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Pages lie beside the file that is written, a working file or one that is written in place."""
        path = Path(self.creds.path if self.creds else "build/regional.duckdb")
        places = Places.of(path)
        self._is_published_later = places.warehouse != path
        self._folder = places.working_docs if self._is_published_later else places.docs

    def load(self, source_config: SourceConfig) -> Any:
        """There is nothing to load."""
        raise NotImplementedError

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register write_data_docs(results as JSON) -> path of the index."""
        conn.create_function("write_data_docs", self._write, ["VARCHAR[]"], "VARCHAR", side_effects=True)

    def _write(self, results: list[str]) -> str:
        # takes seconds, and most commands never ask
        from gates.data_docs import write_data_docs  # noqa: PLC0415
        from gates.evaluation import stops  # noqa: PLC0415

        rows = [json.loads(result) for result in results]
        # of a published version, the folder is a link
        index = write_data_docs(self._folder.resolve(), rows)
        if not self._is_published_later or any(map(stops, rows)):
            print(f"  what the gates found: {self._folder / index.name}", flush=True)
        return str(index)
