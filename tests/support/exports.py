"""Files of exports, read again: a column of values by its name in the warehouse, and a small warehouse to export."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq

from reporting.exports.table import Column, ExportTable

Values = dict[str, list[Any]]


def expected(table: ExportTable, suffix: str) -> Values:
    """What a file of that format should say: the values of the table, a list as `a; b` where there are no lists."""
    if suffix == "parquet":
        return {column.name: table.rows.column(column.name).to_pylist() for column in table.columns}
    return {
        column.name: [_flat(value) for value in table.rows.column(column.name).to_pylist()] for column in table.columns
    }


def _flat(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def read_dta(table: ExportTable, path: Path) -> Values:
    """Codes become the values that they are labelled with, an empty text is missing."""
    with pd.io.stata.StataReader(path, convert_categoricals=False, preserve_dtypes=False) as reader:
        frame = reader.read()
        labels = reader.value_labels()
    found = {}
    for column in table.columns:
        values = [None if pd.isna(value) or value == "" else value for value in frame[column.stata_name]]
        found[column.name] = [_of_code(column, labels.get(column.stata_name), value) for value in values]
    return found


def _of_code(column: Column, labels: dict[Any, str] | None, value: Any) -> Any:
    if labels is None or value is None:
        return value
    label = {int(code): text for code, text in labels.items()}[int(value)]
    return {"no": False, "yes": True}[label] if column.kind == "boolean" else label


def read_xlsx(table: ExportTable, path: Path) -> Values:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = list(book["data"].iter_rows(values_only=True))
    return {str(name): [row[position] for row in rows[1:]] for position, name in enumerate(rows[0])}


def read_csv(table: ExportTable, path: Path) -> Values:
    """Cells by the type that the table gives their column; a cell without quotation marks and text is missing."""
    text = path.read_text(encoding="utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(text.splitlines(keepends=True)))
    kinds = {column.name: column.kind for column in table.columns}
    parsed: dict[str, Callable[[str], Any]] = {
        "number": float,
        "whole": int,
        "boolean": {"true": True, "false": False}.__getitem__,
    }
    found = {}
    for position, name in enumerate(rows[0]):
        parse = parsed.get(kinds.get(name, "text"), str)
        found[name] = [None if row[position] == "" else parse(row[position]) for row in rows[1:]]
    return found


def read_parquet(table: ExportTable, path: Path) -> Values:
    return dict(pq.read_table(path).to_pydict())


READERS = {"dta": read_dta, "xlsx": read_xlsx, "csv": read_csv, "parquet": read_parquet}


def small_warehouse(definition: str, *, is_simulated: bool = True) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with the table `odd`, made by a query, and what an export asks of a warehouse."""
    connection = duckdb.connect()
    connection.execute(f"create table odd as {definition}")
    connection.execute("comment on table odd is 'One row a city and year. Made up.'")
    connection.execute(f"create table fits as select {is_simulated} as is_simulated")
    connection.execute(
        "create table runs as select 'abc' as run_id, timestamp '2026-01-02 03:04:05' as started_at, "
        "'{}' as software, 'first' as vintages, true as is_current"
    )
    connection.execute("create schema staging")
    connection.execute("create table staging.landed_files as select 'P' as publisher, 'C' as citation")
    connection.execute(
        "create table codebook as select 'odd' as table_name, column_name, 'Label of ' || column_name as label_en, "
        "'标签' || column_name as label_zh, '100m CNY' as unit, '亿元' as unit_zh, 'What it is' as definition_en, "
        "'定义' as definition_zh, "
        "null::varchar as vintages, 2000 as first_year, 2020 as last_year, 'S' as sources, "
        "null::varchar as breaks, null::varchar as breaks_zh "
        "from duckdb_columns() where table_name = 'odd'"
    )
    return connection
