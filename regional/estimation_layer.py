"""Where the command line meets the estimation layer, and nowhere else.

Importing it takes seconds (pandas, pyfixest), so that whoever needs it imports it at the last moment.
"""

from __future__ import annotations

import duckdb

from estimation.bootstrap import SEED
from estimation.instruments import INTERVAL, RAYS
from estimation.regression import Fit
from estimation.runner import indicators_by_column, run_specification
from estimation.sample import NotEstimable
from estimation.specification import Specification, read_specifications

__all__ = ["INTERVAL", "RAYS", "SEED", "Fit", "NotEstimable", "Specification", "fitted", "specification_of"]


def specification_of(connection: duckdb.DuckDBPyConnection, spec_id: str) -> Specification:
    """The specification of that name, from the seed in the warehouse, which must hold it."""
    seed = connection.execute("from reference.specifications where spec_id = ?", [spec_id]).df()
    (specification,) = read_specifications(seed)
    return specification


def fitted(connection: duckdb.DuckDBPyConnection, specification: Specification) -> Fit:
    """The specification fitted afresh from its mart; raises NotEstimable with the reason."""
    indicators = indicators_by_column(connection.sql("from reference.mart_columns").df(), specification.study)
    return run_specification(connection, specification, indicators)
