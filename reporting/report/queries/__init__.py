"""What pages read: a query a file, asked once for all pages and both languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from reporting.warehouse import rows_of

_FOLDER = Path(__file__).parent


@cache
def text_of(name: str) -> str:
    """The SQL of the query of that name."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def asked(connection: duckdb.DuckDBPyConnection, name: str, *parameters: object) -> list[dict[str, Any]]:
    """The rows of the query of that name."""
    return rows_of(connection, text_of(name), list(parameters))
