"""What a two-way fixed-effects coefficient is an average of: weights on effects, and two-by-two comparisons.

Weights (de Chaisemartin and D'Haultfoeuille 2020, theorem 1): with e the residual of the treatment on unit effects,
time effects and controls, the coefficient has in expectation the weight w = e / sum of e over treated cells on the
effect (ATT) of each treated unit and time. Under constant effects any weights will do; with heterogeneous effects
negative ones may turn the sign. Two figures say how much heterogeneity that takes (their corollary 1):
`sigma_zero`, the smallest standard deviation of the ATTs with which their average may be zero, and `sigma_opposite`,
that with which all of them may have the opposite sign; the latter exists only where a weight is negative.
The residuals are pyfixest's. diff-diff's `twowayfeweights` has no controls and no sigma_opposite; tests compare the
rest with it.

Comparisons (Goodman-Bacon 2021, theorem 1): without controls and on a balanced panel the coefficient is the weighted
average of all two-by-two differences in differences between timing groups, some of which use places treated earlier
as controls. diff-diff's BaconDecomposition computes them; pyfixest has none.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyfixest as pf
from diff_diff import BaconDecomposition

from estimation.absorption import COLLINEAR
from estimation.adoption import BALANCED, COHORT, OUTCOME, TIME, TREATMENT, UNIT, UNTREATED_AT_FIRST, Array, read_panel
from estimation.regression import DEMEANER
from estimation.sample import NotEstimable

#: The comparisons must add up to the coefficient to this share of its size, or the decomposition is refused.
ADDS_UP = 1e-9
#: A weight this small beside the average weight is zero up to rounding, not negative.
ROUNDING = 1e-10


@dataclass(frozen=True)
class TwfeWeights:
    """Cells (one row a treated unit and time: unit, time, cohort, weight) and their summary (one row)."""

    cells: pd.DataFrame
    summary: pd.DataFrame


@dataclass(frozen=True)
class Bacon:
    """Comparisons (one row each: treated_cohort, control_cohort, kind, weight, estimate) and their summary by kind."""

    comparisons: pd.DataFrame
    summary: pd.DataFrame


def twfe_weights(frame: pd.DataFrame, controls: Sequence[str] = ()) -> TwfeWeights:
    """Weights of the two-way coefficient on each ATT.

    `frame` as estimation.adoption states it, balanced or not. Weights sum to one. Summary: estimate (the two-way
    coefficient), atts (treated cells), atts_positive, atts_negative, sum_positive, sum_negative, sigma_zero,
    sigma_opposite (NaN where no weight is negative). With controls the reading rests on effects of the controls
    that are linear and the same everywhere. Raises NotEstimable where effects and controls explain the treatment.
    """
    panel = read_panel(frame, controls)
    data, right = panel.frame, " + ".join(panel.controls) or "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        absorbed = pf.feols(f"{TREATMENT} ~ {right} | {UNIT} + {TIME}", data, fixef_rm="none", demeaner=DEMEANER)
    residual = np.asarray(absorbed._u_hat, float).ravel()
    treated = data[TREATMENT].to_numpy() == 1
    if residual @ residual <= COLLINEAR**2 * treated.sum():
        raise NotEstimable("fixed effects and controls explain the treatment entirely")
    # The residual is orthogonal to the effects, so its sum over treated cells is its sum of squares.
    estimate = float(residual @ data[OUTCOME].to_numpy(float)) / float(residual[treated].sum())
    weights = residual[treated] / residual[treated].sum()
    cells = data.loc[treated, [UNIT, TIME, COHORT]].assign(weight=weights).reset_index(drop=True)
    return TwfeWeights(cells, pd.DataFrame([{"estimate": estimate, **_signs(weights), **_sigmas(estimate, weights)}]))


def goodman_bacon(frame: pd.DataFrame) -> Bacon:
    """Two-by-two comparisons behind the two-way coefficient without controls.

    `frame` as estimation.adoption states it, balanced. kind: 'treated_vs_never', 'earlier_vs_later' (the later
    cohort, not yet treated, is the control) or 'later_vs_earlier' (the earlier cohort, treated already, is the
    control). control_cohort is NaN for units never treated. Summary: one row a kind (weight, average estimate), and
    one of kind 'all', whose estimate is the coefficient. Raises NotEstimable for an unbalanced panel and for units
    treated at all times.
    """
    # Units treated at all times would pass as never treated.
    data = read_panel(frame, needs=[BALANCED, UNTREATED_AT_FIRST]).frame
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = BaconDecomposition(weights="exact").fit(
            data.assign(cohort=data[COHORT].fillna(0)), outcome=OUTCOME, unit=UNIT, time=TIME, first_treat=COHORT
        )
    rows = [
        {
            "treated_cohort": float(item.treated_group),
            "control_cohort": np.nan if item.comparison_type == "treated_vs_never" else float(item.control_group),
            "kind": item.comparison_type,
            "weight": item.weight,
            "estimate": item.estimate,
        }
        for item in result.comparisons
    ]
    comparisons = pd.DataFrame(rows)
    return Bacon(comparisons, _by_kind(comparisons, twfe_weights(frame).summary["estimate"].item()))


def _signs(weights: Array) -> dict[str, float]:
    negative = weights < -ROUNDING / len(weights)
    return {
        "atts": len(weights),
        "atts_positive": int((~negative).sum()),
        "atts_negative": int(negative.sum()),
        "sum_positive": float(weights[~negative].sum()),
        "sum_negative": float(weights[negative].sum()),
    }


def _sigmas(estimate: float, weights: Array) -> dict[str, float]:
    """Corollary 1: weights are scaled to an average of one over cells of equal size."""
    scaled = np.sort(weights * len(weights))[::-1]
    spread = np.sqrt(((scaled - 1) ** 2).mean())
    zero = abs(estimate) / spread if spread > ROUNDING else np.nan
    if not (scaled < -ROUNDING).any():
        return {"sigma_zero": float(zero), "sigma_opposite": np.nan}
    # Share, sum and sum of squares of the weights from each rank down to the most negative.
    share, total, squares = (
        np.cumsum(values[::-1])[::-1] / len(scaled) for values in (np.ones_like(scaled), scaled, scaled**2)
    )
    # The first rank has share 1, where the bound is not defined; its weight is positive, so it never qualifies.
    first = 1 + int(np.argmax(scaled[1:] < -total[1:] / (1 - share[1:])))
    opposite = abs(estimate) / np.sqrt(squares[first] + total[first] ** 2 / (1 - share[first]))
    return {"sigma_zero": float(zero), "sigma_opposite": float(opposite)}


def _by_kind(comparisons: pd.DataFrame, estimate: float) -> pd.DataFrame:
    products = comparisons.assign(product=comparisons["weight"] * comparisons["estimate"])
    kinds = products.groupby("kind", as_index=False)[["weight", "product"]].sum()
    total = pd.DataFrame([{"kind": "all", "weight": kinds["weight"].sum(), "product": kinds["product"].sum()}])
    missed = abs(total["product"].item() - estimate)
    if missed > ADDS_UP * max(1.0, abs(estimate)):
        raise NotEstimable(f"the comparisons miss the coefficient {estimate:.6g} by {missed:.2g}")
    summary = pd.concat([kinds, total], ignore_index=True)
    summary["estimate"] = summary["product"] / summary["weight"]
    return summary[["kind", "weight", "estimate"]]
