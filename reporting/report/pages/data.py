"""Data and its quality: files and what became of their cells, coverage, identities, findings, rejects, gates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from reporting.report.frame import Page, both, both_told, file_path, same
from reporting.report.pictures import Pictures
from reporting.report.queries import asked

Row = dict[str, Any]

FIRST = "data/index.html"
#: Pages below the first of the section, in the order in which it lists them.
PARTS = ("coverage", "identities", "findings", "rejects", "gates")


@dataclass(frozen=True)
class Files:
    """The files of a warehouse, and where on their pages a cell's heading is."""

    rows: list[Row]
    #: headings whose cells are asked for, by the id of their file
    headings: dict[str, list[Row]]
    #: number of a heading within its file, by file, sheet, text and indicator
    numbers: dict[tuple[str, str, str, str], int]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> Files:
        """All files of the warehouse."""
        headings = asked(connection, "file_columns")
        numbers: dict[tuple[str, str, str, str], int] = {}
        for row in headings:
            numbers.setdefault(
                (row["file_id"], row["sheet"], row["header_text"], row["indicator"]), row["heading_number"]
            )
        return cls(asked(connection, "files"), grouped(headings, "file_id"), numbers)

    @property
    def by_id(self) -> dict[str, Row]:
        """The rows by the id of their file."""
        return {row["file_id"]: row for row in self.rows}


def grouped(rows: Iterable[Row], *names: str) -> dict[Any, list[Row]]:
    """Rows by the value of a column, or by the values of several, in the order of the rows."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)].append(row)
    return dict(groups)


def pages(connection: duckdb.DuckDBPyConnection, files: Files, pictures: Pictures) -> list[Page]:
    """The pages of the section."""
    findings, rejects = asked(connection, "findings"), asked(connection, "rejects")
    contexts: dict[str, dict[str, Any]] = {
        "coverage": {
            "coverage": _coverage(asked(connection, "coverage")),
            "quality": grouped(asked(connection, "quality"), "place_level", "scope"),
            "quality_columns": ("reported", "computed", "derived", "spliced", "rejected", "quarantined", "rivals"),
            "figures": pictures.of("coverage"),
        },
        "identities": {
            "identities": asked(connection, "identities"),
            "findings": grouped(asked(connection, "identity_findings"), "identity"),
        },
        "findings": {
            "detectors": asked(connection, "detectors"),
            "findings": grouped(findings, "detector", "severity"),
        },
        "rejects": {"rejects": grouped(rejects, "reject_reason")},
        "gates": {
            "counts": asked(connection, "expectation_counts"),
            "expectations": asked(connection, "expectations"),
        },
    }
    shared = {"files": files.by_id}
    first = {"rows": files.rows, "totals": asked(connection, "ledger_totals"), "parts": PARTS}
    return [
        Page(FIRST, "data.html", "data", both("report.data.title"), shared | first),
        *(
            Page(
                f"data/{part}.html", f"data_{part}.html", "data", both_told("data_part", part), shared | contexts[part]
            )
            for part in PARTS
        ),
        *_file_pages(files, grouped(findings, "file_id"), grouped(rejects, "file_id")),
    ]


def _file_pages(files: Files, findings: dict[str, list[Row]], rejects: dict[str, list[Row]]) -> list[Page]:
    return [
        Page(
            file_path(row["file_number"]),
            "file.html",
            "data",
            same(row["file_name"]),
            {
                "file": row,
                "headings": files.headings.get(row["file_id"], []),
                "findings": findings.get(row["file_id"], []),
                "rejects": rejects.get(row["file_id"], []),
            },
        )
        for row in files.rows
    ]


def _coverage(rows: list[Row]) -> dict[tuple[str, str], dict[str, Any]]:
    """By place level and scope: the years, and of each indicator its rows by year."""
    return {
        key: {
            "years": sorted({row["year"] for row in of_panel}),
            "year_heads": [(str(year), "") for year in sorted({row["year"] for row in of_panel})],
            "indicators": {
                name: {row["year"]: row for row in of_indicator}
                for name, of_indicator in grouped(of_panel, "indicator").items()
            },
        }
        for key, of_panel in grouped(rows, "place_level", "scope").items()
    }
