"""Estimation samples: read from a mart by SQL, complete in every variable of the specification."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import duckdb
import numpy as np
import pandas as pd

from estimation.ground.columns import CLUSTER, FILLED, OUTCOME, REPORTED, TIME, UNIT
from estimation.ground.errors import NotEstimable
from estimation.samples.specification import Specification, Term

#: column of a mart that names what is interpolated in a row, separated by ", "; NULL where nothing is
FILLED_COLUMN = "interpolated_columns"


def estimation_sample(
    connection: duckdb.DuckDBPyConnection,
    specification: Specification,
    *,
    variables: Sequence[Term] = (),
    columns: Mapping[str, str] | None = None,
    carried: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The rows of the mart that meet the sample rule and have every variable.

    `variables` are further ones that a row must have, `columns` further columns of any type that it must have,
    `carried` such that may be NULL, both by their SQL expression. Columns: unit, time, cluster, outcome, filled (is one
    of the variables interpolated in the row), one float column a variable, and the further ones. Expressions see
    complete rows of the sample only, so centred products are centred on it; rows where an expression itself is NULL (a
    lag at the start of a place) leave afterwards. Rows are sorted by unit and time. Raises NotEstimable where the mart
    or a column is unknown, the SQL is none, or no row is left.
    """
    terms = (specification.dependent, *specification.variables, *variables)
    try:
        sources, says_filled = _mart_columns_of(connection, specification.mart, terms)
        filled = _filled(sources if says_filled else [])
        query = _query(specification, terms, sources, filled, further=columns or {}, carried=carried or {})
        frame = connection.execute(query).df()
        if frame.empty:
            raise NotEstimable(_reason(connection, specification, sources))
    except duckdb.Error as error:
        raise NotEstimable(_database_sentence(specification.mart, str(error))) from error
    values = frame[[OUTCOME, *(term.name for term in terms[1:])]].to_numpy(float)
    for term, broken in zip(terms, (~np.isfinite(values)).sum(axis=0), strict=True):
        if broken:
            raise NotEstimable(f"{term.name} = {term.expression} is not finite on {broken} of {len(frame)} rows")
    return frame


def incomplete_rows(
    connection: duckdb.DuckDBPyConnection,
    specification: Specification,
    terms: Sequence[Term],
    columns: Mapping[str, str],
) -> pd.DataFrame:
    """The rows that meet the sample rule, whether they have every variable or not, for suites that choose among them.

    One float column a term, `columns` of any type by their SQL expression, and `reported`: does the row rest on no
    interpolated value of the terms? Raises NotEstimable as `estimation_sample` does.
    """
    mart = specification.mart
    try:
        sources, says_filled = _mart_columns_of(connection, mart, terms)
        listed = {
            **columns,
            **{term.name: f"cast({term.expression} as double)" for term in terms},
            REPORTED: f"not ({_filled(sources if says_filled else [])})",
        }
        selected = ", ".join(f'{expression} as "{name}"' for name, expression in listed.items())
        return connection.sql(f"select {selected} from {mart} where {specification.sample} order by all").df()
    except duckdb.Error as error:
        raise NotEstimable(_database_sentence(mart, str(error))) from error


def _query(
    specification: Specification,
    terms: Sequence[Term],
    sources: list[str],
    filled: str,
    *,
    further: Mapping[str, str],
    carried: Mapping[str, str],
) -> str:
    dependent, *variables = terms
    columns = {
        UNIT: specification.unit_column,
        TIME: specification.time_column,
        CLUSTER: specification.cluster_column,
        OUTCOME: f"cast({dependent.expression} as double)",
        FILLED: filled,
        **{term.name: f"cast({term.expression} as double)" for term in variables},
        **further,
    }
    selected = ", ".join(f'{expression} as "{name}"' for name, expression in {**columns, **carried}.items())
    complete = " and ".join([f"({specification.sample})", *(f"{name} is not null" for name in sources)])
    present = " and ".join(f'"{name}" is not null' for name in columns if name != FILLED)
    return f"from (select {selected} from {specification.mart} where {complete}) where {present} order by all"


def _filled(sources: list[str]) -> str:
    """SQL: is one of these mart columns interpolated in the row?"""
    return f"coalesce(list_has_any(string_split({FILLED_COLUMN}, ', '), {sources!r}), false)" if sources else "false"


def _mart_columns_of(connection: duckdb.DuckDBPyConnection, mart: str, terms: Iterable[Term]) -> tuple[list[str], bool]:
    """Mart columns that the terms are made of; and does the mart say what is interpolated?"""
    columns = connection.sql(f"select * from {mart} limit 0").columns
    named = {name for term in terms for name in re.findall(r"[A-Za-z_]\w*", term.expression)}
    return sorted(named & set(columns)), FILLED_COLUMN in columns


def _database_sentence(mart: str, message: str) -> str:
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
