"""Estimation samples: read from a mart by SQL, complete in every variable of the specification."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd

from estimation.specification import Specification

UNIT, TIME, CLUSTER, DEPENDENT, FILLED = "_unit", "_time", "_cluster", "_dependent", "_filled"
FILLED_COLUMN = "interpolated_indicators"


class NotEstimable(Exception):
    """A specification has no usable sample on the data at hand; the message is the reason, for analysts."""


def estimation_sample(
    connection: duckdb.DuckDBPyConnection,
    specification: Specification,
    indicators: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """The rows of the mart that meet the sample rule and have every variable.

    `indicators` says which panel indicators each mart column rests on. Columns: _unit, _time, _cluster, _dependent,
    _filled (is one of these indicators interpolated in the row), and one float column a term. Expressions see the
    sample only, so centred products are centred on it. Rows are sorted by unit and time. Raises NotEstimable where no
    row is left.
    """
    sources = variables(connection, specification)
    complete = " and ".join([f"({specification.sample})", *(f"{name} is not null" for name in sources)])
    terms = ", ".join(f"cast({term.expression} as double) as {term.name}" for term in specification.terms)
    used = sorted({indicator for name in sources for indicator in (indicators or {}).get(name, ())})
    filled = f"len(list_intersect({FILLED_COLUMN}, {used!r})) > 0" if used else "false"
    frame = connection.sql(
        f"select {specification.unit_column} as {UNIT}, {specification.time_column} as {TIME}, "
        f"{specification.cluster_column or specification.unit_column} as {CLUSTER}, "
        f"cast({specification.dependent} as double) as {DEPENDENT}, {filled} as {FILLED}, {terms} "
        f"from {specification.mart} where {complete} order by all"
    ).df()
    if frame.empty:
        raise NotEstimable(_reason(connection, specification, sources))
    return frame


def variables(connection: duckdb.DuckDBPyConnection, specification: Specification) -> list[str]:
    """Mart columns that the dependent variable and the regressors are made of."""
    columns = _columns(connection, specification.mart)
    expressions = [specification.dependent, *(term.expression for term in specification.terms)]
    named = {name for expression in expressions for name in re.findall(r"[A-Za-z_]\w*", expression)}
    return sorted(named & set(columns))


def _columns(connection: duckdb.DuckDBPyConnection, mart: str) -> list[str]:
    return connection.sql(f"select * from {mart} limit 0").columns


def _reason(connection: duckdb.DuckDBPyConnection, specification: Specification, sources: list[str]) -> str:
    """Why no row is complete: variables without any value in the sample, or variables whose years do not meet."""
    time = specification.time_column
    parts = ", ".join(
        f"count({name}), coalesce(min({time}) filter (where {name} is not null) || '-' || "
        f"max({time}) filter (where {name} is not null), '')"
        for name in sources
    )
    counted = connection.sql(
        f"select count(*), {parts} from {specification.mart} where {specification.sample}"
    ).fetchall()[0]
    if counted[0] == 0:
        return "no row of the mart meets the sample rule"
    counts = dict(zip(sources, zip(counted[1::2], counted[2::2], strict=True), strict=True))
    missing = [name for name, (count, _) in counts.items() if count == 0]
    if missing:
        return f"no value in the sample: {', '.join(missing)}"
    spans = ", ".join(f"{name} {span}" for name, (_, span) in counts.items())
    return f"no row has every variable; years with values: {spans}"
