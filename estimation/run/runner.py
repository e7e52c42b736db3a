"""Run specifications against the marts of a warehouse and return long rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from estimation.ground.adoption import balanced_part
from estimation.ground.columns import COHORT, FILLED, TIME, UNIT
from estimation.ground.errors import NotEstimable
from estimation.run.fit_cache import FitCache
from estimation.run.registry import check, suite_of, suites
from estimation.samples.marts import marts_alone
from estimation.samples.sample import estimation_sample, incomplete_rows
from estimation.samples.specification import Specification, read_specifications
from estimation.suites.contract import Limits, Memo, Output, Task

#: Columns of the long output: a statistic of row `row_number` of the table `part` of a specification, a number (value)
#: or a text (detail). Undefined is no row. Every specification has the part 'status', one row.
OUTPUT_COLUMNS = ["spec_id", "part", "row_number", "statistic", "value", "detail"]
STATUS = "status"
#: seconds after which a suite says how far it is
SILENCE = 5.0


def run_specifications(
    connection: duckdb.DuckDBPyConnection,
    rows: pd.DataFrame,
    *,
    limits: Limits | None = None,
    confidence_level: float = 0.95,
    say: Callable[[str], None] = lambda _: None,
    cache_folder: Path | None = None,
) -> pd.DataFrame:
    """Run every specification; columns OUTPUT_COLUMNS, sorted by suite and spec_id.

    `rows` is the table full_specifications. Raises ValueError for a row that makes no sense; what the data at hand do
    not allow is a status ('not_estimable') with its reason. With a `cache_folder`, what a specification returned before
    on the same mart is taken from there (estimation.run.fit_cache), the seconds that it took then included.
    """
    specifications = read_specifications(rows)
    check(specifications)
    # A connection of its own: an error inside a query would abort whatever transaction the caller has open.
    marts = marts_alone(connection.cursor(), (specification.mart for specification in specifications))
    runner = _Runner(marts, limits or Limits(), confidence_level)
    cache = FitCache(cache_folder, runner.connection)
    output: list[tuple[object, ...]] = []
    for suite in suites():
        listed = [specification for specification in specifications if specification.suite == suite]
        started, told, known = time.monotonic(), time.monotonic(), cache.recalled
        for number, specification in enumerate(listed, start=1):
            found = cache.rows(
                specification.mart,
                [replace(specification, spec_id=""), runner.limits, confidence_level],
                partial(runner.rows_of, specification),
            )
            output += [(specification.spec_id, *row) for row in found]
            if time.monotonic() - told > SILENCE:
                told = time.monotonic()
                say(f"{suite}: {number}/{len(listed)} specifications")
        if listed:
            seconds, recalled = time.monotonic() - started, cache.recalled - known
            say(f"{suite}: {len(listed)} specifications in {seconds:.1f} s, {recalled} of them from the cache")
    table = pd.DataFrame(output, columns=OUTPUT_COLUMNS)
    return table.astype({"row_number": "int64", "value": "float64", "detail": "string"})


def run_specification(
    connection: duckdb.DuckDBPyConnection,
    specification: Specification,
    *,
    limits: Limits | None = None,
    confidence_level: float = 0.95,
    memo: Memo | None = None,
) -> tuple[Output, dict[str, float]]:
    """The tables of one specification and the figures of its sample.

    Figures: n, n_units, n_periods, n_treated_units (with a cohort up to the last year), share_filled. `memo` keeps what
    specifications that differ in their standard errors share. Raises NotEstimable with the reason.
    """
    suite, shared = suite_of(specification), memo or Memo()
    options = suite.read_options(specification)
    reads = suite.reads(specification, options)
    cohort = {COHORT: f"cast({specification.cohort_column} as double)"} if suite.needs_cohort else {}

    def sample() -> pd.DataFrame:
        frame = estimation_sample(
            connection, specification, variables=reads.variables, columns=reads.columns, carried=cohort
        )
        if options.get("balanced"):
            frame = balanced_part(frame).reset_index(drop=True)
            if frame.empty:
                raise NotEstimable("no unit has every variable at every time of the sample")
        return frame

    frame = shared.once(("sample", replace(specification, spec_id="", vcov="")), sample)
    figures = _figures(frame)
    if reads.incomplete:
        frame = incomplete_rows(connection, specification, reads.incomplete.terms, reads.incomplete.columns)
    task = Task(specification, options, frame, limits or Limits(), confidence_level, shared)
    return suite.run(task), figures


class _Runner:
    """What the specifications of one run have in common."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        limits: Limits,
        confidence_level: float,
    ) -> None:
        self.connection, self.limits, self._confidence_level = connection, limits, confidence_level
        self._memo = Memo()

    def rows_of(self, specification: Specification) -> list[tuple[object, ...]]:
        """The rows of one specification, columns OUTPUT_COLUMNS after spec_id."""
        started = time.monotonic()
        try:
            output, figures = run_specification(
                self.connection,
                specification,
                limits=self.limits,
                confidence_level=self._confidence_level,
                memo=self._memo,
            )
            status: dict[str, Any] = {"status": "estimated", **figures}
            status |= {"draws": output.draws, "reason": "; ".join(output.notes) or None}
        except NotEstimable as reason:
            output, status = Output({}), {"status": "not_estimable", "reason": str(reason)}
        status["seconds"] = time.monotonic() - started
        return list(_long({STATUS: pd.DataFrame([status]), **output.tables}))


def _long(tables: dict[str, pd.DataFrame]) -> Iterator[tuple[object, ...]]:
    for part, table in tables.items():
        for name in table:
            column = table[name]
            is_number = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)
            for row_number, value in enumerate(column, start=1):
                if is_number and abs(float(value)) < float("inf"):
                    yield part, row_number, str(name), float(value), None
                elif not is_number and not pd.isna(value):
                    yield part, row_number, str(name), None, str(value)


def _figures(frame: pd.DataFrame) -> dict[str, float]:
    figures = {
        "n": float(len(frame)),
        "n_units": float(frame[UNIT].nunique()),
        "n_periods": float(frame[TIME].nunique()),
        "share_filled": float(frame[FILLED].mean()),
    }
    if COHORT in frame:
        figures["n_treated_units"] = float(frame.loc[frame[COHORT] <= frame[TIME].max(), UNIT].nunique())
    return figures
