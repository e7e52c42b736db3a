"""Where what people see meets the estimation layer, and nowhere else.

Importing it takes seconds (pandas, pyfixest), so that whoever needs it imports it at the last moment.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from estimation import NotEstimable, Specification, read_specifications, run_specification
from estimation.numerics.weak_instruments import INTERVAL, RAYS
from estimation.run.registry import check
from estimation.samples.marts import marts_alone
from estimation.suites.contract import Output
from reporting.errors import UsageError

__all__ = [
    "INTERVAL",
    "RAYS",
    "NotEstimable",
    "Output",
    "Specification",
    "fitted",
    "specification_from",
    "specification_of",
]


def specification_of(connection: duckdb.DuckDBPyConnection, spec_id: str) -> Specification:
    """The specification of that name, from the warehouse, which must hold it; raises UsageError for a bad one."""
    return _read(connection.execute("from estimation.full_specifications where spec_id = ?", [spec_id]).df())


def specification_from(row: Mapping[str, str]) -> Specification:
    """The specification of a row that no warehouse holds, by column of full_specifications; raises UsageError so."""
    return _read(pd.DataFrame([dict(row)]))


def _read(rows: pd.DataFrame) -> Specification:
    try:
        (specification,) = read_specifications(rows)
        check([specification])
    except ValueError as why:
        raise UsageError(f"{str(why)[:1].upper()}{str(why)[1:]}.") from why
    return specification


def fitted(connection: duckdb.DuckDBPyConnection, specification: Specification) -> Output:
    """What the suite of a specification returns, run afresh on its mart; raises NotEstimable with the reason."""
    return run_specification(marts_alone(connection, [specification.mart]), specification)[0]
