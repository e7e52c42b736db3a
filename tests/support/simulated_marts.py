"""Marts straight from the simulated process, without files: for tests over many draws."""

from __future__ import annotations

import duckdb

from simulation import simulate_panel
from tests.support.macros import sql


def simulated_mart(seed: int) -> duckdb.DuckDBPyConnection:
    """A connection with one draw as the mart import_inequality, restricted to the variables of table 2."""
    panel = simulate_panel(seed)
    mart = panel.rename(columns={"in_study": "in_published_sample", "ln_fdi": "ln_fdi_as_published"})  # noqa: F841
    connection = duckdb.connect()
    formula = sql("centred_product('a', 'b')")
    connection.execute(f"create macro centred_product(a, b) as ({formula})")
    connection.execute("create table import_inequality as from mart")
    return connection
