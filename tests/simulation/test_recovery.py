"""The estimator recovers what the simulated data were made with: many draws, marts simulated directly.

Coverage is pooled over coefficients and draws and held against the exact binomial 99.9% band. Bias is held, as the
largest |z| over coefficients, against a Bonferroni bound at 0.1%. Draws are seeds 1 to N, never chosen.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from scipy import stats

from estimation import estimation_sample
from estimation.suites.regression import fit_panel
from simulation import CONSTANTS
from tests.support.simulated_marts import simulated_mart
from tests.support.specifications import specifications

DRAWS = int(os.environ.get("REGIONAL_RECOVERY_DRAWS", "200"))
SPECIFICATION = "ii_t2_c3"


@pytest.fixture(scope="module")
def fits() -> tuple[np.ndarray, np.ndarray]:
    """Errors of the estimates in the unit of the truth, and whether the interval holds it: draws x coefficients."""
    truth = CONSTANTS.truth()
    specification = specifications()[SPECIFICATION]
    errors, held = [], []
    for seed in range(1, DRAWS + 1):
        with simulated_mart(seed) as connection:
            estimates = fit_panel(specification, estimation_sample(connection, specification)).estimates
        values = np.array(list(truth.values()))
        rows = estimates.loc[list(truth)]
        errors.append(rows["estimate"].to_numpy() - values)
        held.append(((rows["conf_low"] <= values) & (values <= rows["conf_high"])).to_numpy())
    return np.array(errors), np.array(held)


@pytest.mark.long
def test_intervals_hold_the_truth_as_often_as_they_say(fits: tuple[np.ndarray, np.ndarray]) -> None:
    _, held = fits
    low, high = stats.binom.ppf([0.0005, 0.9995], held.size, 0.95)
    print(f"coverage {held.mean():.4f} over {held.size} intervals; band {low / held.size:.4f}-{high / held.size:.4f}")
    assert low <= held.sum() <= high


@pytest.mark.long
def test_estimates_are_not_biased(fits: tuple[np.ndarray, np.ndarray]) -> None:
    errors, _ = fits
    z = errors.mean(axis=0) / (errors.std(axis=0, ddof=1) / np.sqrt(len(errors)))
    bound = stats.norm.ppf(1 - 0.001 / 2 / errors.shape[1])
    print(f"largest |z| {np.abs(z).max():.2f}; bound {bound:.2f}")
    assert np.abs(z).max() <= bound
