"""Run specifications against the marts of a warehouse and return long rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import duckdb
import pandas as pd

from estimation.regression import Fit, Solution, fit_panel, infer, solution_key, solve
from estimation.sample import NotEstimable, estimation_sample
from estimation.specification import Specification, read_specifications

#: Columns of the long output. kind is 'estimate' (term: a regressor), 'fit', 'balance' (term: a covariate of the
#: matching), 'dropped' (term: a collinear variable) or 'status'; term is '' elsewhere. detail is a statistic in words.
OUTPUT_COLUMNS = ["spec_id", "kind", "term", "statistic", "value", "detail"]

Row = tuple[str, str, str, str, float | None, str | None]


def run_specification(
    connection: duckdb.DuckDBPyConnection,
    specification: Specification,
    indicators: Mapping[str, Sequence[str]] | None = None,
    confidence_level: float = 0.95,
) -> Fit:
    """Sample and fit one specification; `indicators` as in `estimation_sample`. Raises NotEstimable with the reason."""
    return fit_panel(specification, estimation_sample(connection, specification, indicators), confidence_level)


def indicators_by_column(mart_columns: pd.DataFrame, study: str) -> dict[str, list[str]]:
    """Panel indicators that each mart column of a study rests on, from the seed mart_columns."""
    rows = mart_columns[(mart_columns["study"] == study) & mart_columns["indicators"].notna()]
    return {
        name: [part.strip() for part in text.split(";")]
        for name, text in zip(rows["column_name"], rows["indicators"], strict=True)
    }


def run_specifications(
    connection: duckdb.DuckDBPyConnection,
    rows: pd.DataFrame,
    mart_columns: pd.DataFrame,
    confidence_level: float = 0.95,
    say: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Run every specification of the seed; one row a statistic, columns OUTPUT_COLUMNS.

    `rows` and `mart_columns` are the seeds specifications and mart_columns. Specifications that differ in their
    standard errors only are sampled and solved once. Every specification returns a row of kind 'status': 'estimated',
    with dropped variables as detail, or 'not_estimable' with the reason.
    """
    specifications = read_specifications(rows)
    # A connection of its own: an error inside a query would abort whatever transaction the caller has open.
    solved = _Solutions(connection.cursor(), mart_columns)
    output: list[Row] = []
    for number, specification in enumerate(specifications, start=1):
        try:
            output += _rows_of_fit(specification, infer(solved[specification], specification, confidence_level))
        except NotEstimable as reason:
            output.append((specification.spec_id, "status", "", "not_estimable", None, str(reason)))
        if number % 50 == 0 or number == len(specifications):
            say(f"estimated {number}/{len(specifications)} specifications")
    frame = pd.DataFrame(output, columns=OUTPUT_COLUMNS)
    return frame.astype({"value": "float64", "detail": "string"})


class _Solutions:
    """Solutions by what decides them, each made once; a failure is kept as well, and raised again."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, mart_columns: pd.DataFrame) -> None:
        self._connection, self._mart_columns = connection, mart_columns
        self._made: dict[Specification, Solution | NotEstimable] = {}

    def __getitem__(self, specification: Specification) -> Solution:
        key = solution_key(specification)
        if key not in self._made:
            try:
                indicators = indicators_by_column(self._mart_columns, specification.study)
                self._made[key] = solve(key, estimation_sample(self._connection, key, indicators))
            except NotEstimable as reason:
                self._made[key] = reason
        made = self._made[key]
        if isinstance(made, NotEstimable):
            raise made
        return made


def _rows_of_fit(specification: Specification, fit: Fit) -> Iterator[Row]:
    spec_id = specification.spec_id
    note = f"dropped for collinearity: {', '.join(fit.dropped)}" if fit.dropped else None
    yield spec_id, "status", "", "estimated", None, note
    for name in fit.dropped:
        yield spec_id, "dropped", name, "collinear", None, None
    for name, value in fit.statistics.items():
        yield spec_id, "fit", "", name, value, None
    for name, text in fit.notes.items():
        yield spec_id, "fit", "", name, None, text
    yield from _long(spec_id, "estimate", fit.estimates)
    if fit.balance is None:
        return
    for name, value in fit.balance.counts.items():
        yield spec_id, "fit", "", name, value, None
    yield from _long(spec_id, "balance", fit.balance.differences)


def _long(spec_id: str, kind: str, table: pd.DataFrame) -> Iterator[Row]:
    for term, row in table.iterrows():
        for name, value in row.items():
            yield spec_id, kind, str(term), str(name), float(value), None
