"""Run specifications against the marts of a warehouse and return long rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd

from estimation.fit_cache import FitCache
from estimation.regression import Fit, Solution, fit_panel, infer, solution_key, solve
from estimation.sample import NotEstimable, estimation_sample
from estimation.specification import Specification, read_specifications

#: Columns of the long output. kind is 'estimate' (term: a regressor), 'fit', 'balance' (term: a covariate of the
#: matching), 'dropped' (term: a collinear variable) or 'status'; term is '' elsewhere. detail is a statistic in words.
OUTPUT_COLUMNS = ["spec_id", "kind", "term", "statistic", "value", "detail"]
#: A row of the output without its spec_id.
Row = tuple[str, str, str, float | None, str | None]


def run_specification(
    connection: duckdb.DuckDBPyConnection,
    specification: Specification,
    indicators: Mapping[str, Sequence[str]] | None = None,
    confidence_level: float = 0.95,
) -> Fit:
    """Sample and fit one specification; `indicators` as in `estimation_sample`. Raises NotEstimable with the reason."""
    return fit_panel(specification, estimation_sample(connection, specification, indicators), confidence_level)


def indicators_by_column(mart_columns: pd.DataFrame, study: str) -> dict[str, list[str]]:
    """Panel indicators that each mart column of a study rests on, from the table mart_columns."""
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
    *,
    say: Callable[[str], None] = lambda _: None,
    cache_folder: Path | None = None,
) -> pd.DataFrame:
    """Run every specification of the seed; one row a statistic, columns OUTPUT_COLUMNS.

    `rows` is the seed specifications, `mart_columns` the table of that name. Specifications that differ in their
    standard errors only are sampled and solved once. Every specification returns a row of kind 'status': 'estimated',
    with dropped variables as detail, or 'not_estimable' with the reason. With a `cache_folder`, what a specification
    returned before on the same mart is taken from there (estimation.fit_cache).
    """
    specifications = read_specifications(rows)
    # A connection of its own: an error inside a query would abort whatever transaction the caller has open.
    own = connection.cursor()
    solved, cache = _Solutions(own, mart_columns), FitCache(cache_folder, own)
    output: list[tuple[object, ...]] = []
    for number, specification in enumerate(specifications, start=1):
        found = cache.rows(
            specification.mart,
            solved.indicators(specification.study),
            [replace(specification, spec_id=""), confidence_level],
            partial(_rows_of, specification, solved, confidence_level),
        )
        output += [(specification.spec_id, *row) for row in found]
        if number % 50 == 0 or number == len(specifications):
            say(f"estimated {number}/{len(specifications)} specifications, {cache.recalled} of them from the cache")
    frame = pd.DataFrame(output, columns=OUTPUT_COLUMNS)
    return frame.astype({"value": "float64", "detail": "string"})


class _Solutions:
    """Solutions by what decides them, each made once; a failure is kept as well, and raised again."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, mart_columns: pd.DataFrame) -> None:
        self._connection, self._mart_columns = connection, mart_columns
        self._made: dict[Specification, Solution | NotEstimable] = {}
        self._indicators: dict[str, dict[str, list[str]]] = {}

    def indicators(self, study: str) -> dict[str, list[str]]:
        if study not in self._indicators:
            self._indicators[study] = indicators_by_column(self._mart_columns, study)
        return self._indicators[study]

    def __getitem__(self, specification: Specification) -> Solution:
        key = solution_key(specification)
        if key not in self._made:
            try:
                sample = estimation_sample(self._connection, key, self.indicators(specification.study))
                self._made[key] = solve(key, sample)
            except NotEstimable as reason:
                self._made[key] = reason
        made = self._made[key]
        if isinstance(made, NotEstimable):
            raise made
        return made


def _rows_of(specification: Specification, solved: _Solutions, confidence_level: float) -> list[Row]:
    try:
        return list(_rows_of_fit(infer(solved[specification], specification, confidence_level)))
    except NotEstimable as reason:
        return [("status", "", "not_estimable", None, str(reason))]


def _rows_of_fit(fit: Fit) -> Iterator[Row]:
    note = f"dropped for collinearity: {', '.join(fit.dropped)}" if fit.dropped else None
    yield "status", "", "estimated", None, note
    for name in fit.dropped:
        yield "dropped", name, "collinear", None, None
    for name, value in fit.statistics.items():
        yield "fit", "", name, value, None
    for name, text in fit.notes.items():
        yield "fit", "", name, None, text
    yield from _long("estimate", fit.estimates)
    if fit.balance is None:
        return
    for name, value in fit.balance.counts.items():
        yield "fit", "", name, value, None
    yield from _long("balance", fit.balance.differences)


def _long(kind: str, table: pd.DataFrame) -> Iterator[Row]:
    for term, row in table.iterrows():
        for name, value in row.items():
            yield kind, str(term), str(name), float(value), None
