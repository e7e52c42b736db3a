"""Estimation samples: read from a mart by SQL, complete in every variable of the specification."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pandas as pd

from estimation.specification import Specification

UNIT, TIME, CLUSTER, DEPENDENT, FILLED = "_unit", "_time", "_cluster", "_dependent", "_filled"
TREATED = "_treated"
FILLED_COLUMN = "interpolated_indicators"


class NotEstimable(Exception):
    """A specification has no usable sample on the data at hand; the message is the reason, for analysts."""


def estimation_sample(
    connection: duckdb.DuckDBPyConnection,
    specification: Specification,
    indicators: Mapping[str, Sequence[str]] | None = None,
    carried: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The rows of the mart that meet the sample rule and have every variable.

    `indicators` says which panel indicators each mart column rests on; `carried` names further columns by their SQL
    expression, which may be NULL. Columns: _unit, _time, _cluster, _dependent, _filled (is one of these indicators
    interpolated in the row), one float column a variable, _treated where the specification matches, and those carried.
    Expressions see complete rows of the sample only, so centred products are centred on it; rows where an expression
    itself is NULL (a lag at the start of a place) leave afterwards. Rows are sorted by unit and time. Raises
    NotEstimable where the mart or a column is unknown, the SQL is none, or no row is left.
    """
    try:
        sources = variables(connection, specification)
        frame = connection.execute(_query(specification, sources, indicators or {}, carried or {})).df()
        if frame.empty:
            raise NotEstimable(_reason(connection, specification, sources))
    except duckdb.Error as error:
        raise NotEstimable(database_sentence(specification.mart, str(error))) from error
    terms = (specification.dependent, *specification.variables)
    values = frame[[DEPENDENT, *(term.name for term in specification.variables)]].to_numpy(float)
    for term, broken in zip(terms, (~np.isfinite(values)).sum(axis=0), strict=True):
        if broken:
            raise NotEstimable(f"{term.name} = {term.expression} is not finite on {broken} of {len(frame)} rows")
    return frame


def _query(
    specification: Specification,
    sources: list[str],
    indicators: Mapping[str, Sequence[str]],
    carried: Mapping[str, str],
) -> str:
    columns = {
        UNIT: specification.unit_column,
        TIME: specification.time_column,
        CLUSTER: specification.cluster_column or specification.unit_column,
        DEPENDENT: f"cast({specification.dependent.expression} as double)",
        FILLED: filled(sources, indicators),
        **{term.name: f"cast({term.expression} as double)" for term in specification.variables},
    }
    if specification.matching:
        columns[TREATED] = f"cast({specification.matching.treated} as boolean)"
    selected = ", ".join(f"{expression} as {name}" for name, expression in {**columns, **carried}.items())
    complete = " and ".join([f"({specification.sample})", *(f"{name} is not null" for name in sources)])
    present = " and ".join(f"{name} is not null" for name in columns if name != FILLED)
    return f"from (select {selected} from {specification.mart} where {complete}) where {present} order by all"


def filled(sources: list[str], indicators: Mapping[str, Sequence[str]]) -> str:
    """SQL: does the row rest on an interpolated value of one of these mart columns?"""
    used = sorted({indicator for name in sources for indicator in indicators.get(name, ())})
    return f"len(list_intersect({FILLED_COLUMN}, {used!r})) > 0" if used else "false"


def variables(connection: duckdb.DuckDBPyConnection, specification: Specification) -> list[str]:
    """Mart columns that the variables of the specification are made of."""
    columns = connection.sql(f"select * from {specification.mart} limit 0").columns
    expressions = [term.expression for term in (specification.dependent, *specification.variables)]
    named = {name for expression in expressions for name in re.findall(r"[A-Za-z_]\w*", expression)}
    return sorted(named & set(columns))


def database_sentence(mart: str, message: str) -> str:
    """An error of the database as one sentence for analysts."""
    if f"Table with name {mart} does not exist" in message:
        return f"there is no mart {mart}"
    # the second form is what the database says where a variable is named after the column that is not there
    unknown = re.search(r'Referenced column "([^"]+)" not found|Column "([^"]+)" referenced that exists in', message)
    if unknown:
        return f"the mart {mart} has no column {unknown.group(1) or unknown.group(2)}"
    return f"the sample rule or a variable is no valid SQL on {mart}: {message.strip().splitlines()[0]}"


def _reason(connection: duckdb.DuckDBPyConnection, specification: Specification, sources: list[str]) -> str:
    """Why no row is complete: variables without any value in the sample, or variables whose years do not meet."""
    time = specification.time_column
    parts = "".join(
        f", count({name}), coalesce(min({time}) filter (where {name} is not null) || '-' || "
        f"max({time}) filter (where {name} is not null), '')"
        for name in sources
    )
    counted = connection.sql(
        f"select count(*){parts} from {specification.mart} where {specification.sample}"
    ).fetchall()[0]
    if counted[0] == 0:
        empty = not connection.sql(f"select 1 from {specification.mart} limit 1").fetchall()
        return f"the mart {specification.mart} is empty" if empty else "no row of the mart meets the sample rule"
    counts = dict(zip(sources, zip(counted[1::2], counted[2::2], strict=True), strict=True))
    missing = [name for name, (count, _) in counts.items() if count == 0]
    if missing:
        return f"no value in the sample: {', '.join(missing)}"
    spans = ", ".join(f"{name} {span}" for name, (_, span) in counts.items())
    return f"no row has every variable; years with values: {spans}"
