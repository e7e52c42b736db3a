"""`regional run`: one specification fitted afresh from its mart, with the printed numbers beside."""

from __future__ import annotations

import argparse
from typing import Any

import duckdb

from regional.printing import aligned, in_brackets, number, stars, with_stars
from regional.warehouse import banner, known, opened, rows_of


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    run = commands.add_parser("run", help="fit one specification")
    run.add_argument("spec_id")
    run.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options.warehouse) as connection:
        rows = {row["spec_id"]: row for row in rows_of(connection, "from reference.specifications")}
        _fit(connection, rows[known(options.spec_id, rows, "specification")])
    return 0


def _fit(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> None:
    # takes seconds, and the other commands never ask
    from regional.estimation_layer import NotEstimable, fitted, specification_of  # noqa: PLC0415

    specification = specification_of(connection, row["spec_id"])
    print(banner(connection))
    place = f"table {row['table_number']}, column {row['column_number']}"
    if row["column_number"] is None:
        place = f"said in the text of table {row['table_number']}"
    print(f"{row['spec_id']}: {row['label']} ({place})")
    dependent = specification.dependent.name
    print(f"dependent {dependent}, {specification.vcov} standard errors, sample: {specification.sample}")
    if row["reading"] is not None:
        print(f"reading: {row['reading']}")
    try:
        fit = fitted(connection, specification)
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
    from regional.estimation_layer import INTERVAL, RAYS  # noqa: PLC0415

    bounds = f" {number(statistics['ar_low'])} to {number(statistics['ar_high'])}" if ar_set == INTERVAL else ""
    if ar_set == RAYS:
        bounds = f" up to {number(statistics['ar_low'])} and from {number(statistics['ar_high'])} on"
    return (
        f"First-stage F {number(statistics['first_stage_f'], 2)}, "
        f"Cragg-Donald {number(statistics['cragg_donald_f'], 2)} "
        f"(Stock-Yogo 10% {number(statistics['stock_yogo_10'], 2)}), "
        f"Kleibergen-Paap {number(statistics['kleibergen_paap_f'], 2)}; Anderson-Rubin set: {ar_set}{bounds}"
    )


def _published(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Printed coefficients by term, for specifications that are readings of a published column."""
    if row["data_scope"] == "available data" or row["column_number"] is None:
        return {}
    rows = connection.execute(
        "select term, published_estimate, published_stars, published_standard_error from replication_scorecard "
        "where study = ? and table_number = ? and column_number = ?",
        [row["study"], int(row["table_number"]), str(row["column_number"])],
    ).fetchall()
    return {term: (with_stars(estimate, marks), in_brackets(error)) for term, estimate, marks, error in rows}
