"""Two-stage least squares without each place in turn, which shows whether one place carries an instrument.

The estimates without a place come from cross products (estimation.numerics.cluster_products).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from estimation.ground.adoption import complete_rows
from estimation.ground.arrays import Array
from estimation.ground.columns import CLUSTER, OUTCOME, TIME, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.absorption import COLLINEAR
from estimation.numerics.cluster_products import ClusterProducts
from estimation.samples.specification import Specification
from estimation.suites.contract import COMMON, Output, Suite, Task


@dataclass(frozen=True)
class LeaveOneOut:
    """Fits (one row a unit left out: unit, estimate, first_stage_f) and their summary (one row)."""

    fits: pd.DataFrame
    summary: pd.DataFrame


def leave_one_out(
    frame: pd.DataFrame, endogenous: str, instruments: Sequence[str], controls: Sequence[str] = ()
) -> LeaveOneOut:
    """Two-stage least squares under two-way fixed effects without each unit in turn.

    `frame` has unit, time, `outcome` and the named columns. first_stage_f is the classical F of the instruments.
    A unit without which the estimate is not identified has NaN. Summary: estimate and first_stage_f with all units,
    lowest and highest estimate without one (minimum, maximum) and the units left out there (unit_minimum,
    unit_maximum), share_same_sign, lowest_first_stage_f. Raises NotEstimable for missing values and for columns
    collinear with fixed effects and controls.
    """
    if not instruments:
        raise ValueError("two-stage least squares needs an instrument")
    data = complete_rows(frame, [OUTCOME, endogenous, *instruments, *controls])
    # Here a unit is its own cluster, whatever the errors of the study are clustered by.
    data[CLUSTER] = data[UNIT]
    grams = ClusterProducts(data, [OUTCOME, endogenous, *instruments], controls)
    units = np.sort(data[UNIT].unique())
    if len(units) < 3:
        raise NotEstimable(f"{len(units)} units are too few to leave one out")
    weights = np.vstack([np.ones(len(units)), 1 - np.eye(len(units))])
    rows = data.groupby(UNIT, sort=True).size().to_numpy()
    periods = data[TIME].nunique()
    left = len(data) - np.concatenate([[0], rows])
    degrees = left - (len(units) - (np.arange(len(weights)) > 0)) - periods + 1 - len(grams.controls) - len(instruments)
    estimate, first_stage = _two_stages(grams, weights, endogenous, instruments, degrees)
    if not np.isfinite(estimate[0]):
        raise NotEstimable(f"the instruments do not identify the effect of {endogenous}")
    fits = pd.DataFrame({"unit": units, "estimate": estimate[1:], "first_stage_f": first_stage[1:]})
    found = fits.dropna().sort_values("estimate")
    summary = {
        "estimate": estimate[0],
        "first_stage_f": first_stage[0],
        "minimum": found["estimate"].iloc[0],
        "unit_minimum": found["unit"].iloc[0],
        "maximum": found["estimate"].iloc[-1],
        "unit_maximum": found["unit"].iloc[-1],
        "share_same_sign": (np.sign(found["estimate"]) == np.sign(estimate[0])).mean(),
        "lowest_first_stage_f": found["first_stage_f"].min(),
    }
    return LeaveOneOut(fits, pd.DataFrame([summary]))


def _two_stages(
    grams: ClusterProducts, weights: Array, endogenous: str, instruments: Sequence[str], degrees: Array
) -> tuple[Array, Array]:
    """Estimates and classical first-stage F of reweighted panels."""
    products = grams.products(weights)
    place = {name: number for number, name in enumerate(grams.names)}
    controls = [place[name] for name in grams.controls]
    if controls:
        cross = products[:, :, controls]
        inner = np.linalg.pinv(products[:, controls][:, :, controls], hermitian=True)
        products = products - cross @ inner @ np.swapaxes(cross, 1, 2)
    chosen = [place[name] for name in instruments]
    inverse = np.linalg.pinv(products[:, chosen][:, :, chosen], rcond=1e-10, hermitian=True)
    first = products[:, chosen, place[endogenous]]
    reduced = products[:, chosen, place[OUTCOME]]
    explained = np.einsum("bi,bij,bj->b", first, inverse, first)
    both = np.einsum("bi,bij,bj->b", first, inverse, reduced)
    total = products[:, place[endogenous], place[endogenous]]
    # Without any variation of the instrument left, what is explained is rounding.
    explained = np.where(explained > COLLINEAR**2 * total, explained, np.nan)
    estimate = both / explained * grams.scale[place[OUTCOME]] / grams.scale[place[endogenous]]
    return estimate, explained / len(chosen) / ((total - explained) / degrees)


def _refuse(specification: Specification, options: Mapping[str, Any]) -> None:
    if not specification.endogenous:
        raise ValueError(f"specification {specification.spec_id}: leave_one_out needs endogenous and instruments")


def _run(task: Task) -> Output:
    specification = task.specification
    endogenous, instruments = specification.endogenous[0].name, [term.name for term in specification.instruments]
    controls = [term.name for term in specification.regressors]
    found = leave_one_out(task.frame, endogenous, instruments, controls)
    return Output({"left_out": found.fits, "leave_one_out": found.summary})


SUITE = Suite(name="leave_one_out", run=_run, options=COMMON, takes_instruments=True, refuse=_refuse)
