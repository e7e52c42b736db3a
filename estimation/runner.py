"""Run specifications against the marts of a warehouse and return long rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import duckdb
import pandas as pd

from estimation.regression import Fit, fit_panel
from estimation.sample import NotEstimable, estimation_sample
from estimation.specification import Specification, read_specifications

#: Columns of the long output: kind is 'estimate', 'fit' or 'status'; term is '' unless kind is 'estimate'.
OUTPUT_COLUMNS = ["spec_id", "kind", "term", "statistic", "value", "detail"]


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

    `rows` and `mart_columns` are the seeds specifications and mart_columns.

    Every specification returns a row of kind 'status': 'estimated', or 'not_estimable' with the reason as detail.
    """
    specifications = read_specifications(rows)
    output: list[tuple[str, str, str, str, float | None, str | None]] = []
    for number, specification in enumerate(specifications, start=1):
        spec_id = specification.spec_id
        try:
            indicators = indicators_by_column(mart_columns, specification.study)
            fit = run_specification(connection, specification, indicators, confidence_level)
        except NotEstimable as reason:
            output.append((spec_id, "status", "", "not_estimable", None, str(reason)))
        else:
            note = f"dropped for collinearity: {', '.join(fit.dropped)}" if fit.dropped else None
            output.append((spec_id, "status", "", "estimated", None, note))
            output += [(spec_id, "fit", "", name, value, None) for name, value in fit.statistics.items()]
            output += [
                (spec_id, "estimate", str(term), str(name), float(value), None)
                for term, row in fit.estimates.iterrows()
                for name, value in row.items()
            ]
        if number % 10 == 0 or number == len(specifications):
            say(f"estimated {number}/{len(specifications)} specifications")
    frame = pd.DataFrame(output, columns=OUTPUT_COLUMNS)
    return frame.astype({"value": "float64", "detail": "string"})
