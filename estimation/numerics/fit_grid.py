"""Many fits on one frame: two-way regressions that differ in outcome, controls, effects, rows, winsorising and errors.

Fits that share rows, winsorising and fixed effects share their demeaned columns, so a fit is one projection on the
controls (Frisch-Waugh-Lovell) and costs milliseconds. The numbers are those of pyfixest.feols with the same formula,
`fixef_rm='none'`; own code because pyfixest shares demeaned columns neither between samples nor between sets of
controls with different missing rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from estimation.ground.arrays import Array, Codes, Mask
from estimation.ground.errors import NotEstimable
from estimation.numerics.absorption import COLLINEAR, Absorber, orthonormal, sums_by, without
from estimation.numerics.covariance import Covariance

#: what a choice may name, with the default of each; `sample` and `cluster` are columns, '' is all rows, no cluster
DEFAULTS: Mapping[str, Any] = {
    "outcome": "outcome",
    "treatment": "treatment",
    "controls": (),
    "fixed_effects": ("unit", "time"),
    "sample": "",
    "winsorised": 0.0,
    "vcov": "cluster",
    "cluster": "unit",
}


def fit_grid(frame: pd.DataFrame, grid: Iterable[Mapping[str, Any]], confidence_level: float = 0.95) -> pd.DataFrame:
    """Fit every choice of the grid on its complete rows.

    Choices: outcome, treatment (numeric columns); controls (columns); fixed_effects (columns, or 'a^b' for their
    interaction; none gives a constant); sample (a column of booleans, rows that are missing there are out; '' for
    all); winsorised (share moved to the quantile at each end, of outcome and controls, on the fitted rows); vcov
    ('classical', 'hc1', 'cluster'); cluster (a column). Returns one row a choice, in order: fit (from 1), the choices
    (lists joined by '; '), estimate, standard_error, p_value, conf_low, conf_high, n, n_clusters, dropped (collinear
    controls), status ('estimated' or 'not_estimable') and reason. Raises ValueError for a choice or column that is
    unknown.
    """
    engine = _Engine(frame)
    rows = []
    for number, given in enumerate(grid, start=1):
        unknown = sorted(set(given) - set(DEFAULTS))
        if unknown:
            raise ValueError(f"choice {number} names {', '.join(unknown)}: use {', '.join(DEFAULTS)}")
        chosen = {**DEFAULTS, **given}
        shown = {name: value if isinstance(value, str | float) else "; ".join(value) for name, value in chosen.items()}
        try:
            rows.append({"fit": number, **shown, **engine.fit(chosen, confidence_level), "status": "estimated"})
        except NotEstimable as reason:
            rows.append({"fit": number, **shown, "status": "not_estimable", "reason": str(reason)})
    results = ["estimate", "standard_error", "p_value", "conf_low", "conf_high", "n", "n_clusters"]
    return pd.DataFrame(rows).reindex(columns=["fit", *DEFAULTS, *results, "dropped", "status", "reason"])


class _Engine:
    """Fits on one frame, with demeaned columns kept by rows, winsorising and fixed effects."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame.reset_index(drop=True)
        self._columns: dict[tuple[Any, ...], Array] = {}
        self._absorbers: dict[tuple[Any, ...], tuple[Absorber, list[Codes]]] = {}

    def fit(self, chosen: Mapping[str, Any], confidence_level: float) -> dict[str, Any]:
        effects, controls = tuple(chosen["fixed_effects"]), tuple(dict.fromkeys(chosen["controls"]))
        rows = self._rows(chosen, effects, controls)
        covariance = Covariance(chosen["vcov"])
        clusters = self._codes(chosen["cluster"], rows) if chosen["vcov"] == "cluster" else np.zeros(rows.sum(), int)
        absorber, factors = self._absorber(effects, rows)
        share = float(chosen["winsorised"])
        outcome = self._within(chosen["outcome"], rows, effects, share, absorber)
        treatment = self._within(chosen["treatment"], rows, effects, 0.0, absorber)
        parts = [self._within(name, rows, effects, share, absorber) for name in controls]
        basis, kept = orthonormal(np.column_stack(parts) if parts else np.empty((len(outcome), 0)))
        rest = without(basis, treatment[:, None])[:, 0]
        square = float((rest * rest).sum())
        if square <= COLLINEAR**2 * float((self.frame.loc[rows, chosen["treatment"]] ** 2).sum()):
            raise NotEstimable(f"fixed effects and controls explain {chosen['treatment']} entirely")
        residual = without(basis, outcome[:, None])[:, 0]
        estimate = float((rest * residual).sum()) / square
        residual = residual - estimate * rest
        factor, degrees = _corrections(covariance, len(residual), 1 + len(kept), factors, clusters)
        error = np.sqrt(factor * _variance(covariance.kind, rest, residual, clusters) / square**2)
        half_width = stats.t.ppf((1 + confidence_level) / 2, degrees) * error
        return {
            "estimate": estimate,
            "standard_error": error,
            "p_value": 2 * stats.t.sf(abs(estimate / error), degrees) if error > 0 else np.nan,
            "conf_low": estimate - half_width,
            "conf_high": estimate + half_width,
            "n": len(residual),
            "n_clusters": int(clusters.max()) + 1 if chosen["vcov"] == "cluster" else np.nan,
            "dropped": "; ".join(name for number, name in enumerate(controls) if number not in kept),
        }

    def _rows(self, chosen: Mapping[str, Any], effects: tuple[str, ...], controls: tuple[str, ...]) -> Mask:
        """Mask of the sample that are complete in all that the fit uses."""
        groups = [part for effect in effects for part in effect.split("^")]
        names = [chosen["outcome"], chosen["treatment"], *controls, *groups]
        names += [chosen["cluster"]] if chosen["vcov"] == "cluster" else []
        names += [chosen["sample"]] if chosen["sample"] else []
        absent = [name for name in dict.fromkeys(names) if name not in self.frame]
        if absent:
            raise ValueError(f"the frame has no column {', '.join(absent)}")
        rows = self.frame[names].notna().all(axis=1).to_numpy()
        for name in (chosen["outcome"], chosen["treatment"], *controls):
            rows = rows & np.isfinite(self.frame[name].to_numpy(float, na_value=np.nan))
        if chosen["sample"]:
            rows = rows & self.frame[chosen["sample"]].fillna(False).astype(bool).to_numpy()
        if not rows.any():
            raise NotEstimable("no row of the sample has every variable")
        return rows

    def _codes(self, effect: str, rows: Mask) -> Codes:
        parts = self.frame.loc[rows, effect.split("^")]
        return np.asarray(parts.groupby(list(parts), sort=True).ngroup().to_numpy(), np.intp)

    def _absorber(self, effects: tuple[str, ...], rows: Mask) -> tuple[Absorber, list[Codes]]:
        key = (rows.tobytes(), effects)
        if key not in self._absorbers:
            factors = [self._codes(effect, rows) for effect in effects]
            # Without fixed effects the constant is absorbed as an effect of one level.
            self._absorbers[key] = (Absorber(factors or [np.zeros(rows.sum(), np.intp)]), factors)
        return self._absorbers[key]

    def _within(self, name: str, rows: Mask, effects: tuple[str, ...], share: float, absorber: Absorber) -> Array:
        key = (rows.tobytes(), effects, name, share)
        if key not in self._columns:
            values = self.frame.loc[rows, name].to_numpy(float)
            if share > 0:
                values = np.clip(values, *np.quantile(values, [share, 1 - share]))
            within = absorber.residuals(values[:, None])[:, 0]
            # What is left of a column that the effects explain is rounding.
            flat = (within * within).sum() <= COLLINEAR**2 * (values * values).sum()
            self._columns[key] = np.zeros_like(within) if flat else within
        return self._columns[key]


def _corrections(
    covariance: Covariance, rows: int, slopes: int, factors: list[Codes], clusters: Codes
) -> tuple[float, float]:
    # Without fixed effects pyfixest counts the constant as a slope.
    counted = slopes if factors else slopes + 1
    return covariance.corrections(rows, counted, factors, clusters)


def _variance(kind: str, rest: Array, residual: Array, clusters: Codes) -> float:
    """Of the score, before corrections."""
    if kind == "classical":
        return float((residual * residual).sum() / (len(rest) - 1) * (rest * rest).sum())
    scores = rest * residual
    if kind == "cluster":
        scores = sums_by(clusters) @ scores
    return float((scores * scores).sum())
