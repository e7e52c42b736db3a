"""Marts in a database of their own, in which expressions of specifications are evaluated."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from estimation.samples.expressions import PROJECT_FUNCTIONS, checked_name

_SHUT_OFF: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "lock_configuration": "true",
    "python_enable_replacements": "false",
    "temp_directory": "",
}


def marts_alone(connection: duckdb.DuckDBPyConnection, marts: Iterable[str]) -> duckdb.DuckDBPyConnection:
    """A database in memory that holds copies of these marts, the project's SQL functions, and nothing else.

    It can reach no file, no setting of it can be changed, and what is written in it is gone with it: an expression that
    the parser let through by mistake finds nothing to harm. A mart that is not there is left out.
    """
    # shut off before anything is there: DuckDB binds a function when it is made
    alone = duckdb.connect(config=_SHUT_OFF)
    for mart in sorted({checked_name(mart).lower() for mart in marts}):
        try:
            rows = connection.sql(f'from "{mart}"').to_arrow_table()
        except duckdb.CatalogException:
            continue
        alone.register("rows_of_mart", rows)
        alone.execute(f'create table "{mart}" as from rows_of_mart')
        alone.unregister("rows_of_mart")
    functions = connection.execute(
        "select function_name, array_to_string(parameters, ', '), macro_definition from duckdb_functions() "
        "where not internal and function_type = 'macro' and list_contains(?, function_name)",
        [sorted(PROJECT_FUNCTIONS)],
    ).fetchall()
    for name, parameters, definition in functions:
        alone.execute(f"create or replace macro {name}({parameters}) as ({definition})")
    return alone
