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

#: province code -> development, openness, tertiary over secondary, unemployment %,
#: resident population 2013 (10k persons), population growth (% a year)
_STANDINGS: dict[str, tuple[float, float, float, float, float, float]] = {
    "110000": (2.0, 2.2, 3.90, 1.40, 2100, 1.8),
    "120000": (1.7, 1.2, 1.15, 3.60, 1400, 1.6),
    "130000": (-0.35, 0.2, 0.85, 3.70, 7300, 0.6),
    "140000": (-0.3, -0.6, 0.95, 3.40, 3500, 0.2),
    "150000": (0.5, -0.8, 0.85, 3.80, 2450, 0.0),
    "210000": (0.6, 0.7, 1.00, 3.80, 4350, 0.0),
    "220000": (0.0, -0.1, 0.95, 3.70, 2650, -0.8),
    "230000": (-0.05, -0.4, 1.25, 4.25, 3650, -1.2),
    "310000": (2.1, 2.4, 1.90, 4.20, 2450, 1.5),
    "320000": (1.2, 2.0, 0.98, 3.10, 8200, 0.7),
    "330000": (1.15, 1.4, 1.05, 3.10, 5800, 1.7),
    "340000": (-0.6, -0.1, 0.90, 3.50, 6000, 0.0),
    "350000": (0.7, 1.0, 0.90, 3.70, 3900, 1.1),
    "360000": (-0.5, -0.4, 0.80, 3.30, 4500, 0.2),
    "370000": (0.45, 1.3, 0.92, 3.35, 9750, 0.6),
    "410000": (-0.6, -0.1, 0.75, 3.20, 9600, 0.4),
    "420000": (0.1, -0.1, 0.98, 3.80, 5800, 0.1),
    "430000": (-0.25, -0.5, 1.10, 4.15, 6600, 0.3),
    "440000": (1.0, 2.3, 1.15, 2.45, 11300, 2.0),
    "450000": (-0.8, -0.1, 0.95, 3.40, 4750, 0.4),
    "460000": (-0.1, -0.7, 2.10, 2.60, 920, 1.3),
    "500000": (0.3, 0.0, 1.10, 3.70, 3000, 1.0),
    "510000": (-0.5, 0.1, 0.98, 4.10, 8100, 0.2),
    "520000": (-1.5, -1.6, 1.25, 3.50, 3650, 0.3),
    "530000": (-1.3, -0.5, 1.15, 4.00, 4650, 0.4),
    "540000": (-1.7, -2.6, 1.60, 2.80, 320, 1.8),
    "610000": (0.0, -0.2, 0.78, 3.50, 3800, 0.5),
    "620000": (-1.4, -1.1, 1.25, 3.00, 2550, -0.1),
    "630000": (-0.6, -2.4, 0.90, 3.50, 570, 0.6),
    "640000": (-0.3, -1.9, 0.95, 4.15, 670, 1.3),
    "650000": (-0.5, -0.8, 1.05, 3.00, 2300, 1.7),
}
_COLUMNS = [
    "development",
    "openness",
    "services",
    "unemployment",
    "population_2013_10k",
    "population_growth_pct",
]

TIBET = "540000"


def seed_file(name: str) -> Path:
    """The file of a seed, in whatever folder it lies."""
    (path,) = _SEEDS.rglob(f"{name}.csv")
    return path


@cache
def standings() -> pd.DataFrame:
    """One row a province (31), indexed by province_code, in the order of the codes."""
    return pd.DataFrame.from_dict(_STANDINGS, orient="index", columns=_COLUMNS).rename_axis("province_code")


@cache
def provinces() -> pd.DataFrame:
    """Names by province_code: name_zh, short_name_zh, name_en (seed `provinces`)."""
    return pd.read_csv(seed_file("provinces"), dtype=str).set_index("province_code")


@cache
def cny_per_usd() -> pd.Series[Any]:
    """Annual average exchange rate by year (seed `exchange_rates`)."""
    return pd.read_csv(seed_file("exchange_rates")).set_index("year")["cny_per_usd"]
