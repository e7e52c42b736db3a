"""Codebook: every column of every table that analysts read, a page a table."""

from __future__ import annotations

import duckdb

from reporting.report.frame import Page, both, same
from reporting.report.pages.data import Row, grouped
from reporting.report.queries import asked

FIRST = "codebook/index.html"


def table_path(table: str) -> str:
    """The page of a table."""
    return f"codebook/{table}.html"


def pages(connection: duckdb.DuckDBPyConnection) -> list[Page]:
    """The pages of the section."""
    tables = asked(connection, "tables")
    by_table = grouped(_columns(connection, {row["table_name"] for row in tables}), "table_name")
    listed = [{**row, "columns": len(by_table.get(row["table_name"], []))} for row in tables]
    context = {"tables": listed, "table_path": table_path}
    return [
        Page(FIRST, "codebook.html", "codebook", both("report.codebook.title"), context),
        *(
            Page(
                table_path(row["table_name"]),
                "codebook_table.html",
                "codebook",
                same(row["table_name"]),
                {"table_row": row, "columns": by_table.get(row["table_name"], [])},
            )
            for row in listed
        ),
    ]


def _columns(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> list[Row]:
    """The rows of the table codebook; of a warehouse that has none, what its comments and the seeds say."""
    rows = asked(connection, "codebook" if "codebook" in tables else "codebook_of_comments")
    return [row for row in rows if row["table_name"] in tables]
