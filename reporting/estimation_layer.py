"""Where what people see meets the estimation layer, and nowhere else.

Importing it takes seconds (pandas, pyfixest), so that whoever needs it imports it at the last moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb
import pandas as pd

from estimation import Limits, NotEstimable, Specification, read_specifications, run_specification, run_specifications
from estimation.numerics.covariance import VCOVS
from estimation.numerics.weak_instruments import INTERVAL, RAYS
from estimation.run.registry import check
from estimation.samples.marts import marts_alone
from estimation.samples.specification import TIME_EFFECTS, UNIT_EFFECTS
from estimation.suites.contract import Output
from reporting.errors import UsageError

__all__ = [
    "INTERVAL",
    "RAYS",
    "TIME_EFFECTS",
    "UNIT_EFFECTS",
    "VCOVS",
    "NotEstimable",
    "Output",
    "Specification",
    "estimated_again",
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


def estimated_again(
    connection: duckdb.DuckDBPyConnection,
    specifications: pd.DataFrame,
    settings: Mapping[str, float],
    say: Callable[[str], None],
) -> pd.DataFrame:
    """The long rows of all these specifications, as the table estimation_output has them, without any cache.

    `specifications` are rows of full_specifications, `settings` the row of estimation.settings; `connection` holds the
    marts and the SQL functions of the project.
    """
    return run_specifications(
        connection,
        specifications,
        limits=Limits(**{name: int(settings[name]) for name in ("placebo_draws", "bootstrap_draws", "curve_fits")}),
        confidence_level=float(settings["confidence_level"]),
        say=say,
    )
