"""What writes a working file in dbt's stead: a few tables of one figure, in steps that take a moment each."""

from __future__ import annotations

import csv
import json
import os
import time
from pathlib import Path
from typing import Any

import duckdb

from regional.dbt_runs import BuildFailed
from regional.history import history_folder

#: seconds after each statement, in which something else can happen
PAUSE = 0.01
TABLES = ("doubled", "long")
_STATEMENTS = (
    "create schema landing",
    "create schema estimation",
    "create table landing.files as select true as is_simulated",
    "create table estimation.run_identity as"
    " select left(md5('{figure}'), 16) as run_id, md5('data {figure}') as data_hash, 'code' as code_hash",
    "create table doubled as select name, name * 2 * {figure} as value from range(10) as names(name)",
    "create table long as select md5(number || '{figure}') as text, {figure} as value from range(4000) as n(number)",
    "create or replace table long as from long where value > 0",
)


def figure_of(folder: Path) -> int:
    """The only figure of a data folder (tests.support.small_project)."""
    with (folder / "gdp.csv").open(encoding="utf-8", newline="") as file:
        return int(list(csv.reader(file))[1][1])


def built_in_its_stead(target: Path, *arguments: str, manifest: Any = None) -> int:
    """As regional.dbt_runs.built."""
    figure = figure_of(Path(os.environ["REGIONAL_DATA"]))
    working = os.environ["REGIONAL_WAREHOUSE"]
    try:
        with duckdb.connect(working) as connection:
            for statement in _STATEMENTS:
                connection.execute(statement.format(figure=figure))
                time.sleep(PAUSE)
    except duckdb.Error as error:
        print(error)
        raise BuildFailed from error
    target.mkdir(parents=True, exist_ok=True)
    node = {"resource_type": "model", "schema": "main", "config": {"materialized": "table"}, "path": "any.sql"}
    nodes = {name: node | {"name": name, "description": "One row a name."} for name in TABLES}
    (target / "manifest.json").write_text(json.dumps({"nodes": nodes, "macros": {}}), encoding="utf-8")
    history = history_folder(working)
    history.mkdir(exist_ok=True)
    entry = history / f"00000{figure}_aa.parquet"
    if not entry.exists():
        entry.with_suffix(".working").write_bytes(b"x" * 1000)
        entry.with_suffix(".working").rename(entry)
    return len(_STATEMENTS)
