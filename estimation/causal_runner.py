"""Run causal specifications against the marts of a warehouse and return long rows."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from estimation.adoption import CLUSTER, COHORT, OUTCOME, TIME, TREATMENT, UNIT, balanced_part
from estimation.causal_specification import CausalSpecification, read_causal_specifications
from estimation.causal_suites import REPORTED, SUITES, Limits, Output, Task
from estimation.fit_cache import FitCache
from estimation.runner import indicators_by_column
from estimation.sample import CLUSTER as SAMPLE_CLUSTER
from estimation.sample import DEPENDENT, FILLED, NotEstimable, database_sentence, estimation_sample, filled
from estimation.sample import TIME as SAMPLE_TIME
from estimation.sample import UNIT as SAMPLE_UNIT
from estimation.specification import Term

#: Columns of the long output: a statistic of row `row_number` of the table `part` of a specification, a number (value)
#: or a text (detail). Undefined is no row. Every specification has the part 'status', one row.
OUTPUT_COLUMNS = ["spec_id", "part", "row_number", "statistic", "value", "detail"]
STATUS = "status"
#: seconds after which a suite says how far it is
SILENCE = 5.0


def run_causal_specifications(
    connection: duckdb.DuckDBPyConnection,
    rows: pd.DataFrame,
    mart_columns: pd.DataFrame,
    *,
    limits: Limits | None = None,
    confidence_level: float = 0.95,
    say: Callable[[str], None] = lambda _: None,
    cache_folder: Path | None = None,
) -> pd.DataFrame:
    """Run every causal specification of the seed; columns OUTPUT_COLUMNS, sorted by suite and spec_id.

    `rows` is the seed causal_specifications, `mart_columns` the table of that name. Raises ValueError for a row of the
    seed that makes no sense; what the data at hand do not allow is a status ('not_estimable') with its reason. With a
    `cache_folder`, what a specification returned before on the same mart is taken from there (estimation.fit_cache),
    the seconds that it took then included.
    """
    specifications = read_causal_specifications(rows)
    # A connection of its own: an error inside a query would abort whatever transaction the caller has open.
    own, bounds = connection.cursor(), limits or Limits()
    cache = FitCache(cache_folder, own)
    output: list[tuple[object, ...]] = []
    for suite in SUITES:
        listed = [specification for specification in specifications if specification.suite == suite]
        started, told, known = time.monotonic(), time.monotonic(), cache.recalled
        for number, specification in enumerate(listed, start=1):
            indicators = indicators_by_column(mart_columns, specification.study)
            found = cache.rows(
                specification.mart,
                indicators,
                [replace(specification, spec_id=""), bounds, confidence_level],
                partial(_rows_of, own, specification, indicators, bounds, confidence_level),
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


def run_causal_specification(
    connection: duckdb.DuckDBPyConnection,
    specification: CausalSpecification,
    indicators: Mapping[str, Sequence[str]] | None = None,
    limits: Limits | None = None,
    confidence_level: float = 0.95,
) -> tuple[Output, dict[str, float]]:
    """The tables of one specification and the figures of its sample; `indicators` as in `estimation_sample`.

    Figures: n, n_units, n_periods, n_treated_units (with a cohort up to the last year), share_filled. Raises
    NotEstimable with the reason.
    """
    frame = causal_sample(connection, specification, indicators or {})
    figures = _figures(frame)
    if specification.suite == "specification_curve":
        frame = curve_rows(connection, specification, indicators or {})
    task = Task(specification, frame, limits or Limits(), confidence_level)
    return SUITES[specification.suite](task), figures


def causal_sample(
    connection: duckdb.DuckDBPyConnection,
    specification: CausalSpecification,
    indicators: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Complete rows of the sample: unit, time, cluster, outcome, treatment, filled, the controls and further variables
    of the options, and cohort where the specification names one. Raises NotEstimable as `estimation_sample` does."""
    further = [value for value in specification.options.values() if isinstance(value, Term)]
    further += [Term(name, name) for name in specification.options.get("instruments", ())]
    carried = {COHORT: f"cast({specification.cohort_column} as double)"} if specification.cohort_column else {}
    frame = estimation_sample(connection, specification.as_regression(*further), indicators, carried)
    names = {SAMPLE_UNIT: UNIT, SAMPLE_TIME: TIME, SAMPLE_CLUSTER: CLUSTER, DEPENDENT: OUTCOME, FILLED: "filled"}
    frame = frame.rename(columns={**names, specification.treatment.name: TREATMENT})
    if specification.options.get("balanced"):
        frame = balanced_part(frame).reset_index(drop=True)
        if frame.empty:
            raise NotEstimable("no unit has every variable at every time of the sample")
    return frame


