"""Effects on switchers of de Chaisemartin and D'Haultfoeuille (2024), for treatments that are adopted for good.

The effect k years after adoption compares, for each cohort F, the change of the outcome from F - 1 to F + k with that
of all units not yet treated at F + k, and averages over treated units. The mirror images before adoption, from F - 1
back to F + k for k = -2, -3, ..., use the same units and controls as the effect at -2 - k. With controls, outcomes are
first rid of X b, b from first differences on times among observations not yet treated (their web appendix 1.2).
Standard errors: the influence of each unit, centred on its cohort (web appendix 3.7.3), summed by cluster.

Own code. diff-diff's ChaisemartinDHaultfoeuille gives the same effects and errors (tests compare them), but the error
of its overall effect takes the effects of different years as independent, though they are of the same units; here it
comes from the units' influence on the overall effect itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimation.ground.adoption import Panel
from estimation.ground.arrays import Array
from estimation.ground.columns import CLUSTER, OUTCOME, TIME, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.absorption import sums_by


@dataclass(frozen=True)
class SwitcherEffects:
    """Effects by year since adoption and overall (average over treated units and years), with their covariance."""

    relative_years: list[int]
    estimates: Array
    covariance: Array
    overall: float
    overall_error: float


def switcher_effects(panel: Panel) -> SwitcherEffects:
    """Effects of a balanced panel from `read_panel`, with never-treated units and every cohort's year before adoption.

    Of years that nobody observed there are no effects. Raises NotEstimable where the controls are collinear in first
    differences among units not yet treated.
    """
    times = np.sort(panel.frame[TIME].unique())
    cohorts = panel.cohorts.fillna(np.inf).to_numpy()
    outcomes = _adjusted(panel, cohorts, times)
    years, influences, switchers = [], [], []
    for year in range(int(times[0] - times[-1]), int(times[-1] - times[0]) + 1):
        influence, count = _influence(outcomes, cohorts, times, year)
        if count and year != -1:
            years.append(year)
            influences.append(influence / count)
            switchers.append(count)
    columns = np.stack(influences, axis=1)
    after = np.array(years) >= 0
    shares = np.where(after, switchers, 0) / np.sum(np.array(switchers)[after])
    columns = np.column_stack([columns, columns @ shares])
    covariance = _covariance(columns, cohorts, panel)
    return SwitcherEffects(
        years,
        columns[:, :-1].sum(axis=0),
        covariance[:-1, :-1],
        columns[:, -1].sum(),
        float(np.sqrt(covariance[-1, -1])),
    )


def _influence(outcomes: Array, cohorts: Array, times: Array, year: int) -> tuple[Array, int]:
    """What each unit adds to the sum of effects over switchers (units), and the number of switchers."""
    influence, switchers = np.zeros(len(cohorts)), 0
    ahead = year if year >= 0 else -2 - year
    for cohort in np.unique(cohorts[np.isfinite(cohorts)]):
        treated, controls = cohorts == cohort, cohorts > cohort + ahead
        seen = np.isin([cohort - 1, cohort + year, cohort + ahead], times).all()
        if not seen or not controls.any():
            continue
        change = outcomes[:, times == cohort + year].ravel() - outcomes[:, times == cohort - 1].ravel()
        influence += np.where(treated, change, 0) - np.where(controls, change, 0) * treated.sum() / controls.sum()
        switchers += int(treated.sum())
    return influence, switchers


def _adjusted(panel: Panel, cohorts: Array, times: Array) -> Array:
    """Outcomes (units x times) without what the controls explain."""
    shape = (len(cohorts), len(times))
    outcomes = panel.frame[OUTCOME].to_numpy(float).reshape(shape)
    if not panel.controls:
        return outcomes
    controls = panel.frame[list(panel.controls)].to_numpy(float).reshape(*shape, -1)
    untreated = cohorts[:, None] > times[None, 1:]
    period = np.broadcast_to(np.arange(len(times) - 1), untreated.shape)[untreated]
    changes = np.column_stack([np.diff(outcomes)[untreated], np.diff(controls, axis=1)[untreated]])
    sums = sums_by(period)
    within = changes - ((sums @ changes) / np.bincount(period)[:, None])[period]
    if np.linalg.matrix_rank(within[:, 1:]) < len(panel.controls):
        raise NotEstimable("the controls are collinear in first differences among units not yet treated")
    slopes = np.linalg.lstsq(within[:, 1:], within[:, 0], rcond=None)[0]
    return outcomes - controls @ slopes


def _covariance(influences: Array, cohorts: Array, panel: Panel) -> Array:
    """Of the column sums of influences (units x effects): centred on the cohort, then summed by cluster."""
    group = np.unique(cohorts, return_inverse=True)[1]
    centred = influences - ((sums_by(group) @ influences) / np.bincount(group)[:, None])[group]
    first = panel.frame.groupby(UNIT, sort=True)[CLUSTER]
    if (first.nunique() > 1).any():
        raise NotEstimable("a unit lies in more than one cluster")
    clusters = np.unique(first.first().to_numpy(), return_inverse=True)[1]
    summed = sums_by(clusters) @ centred
    return summed.T @ summed
