"""Published tables, ours beside the print, as pages show them."""

from __future__ import annotations

import duckdb

from reporting.report.queries import asked


def printed_tables(connection: duckdb.DuckDBPyConnection, study: str) -> list[dict[str, object]]:
    """The printed tables of a study by language."""
    return []
