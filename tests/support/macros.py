"""The SQL formulas of the project, rendered for tests: models and tests use the same macros."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import duckdb
import jinja2
import pyarrow as pa

from tests.support.project import ROOT

#: macro files that call nothing of dbt
_FORMULAS = (
    "arithmetic",
    "audit",
    "claims",
    "decomposition",
    "inequality",
    "lags",
    "outliers",
    "productivity",
    "structure",
    "texts",
    "weighted_records",
)


@cache
def _source() -> str:
    return "\n".join((ROOT / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in _FORMULAS)


@cache
def connection() -> duckdb.DuckDBPyConnection:
    """One for all calls, since opening one takes longer than a query; one thread, for sums that repeat exactly."""
    return duckdb.connect(config={"threads": 1})


@cache
def sql(call: str) -> str:
    """The SQL of a macro call, such as sql("ratio('a', 'b')")."""
    environment = jinja2.Environment()
    return environment.from_string(_source() + "{{ " + call + " }}").render(none=None).strip()


def evaluate(call: str, columns: str, rows: list[tuple], is_aggregate: bool = False) -> list:
    """The values of a macro call over `rows` of `columns` ("a, b"): one a row in their order, or one in all."""
    names = [name.strip() for name in columns.split(",")]
    arrays = {
        name: pa.array(values, type=_type(values))
        for name, values in zip(["position", *names], [range(len(rows)), *zip(*rows, strict=True)], strict=True)
    }
    given = pa.table(arrays)
    order = "" if is_aggregate else "order by position"
    connection().register("given", given)
    return [value for (value,) in connection().execute(f"select {sql(call)} from given {order}").fetchall()]


def _type(values: Iterable) -> pa.DataType:
    kinds = {type(value) for value in values if value is not None}
    return pa.string() if str in kinds else pa.int64() if kinds == {int} else pa.float64()
