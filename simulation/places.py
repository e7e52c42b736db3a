"""The provinces of the simulation: rounded standings, which are assumptions, and names from the seeds.

The standings fix who is rich, open, populous and so on. They are orderings from general knowledge with
rounded spacing, not statistics; every level in the panel is a standardised standing times a printed spread.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

_SEEDS = Path(__file__).resolve().parents[1] / "seeds"

TIBET = "540000"


def seed_file(name: str) -> Path:
    """The file of a seed, in whatever folder it lies."""
    (path,) = _SEEDS.rglob(f"{name}.csv")
    return path


@cache
def standings() -> pd.DataFrame:
    """One row a province (31), indexed by province_code, in the order of the codes.

    Columns of province_standings.csv: development, openness, services (tertiary over secondary), unemployment (%),
    population_2013_10k (residents), population_growth_pct (a year).
    """
    file = Path(__file__).with_name("province_standings.csv")
    return pd.read_csv(file, dtype={"province_code": str}).set_index("province_code")


@cache
def provinces() -> pd.DataFrame:
    """Names by province_code: name_zh, short_name_zh, name_en (seed `provinces`)."""
    return pd.read_csv(seed_file("provinces"), dtype=str).set_index("province_code")


@cache
def cny_per_usd() -> pd.Series[Any]:
    """Annual average exchange rate by year (seed `exchange_rates`)."""
    return pd.read_csv(seed_file("exchange_rates")).set_index("year")["cny_per_usd"]