def curve_rows(
    connection: duckdb.DuckDBPyConnection,
    specification: CausalSpecification,
    indicators: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Rows of the sample for a curve, complete or not: every variable and fixed effect, a column a named sample."""
    options = specification.options
    terms = [specification.outcome, specification.treatment, *specification.controls]
    terms += [Term(name, name) for name in options.get("outcomes", ()) if name != specification.outcome.name]
    plain = {specification.unit_column, specification.time_column}
    plain |= {part for effects in options["fixed_effects"] for effect in effects for part in effect.split("^")}
    plain |= {part for errors in options["errors"] for part in errors[1:]}
    mart = specification.mart
    try:
        present = connection.sql(f"select * from {mart} limit 0").columns
        named = {name for term in terms for name in re.findall(r"[A-Za-z_]\w*", term.expression)}
        columns = {
            **{name: name for name in sorted(plain)},
            **{term.name: f"cast({term.expression} as double)" for term in terms},
            **{name: f"cast(({predicate}) as boolean)" for name, predicate in specification.samples.items()},
            REPORTED: f"not ({filled(sorted(named & set(present)), indicators)})",
        }
        selected = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
        return connection.sql(f"select {selected} from {mart} where {specification.sample} order by all").df()
    except duckdb.Error as error:
        raise NotEstimable(database_sentence(mart, str(error))) from error


def _rows_of(
    connection: duckdb.DuckDBPyConnection,
    specification: CausalSpecification,
    indicators: Mapping[str, Sequence[str]],
    limits: Limits,
    confidence_level: float,
) -> list[tuple[object, ...]]:
    """The rows of one specification, columns OUTPUT_COLUMNS after spec_id."""
    started = time.monotonic()
    try:
        output, figures = run_causal_specification(connection, specification, indicators, limits, confidence_level)
        status: dict[str, Any] = {"status": "estimated", **figures}
        status |= {"draws": output.draws, "reason": "; ".join(output.notes) or None}
    except NotEstimable as reason:
        output, status = Output({}), {"status": "not_estimable", "reason": str(reason)}
    status["seconds"] = time.monotonic() - started
    tables = {STATUS: pd.DataFrame([status]), **output.tables}
    return [
        row
        for part, table in tables.items()
        for row in long_rows(table).assign(part=part)[OUTPUT_COLUMNS[1:]].itertuples(index=False, name=None)
    ]


def long_rows(table: pd.DataFrame) -> pd.DataFrame:
    """row_number (from 1), statistic, value, detail: a row a cell of the table; what is undefined has none."""
    parts = []
    for name in table:
        column = table[name].reset_index(drop=True)
        is_text = not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))
        values = column if is_text else column.astype(float)
        defined = column.notna() if is_text else values.abs() < float("inf")
        cells = pd.DataFrame({"row_number": column.index + 1, "statistic": str(name)})
        cells["value"] = float("nan") if is_text else values
        cells["detail"] = column.astype(str) if is_text else None
        parts.append(cells[defined.to_numpy()])
    return pd.concat(parts, ignore_index=True)


def _figures(frame: pd.DataFrame) -> dict[str, float]:
    figures = {
        "n": float(len(frame)),
        "n_units": float(frame[UNIT].nunique()),
        "n_periods": float(frame[TIME].nunique()),
        "share_filled": float(frame["filled"].mean()),
    }
    if COHORT in frame:
        figures["n_treated_units"] = float(frame.loc[frame[COHORT] <= frame[TIME].max(), UNIT].nunique())
    return figures
