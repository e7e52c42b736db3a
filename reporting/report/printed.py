"""Published tables, ours beside the print, as pages show them: rows and headings without a style of their own."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import duckdb

from reporting.languages import LANGUAGES
from reporting.tables.regressions import published
from reporting.tables.table import Table

#: what a template needs of a table, by language
Shown = dict[str, dict[str, Any]]


def shown(connection: duckdb.DuckDBPyConnection, study: str, table_number: int) -> Shown:
    """A published table, ours beside the print, in every language."""
    return {language: _parts(published(connection, study, table_number, language=language)) for language in LANGUAGES}


def _parts(table: Table) -> dict[str, Any]:
    return {
        "id": table.name,
        "caption": table.caption,
        "header": [[(text, len(list(equal))) for text, equal in groupby(level)] for level in table.header[:-1]]
        + [[(text, 1) for text in table.header[-1]]],
        "groups": table.groups,
        "note": table.note,
    }
