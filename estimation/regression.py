"""Panel regressions with pyfixest, and the statistics that Stata prints beside them.

Notation: y dependent, X regressors (with period dummies where the specification counts them), b slopes, e residuals,
A = inverse of X'X after the fixed effects are partialled out.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyfixest as pf
from scipy import stats

from estimation.sample import CLUSTER, DEPENDENT, FILLED, TIME, UNIT, NotEstimable
from estimation.specification import Specification

Array = npt.NDArray[np.float64]
CONSTANT = "constant"
DUMMY = "_time_"
#: alternating projections to machine precision, so that results do not hang on the tolerance
DEMEANER = pf.MapDemeaner(fixef_tol=1e-12)


@dataclass(frozen=True)
class Fit:
    """Estimates of one regression (index: term, the constant last) and its statistics by name."""

    estimates: pd.DataFrame
    statistics: dict[str, float]
    dropped: tuple[str, ...]


def fit_panel(specification: Specification, frame: pd.DataFrame, confidence_level: float = 0.95) -> Fit:
    """Fit one specification on its sample, as `estimation_sample` returns it.

    Unit effects are always absorbed; period effects as the specification says. Raises NotEstimable where the sample
    leaves no degree of freedom or a regressor no variation.
    """
    if (frame.groupby(UNIT)[DEPENDENT].transform("mean") == frame[DEPENDENT]).all():
        raise NotEstimable(f"{specification.dependent} does not vary within any {specification.unit_column}")
    data, dummies = _with_dummies(specification, frame)
    names = [term.name for term in specification.terms]
    model = _feols(specification, data, names + dummies)
    kept = list(model._coefnames)
    slopes, covariance = np.asarray(model._beta_hat, float), np.asarray(model._vcov, float)
    degrees = float(model._df_t)
    constant, constant_error = _constant(specification, model, data)
    wanted = [name for name in names if name in kept]
    position = [kept.index(name) for name in wanted]
    estimates = _inference(
        pd.Index([*wanted, CONSTANT], name="term"),
        np.append(slopes[position], constant),
        np.append(np.sqrt(np.diag(covariance))[position], constant_error),
        degrees,
        confidence_level,
    )
    statistics = {
        "n": float(len(data)),
        "n_units": float(data[UNIT].nunique()),
        "n_periods": float(data[TIME].nunique()),
        "n_clusters": float(data[CLUSTER].nunique()) if specification.vcov == "cluster" else np.nan,
        "df_residual": degrees,
        "share_filled": float(data[FILLED].mean()),
        **_r_squared(data, np.asarray(model._u_hat, float)),
        **_joint_f(slopes, covariance, degrees),
    }
    return Fit(estimates, statistics, tuple(name for name in names if name not in kept))


def _with_dummies(specification: Specification, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    if specification.time_effects != "dummies":
        return frame, []
    dummies = pd.get_dummies(frame[TIME].astype(int), prefix=DUMMY.rstrip("_"), dtype=float).iloc[:, 1:]
    return pd.concat([frame, dummies], axis=1), list(dummies.columns)


def _feols(specification: Specification, data: pd.DataFrame, regressors: list[str]) -> pf.Feols:
    absorbed = f"{UNIT} + {TIME}" if specification.time_effects == "absorbed" else UNIT
    vcov: str | dict[str, str] = {"classical": "iid", "hc1": "hetero", "cluster": ""}[specification.vcov]
    if specification.vcov == "cluster":
        vcov = {"CRV1": CLUSTER}
    with warnings.catch_warnings():
        # Dropped regressors are reported as rows, so the warning would say the same twice.
        warnings.simplefilter("ignore")
        try:
            model = pf.feols(
                f"{DEPENDENT} ~ {' + '.join(regressors)} | {absorbed}",
                data,
                vcov=vcov,
                ssc=pf.ssc(
                    k_adj=specification.ssc_k_adj,
                    k_fixef=specification.ssc_k_fixef,
                    G_adj=specification.ssc_g_adj,
                ),
                fixef_rm="none",
                demeaner=DEMEANER,
            )
        except (ValueError, ZeroDivisionError, np.linalg.LinAlgError) as error:
            raise NotEstimable(f"no fit on {len(data)} rows: {str(error).strip().splitlines()[0]}") from error
    if model._df_t < 1 or not np.isfinite(model._vcov).all():
        raise NotEstimable(f"{len(data)} rows leave no degree of freedom for {len(regressors)} regressors")
    return model


def _constant(specification: Specification, model: pf.Feols, data: pd.DataFrame) -> tuple[float, float]:
    """Stata's constant, mean(y) - mean(X) b, and its standard error.

    The error is that of the regression on fixed-effect-demeaned data with the grand means added back, which is how
    Stata's xtreg defines it: the constant's influence of row i is e_i (1/N - mean(X) A x_i).
    """
    rows, residuals = len(data), np.asarray(model._u_hat, float)
    means = data[list(model._coefnames)].to_numpy(float).mean(axis=0)
    constant = float(data[DEPENDENT].mean() - means @ np.asarray(model._beta_hat, float))
    demeaned = np.asarray(model._X, float)
    inverse = np.linalg.inv(demeaned.T @ demeaned)
    if specification.vcov == "classical":
        variance = residuals @ residuals / float(model._df_t)
        return constant, float(np.sqrt(variance * (1 / rows + means @ inverse @ means)))
    influence = residuals * (1 / rows - demeaned @ (inverse @ means))
    scores = demeaned * residuals[:, None]
    if specification.vcov == "cluster":
        groups = pd.factorize(data[CLUSTER])[0]
        influence = np.bincount(groups, weights=influence)
        scores = np.stack([np.bincount(groups, weights=column) for column in scores.T], axis=1)
    # The small-sample correction is whatever pyfixest applied to the slopes.
    uncorrected = inverse @ (scores.T @ scores) @ inverse
    correction = float(model._vcov[0, 0] / uncorrected[0, 0])
    return constant, float(np.sqrt(correction * (influence @ influence)))


def _inference(
    index: pd.Index, estimates: Array, errors: Array, degrees: float, confidence_level: float
) -> pd.DataFrame:
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


def _r_squared(data: pd.DataFrame, residuals: Array) -> dict[str, float]:
    """R2 against three baselines: the grand mean, unit means, and unit and period effects."""
    y = data[DEPENDENT]
    one_way = y - y.groupby(data[UNIT]).transform("mean")
    two_way = pf.feols(f"{DEPENDENT} ~ 1 | {UNIT} + {TIME}", data, fixef_rm="none", demeaner=DEMEANER)._u_hat
    unexplained = float(residuals @ residuals)
    return {
        "r2_overall": 1 - unexplained / float(((y - y.mean()) ** 2).sum()),
        "r2_within_one_way": 1 - unexplained / float((one_way**2).sum()),
        "r2_within_two_way": 1 - unexplained / float((np.asarray(two_way) ** 2).sum()),
    }


def _joint_f(slopes: Array, covariance: Array, degrees: float) -> dict[str, float]:
    """Wald F of all regressors, period dummies included where they are regressors; NaN where it is not defined."""
    count = len(slopes)
    defined = np.linalg.matrix_rank(covariance) == count
    statistic = float(slopes @ np.linalg.solve(covariance, slopes)) / count if defined else np.nan
    return {"f_statistic": statistic, "f_df_model": float(count), "f_df_residual": degrees}
