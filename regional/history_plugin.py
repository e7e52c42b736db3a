"""The dbt-duckdb source plugin of runs: what this one is made of, and the history of the warehouse.

The history lies in a folder beside the warehouse (regional.history). The sources software, runs, estimates and
quantiles hand it to SQL; the SQL functions history_entry and keep_history_entry add to it at the end of a complete run
(macro keep_run).
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import SourceConfig
from duckdb import DuckDBPyConnection

from regional.dbt_runs import UPDATE
from regional.history import entries_of, history_folder, is_readable, quantiles_of, read_history, read_quantiles
from regional.software import code_hash, software


class Plugin(BasePlugin):
    """Serves the sources history.software, history.runs, history.estimates and history.quantiles."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Nothing is read before a node asks."""
        self._folder = history_folder(self.creds.path if self.creds else "build/regional.duckdb")

    def load(self, source_config: SourceConfig) -> pa.Table:
        """One table, by the name of the source."""
        if source_config.identifier == "software":
            # takes seconds, and most commands never ask
            from estimation.numerics.wild_bootstrap import SEED  # noqa: PLC0415

            return pa.Table.from_pylist([{"code_hash": code_hash(), "software": software(), "seed": SEED}])
        if source_config.identifier == "quantiles":
            return read_quantiles(self._folder, say=_remark)
        runs, estimates = read_history(self._folder, say=_remark)
        return {"runs": runs, "estimates": estimates}[source_config.identifier]

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register history_entry(run_number, run_id) -> file to write, keep_history_entry(file), and is_update()."""
        conn.create_function("history_entry", self._entry, ["BIGINT", "VARCHAR"], "VARCHAR", side_effects=True)
        conn.create_function("keep_history_entry", self._keep, ["VARCHAR"], "VARCHAR", side_effects=True)
        conn.create_function("is_update", lambda: UPDATE in os.environ, [], "BOOLEAN", side_effects=True)

    def _entry(self, number: int, run_id: str) -> str:
        """The working file of an entry; empty where the run is the latest of the history already."""
        latest = entries_of(self._folder)[:1]
        if latest and latest[0][:2] == (number, run_id) and is_readable(*latest[0]):
            return ""
        self._folder.mkdir(parents=True, exist_ok=True)
        return str(self._folder / f"{number:06d}_{run_id}.parquet.working")

    @staticmethod
    def _keep(working: str) -> str:
        """An entry and its quantiles get their names; the entry last, since it is what counts."""
        entry = Path(working.removesuffix(".working"))
        quantiles = quantiles_of(Path(working))
        for written, kept in ((quantiles, quantiles_of(entry)), (Path(working), entry)):
            if kept.is_dir():
                # not made by a build, and nothing that a build removes
                kept.rename(kept.with_name(f"{kept.name}.{uuid.uuid4().hex}"))
            if written.is_file():
                written.rename(kept)
        return str(entry)


def _remark(line: str) -> None:
    print(f"  notice: {line}", flush=True)
