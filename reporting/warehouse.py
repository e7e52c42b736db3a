"""A built warehouse, opened for reading and for nothing else.

The file may be somebody else's, with views and SQL functions of its own that would read files as soon as they are
asked. They cannot: it is attached read-only to a database in memory that reaches no file but this one, loads no
extension, looks at no variable of the program, and keeps its settings.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from reporting.errors import UsageError
from reporting.languages import word

#: settings that hold before anything is opened
_SHUT_OFF: dict[str, str | bool | int | float | list[str]] = {
    "allow_persistent_secrets": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
}


def default_warehouse() -> str:
    """The warehouse where none is named: REGIONAL_WAREHOUSE, or build/regional.duckdb."""
    return os.environ.get("REGIONAL_WAREHOUSE", "build/regional.duckdb")


def opened(warehouse: str, readable: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A warehouse with regressions, read-only and shut off; raises UsageError where there is none.

    `readable` is a folder whose files a query may read nevertheless.
    """
    path = Path(warehouse)
    if not path.is_file():
        raise UsageError(f"There is no warehouse at {path}: run make build, or name one with --warehouse.")
    connection = duckdb.connect(config=_SHUT_OFF)
    # the catalogue is named after the file, as it is where the file is opened by itself
    catalogue = '"' + path.name.partition(".")[0].replace('"', '""') + '"'
    try:
        connection.execute(f"attach {_quoted(path)} as {catalogue} (type duckdb, read_only)")
        connection.execute(f"use {catalogue}")
    except duckdb.Error as error:
        raise UsageError(f"{path} cannot be opened as a warehouse ({str(error).splitlines()[0]}).") from error
    if readable is not None:
        connection.execute(f"set allowed_directories = [{_quoted(readable.absolute())}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    if not connection.sql("from duckdb_tables() where table_name = 'estimation_output'").fetchall():
        raise UsageError(f"{path} holds no regressions: build it with make build.")
    return connection


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def rows_of(connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> list[dict[str, Any]]:
    """The rows of a query, each by its column names; NULL is None."""
    result = connection.execute(query, parameters or [])
    names = [name for name, *_ in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def banner(connection: duckdb.DuckDBPyConnection) -> str:
    """A line that says that the numbers are simulated, or nothing."""
    ((simulated,),) = connection.sql("select coalesce(bool_or(is_simulated), false) from fits").fetchall()
    return f"{word('simulated', 'en')}\n" if simulated else ""


def known(name: str, names: Iterable[str], kind: str) -> str:
    """`name` if it is one of `names`; raises UsageError with the nearest ones otherwise."""
    valid = sorted(set(names))
    if name in valid:
        return name
    near = difflib.get_close_matches(name, valid, n=3, cutoff=0.3) or valid[:3]
    raise UsageError(f"There is no {kind} {name!r}: the nearest are {', '.join(near)}.")
