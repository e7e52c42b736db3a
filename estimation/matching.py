"""Nearest-neighbour matching on a propensity score: rows in, rows with weights out. Nothing is drawn at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from estimation.sample import TREATED, NotEstimable
from estimation.specification import Matching

Array = npt.NDArray[np.float64]
MATCH_WEIGHT, SCORE = "_match_weight", "_score"
NEWTON_STEPS, NEWTON_TOLERANCE = 50, 1e-10


@dataclass(frozen=True)
class Balance:
    """What matching did.

    differences: index covariate, columns before and after: difference of means, treated less controls, over the root of
    the mean of both variances before matching (standardised mean difference). counts: treated rows, those off the
    common support, those matched, and distinct control rows used.
    """

    differences: pd.DataFrame
    counts: dict[str, float]


def matched_sample(frame: pd.DataFrame, matching: Matching) -> tuple[pd.DataFrame, Balance]:
    """The rows of an estimation sample that matching keeps, in their order.

    Treated rows whose score lies outside the range of the controls' are off the common support. keep 'matched': treated
    rows with a match, at weight 1, and controls at the sum of 1 / (matches of the treated row) over the rows that they
    match, as column _match_weight. keep 'support': every row but treated ones off the support, without weights; the
    balance is then that of these rows. Raises NotEstimable where a group is empty, the logit has no maximum, or no row
    finds a match.
    """
    treated = frame[TREATED].to_numpy(bool)
    if treated.all() or not treated.any():
        raise NotEstimable(f"{'every' if treated.all() else 'no'} row is treated, so there is nothing to match")
    covariates = frame[list(matching.covariates)].to_numpy(float)
    scores = propensity_scores(treated, covariates)
    supported = ~treated | ((scores >= scores[~treated].min()) & (scores <= scores[~treated].max()))
    weights = nearest_neighbour_weights(scores, treated & supported, ~treated, matching.k, matching.caliper)
    if not weights[treated].any():
        raise NotEstimable("no treated row has a match on the common support")
    kept = supported if matching.keep == "support" else weights > 0
    used = np.where(supported, 1.0, 0.0) if matching.keep == "support" else weights
    balance = Balance(
        differences=pd.DataFrame(
            {
                "before": standardised_differences(covariates, treated, np.ones(len(frame))),
                "after": standardised_differences(covariates, treated, used),
            },
            index=pd.Index(matching.covariates, name="covariate"),
        ),
        counts={
            "n_treated": float(treated.sum()),
            "n_off_support": float((~supported).sum()),
            "n_matched_treated": float((weights[treated] > 0).sum()),
            "n_matched_controls": float((weights[~treated] > 0).sum()),
        },
    )
    rows = frame.assign(**{SCORE: scores})
    if matching.keep == "matched":
        rows[MATCH_WEIGHT] = weights
    return rows[kept].reset_index(drop=True), balance


def propensity_scores(treated: npt.NDArray[np.bool_], covariates: Array) -> Array:
    """Fitted probabilities of a logit with constant, by Newton's method on standardised covariates.

    treated has one value a row, covariates (rows x covariates). Raises NotEstimable where covariates are collinear, or
    separate the groups, so that the likelihood has no maximum.
    """
    spread = covariates.std(axis=0)
    if (spread == 0).any():
        raise NotEstimable("a covariate of the propensity score does not vary")
    design = np.column_stack([np.ones(len(treated)), (covariates - covariates.mean(axis=0)) / spread])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEstimable("the covariates of the propensity score are collinear")
    slopes = np.zeros(design.shape[1])
    for _ in range(NEWTON_STEPS):
        fitted = 1 / (1 + np.exp(-np.clip(design @ slopes, -500, 500)))
        information = (design * (fitted * (1 - fitted))[:, None]).T @ design
        if np.linalg.cond(information) > 1 / np.finfo(float).eps:
            break
        step = np.linalg.solve(information, design.T @ (treated - fitted))
        slopes = slopes + step
        if np.abs(step).max() < NEWTON_TOLERANCE:
            return 1 / (1 + np.exp(-(design @ slopes)))
    raise NotEstimable("the covariates separate treated rows from controls, so the propensity score has no maximum")


def nearest_neighbour_weights(
    scores: Array, treated: npt.NDArray[np.bool_], controls: npt.NDArray[np.bool_], k: int, caliper: float | None
) -> Array:
    """Weights of k-nearest-neighbour matching with replacement, one a row.

    A treated row takes the k controls nearest in score (fewer where the caliper leaves fewer, none where it leaves
    none); equal distances go by the order of the rows. Treated rows with a match weigh 1, and give each match
    1 / matches.
    """
    weights, places = np.zeros(len(scores)), np.flatnonzero(controls)
    for row in np.flatnonzero(treated):
        distances = np.abs(scores[places] - scores[row])
        last = min(k, len(places)) - 1
        near = np.flatnonzero(distances <= np.partition(distances, last)[last])
        nearest = near[np.argsort(distances[near], kind="stable")[:k]]
        if caliper is not None:
            nearest = nearest[distances[nearest] <= caliper]
        if len(nearest):
            weights[row] = 1.0
            weights[places[nearest]] += 1 / len(nearest)
    return weights


def standardised_differences(covariates: Array, treated: npt.NDArray[np.bool_], weights: Array) -> Array:
    """Weighted difference of means a covariate, over the root of the mean of both groups' unweighted variances."""
    masks = (treated, ~treated)
    means = [np.average(covariates[mask], axis=0, weights=weights[mask]) for mask in masks]
    variances = [covariates[mask].var(axis=0, ddof=1) for mask in masks]
    return (means[0] - means[1]) / np.sqrt((variances[0] + variances[1]) / 2)
