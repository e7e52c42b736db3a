"""Critical values of simultaneous bands: intervals that hold all coefficients of a set at once."""

from __future__ import annotations

import numpy as np
from scipy import stats

from estimation.ground.arrays import Array

BAND_DRAWS = 20_000


def sup_t_critical_value(covariance: Array, confidence_level: float = 0.95, seed: int = 1) -> float:
    """The quantile of the largest |t| of a normal vector with this covariance, from BAND_DRAWS draws.

    Montiel Olea and Plagborg-Moller (2019), algorithm 1.
    """
    errors = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(errors, errors))
    root = vectors * np.sqrt(values.clip(min=0))
    draws = np.random.default_rng(seed).normal(size=(BAND_DRAWS, len(errors))) @ root.T
    return float(np.quantile(np.abs(draws).max(axis=1), confidence_level))


def sidak_critical_value(count: int, confidence_level: float = 0.95) -> float:
    """What the largest |t| of `count` normal coefficients exceeds at most so often, whatever their correlation.

    Sidak (1967); exact where they are independent, too wide otherwise. For coefficients of unknown covariance.
    """
    return float(stats.norm.ppf((1 + confidence_level ** (1 / count)) / 2))
