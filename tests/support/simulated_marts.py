"""Marts straight from the simulated process, without files: for tests over many draws."""

from __future__ import annotations

from functools import cache

import duckdb
import pandas as pd

from estimation import Specification, read_specifications
from simulation import simulate_panel
from tests.support.macros import sql
from tests.support.project import seed_path


@cache
def specifications() -> dict[str, Specification]:
    """The specifications of the seed by spec_id."""
    rows = pd.read_csv(seed_path("specifications"))
    return {specification.spec_id: specification for specification in read_specifications(rows)}


def simulated_mart(seed: int) -> duckdb.DuckDBPyConnection:
    """A connection with one draw as the mart import_inequality, restricted to the variables of table 2."""
    panel = simulate_panel(seed)
    mart = panel.rename(columns={"in_study": "in_published_sample", "ln_fdi": "ln_fdi_as_published"})  # noqa: F841
    connection = duckdb.connect()
    formula = sql("centred_product('a', 'b')")
    connection.execute(f"create macro centred_product(a, b) as ({formula})")
    connection.execute("create table import_inequality as from mart")
    return connection
