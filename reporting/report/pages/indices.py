"""Indices: inequality between and within, trade, structure."""

from __future__ import annotations

from typing import Any

import duckdb

from reporting.report.frame import Page, both
from reporting.report.pages.data import Row, grouped
from reporting.report.pictures import Pictures
from reporting.report.queries import asked

FIRST = "indices.html"


def pages(connection: duckdb.DuckDBPyConnection, pictures: Pictures) -> list[Page]:
    """The page of the section."""
    context = {
        "province_theil": grouped(asked(connection, "province_theil"), "grouping"),
        "city_theil": grouped(asked(connection, "city_theil"), "population_basis", "grouping"),
        "of_provinces": _matrices(asked(connection, "province_indices")),
        "of_cities": grouped(asked(connection, "city_indices"), "index_name"),
        "figures": pictures.of("indices"),
    }
    return [Page(FIRST, "indices.html", "indices", both("report.indices.title"), context)]


def _matrices(rows: list[Row]) -> dict[str, dict[str, Any]]:
    """By index: its years, and its values by place and year."""
    return {
        name: {
            "years": sorted({row["year"] for row in of_index}),
            "year_heads": [(str(year), "") for year in sorted({row["year"] for row in of_index})],
            "places": {
                code: {"place": found[0], "values": {row["year"]: row["value"] for row in found}}
                for code, found in grouped(of_index, "place_code").items()
            },
        }
        for name, of_index in grouped(rows, "index_name").items()
    }
