"""`python -m estimation`: look at specifications and regression tables of a built warehouse.

    list               every specification, with its status
    run SPEC_ID        fit one specification afresh from its mart, with the printed numbers beside
    table STUDY TABLE  a published table, ours beside the print
    causal             every causal specification (event studies, placebos, curves), with its status
    query FILE         the rows of a SQL file, such as those in analysis/
    summary            where the warehouse is, what it holds in short, and what to ask it first

The warehouse is opened read-only: REGIONAL_WAREHOUSE or --warehouse, default build/regional.duckdb.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pandas as pd

from estimation.instruments import INTERVAL, RAYS
from estimation.printing import aligned, in_brackets, number, stars, with_stars
from estimation.runner import indicators_by_column, run_specification
from estimation.sample import NotEstimable
from estimation.specification import read_specifications


class UsageError(Exception):
    """What was asked for does not exist; the message is one sentence that says what does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        with _open(Path(options.warehouse)) as connection:
            options.command(connection, options)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m estimation", description="Regressions of a built warehouse.")
    default = os.environ.get("REGIONAL_WAREHOUSE", "build/regional.duckdb")
    parser.add_argument("--warehouse", default=default, help=f"DuckDB file (default {default})")
    commands = parser.add_subparsers(required=True)
    commands.add_parser("list", help="every specification").set_defaults(command=_list)
    run = commands.add_parser("run", help="fit one specification")
    run.add_argument("spec_id")
    run.set_defaults(command=_run)
    table = commands.add_parser("table", help="a published table, ours beside the print")
    table.add_argument("study")
    table.add_argument("table_number")
    table.set_defaults(command=_table)
    commands.add_parser("causal", help="every causal specification").set_defaults(command=_causal)
    query = commands.add_parser("query", help="the rows of a SQL file")
    query.add_argument("file", type=Path)
    query.set_defaults(command=_query)
    commands.add_parser("summary", help="what the warehouse holds in short").set_defaults(command=_summary)
    return parser


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    if not path.is_file():
        raise UsageError(f"There is no warehouse at {path}: run make build, or name one with --warehouse.")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        raise UsageError(f"{path} cannot be opened as a warehouse ({str(error).splitlines()[0]}).") from error
    if not connection.sql("from duckdb_tables() where table_name = 'regression_output'").fetchall():
        raise UsageError(f"{path} holds no regressions: build it with make build.")
    return connection


