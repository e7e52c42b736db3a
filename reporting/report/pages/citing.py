"""How to cite: the warehouse, the data it was made of, the studies."""

from __future__ import annotations

import json
from typing import Any

import duckdb

from reporting.report.frame import Page, both
from reporting.report.pages.data import Row
from reporting.report.queries import asked

FIRST = "citing.html"


def pages(connection: duckdb.DuckDBPyConnection, run: dict[str, Any], studies: list[Row]) -> list[Page]:
    """The page of the section."""
    context = {
        "citations": asked(connection, "citations"),
        "studies": studies,
        "software": json.loads(run["software"]),
    }
    return [Page(FIRST, "citing.html", "citing", both("report.citing.title"), context)]
