"""Codebook: every column of every table that analysts read, a page a table."""

from __future__ import annotations

from dataclasses import asdict

import duckdb

from reporting.labels import has_codebook, labels_of
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
    by_table = _columns(connection, [row["table_name"] for row in tables])
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


def _columns(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> dict[str, list[Row]]:
    """The columns of each table; those of a warehouse without a codebook as its seeds and comments name them."""
    if has_codebook(connection):
        return grouped(asked(connection, "codebook"), "table_name")
    return {table: [asdict(label) for label in labels_of(connection, table).values()] for table in tables}