def _list(connection: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> None:
    rows = connection.sql(
        "select spec_id, label, data_scope, vcov, status, n, reason from fits order by study, spec_id"
    ).fetchall()
    print(_banner(connection))
    print(
        aligned(
            ["spec_id", "what", "data", "errors", "status", "n"],
            [
                [spec_id, label, scope, vcov, status if n else f"{status}: {reason}", "" if n is None else str(n)]
                for spec_id, label, scope, vcov, status, n, reason in rows
            ],
        )
    )


def _causal(connection: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> None:
    rows = connection.sql(
        "select suite, spec_id, label, outcome, status, reason, n, draws from causal_status order by suite, spec_id"
    ).fetchall()
    print(_banner(connection))
    print(
        aligned(
            ["suite", "spec_id", "what", "outcome", "status", "n", "draws or fits"],
            [
                [suite, spec_id, label, outcome, f"{status}: {reason}" if reason else status, *map(_count, counts)]
                for suite, spec_id, label, outcome, status, reason, *counts in rows
            ],
        )
    )


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _run(connection: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> None:
    seed = connection.sql("from reference.specifications").df()
    spec_id = _known(options.spec_id, seed["spec_id"], "specification")
    (specification,) = read_specifications(seed[seed["spec_id"] == spec_id])
    row = seed[seed["spec_id"] == spec_id].iloc[0]
    print(_banner(connection))
    place = f"table {row['table_number']}, column {row['column_number']}"
    if pd.isna(row["column_number"]):
        place = f"said in the text of table {row['table_number']}"
    print(f"{spec_id}: {row['label']} ({place})")
    dependent = specification.dependent.name
    print(f"dependent {dependent}, {specification.vcov} standard errors, sample: {specification.sample}")
    if not pd.isna(row["reading"]):
        print(f"reading: {row['reading']}")
    try:
        indicators = indicators_by_column(connection.sql("from mart_columns").df(), specification.study)
        fit = run_specification(connection, specification, indicators)
    except NotEstimable as reason:
        print(f"not estimable on this data: {reason}")
        return
    published = _published(connection, row)
    print()
    print(
        aligned(
            ["term", "ours", "(s.e.)", "published", "(s.e.)"],
            [
                [
                    str(term),
                    with_stars(values["estimate"], stars(values["p_value"])),
                    in_brackets(values["standard_error"]),
                    *published.get(str(term), ("", "")),
                ]
                for term, values in fit.estimates.iterrows()
            ],
        )
    )
    statistics = fit.statistics
    print(
        f"\nN {statistics['n']:.0f}, units {statistics['n_units']:.0f}, periods {statistics['n_periods']:.0f}, "
        f"R2 ({specification.r2_kind.replace('_', ' ')}) {number(statistics['r2_' + specification.r2_kind])}, "
        f"F {number(statistics['f_statistic'], 2) or 'not defined'}"
    )
    if specification.endogenous:
        print(_first_stage_line(statistics, fit.notes["ar_set"]))
    if fit.dropped:
        print(f"Dropped for collinearity: {', '.join(fit.dropped)}.")
    if fit.balance is not None:
        print(f"\nStandardised mean differences, {number(statistics['n'], 0)} rows kept:")
        print(
            aligned(
                ["covariate", "before", "after"],
                [
                    [str(name), number(values["before"]), number(values["after"])]
                    for name, values in fit.balance.differences.iterrows()
                ],
            )
        )
    if row["data_scope"] == "available data":
        print("On the data at hand: another regression than the published one, so nothing printed stands beside it.")


def _first_stage_line(statistics: dict[str, float], ar_set: str) -> str:
    bounds = f" {number(statistics['ar_low'])} to {number(statistics['ar_high'])}" if ar_set == INTERVAL else ""
    if ar_set == RAYS:
        bounds = f" up to {number(statistics['ar_low'])} and from {number(statistics['ar_high'])} on"
    return (
        f"First-stage F {number(statistics['first_stage_f'], 2)}, "
        f"Cragg-Donald {number(statistics['cragg_donald_f'], 2)} "
        f"(Stock-Yogo 10% {number(statistics['stock_yogo_10'], 2)}), "
        f"Kleibergen-Paap {number(statistics['kleibergen_paap_f'], 2)}; Anderson-Rubin set: {ar_set}{bounds}"
    )


def _published(connection: duckdb.DuckDBPyConnection, row: pd.Series) -> dict[str, tuple[str, str]]:
    """Printed coefficients by term, for specifications that are readings of a published column."""
    if row["data_scope"] == "available data" or pd.isna(row["column_number"]):
        return {}
    rows = connection.execute(
        "select term, published_estimate, published_stars, published_standard_error from replication_scorecard "
        "where study = ? and table_number = ? and column_number = ?",
        [row["study"], int(row["table_number"]), str(row["column_number"])],
    ).fetchall()
    return {term: (with_stars(estimate, marks), in_brackets(error)) for term, estimate, marks, error in rows}


def _table(connection: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> None:
    studies = connection.sql("select distinct study from replication_scorecard").df()["study"]
    study = _known(options.study, studies, "study")
    scorecard = connection.execute("from replication_scorecard where study = ?", [study]).df()
    descriptives = connection.execute("from descriptives where study = ? and table_number is not null", [study]).df()
    tables = {*scorecard["table_number"].astype(str), *descriptives["table_number"].astype(str)}
    table_number = int(_known(options.table_number, tables, "table"))
    print(_banner(connection))
    if table_number in set(descriptives["table_number"]):
        print(f"{study}, table {table_number}: the published sample, ours and then the print\n")
        print(_descriptives_table(descriptives))
        return
    scorecard = scorecard[scorecard["table_number"] == table_number]
    print(f"{study}, table {table_number}: each column ours, then the print; standard errors in brackets\n")
    print(_coefficients_table(scorecard))
    for column in _columns(scorecard):
        rows = scorecard[scorecard["column_number"] == column]
        for reason in rows["reason"].dropna().unique():
            print(f"column {column}: {reason}")
        scaled = rows[(rows["scale_factor"] != 1) & rows["estimate"].notna()]
        for factor, terms in scaled.groupby("scale_factor")["term"]:
            print(f"column {column}: ours times {factor:g}, as printed: {', '.join(terms)}")


def _descriptives_table(descriptives: pd.DataFrame) -> str:
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
            for row in descriptives.to_dict("records")
        ],
    )


def _coefficients_table(scorecard: pd.DataFrame) -> str:
    columns = _columns(scorecard)
    terms = sorted(dict.fromkeys(scorecard["term"]), key=lambda term: term == "constant")
    cells = {(row["term"], row["column_number"]): row for row in scorecard.to_dict("records")}
    rows: list[list[str]] = []
    for term in terms:
        found = [cells.get((term, column)) for column in columns]
        rows.append([term, *(text for cell in found for text in _estimate_pair(cell))])
        rows.append(["", *(text for cell in found for text in _error_pair(cell))])
    rows.append(["N", *(text for column in columns for text in _counts(scorecard, column))])
    return aligned(["", *(text for column in columns for text in (f"({column}) ours", "print"))], rows)


def _query(connection: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> None:
    if not options.file.is_file():
        raise UsageError(f"There is no file {options.file}: name a SQL file, such as one of analysis/.")
    rows = connection.sql(options.file.read_text(encoding="utf-8"))
    print(aligned(rows.columns, [["" if value is None else str(value) for value in row] for row in rows.fetchall()]))


def _summary(connection: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> None:
    print(_banner(connection), end="")
    print("Printed columns and coefficients of each study, and what these data say of them:\n")
    rows = connection.sql(_SUMMARY).fetchall()
    known = any(row[-1] is not None for row in rows)
    header = ["study", "columns", "estimated", "coefficients", "same sign", "reproduced", "intervals with truth"]
    print(aligned(header if known else header[:-1], [[str(cell) for cell in row if cell is not None] for row in rows]))
    ((estimated, specified),) = connection.sql(
        "select count(*) filter (where status = 'estimated'), count(*) from fits"
    ).fetchall()
    print(f"\nWith clustered twins, further readings and available data: {estimated} of {specified} rows estimated.")
    ((told, asked),) = connection.sql(
        "select count(*) filter (where status = 'estimated'), count(*) from causal_status"
    ).fetchall()
    print(
        f"Causal specifications (event study, placebo, robust estimators, mediation ...): {told} of {asked} estimated."
    )
    print(f"The warehouse is {options.warehouse}. Ask it first:")
    print(f"  make query WAREHOUSE={options.warehouse} QUERY=analysis/theil_by_region_and_year.sql")
    print(f"  .venv/bin/python -m estimation --warehouse {options.warehouse} list")


_SUMMARY = """
with
columns as (
    select study, count(*) as columns, count(*) filter (where fits.status = 'estimated') as estimated
    from reference.specifications inner join fits using (study, spec_id)
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


def _estimate_pair(cell: dict | None) -> list[str]:
    if cell is None:
        return ["", ""]
    return [
        with_stars(cell["estimate"], cell["stars"]),
        with_stars(cell["published_estimate"], cell["published_stars"]),
    ]


def _error_pair(cell: dict | None) -> list[str]:
    if cell is None:
        return ["", ""]
    return [in_brackets(cell["standard_error"]), in_brackets(cell["published_standard_error"])]


def _columns(scorecard: pd.DataFrame) -> list[str]:
    """Columns of a table in the order of their numbers: 2 before 10, M9_east after M8."""
    return sorted(scorecard["column_number"].unique(), key=lambda name: (int(re.findall(r"\d+", name)[0]), name))


def _counts(scorecard: pd.DataFrame, column: str) -> list[str]:
    first = scorecard[scorecard["column_number"] == column].iloc[0]
    return ["" if pd.isna(first[name]) else str(int(first[name])) for name in ("n", "published_n")]


def _banner(connection: duckdb.DuckDBPyConnection) -> str:
    ((simulated,),) = connection.sql("select coalesce(bool_or(is_simulated), false) from fits").fetchall()
    return "SIMULATED DATA: these numbers say nothing about China.\n" if simulated else ""


def _known(name: str, names: Iterable[str], kind: str) -> str:
    """`name` if it is one of `names`; raises UsageError with the nearest ones otherwise."""
    valid = sorted(set(names))
    if name in valid:
        return name
    near = difflib.get_close_matches(name, valid, n=3, cutoff=0.3) or valid[:3]
    raise UsageError(f"There is no {kind} {name!r}: the nearest are {', '.join(near)}.")


if __name__ == "__main__":
    sys.exit(main())
