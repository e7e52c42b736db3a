"""Robust estimators recover the average effect of the simulated pilots; two-way fixed effects fall short of it.

Draws are seeds 1 to N, never chosen. The truth of a sample is the average effect over its treated city-years: the
structural effect of the seed simulation_truth times the profile of the process. Bias is held against a normal bound at
0.1%, shared by the estimators (Bonferroni).
"""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from estimation.numerics.fit_grid import fit_grid
from estimation.suites.robust_att import ESTIMATORS, robust_att
from simulation import simulate_cities
from tests.support.project import seed_path

DRAWS = int(os.environ.get("REGIONAL_CAUSAL_RECOVERY_DRAWS", "40"))
FEW_DRAWS = 10
CONTROLS = ["ln_agdp", "ln_agdp_sq", "open", "gov", "talents", "ainternet", "urban"]
TRUTH = seed_path("simulation_truth")


def average_effect() -> float:
    truth = pd.read_csv(TRUTH).set_index(["spec_id", "term"])["truth"]
    return float(truth["ic_structure", "average_effect"])


def sample(seed: int) -> pd.DataFrame:
    """The rows of the seed's ic_robust specifications: from 2008 on, without the cohort of one city."""
    frame = simulate_cities(seed)
    rows = frame[frame["in_pilot_study"] & (frame["year"] >= 2008) & ~(frame["cohort"] == 2008)]
    names = {"city_code": "unit", "year": "time", "theil": "outcome", "treat_post": "treatment"}
    kept = ["unit", "time", "outcome", "cohort", "treatment", "profile", *CONTROLS]
    return rows.rename(columns=names)[kept].dropna(subset=["outcome", *CONTROLS])


def distances(draws: int, estimators: tuple[str, ...]) -> pd.DataFrame:
    """Estimate less truth, a row a draw and a column an estimator; two_way is the ordinary coefficient."""
    rows = []
    for seed in range(1, draws + 1):
        frame = sample(seed)
        truth = average_effect() * frame.loc[frame["treatment"] == 1, "profile"].mean()
        found = {name: robust_att(frame, name, CONTROLS)["estimate"].iloc[0] for name in estimators}
        found["two_way"] = fit_grid(frame, [{"controls": CONTROLS}])["estimate"].item()
        rows.append({name: estimate - truth for name, estimate in found.items()})
    return pd.DataFrame(rows)


def z_of_mean(values: pd.Series) -> float:
    return float(values.mean() / values.std(ddof=1) * np.sqrt(len(values)))


def test_two_way_effects_fall_short_of_imputation_on_the_same_draws() -> None:
    rows = distances(FEW_DRAWS, ("imputation",))
    assert abs(z_of_mean(rows["imputation"])) < stats.norm.ppf(1 - 0.001 / 2)
    assert z_of_mean(rows["imputation"] - rows["two_way"]) > stats.t.ppf(0.999, FEW_DRAWS - 1)


@pytest.mark.long
def test_robust_estimators_recover_the_truth_and_two_way_effects_do_not() -> None:
    rows = distances(DRAWS, ESTIMATORS)
    scores = {name: z_of_mean(rows[name]) for name in rows}
    print(f"{DRAWS} draws, mean distance {rows.mean().round(5).to_dict()}, z {scores}")
    bound = stats.norm.ppf(1 - 0.001 / 2 / len(ESTIMATORS))
    assert {name: z for name, z in scores.items() if name != "two_way" and abs(z) > bound} == {}
    assert scores["two_way"] < stats.norm.ppf(0.001)
