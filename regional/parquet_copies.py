"""Marts and results of a warehouse as Parquet files, for programs that do not read DuckDB.

A file a table, its rows in the order of their columns from left to right, so that two builds of the same content write
the same bytes, and the comments on its columns, as JSON under the key `columns` of its metadata; beside them
`tables.csv`, which says what each holds, and a README. Which tables: those of the schema `main`, without the long ones
behind the panels (a row a value, a source cell, a vintage), which are for queries in the warehouse itself.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

_SCHEMA = "main"
#: The room of the panels, and the end of the names of those of its tables that a study begins with.
_PANELS, _PANEL = "panels", "_panel"
TABLES = "tables.csv"
README = "README.md"


@dataclass(frozen=True)
class Copied:
    """A line of tables.csv."""

    table: str
    rows: int
    #: what one row is, as the description of the model begins
    grain: str
    is_simulated: bool
    run_id: str


def copied_models(nodes: Iterable[dict[str, Any]]) -> dict[str, str]:
    """What one row is, by table, of the models that are copied; `nodes` of dbt's manifest."""
    return {
        node["name"]: " ".join(node.get("description", "").split()).split(". ")[0].removesuffix(".")
        for node in sorted(nodes, key=lambda node: node["name"])
        if node["resource_type"] == "model"
        and node["schema"] == _SCHEMA
        and node["config"]["materialized"] != "ephemeral"
        and (not node["path"].startswith(f"{_PANELS}/") or node["name"].endswith(_PANEL))
    }


def write(folder: Path, warehouse: Path, manifest: Path, run_id: str, is_simulated: bool) -> list[Copied]:
    """Write the copies of a warehouse that is complete into a new folder; raises OSError and duckdb.Error."""
    folder.mkdir(parents=True)
    grains = copied_models(json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values())
    copied = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for table, grain in grains.items():
            name = table.replace('"', '""')
            metadata = (
                f"'table': {_text(table)}, 'is_simulated': '{str(is_simulated).lower()}', 'run_id': {_text(run_id)}, "
                f"'columns': {_text(_comments(connection, table))}"
            )
            ((rows,),) = connection.execute(
                f'copy (from {_SCHEMA}."{name}" order by all) to {_text(str(folder / f"{table}.parquet"))} '
                f"(format parquet, compression zstd, kv_metadata {{{metadata}}})"
            ).fetchall()
            copied.append(Copied(table, rows, grain, is_simulated, run_id))
    with (folder / TABLES).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(Copied.__dataclass_fields__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(line) | {"is_simulated": str(line.is_simulated).lower()} for line in copied)
    warning = "**SIMULATED DATA: these numbers say nothing about China.**\n\n" if is_simulated else ""
    (folder / README).write_text(
        f"# Marts and results\n\n{warning}"
        f"Copies of {len(copied)} tables of the warehouse beside this folder, of run `{run_id or 'unknown'}`. "
        f"`{TABLES}` says what each holds, its metadata what its columns are. Sources of every value, and all "
        "tables between file and result, are in the warehouse only.\n",
        encoding="utf-8",
    )
    return copied


def _comments(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """The comments on the columns of a table, as JSON."""
    query = (
        "select column_name, comment from duckdb_columns() where database_name = current_database() "
        "and schema_name = ? and table_name = ? and comment is not null order by column_index"
    )
    return json.dumps(dict(connection.execute(query, [_SCHEMA, table]).fetchall()), ensure_ascii=False)


def _text(value: str) -> str:
    """A SQL string."""
    return "'" + value.replace("'", "''") + "'"
