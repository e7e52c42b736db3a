"""How strong instruments are, and what can be said when they are weak: one endogenous variable.

Notation: y dependent, d endogenous variable, z instruments, pi and gamma the slopes of z in the first stage (of d) and
in the reduced form (of y), each beside the same regressors and effects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from estimation.ground.arrays import Array, Codes

#: Stock and Yogo (2005), table 5.2: the Cragg-Donald F above which a 5% Wald test of 2SLS rejects at most 10% of true
#: hypotheses; one endogenous variable, by number of instruments.
STOCK_YOGO_10 = {1: 16.38, 2: 19.93, 3: 22.30, 4: 24.58, 5: 26.87}
INTERVAL, RAYS, LINE, EMPTY = "interval", "two rays", "whole line", "empty"


@dataclass(frozen=True)
class FirstStage:
    """First stage and reduced form on the same design.

    names: columns of design (rows x columns: everything exogenous, effects partialled out); instruments: those of them
    that are instruments; slopes and residuals of either regression; groups: cluster number a row, None without.
    """

    names: Sequence[str]
    instruments: Sequence[str]
    design: Array
    slopes: Array
    residuals: Array
    reduced_slopes: Array
    reduced_residuals: Array
    groups: Codes | None

    @property
    def places(self) -> list[int]:
        """Positions of the instruments in the design."""
        return [list(self.names).index(name) for name in self.instruments]

    @property
    def own_variation(self) -> Array:
        """The instruments after all other regressors are partialled out, rows x instruments."""
        z, others = self.design[:, self.places], np.delete(self.design, self.places, axis=1)
        return z - others @ np.linalg.lstsq(others, z, rcond=None)[0]


def weak_instrument_figures(
    stage: FirstStage, covariances: Mapping[str, tuple[Array, float]], vcov: str, confidence_level: float
) -> tuple[dict[str, float], dict[str, str]]:
    """First-stage F, Cragg-Donald and Kleibergen-Paap F, the Stock-Yogo value and the Anderson-Rubin set.

    covariances: of the first-stage slopes, with degrees of freedom, by convention: classical and a robust one (hc1, or
    cluster with groups). vcov, the convention of the specification, is that of first_stage_f and of the set. With one
    endogenous variable Cragg-Donald is the classical and Kleibergen-Paap the robust F of the instruments. The set is
    not computed (the note ar_set says so) for several instruments with robust errors, where it is no quadratic.
    """
    places, count = stage.places, len(stage.instruments)
    (robust,) = [name for name in covariances if name != "classical"]
    wald = {name: _wald_f(stage.slopes, covariance, places) for name, (covariance, _) in covariances.items()}
    figures = {
        "first_stage_f": wald[vcov],
        "cragg_donald_f": wald["classical"],
        "kleibergen_paap_f": wald[robust],
        "stock_yogo_10": STOCK_YOGO_10.get(count, np.nan),
    }
    if vcov != "classical" and count > 1:
        return figures, {"ar_set": "not computed for several instruments with robust errors"}
    covariance, degrees = covariances[vcov]
    critical = float(stats.f.ppf(confidence_level, count, degrees))
    if vcov == "classical":
        quadratic = _classical_quadratic(stage, critical, degrees)
    else:
        quadratic = _robust_quadratic(stage, critical, float(covariance[places[0], places[0]]))
    kind, low, high = solve_quadratic_set(*quadratic)
    return {**figures, "ar_low": low, "ar_high": high}, {"ar_set": kind}


def solve_quadratic_set(a: float, h: float, k: float) -> tuple[str, float, float]:
    """The set where a b^2 - 2 h b + k <= 0: its kind and two bounds.

    'interval': between the bounds. 'two rays': at or below the first and at or above the second. 'whole line' and
    'empty' have no bounds (NaN).
    """
    discriminant = h * h - a * k
    if discriminant <= 0 or a == 0:
        return (EMPTY if a > 0 else LINE), np.nan, np.nan
    # the form without cancellation: one root from the sum, the other from the product
    far = h + np.copysign(np.sqrt(discriminant), h)
    low, high = sorted((far / a, k / far))
    return (INTERVAL if a > 0 else RAYS), float(low), float(high)


def _wald_f(slopes: Array, covariance: Array, places: list[int]) -> float:
    chosen = slopes[places]
    return float(chosen @ np.linalg.solve(covariance[np.ix_(places, places)], chosen)) / len(places)


def _classical_quadratic(stage: FirstStage, critical: float, degrees: float) -> tuple[float, float, float]:
    """Anderson-Rubin F <= critical as a quadratic in b: numerator and error variance are both quadratic."""
    z, pi, gamma = stage.own_variation, stage.slopes[stage.places], stage.reduced_slopes[stage.places]
    cross, count, scale = z.T @ z, len(pi), critical / degrees
    return (
        float(pi @ cross @ pi) / count - scale * float(stage.residuals @ stage.residuals),
        float(gamma @ cross @ pi) / count - scale * float(stage.reduced_residuals @ stage.residuals),
        float(gamma @ cross @ gamma) / count - scale * float(stage.reduced_residuals @ stage.reduced_residuals),
    )


def _robust_quadratic(stage: FirstStage, critical: float, pi_variance: float) -> tuple[float, float, float]:
    """The same for one instrument with robust errors; the small-sample correction is that of the first stage."""
    (place,) = stage.places
    pi, gamma = float(stage.slopes[place]), float(stage.reduced_slopes[place])
    scores = stage.own_variation * np.stack([stage.residuals, stage.reduced_residuals], axis=1)
    if stage.groups is not None:
        scores = np.stack([np.bincount(stage.groups, weights=column) for column in scores.T], axis=1)
    meat = scores.T @ scores
    scale = critical * pi_variance / meat[0, 0]
    return (
        float(pi * pi - scale * meat[0, 0]),
        float(gamma * pi - scale * meat[0, 1]),
        float(gamma * gamma - scale * meat[1, 1]),
    )
