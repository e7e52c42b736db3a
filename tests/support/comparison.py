"""Two warehouses that must say the same."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

#: what a table says of time, left out
OF_THE_CLOCK = {
    "main.specification_status": "select * exclude (seconds)",
    "main.runs": "select * exclude (started_at)",
    "estimation.estimation_output": "select * replace (case when statistic <> 'seconds' then value end as value)",
}
#: what is said of tables and columns, and holds for them
_CATALOGUE = (
    "select schema_name, table_name, 'table', comment, estimated_size >= 0 from duckdb_tables()",
    "select schema_name, view_name, 'view', comment, sql is not null from duckdb_views() where not internal",
    "select schema_name, table_name, column_name, column_index, data_type, is_nullable, comment from duckdb_columns()",
    "select schema_name, table_name, constraint_text from duckdb_constraints()",
    "select function_name, parameters, macro_definition from duckdb_functions() where not internal",
)


def assert_same_tables(one: Path, other: Path) -> None:
    """Every table agrees, numbers to ten digits, but for the schema `history` and what a clock says."""
    with duckdb.connect() as connection:
        for alias, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {alias} (read_only)")
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'one' "
            "and schema_name <> 'history' order by all"
        ).fetchall()
        assert len(tables) > 150
        for (table,) in tables:
            kept = OF_THE_CLOCK.get(table, "select *")
            of_one, of_other = (f"{kept} from {alias}.{table}" for alias in ("one", "other"))
            if _sums(connection, of_one) == _sums(connection, of_other):
                continue
            differing = connection.execute(
                f"select count(*) from ((({of_one}) except all ({of_other})) union all "
                f"(({of_other}) except all ({of_one})))"
            ).fetchall()
            if differing != [(0,)]:
                frames = [connection.execute(f"{query} order by all").df() for query in (of_one, of_other)]
                pd.testing.assert_frame_equal(*frames, rtol=1e-10, atol=1e-14, obj=table)


def _sums(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[int, int | None]]:
    """The number of rows and the sum of their hashes, the same for the same rows in any order.

    Other rows have another sum but for one case in 2**64; comparing the rows themselves takes forty times as long.
    """
    return connection.execute(f"select count(*), sum(hash(rows_of)) from ({query}) as rows_of").fetchall()


def assert_same_catalogue(one: Path, other: Path) -> None:
    """Tables, views, columns, types, comments, constraints and functions agree."""
    for query in _CATALOGUE:
        rows = []
        for path in (one, other):
            with duckdb.connect(str(path), read_only=True) as connection:
                rows.append(sorted(map(str, connection.execute(query).fetchall())))
        assert rows[0] == rows[1]
        assert rows[0]
