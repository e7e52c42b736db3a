"""Balance of covariates between treated and untreated, before and after matching.

The standardised mean difference is (mean of treated - mean of controls) / sqrt((s1^2 + s0^2) / 2) with the variances
of the whole sample in both rows, so that a change of it is a change of means (Rosenbaum and Rubin 1985; Austin 2011).
The variance ratio is that of treated over controls, under the weights. Own code: pyfixest, diff-diff and statsmodels
tabulate no balance for given weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from estimation.ground.arrays import Array
from estimation.ground.errors import NotEstimable


def matching_balance(
    frame: pd.DataFrame, treatment: str, controls: Sequence[str], weights: pd.Series | npt.ArrayLike
) -> pd.DataFrame:
    """Means, standardised differences and variance ratios of each control, one row a control and sample.

    `weights` by row of `frame`: numbers (how often a row is used; 0 or NaN: not matched) or membership (bool).
    Columns: control, sample ('before' or 'after'), mean_treated, mean_control, standardised_difference,
    variance_ratio, n_treated, n_control (rows with weight), effective_n_control ((sum w)^2 / sum w^2). Undefined
    figures (no variance) are NaN. Raises NotEstimable for missing values, and where before or after matching no
    treated or no untreated row is there.
    """
    after = np.nan_to_num(np.asarray(weights, float))
    if len(after) != len(frame):
        raise ValueError(f"{len(after)} weights for {len(frame)} rows")
    if (after < 0).any():
        raise ValueError("a weight is negative")
    treated = frame[treatment].to_numpy(float)
    if not np.isin(treated, [0, 1]).all():
        raise NotEstimable(f"{treatment} has values other than 0 and 1")
    for sample, mass in (("before", np.ones(len(frame))), ("after", after)):
        for value, name in ((1, "treated"), (0, "untreated")):
            if not (mass[treated == value] > 0).any():
                raise NotEstimable(f"no {name} row is in the sample {sample} matching")
    rows = []
    for control in controls:
        values = frame[control].to_numpy(float)
        if not np.isfinite(values).all():
            raise NotEstimable(f"{int((~np.isfinite(values)).sum())} rows have no value of {control}")
        spread = np.sqrt((values[treated == 1].var(ddof=1) + values[treated == 0].var(ddof=1)) / 2)
        for sample, mass in (("before", np.ones(len(frame))), ("after", after)):
            rows.append({"control": control, "sample": sample, **_compare(values, treated, mass, spread)})
    return pd.DataFrame(rows)


def _compare(values: Array, treated: Array, mass: Array, spread: float) -> dict[str, float]:
    means, variances = {}, {}
    for value in (1, 0):
        chosen = (treated == value) & (mass > 0)
        weight, part = mass[chosen] / mass[chosen].sum(), values[chosen]
        means[value] = float(weight @ part)
        # The weighted form of n - 1; with equal weights it is the sample variance.
        room = 1 - weight @ weight
        variances[value] = float(weight @ (part - means[value]) ** 2) / room if room > 0 else np.nan
    controls = mass[(treated == 0) & (mass > 0)]
    return {
        "mean_treated": means[1],
        "mean_control": means[0],
        "standardised_difference": (means[1] - means[0]) / spread if spread > 0 else np.nan,
        "variance_ratio": variances[1] / variances[0] if variances[0] > 0 else np.nan,
        "n_treated": int(((treated == 1) & (mass > 0)).sum()),
        "n_control": len(controls),
        "effective_n_control": float(controls.sum() ** 2 / (controls**2).sum()),
    }
