"""Checks of an instrument made from a base year (such as trade of 2004 times the year).

Leave-one-out: the two-stage estimate without each place in turn, which shows whether one place carries it. Pre-trend:
places with a high base-year value should not have moved differently before the instrument can have worked; the change
of the outcome over earlier years is regressed on the base-year value. The estimates without a place come from cross
products (estimation.cluster_grams), the regression from pyfixest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyfixest as pf

from estimation.absorption import COLLINEAR
from estimation.adoption import OUTCOME, TIME, UNIT, Array, complete_rows
from estimation.cluster_grams import ClusterGrams
from estimation.sample import NotEstimable


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
    data["cluster"] = data[UNIT]
    grams = ClusterGrams(data, [OUTCOME, endogenous, *instruments], controls)
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


def instrument_pretrend(
    frame: pd.DataFrame, base: str, start: int, end: int, confidence_level: float = 0.95
) -> pd.DataFrame:
    """Regress the change of the outcome from `start` to `end` on the base-year value, across units.

    `frame` has unit, time, `outcome` and `base`, one value a unit. One row: start, end, estimate, standard_error
    (HC1), p_value, conf_low, conf_high, n_units, n_units_lost (units not observed with outcome and base at both
    times). Raises NotEstimable where base changes within a unit or does not vary between units, or fewer than three
    units are left.
    """
    if start >= end:
        raise ValueError(f"a change from {start} to {end}: start must come first")
    absent = [name for name in (UNIT, TIME, OUTCOME, base) if name not in frame]
    if absent:
        raise ValueError(f"the panel has no column {', '.join(absent)}")
    if (frame.groupby(UNIT)[base].nunique() > 1).any():
        raise NotEstimable(f"{base} changes within a unit, so it is no value of a base year")
    wide = frame[frame[TIME].isin([start, end])].pivot(index=UNIT, columns=TIME, values=OUTCOME)
    values = pd.DataFrame({"base": frame.groupby(UNIT)[base].first()}).join(wide.reindex(columns=[start, end]))
    complete = values.dropna()
    if len(complete) < 3:
        raise NotEstimable(f"{len(complete)} units are observed in {start} and {end}: at least three are needed")
    if complete["base"].nunique() == 1:
        raise NotEstimable(f"{base} is the same in all units")
    data = pd.DataFrame({"change": complete[end] - complete[start], "base": complete["base"]})
    model = pf.feols("change ~ base", data, vcov="hetero")
    low, high = model.confint(alpha=1 - confidence_level).loc["base"]
    row = {
        "start": start,
        "end": end,
        "estimate": model.coef()["base"],
        "standard_error": model.se()["base"],
        "p_value": model.pvalue()["base"],
        "conf_low": low,
        "conf_high": high,
        "n_units": len(complete),
        "n_units_lost": len(values) - len(complete),
    }
    return pd.DataFrame([row])


def _two_stages(
    grams: ClusterGrams, weights: Array, endogenous: str, instruments: Sequence[str], degrees: Array
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
