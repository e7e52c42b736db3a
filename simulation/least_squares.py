"""Least squares and two-stage least squares with unit and year effects: what the truth of biased estimators needs.

The results of the warehouse come from `estimation`; this only says what an estimator tends to on simulated data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.city_places import Array


@dataclass(frozen=True)
class Fit:
    """Estimates with classical and HC1 standard errors, and what is left; arrays are by regressor."""

    estimates: Array
    classical: Array
    robust: Array
    residual_sd: float
    df: int
    first_stage_f: float = float("nan")


def partialled(frame: pd.DataFrame, columns: list[str], effects: tuple[str, ...]) -> tuple[Array, int]:
    """The columns less what the effects explain, rows x columns, and the number of parameters the effects take.

    effects: (), ("city_code",) or ("city_code", "year"). Rows are sorted by city and may be unbalanced: years enter as
    dummies.
    """
    values = frame[columns].to_numpy(float)
    if not effects:
        return values - values.mean(axis=0), 1
    codes, units = pd.factorize(frame[effects[0]])
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    if len(starts) != len(units):
        raise ValueError(f"rows must be sorted by {effects[0]}")
    counts = np.diff(starts, append=len(codes))[:, None]

    def demeaned(table: Array) -> Array:
        return table - (np.add.reduceat(table, starts, axis=0) / counts)[codes]

    values = demeaned(values)
    if len(effects) == 1:
        return values, len(units)
    periods, years = pd.factorize(frame[effects[1]], sort=True)
    dummies = demeaned(np.eye(len(years))[periods][:, 1:])
    orthogonal, _ = np.linalg.qr(dummies)
    return values - orthogonal @ (orthogonal.T @ values), len(units) + len(years) - 1


def fit(
    frame: pd.DataFrame,
    dependent: str,
    regressors: list[str],
    effects: tuple[str, ...],
    instrument: str | None = None,
) -> Fit:
    """Least squares on rows without gaps; with an instrument for the first regressor, two-stage least squares."""
    columns = [dependent, *regressors, *([instrument] if instrument else [])]
    values, absorbed = partialled(frame, columns, effects)
    outcome, design = values[:, 0], values[:, 1 : 1 + len(regressors)]
    df = len(values) - len(regressors) - absorbed
    projected, strength = design, float("nan")
    if instrument:
        exogenous = np.column_stack([values[:, -1], design[:, 1:]])
        slopes = np.linalg.lstsq(exogenous, design[:, 0], rcond=None)[0]
        first = exogenous @ slopes
        projected = np.column_stack([first, design[:, 1:]])
        variance = ((design[:, 0] - first) ** 2).sum() / df
        strength = float(slopes[0] ** 2 / (variance * np.linalg.inv(exogenous.T @ exogenous)[0, 0]))
    bread = np.linalg.inv(projected.T @ projected)
    estimates = bread @ (projected.T @ outcome)
    rest = outcome - design @ estimates
    meat = (projected * rest[:, None]).T @ (projected * rest[:, None])
    return Fit(
        estimates=estimates,
        classical=np.sqrt(np.diag(bread) * (rest @ rest) / df),
        robust=np.sqrt(np.diag(bread @ meat @ bread) * len(values) / df),
        residual_sd=float(np.sqrt(rest @ rest / df)),
        df=df,
        first_stage_f=strength,
    )
