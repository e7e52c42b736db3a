"""Random panels and specifications made for a test: no mart, no seed of the project."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd

from estimation import Specification, read_specifications
from estimation.ground.columns import CLUSTER, FILLED, OUTCOME, TIME, UNIT
from tests.support.macros import sql

ROW = {
    "spec_id": "made_up",
    "study": "made_up",
    "suite": "regression",
    "mart": "made_up",
    "unit_column": "place",
    "time_column": "year",
    "cohort_column": "",
    "dependent": "y",
    "regressors": "x1; x2",
    "endogenous": "",
    "instruments": "",
    "sample": "true",
    "unit_effects": "absorbed",
    "time_effects": "absorbed",
    "vcov": "classical",
    "cluster_column": "",
    "options": "",
}


def specification(**changes: Any) -> Specification:
    """One specification over columns x1, x2, ...; clustered errors are by place unless said otherwise."""
    (made,) = read_specifications(pd.DataFrame([{**ROW, **changes}]))
    return made


def random_panel(seed: int, instrument_strength: float = 0.5) -> pd.DataFrame:
    """An unbalanced panel, as `estimation_sample` returns it: y on x1, x2 and the endogenous d, instruments z1, z2.

    25 places, 12 years, one row in five missing; effects of place and year; errors larger where x1 is, and
    correlated within a place.
    """
    generator = np.random.default_rng(seed)
    places, years = 25, 12
    place, year = np.repeat(np.arange(places), years), np.tile(np.arange(2005, 2005 + years), places)
    n = places * years

    def noise() -> np.ndarray:
        return generator.normal(size=n)

    place_effect, year_effect = generator.normal(size=places)[place], generator.normal(size=years)[year - 2005]
    x1, x2, z1, z2 = (noise() + 0.5 * place_effect + 0.3 * year_effect for _ in range(4))
    error = (0.5 + np.abs(x1)) * noise() + generator.normal(size=places)[place] * x2
    d = instrument_strength * (z1 + 0.4 * z2) + 0.3 * x1 + place_effect + 0.7 * error + noise()
    y = 2 + 0.8 * x1 - 0.4 * x2 + 1.5 * d + place_effect + year_effect + error
    frame = pd.DataFrame(
        {
            UNIT: [f"p{number:02d}" for number in place],
            TIME: year,
            CLUSTER: [f"p{number:02d}" for number in place],
            OUTCOME: y,
            FILLED: False,
            "x1": x1,
            "x2": x2,
            "d": d,
            "z1": z1,
            "z2": z2,
        }
    )
    kept = np.sort(generator.choice(n, size=int(0.8 * n), replace=False))
    return frame.iloc[kept].reset_index(drop=True)


def made_up_mart() -> duckdb.DuckDBPyConnection:
    """A connection with a random panel as the mart made_up."""
    panel = random_panel(1).rename(columns={UNIT: "place", TIME: "year", OUTCOME: "y"})  # noqa: F841
    connection = duckdb.connect()
    connection.execute("create table made_up as select place, year, y, x1, x2, d, z1, z2, 'one' as text from panel")
    lag = sql("lag_years('value', 'place', 'years', 'moment')")
    connection.execute(f"create macro lag_years(value, place, moment, years) as {lag}")
    return connection
