"""Run specifications against the marts of a warehouse and return long rows."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pandas as pd

from estimation.regression import Fit, fit_panel
from estimation.sample import NotEstimable, estimation_sample
from estimation.specification import Specification, read_specifications

#: Columns of the long output: kind is 'estimate', 'fit' or 'status'; term is '' unless kind is 'estimate'.
OUTPUT_COLUMNS = ["spec_id", "kind", "term", "statistic", "value", "detail"]


def run_specification(
    connection: duckdb.DuckDBPyConnection, specification: Specification, confidence_level: float = 0.95
) -> Fit:
    """Sample and fit one specification. Raises NotEstimable with the reason."""
    return fit_panel(specification, estimation_sample(connection, specification), confidence_level)


def run_specifications(
    connection: duckdb.DuckDBPyConnection,
    rows: pd.DataFrame,
    confidence_level: float = 0.95,
    say: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Run every specification of the seed; one row a statistic, columns OUTPUT_COLUMNS.

    Every specification returns a row of kind 'status': 'estimated', or 'not_estimable' with the reason as detail.
    """
    specifications = read_specifications(rows)
    output: list[tuple[str, str, str, str, float | None, str | None]] = []
    for number, specification in enumerate(specifications, start=1):
        spec_id = specification.spec_id
        try:
            fit = run_specification(connection, specification, confidence_level)
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
