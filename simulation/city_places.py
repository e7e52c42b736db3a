"""The cities of the simulation: which ones, their pilots from the seeds, and standings, which are assumptions.

A standing orders the cities and is the same for every seed: it is drawn once from a fixed stream. Only the standing in
development knows real places: richer provinces, capitals and sub-provincial cities stand higher.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.places import cny_per_usd, seed_file, standings

Array = NDArray[np.float64]

FIRST_YEAR, LAST_YEAR = 2004, 2022
YEARS = np.arange(FIRST_YEAR, LAST_YEAR + 1)
TRADE_YEARS = (YEARS >= 2005) & (YEARS <= 2022)
PILOT_YEARS = (YEARS >= 2006) & (YEARS <= 2018)
#: the years in which the simulated communiques print incomes
INCOME_YEARS = (YEARS >= 2005) & (YEARS <= 2019)
#: the fixed stream of standings; the first of the panel's years, not chosen among others
_STANDING_STREAM = 2004
_NAMES = (
    *("size", "employment", "investment", "trade", "openness", "foreign", "revenue", "education", "jobless"),
    *("internet", "structure", "farming", "capital", "technology", "talent", "patents", "wage", "inequality", "wages"),
)


@cache
def cities() -> pd.DataFrame:
    """One row a city (286), indexed by city_code: every place that was a prefecture-level city in 2004-2022.

    Columns of the seed `cities`, and cohort: first year of the innovative-city pilot, NaN for none (the municipalities
    had pilots in one district only: none).
    """
    table = pd.read_csv(seed_file("cities"), dtype=str, keep_default_na=False)
    events = pd.read_csv(seed_file("place_events"), dtype=str, keep_default_na=False)
    founded = events[(events["year"].astype(int) > FIRST_YEAR) & events["event"].str.contains("升格|改设|新设")]
    kept = (table["status"] == "active") & table["name_zh"].str.endswith("市")
    chosen = table[kept & ~table["city_code"].isin(founded["to_code"])].set_index("city_code")
    flags = ["is_municipality", "is_provincial_capital", "is_subprovincial"]
    chosen[flags] = chosen[flags] == "true"
    policies = pd.read_csv(seed_file("policy_places"), dtype={"place_code": str})
    pilots = policies[(policies["policy"] == "innovative_city") & (policies["unit_level"] == "city")]
    return chosen.assign(cohort=pilots.groupby("place_code")["first_year"].min().reindex(chosen.index))


@cache
def exchange_rates() -> Array:
    """CNY per USD in the years of the panel."""
    return cny_per_usd().reindex(YEARS).to_numpy(float)


@cache
def in_trade_study() -> NDArray[np.bool_]:
    """Whether a city lies in the provinces of the study of trade; in the order of `cities`."""
    return ~cities()["province_code"].isin(_excluded("trade_wage_share")).to_numpy()


@cache
def in_pilot_study() -> NDArray[np.bool_]:
    """Whether a city lies in the provinces of the study of innovative cities; in the order of `cities`."""
    return ~cities()["province_code"].isin(_excluded("innovative_city")).to_numpy()


def _excluded(study: str) -> list[str]:
    exclusions = pd.read_csv(seed_file("study_exclusions"), dtype=str)
    return exclusions.loc[exclusions["study"] == study, "province_code"].tolist()


@cache
def scores() -> dict[str, Array]:
    """Standings of the cities as ranks in (0, 1), in the order of `cities`; development among them."""
    table = cities()
    random = np.random.default_rng(_STANDING_STREAM)
    own = {name: random.standard_normal(len(table)) for name in ("development", *_NAMES)}
    province = standings()["development"].reindex(table["province_code"]).to_numpy()
    bonus = 0.7 * table["is_subprovincial"] + 0.5 * table["is_provincial_capital"] + 0.5 * table["cohort"].notna()
    raw = own | {"development": 0.7 * province + bonus.to_numpy(float) + 0.7 * own["development"]}
    return {name: ranks(values) for name, values in raw.items()}


def ranks(values: Array) -> Array:
    """Ranks (i - 1/2) / n of the values, in (0, 1)."""
    order = np.empty(len(values))
    order[np.argsort(values, kind="stable")] = np.arange(len(values))
    return (order + 0.5) / len(values)


def normal_scores(rank: Array) -> Array:
    """Normal quantiles of ranks: mean 0, standard deviation just under 1."""
    normal = NormalDist()
    return np.array([normal.inv_cdf(value) for value in rank])


def flat_scores(rank: Array) -> Array:
    """Ranks spread evenly with mean 0 and standard deviation 1: nobody beyond 1.73."""
    return (rank - 0.5) * np.sqrt(12)


def skewed_scores(rank: Array, lowest: float, mean: float, sd: float) -> Array:
    """Levels with the given lowest value, mean and standard deviation, skewed to the right: low + s (1 + k) rank^k.

    k solves k^2 / (1 + 2k) = (sd / s)^2 with s = mean - lowest.
    """
    scale = mean - lowest
    ratio = (sd / scale) ** 2
    power = ratio + np.sqrt(ratio**2 + ratio)
    return lowest + scale * (1 + power) * rank**power
