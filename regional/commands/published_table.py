"""`regional table`: a published table, ours beside the print."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any

from regional.commands.output import add_output_to, is_plain, put_out
from reporting.languages import Language
from reporting.printing import aligned, in_brackets, number, with_stars
from reporting.warehouse import banner, known, opened, rows_of

#: tables of a study that are no printed ones, and what makes them
_OF_STUDIES = {
    "descriptives": "descriptives",
    "scorecard": "scorecard",
    "audit": "audit_findings",
    "claims": "claims",
}
#: A row of replication_scorecard or of descriptives.
Row = dict[str, Any]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    text = "a published table, ours beside the print, or what was found of a study"
    table = commands.add_parser("table", help=text)
    table.add_argument("study")
    table.add_argument("table_number", help=f"its number, or one of {', '.join(_OF_STUDIES)}")
    add_output_to(table)
    table.add_argument("--shows", choices=("both", "ours", "print"), default="both", help="default both")
    table.set_defaults(command=_table)


def _table(options: argparse.Namespace) -> int:
    is_of_study = options.table_number in _OF_STUDIES
    if is_plain(options) and options.shows == "both" and not is_of_study:
        return _print_as_text(options)
    from reporting import tables  # noqa: PLC0415

    language: Language = options.labels or "en"
    with opened(options.warehouse) as connection:
        if is_of_study:
            make = getattr(tables, _OF_STUDIES[options.table_number])
            table = make(connection, options.study, language)
        else:
            table = tables.published(connection, options.study, options.table_number, options.shows, language)
    put_out(table, options)
    return 0


def _print_as_text(options: argparse.Namespace) -> int:
    with opened(options.warehouse) as connection:
        studies = connection.sql("select distinct study from replication_scorecard").fetchall()
        study = known(options.study, (name for (name,) in studies), "study")
        scorecard = rows_of(connection, "from replication_scorecard where study = ?", [study])
        descriptives = rows_of(connection, "from descriptives where study = ? and table_number is not null", [study])
        heading = banner(connection)
    numbers = (str(row["table_number"]) for row in (*scorecard, *descriptives))
    table_number = int(known(options.table_number, numbers, "table"))
    print(heading)
    if any(row["table_number"] == table_number for row in descriptives):
        print(f"{study}, table {table_number}: the published sample, ours and then the print\n")
        print(_descriptives_table(descriptives))
        return 0
    scorecard = [row for row in scorecard if row["table_number"] == table_number]
    print(f"{study}, table {table_number}: each column ours, then the print; standard errors in brackets\n")
    print(_coefficients_table(scorecard))
    for column in _columns(scorecard):
        for remark in _remarks([row for row in scorecard if row["column_number"] == column]):
            print(f"column {column}: {remark}")
    return 0


def _remarks(rows: Iterable[Row]) -> list[str]:
    """Why a column is not estimated, and which of its coefficients are shown in another unit."""
    reasons = dict.fromkeys(row["reason"] for row in rows if row["reason"] is not None)
    terms_of: dict[float, list[str]] = {}
    for row in rows:
        if row["estimate"] is not None and row["scale_factor"] != 1:
            terms_of.setdefault(row["scale_factor"], []).append(row["term"])
    scaled = [f"ours times {factor:g}, as printed: {', '.join(terms)}" for factor, terms in sorted(terms_of.items())]
    return [*reasons, *scaled]


def _descriptives_table(descriptives: Iterable[Row]) -> str:
    moments = ["mean", "standard_deviation", "minimum", "maximum"]
    names = [f"{prefix}{moment}" for moment in moments for prefix in ("", "published_")]
    header = [text for moment in ("mean", "s.d.", "min", "max") for text in (moment, "print")]
    return aligned(
        ["", "n", "print", *header],
        [
            [
                row["variable"],
                number(row["observations"], 0),
                number(row["published_observations"], 0),
                *(number(row[name]) for name in names),
            ]
            for row in descriptives
        ],
    )


def _coefficients_table(scorecard: list[Row]) -> str:
    columns = _columns(scorecard)
    terms = sorted(dict.fromkeys(row["term"] for row in scorecard), key=lambda term: term == "constant")
    cells = {(row["term"], row["column_number"]): row for row in scorecard}
    rows: list[list[str]] = []
    for term in terms:
        found = [cells.get((term, column)) for column in columns]
        rows.append([term, *(text for cell in found for text in _estimate_pair(cell))])
        rows.append(["", *(text for cell in found for text in _error_pair(cell))])
    rows.append(["N", *(text for column in columns for text in _counts(scorecard, column))])
    return aligned(["", *(text for column in columns for text in (f"({column}) ours", "print"))], rows)


def _estimate_pair(cell: Row | None) -> list[str]:
    if cell is None:
        return ["", ""]
    return [
        with_stars(cell["estimate"], cell["stars"]),
        with_stars(cell["published_estimate"], cell["published_stars"]),
    ]


def _error_pair(cell: Row | None) -> list[str]:
    if cell is None:
        return ["", ""]
    return [in_brackets(cell["standard_error"]), in_brackets(cell["published_standard_error"])]


def _columns(scorecard: Iterable[Row]) -> list[str]:
    """Columns of a table in the order of their numbers: 2 before 10, M9_east after M8."""
    names = {row["column_number"] for row in scorecard}
    return sorted(names, key=lambda name: (int(re.findall(r"\d+", name)[0]), name))


def _counts(scorecard: Iterable[Row], column: str) -> list[str]:
    first = next(row for row in scorecard if row["column_number"] == column)
    return ["" if first[name] is None else str(first[name]) for name in ("n", "published_n")]
