"""`regional run`: one specification, whatever its suite, run afresh on its mart; printed numbers stand beside ours."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import duckdb

from regional.commands.output import add_output_to, is_plain, put_out
from reporting.errors import UsageError
from reporting.printing import aligned, in_brackets, number, stars, with_stars
from reporting.warehouse import banner, known, opened, rows_of

if TYPE_CHECKING:
    import pandas as pd

#: rows of a table of a suite that are shown
MOST_ROWS = 40


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    run = commands.add_parser("run", help="fit one specification")
    run.add_argument("spec_id")
    add_output_to(run)
    run.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options.warehouse) as connection:
        rows = {row["spec_id"]: row for row in rows_of(connection, "from estimation.full_specifications")}
        row = rows[known(options.spec_id, rows, "specification")]
        if is_plain(options):
            _fit(connection, row)
        else:
            _put_out_as_table(connection, row, options)
    return 0


def _put_out_as_table(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], options: argparse.Namespace) -> None:
    from reporting.estimation_layer import NotEstimable, Output, fitted, specification_of  # noqa: PLC0415
    from reporting.tables import of_output  # noqa: PLC0415

    if row["suite"] != "regression":
        raise UsageError(f"{row['spec_id']} is of the suite {row['suite']}: only single regressions make a table.")
    specification = specification_of(connection, row["spec_id"])
    output: Output | str
    try:
        output = fitted(connection, specification)
    except NotEstimable as reason:
        output = str(reason)
    caption = f"{row['spec_id']}: {row['label']}"
    put_out(of_output(connection, specification, output, options.labels or "en", caption=caption), options)


def _fit(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> None:
    # takes seconds, and the other commands never ask
    from reporting.estimation_layer import NotEstimable, fitted, specification_of  # noqa: PLC0415

    specification = specification_of(connection, row["spec_id"])
    print(banner(connection))
    print(f"{row['spec_id']}: {row['label']} ({_printed_at(row)})")
    dependent = specification.dependent.name
    print(f"dependent {dependent}, {specification.vcov} standard errors, sample: {specification.sample}")
    if row["reading"] is not None:
        print(f"reading: {row['reading']}")
    try:
        output = fitted(connection, specification)
    except NotEstimable as reason:
        print(f"not estimable on this data: {reason}")
        return
    print()
    if row["suite"] == "regression":
        _print_regression(row, output.tables, _published(connection, row))
    else:
        _print_tables(output.tables)
    for note in output.notes:
        print(f"{note[:1].upper()}{note[1:]}.")
    if row["data_scope"] == "available data":
        print("On the data at hand: another regression than the published one, so nothing printed stands beside it.")


def _printed_at(row: dict[str, Any]) -> str:
    """Where the study prints it."""
    if row["printed_in"] is not None:
        return str(row["printed_in"])
    if row["column_number"] is not None:
        return f"table {row['table_number']}, column {row['column_number']}"
    return "not printed" if row["table_number"] is None else f"said in the text of table {row['table_number']}"


def _print_regression(
    row: dict[str, Any], tables: Mapping[str, pd.DataFrame], published: dict[str, tuple[str, str]]
) -> None:
    # a question of one's own has nothing printed to stand beside
    is_printed = row["data_scope"] != "own question"
    print(
        aligned(
            ["term", "ours", "(s.e.)", *(["published", "(s.e.)"] if is_printed else [])],
            [
                [
                    values["term"],
                    with_stars(values["estimate"], stars(values["p_value"])),
                    in_brackets(values["standard_error"]),
                    *(published.get(values["term"], ("", "")) if is_printed else ()),
                ]
                for values in tables["estimates"].to_dict("records")
            ],
        )
    )
    (figures,) = tables["fit"].to_dict("records")
    print(
        f"\nN {figures['n']:.0f}, units {figures['n_units']:.0f}, periods {figures['n_periods']:.0f}, "
        f"R2 ({row['r2_kind'].replace('_', ' ')}) {number(figures['r2_' + row['r2_kind']])}, "
        f"F {number(figures['f_statistic'], 2) or 'not defined'}"
    )
    if "ar_set" in figures:
        print(_first_stage_line(figures))
    if "balance" in tables:
        print(f"\nStandardised mean differences, {number(figures['n'], 0)} rows kept:")
        rows = tables["balance"].to_dict("records")
        table = [[values["covariate"], number(values["before"]), number(values["after"])] for values in rows]
        print(aligned(["covariate", "before", "after"], table))


def _print_tables(tables: Mapping[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        rows = [[_cell(value) for value in row] for row in table.head(MOST_ROWS).itertuples(index=False, name=None)]
        print(f"{name}:")
        print(aligned([str(column) for column in table], rows))
        print(f"... {len(table) - MOST_ROWS} more rows\n" if len(table) > MOST_ROWS else "")


def _cell(value: Any) -> str:
    """A whole number without decimals, another one with four, words as they are, nothing for what is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else number(value)
    return str(value)


def _first_stage_line(figures: Mapping[Any, Any]) -> str:
    from reporting.estimation_layer import INTERVAL, RAYS  # noqa: PLC0415

    ar_set = figures["ar_set"]
    bounds = f" {number(figures['ar_low'])} to {number(figures['ar_high'])}" if ar_set == INTERVAL else ""
    if ar_set == RAYS:
        bounds = f" up to {number(figures['ar_low'])} and from {number(figures['ar_high'])} on"
    return (
        f"First-stage F {number(figures['first_stage_f'], 2)}, "
        f"Cragg-Donald {number(figures['cragg_donald_f'], 2)} "
        f"(Stock-Yogo 10% {number(figures['stock_yogo_10'], 2)}), "
        f"Kleibergen-Paap {number(figures['kleibergen_paap_f'], 2)}; Anderson-Rubin set: {ar_set}{bounds}"
    )


def _published(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Printed coefficients by term, for specifications that are readings of a published column."""
    if row["data_scope"] not in ("published", "further reading") or row["column_number"] is None:
        return {}
    rows = connection.execute(
        "select term, published_estimate, published_stars, published_standard_error from replication_scorecard "
        "where study = ? and table_number = ? and column_number = ?",
        [row["study"], int(row["table_number"]), str(row["column_number"])],
    ).fetchall()
    return {term: (with_stars(estimate, marks), in_brackets(error)) for term, estimate, marks, error in rows}
