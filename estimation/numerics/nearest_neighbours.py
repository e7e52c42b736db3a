"""Nearest-neighbour matching on a propensity score: scores, and weights of rows. Nothing is drawn at random."""

from __future__ import annotations

import warnings

import numpy as np
from statsmodels.discrete.discrete_model import Logit

from estimation.ground.arrays import Array, Mask
from estimation.ground.errors import NotEstimable

NEWTON_STEPS, NEWTON_TOLERANCE = 50, 1e-10


def propensity_scores(treated: Mask, covariates: Array) -> Array:
    """Fitted probabilities of a logit with constant on standardised covariates (statsmodels).

    treated has one value a row, covariates (rows x covariates). Raises NotEstimable where covariates are collinear, or
    separate the groups, so that the likelihood has no maximum.
    """
    spread = covariates.std(axis=0)
    if (spread == 0).any():
        raise NotEstimable("a covariate of the propensity score does not vary")
    design = np.column_stack([np.ones(len(treated)), (covariates - covariates.mean(axis=0)) / spread])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEstimable("the covariates of the propensity score are collinear")
    with warnings.catch_warnings():
        # Separation shows in what is returned, and has a sentence of its own.
        warnings.simplefilter("ignore")
        try:
            logit = Logit(treated.astype(float), design).fit(
                method="newton", maxiter=NEWTON_STEPS, tol=NEWTON_TOLERANCE, disp=0
            )
            scores = np.asarray(logit.predict(), np.float64)
            information = design.T @ (design * (scores * (1 - scores))[:, None])
            is_maximum = bool(logit.mle_retvals["converged"]) and bool(
                np.linalg.cond(information) <= 1 / np.finfo(float).eps
            )
        except np.linalg.LinAlgError:
            is_maximum = False
    if not is_maximum:
        raise NotEstimable("the covariates separate treated rows from controls, so the propensity score has no maximum")
    return scores


def nearest_neighbour_weights(scores: Array, treated: Mask, controls: Mask, k: int, caliper: float | None) -> Array:
    """Weights of k-nearest-neighbour matching with replacement, one a row.

    A treated row takes the k controls nearest in score (fewer where the caliper leaves fewer, none where it leaves
    none); equal distances go by the order of the rows. Treated rows with a match weigh 1, and give each match
    1 / matches.
    """
    weights, positions = np.zeros(len(scores)), np.flatnonzero(controls)
    for row in np.flatnonzero(treated):
        distances = np.abs(scores[positions] - scores[row])
        last = min(k, len(positions)) - 1
        near = np.flatnonzero(distances <= np.partition(distances, last)[last])
        nearest = near[np.argsort(distances[near], kind="stable")[:k]]
        if caliper is not None:
            nearest = nearest[distances[nearest] <= caliper]
        if len(nearest):
            weights[row] = 1.0
            weights[positions[nearest]] += 1 / len(nearest)
    return weights


def on_common_support(scores: Array, treated: Mask) -> Mask:
    """Rows whose score lies within the range of the controls' scores; controls always do."""
    lowest, highest = scores[~treated].min(), scores[~treated].max()
    return ~treated | ((scores >= lowest) & (scores <= highest))
