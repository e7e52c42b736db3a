"""The queries of analysis/, and the page that shows what they answer on the embedded default.

python -m tests.support.cookbook              writes docs/cookbook.md from build/regional.duckdb
python -m tests.support.cookbook WAREHOUSE    from another build of the embedded default
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from reporting.warehouse import default_warehouse, opened
from tests.support.project import ROOT

FOLDER = ROOT / "analysis"
PAGE = ROOT / "docs" / "cookbook.md"
#: rows of an answer that the page shows
SHOWN = 8

#: The files by subject, in the order of the page.
SUBJECTS = {
    "Inequality": (
        *("theil_by_region_and_year", "gap_closed_by_province", "theil_between_and_within", "inequality_by_income"),
        *("convergence", "wage_share_by_trade_balance", "pilots_by_cohort"),
    ),
    "Where a number comes from": (
        *("trace_a_value", "coefficient_to_cells", "files_of_a_panel", "variable_coverage", "sample_steps"),
    ),
    "What to be careful with": (
        *("means_without_filled_or_flagged", "city_years_at_a_break", "city_sums_against_provinces"),
        *("census_revisions", "rivals_that_differ", "quarantined_values", "income_surveys_by_province"),
    ),
    "Print and estimates": (
        *("scorecard_summary", "signs_unlike_the_print", "claims_that_fail", "audit_findings", "not_estimable"),
        *("pilots_on_inequality", "negative_weights"),
    ),
}

_HEAD = """# Cookbook

Questions that a researcher asks of the warehouse, each a SQL file of `analysis/` to start from. What one would change \
stands at the top of its file, as `settings`: a year, a study, a threshold. One runs with

```
make query QUERY=analysis/gap_closed_by_province.sql
make query QUERY=analysis/gap_closed_by_province.sql WAREHOUSE=build/mine.duckdb
```

or in any DuckDB client, and from Stata, R or Python as [the page on loading](loading.md) shows. Tables and their \
columns: [the tables one gets](tables.md).

**SIMULATED**: the answers below are those of the embedded default, whose numbers are invented and say nothing about \
China. Of longer answers the first rows are shown. The page is written by `python -m tests.support.cookbook`.
"""


@dataclass(frozen=True)
class Query:
    """A file of analysis/: its question, what it says of its answer, and its SQL."""

    name: str
    question: str
    remarks: str
    sql: str


@dataclass(frozen=True)
class Answer:
    """What a query gives: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def queries() -> list[Query]:
    """Every query of analysis/, by the name of its file."""
    return [_read(path) for path in sorted(FOLDER.glob("*.sql"))]


def _read(path: Path) -> Query:
    text = path.read_text(encoding="utf-8")
    comment = re.match(r"(?:-- .*\n)+", text)
    lines = [line.removeprefix("-- ") for line in comment.group().splitlines()] if comment else [""]
    return Query(path.stem, lines[0], " ".join(lines[1:]), text)


def answer(connection: duckdb.DuckDBPyConnection, sql: str) -> Answer:
    """The answer to a query; raises duckdb.Error."""
    result = connection.execute(sql)
    return Answer(tuple(name for name, *_ in result.description or []), result.fetchall())


def page(connection: duckdb.DuckDBPyConnection) -> str:
    """docs/cookbook.md, with the answers of a warehouse."""
    by_name = {query.name: query for query in queries()}
    contents, sections = [], []
    for subject, names in SUBJECTS.items():
        contents.append(f"- {subject}\n" + "".join(f"  - [{by_name[name].question}](#{name})\n" for name in names))
        shown = "\n".join(_shown(by_name[name], answer(connection, by_name[name].sql)) for name in names)
        sections.append(f"\n## {subject}\n\n{shown}")
    return _HEAD + "\n" + "".join(contents) + "".join(sections)


def _shown(query: Query, given: Answer) -> str:
    """A question with its answer as a table in Markdown; the anchor is the name of its file."""
    more = len(given.rows) - SHOWN
    return (
        f'<a id="{query.name}"></a>\n\n### {query.question}\n\n'
        + (f"{query.remarks}\n\n" if query.remarks else "")
        + f"[analysis/{query.name}.sql](../analysis/{query.name}.sql)\n\n"
        + _line(given.columns)
        + _line(["---"] * len(given.columns))
        + "".join(_line([_cell(value) for value in row]) for row in given.rows[:SHOWN])
        + (f"\nand {more} more row{'s' if more > 1 else ''}.\n" if more > 0 else "")
    )


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("*", "\\*").replace("\n", " ")


if __name__ == "__main__":
    with opened(sys.argv[1] if len(sys.argv) > 1 else default_warehouse()) as warehouse:
        PAGE.write_text(page(warehouse), encoding="utf-8")
