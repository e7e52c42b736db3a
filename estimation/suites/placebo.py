"""Placebo policies: treated places and treatment years drawn together, a two-way regression for every draw.

Each draw deals the cohorts of the data out anew to all places, so every year keeps its number of places. By
Frisch-Waugh-Lovell the coefficient needs only the part of the drawn treatment that fixed effects and controls leave
over; outcome and controls are partialled out once and the drawn treatments in blocks of columns. Own code: pyfixest's
`ritest` resamples a given column within strata, which does not keep the places of each year, and refits one by one.
The numbers are those of `pyfixest.feols(outcome ~ treatment + controls | unit + time)` on each draw. Compare
Chetty, Looney and Kroft (2009), section II, for the reading of such draws as a permutation test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from estimation.ground.adoption import NEVER_TREATED, Panel, read_panel
from estimation.ground.arrays import Array
from estimation.ground.columns import CLUSTER, OUTCOME, TIME, TREATMENT, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.absorption import COLLINEAR, Absorber, orthonormal, sums_by, without
from estimation.numerics.covariance import Covariance
from estimation.suites.contract import COMMON, Output, Suite, Task

#: Cells (rows x draws) of one block: about 4 MB an array, a dozen of which are alive at a time.
BLOCK_CELLS = 500_000
#: A draw that deals the true treatment again differs from it by rounding alone and counts as equally extreme.
TIE = 1e-9


@dataclass(frozen=True)
class Placebo:
    """Draws (one row each: draw, estimate, standard_error, p_value) and their summary (one row)."""

    draws: pd.DataFrame
    summary: pd.DataFrame


def placebo(
    frame: pd.DataFrame,
    controls: Sequence[str] = (),
    draws: int = 1000,
    seed: int = 1,
    covariance: Covariance | None = None,
) -> Placebo:
    """Two-way estimates of drawn policies beside that of the true one.

    `frame` as estimation.ground.adoption states it, complete; balanced or not. Draws depend on `seed` and their number
    only, not on blocks or threads. A draw whose treatment the fixed effects and controls explain entirely has NaN.
    Summary: draws, draws_estimated, estimate and standard_error of the true policy, share_as_extreme (draws with
    |estimate| at least the true one), p_value ((count + 1) / (draws + 1)), mean, sd, p2_5, p97_5 of the drawn
    estimates. Raises NotEstimable where no unit is never treated, the true treatment is collinear, or no degree of
    freedom is left.
    """
    if draws < 1:
        raise ValueError(f"{draws} draws: ask for at least one")
    panel = read_panel(frame, controls, needs=[NEVER_TREATED])
    engine = _Engine(panel, covariance or Covariance())
    truth = engine.fit(panel.frame[[TREATMENT]].to_numpy(float)).iloc[0]
    if not np.isfinite(truth["estimate"]):
        raise NotEstimable("fixed effects and controls explain the treatment entirely")
    block = max(1, BLOCK_CELLS // len(panel.frame))
    parts = []
    for start in range(0, draws, block):
        numbers = range(start, min(start + block, draws))
        parts.append(engine.fit(drawn_treatments(panel, numbers, seed)))
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "draw", np.arange(1, draws + 1))
    return Placebo(table, _summary(truth, table))


def drawn_treatments(panel: Panel, numbers: Sequence[int], seed: int) -> Array:
    """Treatments (rows x draws) of the draws with these numbers: cohorts dealt out anew to all units.

    Every draw has a generator of its own, keyed by seed and number.
    """
    cohorts, time, unit = panel.cohorts.to_numpy(), panel.frame[TIME].to_numpy(float), panel.codes(UNIT)
    dealt = np.stack([np.random.default_rng([seed, number]).permutation(cohorts) for number in numbers], axis=1)
    # Comparison with NaN, the cohort of the never treated, is false at all times.
    return (time[:, None] >= dealt[unit]).astype(float)


class _Engine:
    """Everything that draws share: residual outcome, basis of the controls, groups, corrections."""

    def __init__(self, panel: Panel, covariance: Covariance) -> None:
        factors = [panel.codes(UNIT), panel.codes(TIME)]
        self.covariance = covariance
        self.absorber = Absorber(factors)
        values = self.absorber.residuals(panel.frame[[OUTCOME, *panel.controls]].to_numpy(float))
        self.basis, kept = orthonormal(values[:, 1:])
        self.outcome = without(self.basis, values[:, :1])
        clusters = panel.codes(CLUSTER)
        self.cluster_sums = sums_by(clusters)
        self.factor, self.degrees = covariance.corrections(len(panel.frame), 1 + len(kept), factors, clusters)

    def fit(self, treatments: Array) -> pd.DataFrame:
        """Estimate, standard_error and p_value of each treatment (rows x draws), one row a draw."""
        rest = without(self.basis, self.absorber.residuals(treatments))
        square = (rest * rest).sum(axis=0)
        square[square <= COLLINEAR**2 * (treatments * treatments).sum(axis=0)] = np.nan
        estimate = (rest * self.outcome).sum(axis=0) / square
        error = np.sqrt(self._variance(rest, square, estimate))
        return pd.DataFrame(
            {
                "estimate": estimate,
                "standard_error": error,
                "p_value": 2 * stats.t.sf(np.abs(estimate / error), self.degrees),
            }
        )

    def _variance(self, rest: Array, square: Array, estimate: Array) -> Array:
        residual = self.outcome - rest * estimate
        if self.covariance.kind == "classical":
            # pyfixest divides by N - 1 first, so that its one correction (N - 1)/(N - k) serves all kinds.
            return self.factor * (residual * residual).sum(axis=0) / (len(rest) - 1) / square
        scores = rest * residual
        if self.covariance.kind == "cluster":
            scores = self.cluster_sums @ scores
        return self.factor * (scores * scores).sum(axis=0) / square**2


def _summary(truth: pd.Series, table: pd.DataFrame) -> pd.DataFrame:
    estimates = table["estimate"].dropna()
    if estimates.empty:
        raise NotEstimable("fixed effects and controls explain every drawn treatment entirely")
    extreme = int((estimates.abs() >= abs(truth["estimate"]) * (1 - TIE)).sum())
    return pd.DataFrame(
        [
            {
                "draws": len(table),
                "draws_estimated": len(estimates),
                "estimate": truth["estimate"],
                "standard_error": truth["standard_error"],
                "share_as_extreme": extreme / len(estimates),
                "p_value": (extreme + 1) / (len(estimates) + 1),
                "mean": estimates.mean(),
                "sd": estimates.std(ddof=1),
                "p2_5": estimates.quantile(0.025),
                "p97_5": estimates.quantile(0.975),
            }
        ]
    )


def _run(task: Task) -> Output:
    draws = task.limits.placebo_draws
    found = placebo(task.adoption_frame, task.controls, draws=draws, covariance=task.covariance)
    return Output({"draws": found.draws, "summary": found.summary}, draws)


SUITE = Suite(name="placebo", run=_run, options=COMMON, needs_cohort=True)
