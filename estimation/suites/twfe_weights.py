"""What a two-way fixed-effects coefficient is an average of: its weights on the effects of treated places and years.

Weights (de Chaisemartin and D'Haultfoeuille 2020, theorem 1): with e the residual of the treatment on unit effects,
time effects and controls, the coefficient has in expectation the weight w = e / sum of e over treated cells on the
effect (ATT) of each treated unit and time. Under constant effects any weights will do; with heterogeneous effects
negative ones may turn the sign. Two figures say how much heterogeneity that takes (their corollary 1):
`sigma_zero`, the smallest standard deviation of the ATTs with which their average may be zero, and `sigma_opposite`,
that with which all of them may have the opposite sign; the latter exists only where a weight is negative.
The residuals are pyfixest's. diff-diff's `twowayfeweights` has no controls and no sigma_opposite; tests compare the
rest with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from estimation.ground.adoption import read_panel
from estimation.ground.arrays import Array
from estimation.ground.columns import COHORT, OUTCOME, TIME, TREATMENT, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.absorption import COLLINEAR
from estimation.numerics.least_squares import least_squares
from estimation.suites.contract import COMMON, Output, Suite, Task

#: A weight this small beside the average weight is zero up to rounding, not negative.
ROUNDING = 1e-10


@dataclass(frozen=True)
class TwfeWeights:
    """Cells (one row a treated unit and time: unit, time, cohort, weight) and their summary (one row)."""

    cells: pd.DataFrame
    summary: pd.DataFrame


def twfe_weights(frame: pd.DataFrame, controls: Sequence[str] = ()) -> TwfeWeights:
    """Weights of the two-way coefficient on each ATT.

    `frame` as estimation.ground.adoption states it, balanced or not. Weights sum to one. Summary: estimate (the two-way
    coefficient), atts (treated cells), atts_positive, atts_negative, sum_positive, sum_negative, sigma_zero,
    sigma_opposite (NaN where no weight is negative). With controls the reading rests on effects of the controls
    that are linear and the same everywhere. Raises NotEstimable where effects and controls explain the treatment.
    """
    panel = read_panel(frame, controls)
    data = panel.frame
    residual = least_squares(data, TREATMENT, panel.controls, [UNIT, TIME]).residuals
    treated = data[TREATMENT].to_numpy() == 1
    if residual @ residual <= COLLINEAR**2 * treated.sum():
        raise NotEstimable("fixed effects and controls explain the treatment entirely")
    # The residual is orthogonal to the effects, so its sum over treated cells is its sum of squares.
    estimate = float(residual @ data[OUTCOME].to_numpy(float)) / float(residual[treated].sum())
    weights = residual[treated] / residual[treated].sum()
    cells = data.loc[treated, [UNIT, TIME, COHORT]].assign(weight=weights).reset_index(drop=True)
    return TwfeWeights(cells, pd.DataFrame([{"estimate": estimate, **_signs(weights), **_sigmas(estimate, weights)}]))


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


def _run(task: Task) -> Output:
    found = twfe_weights(task.adoption_frame, task.controls)
    return Output({"cells": found.cells, "summary": found.summary})


SUITE = Suite(name="twfe_weights", run=_run, options=COMMON, needs_cohort=True)
