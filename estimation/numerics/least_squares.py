"""Least squares with fixed effects, and two-stage least squares: the one module that calls pyfixest.

What the estimators need of a fit stands in one small record, so that a new release of pyfixest, much of which is read
here through names it keeps to itself, is one file's concern.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyfixest as pf

from estimation.ground.arrays import Array
from estimation.ground.columns import CLUSTER
from estimation.ground.errors import NotEstimable
from estimation.numerics.covariance import Covariance

#: alternating projections to machine precision, so that results do not hang on the tolerance
DEMEANER = pf.MapDemeaner(fixef_tol=1e-12)
#: the small-sample corrections that every covariance here has
_SMALL = Covariance()
_KINDS: dict[str, str | dict[str, str]] = {"classical": "iid", "hc1": "hetero", "cluster": {"CRV1": CLUSTER}}


@dataclass(frozen=True)
class LeastSquares:
    """A fitted regression before inference.

    names: regressors that are not collinear, in their order; slopes: one each. Rows are times the root of their weight
    and rid of the effects: residuals (of the structural equation), regressors (rows x names, not projected on
    instruments), dependent; instruments has everything exogenous (rows x columns), None without.
    covariance(kind): that of the slopes under a kind of standard errors (estimation.numerics.covariance), and the
    degrees of freedom of t.
    """

    names: tuple[str, ...]
    slopes: Array
    residuals: Array
    dependent: Array
    regressors: Array
    instruments: Array | None
    covariance: Callable[[str], tuple[Array, float]]

    @property
    def design(self) -> Array:
        """Regressors as they enter the normal equations: projected on the instruments where there are any."""
        if self.instruments is None:
            return self.regressors
        return self.instruments @ np.linalg.lstsq(self.instruments, self.regressors, rcond=None)[0]


def least_squares(
    data: pd.DataFrame,
    dependent: str,
    regressors: Sequence[str],
    effects: Sequence[str],
    *,
    endogenous: str = "",
    instruments: Sequence[str] = (),
    weights: str | None = None,
) -> LeastSquares:
    """Regress a column on columns, with `effects` (columns, or `a^b` for their interaction) absorbed.

    `regressors` are exogenous; with `endogenous` and `instruments`, two-stage least squares. `data` must have a column
    `cluster` where covariances of that kind are asked for. Collinear regressors are left out, the last of them first;
    singleton effects stay. Raises NotEstimable where no regressor varies beside the effects, or nothing can be fitted.
    """
    formula = f"{dependent} ~ {' + '.join(regressors) or '1'}"
    if effects:
        formula += f" | {' + '.join(effects)}"
    if instruments:
        formula += f" | {endogenous} ~ {' + '.join(instruments)}"
    with warnings.catch_warnings():
        # Dropped regressors are reported with the fit, so the warning would say the same twice.
        warnings.simplefilter("ignore")
        try:
            model = pf.feols(
                formula,
                data,
                vcov="iid",
                weights=weights,
                ssc=pf.ssc(k_adj=_SMALL.k_adj, k_fixef=_SMALL.k_fixef, G_adj=_SMALL.g_adj),
                fixef_rm="none",
                demeaner=DEMEANER,
            )
        except (ValueError, ZeroDivisionError, IndexError, np.linalg.LinAlgError) as error:
            if "All variables are collinear" in str(error):
                raise NotEstimable("no regressor varies beside the fixed effects") from error
            raise NotEstimable(f"no fit on {len(data)} rows: {str(error).strip().splitlines()[0]}") from error

    def covariance(kind: str) -> tuple[Array, float]:
        model.vcov(_KINDS[kind])
        return np.array(model._vcov, float), float(model._df_t)

    return LeastSquares(
        names=tuple(str(name) for name in model._coefnames),
        slopes=np.asarray(model._beta_hat, float),
        residuals=np.asarray(model._u_hat, float).ravel(),
        dependent=np.asarray(model._Y, float).ravel(),
        regressors=np.asarray(model._X, float),
        instruments=np.asarray(model._Z, float) if model._is_iv else None,
        covariance=covariance,
    )
