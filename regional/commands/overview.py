"""`regional list | causal | summary`: what a warehouse holds, in one line a specification or a study."""

from __future__ import annotations

import argparse
import shlex
import shutil
from pathlib import Path

import duckdb

from regional.places import DOCS_INDEX, Places
from reporting.printing import aligned, shortened
from reporting.report.run import run_of
from reporting.warehouse import banner, opened

#: columns of a line where the terminal does not say
WIDTH = 120


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this group to the parser."""
    for name, text, command in (
        ("list", "every specification", _list),
        ("causal", "every causal specification", _causal),
    ):
        listing = commands.add_parser(name, help=text)
        listing.add_argument("--wide", action="store_true", help="the whole texts, however long the lines")
        listing.set_defaults(command=command)
    commands.add_parser("summary", help="what the warehouse holds in short").set_defaults(command=_summary)


def _list(options: argparse.Namespace) -> int:
    with opened(options.warehouse) as connection:
        rows = connection.sql(
            "select spec_id, statuses.label, statuses.data_scope, specifications.vcov, statuses.status, "
            "coalesce(fits.n, statuses.n), statuses.reason from specification_status as statuses "
            "inner join estimation.full_specifications as specifications using (spec_id) "
            "left join fits using (spec_id) order by statuses.study, statuses.suite <> 'regression', spec_id"
        ).fetchall()
        print(banner(connection))
    header = ["spec_id", "what", "data", "errors", "status", "n"]
    lines = [
        [spec_id, label, scope, vcov, status if n else f"{status}: {reason}", _count(n)]
        for spec_id, label, scope, vcov, status, n, reason in rows
    ]
    _print_listing(header, lines, {"status": 15, "what": 20}, options)
    return 0


def _causal(options: argparse.Namespace) -> int:
    with opened(options.warehouse) as connection:
        rows = connection.sql(
            "select suite, spec_id, label, outcome, status, reason, n, draws from specification_status "
            "where suite <> 'regression' order by suite, spec_id"
        ).fetchall()
        print(banner(connection))
    header = ["suite", "spec_id", "what", "outcome", "status", "n", "draws or fits"]
    lines = [
        [suite, spec_id, label, outcome, f"{status}: {reason}" if reason else status, *map(_count, counts)]
        for suite, spec_id, label, outcome, status, reason, *counts in rows
    ]
    _print_listing(header, lines, {"status": 15, "what": 15, "outcome": 10}, options)
    return 0


def _print_listing(
    header: list[str], rows: list[list[str]], least: dict[str, int], options: argparse.Namespace
) -> None:
    """The rows in the width of the terminal, or of WIDTH where there is none, with texts cut; all of them --wide."""
    if not options.wide:
        room = max(WIDTH, shutil.get_terminal_size((WIDTH, 0)).columns)
        whole, rows = rows, shortened(header, rows, room, {header.index(name): left for name, left in least.items()})
        if rows != whole:
            print("Texts that end in … go on: --wide shows them whole.\n")
    print(aligned(header, rows))


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _summary(options: argparse.Namespace) -> int:
    print_summary(options.warehouse)
    return 0


def print_summary(warehouse: str) -> None:
    """Print what a warehouse says of each study, and what to ask it first; raises UsageError where there is none."""
    report = Places.of(warehouse).report
    with opened(warehouse) as connection:
        print(banner(connection), end="")
        rows = connection.sql(_STUDIES).fetchall()
        ((estimated, specified),) = connection.sql(_COUNTS.format("fits")).fetchall()
        on_report = _on_report(report, connection) if report.is_dir() else None
        ((told, asked),) = connection.sql(_COUNTS.format("specification_status where suite <> 'regression'")).fetchall()
    print("Printed columns and coefficients of each study, and what these data say of them:\n")
    is_truth_known = any(row[-1] is not None for row in rows)
    header = ["study", "columns", "estimated", "coefficients", "same sign", "reproduced", "intervals with truth"]
    print(
        aligned(
            header if is_truth_known else header[:-1], [[str(cell) for cell in row if cell is not None] for row in rows]
        )
    )
    print(f"\nWith clustered twins, further readings and available data: {estimated} of {specified} rows estimated.")
    print(
        f"Causal specifications (event study, placebo, robust estimators, mediation ...): {told} of {asked} estimated."
    )
    docs = Places.of(warehouse).docs / DOCS_INDEX
    if docs.is_file():
        print(f"What its gates found, expectation by expectation: {docs}")
    if on_report is not None:
        print(on_report)
    print(f"The warehouse is {warehouse}. Ask it first:")
    print(f"  make query WAREHOUSE={shlex.quote(warehouse)} QUERY=analysis/theil_by_region_and_year.sql")
    print(f"  .venv/bin/regional --warehouse {shlex.quote(warehouse)} list")


def _on_report(report: Path, connection: duckdb.DuckDBPyConnection) -> str:
    """A line on the report beside a warehouse: an older one is told from one of the same run."""
    ((run_id,),) = connection.sql("select min(run_id) from runs where is_current").fetchall()
    of_run = run_of(report)
    if of_run == run_id:
        return f"Pages on what it holds: {report / 'index.html'}"
    other = of_run or "unknown"
    return f"The report {report} is of another run ({other}, this is {run_id}): make report writes a new one."


_COUNTS = "select count(*) filter (where status = 'estimated'), count(*) from {}"
_STUDIES = """
with
columns as (
    select study, count(*) as columns, count(*) filter (where fits.status = 'estimated') as estimated
    from estimation.full_specifications inner join fits using (study, spec_id)
    where is_published
    group by study
),
coefficients as (
    select
        study,
        count(*) filter (where estimate is not null) as coefficients,
        count(*) filter (where verdict in ('reproduced', 'same sign and significance', 'same sign')) as same_sign,
        count(*) filter (where verdict = 'reproduced') as reproduced
    from replication_scorecard
    group by study
),
truths as (
    select study, sum(intervals_with_truth) || ' of ' || sum(coefficients) as intervals
    from coverage
    group by study
)
select study, columns, estimated, coefficients, same_sign, reproduced, intervals
from columns left join coefficients using (study) left join truths using (study)
order by study
"""
