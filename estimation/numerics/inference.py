"""From coefficients and their standard errors to statistics, p values and intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from estimation.ground.arrays import Array


def t_inference(
    estimates: Array, errors: Array, degrees: float, confidence_level: float, index: pd.Index | None = None
) -> pd.DataFrame:
    """One row a coefficient: estimate, standard_error, statistic (t), p_value (two-sided), conf_low, conf_high."""
    statistic = estimates / errors
    half_width = stats.t.ppf((1 + confidence_level) / 2, degrees) * errors
    return pd.DataFrame(
        {
            "estimate": estimates,
            "standard_error": errors,
            "statistic": statistic,
            "p_value": 2 * stats.t.sf(np.abs(statistic), degrees),
            "conf_low": estimates - half_width,
            "conf_high": estimates + half_width,
        },
        index=index,
    )
