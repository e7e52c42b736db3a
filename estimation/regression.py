"""Panel regressions with pyfixest, and the statistics that Stata prints beside them.

Notation: y dependent, X regressors (with period dummies where the specification counts them), b slopes, e residuals,
w row weights (one unless rows are matched), x~ regressors after the fixed effects are partialled out (the projection
on the instruments where there are any), A = inverse of the sum of w x~ x~'.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyfixest as pf
from scipy import stats

from estimation.absorption import Absorber, sums_by
from estimation.bootstrap import FEW_CLUSTERS, wild_cluster_p_values
from estimation.instruments import FirstStage, weak_instrument_figures
from estimation.matching import MATCH_WEIGHT, Balance, matched_sample
from estimation.sample import CLUSTER, DEPENDENT, FILLED, TIME, UNIT, NotEstimable
from estimation.specification import Specification

Array = npt.NDArray[np.float64]
CONSTANT = "constant"
DUMMY = "_time_"
#: a fixed effect of one level: what is left when nothing is absorbed is the constant
EVERYWHERE = "_everywhere"
#: alternating projections to machine precision, so that results do not hang on the tolerance
DEMEANER = pf.MapDemeaner(fixef_tol=1e-12)


@dataclass(frozen=True)
class Fit:
    """Estimates of one regression and its statistics by name.

    estimates has the index term, the constant last; wild_p_value is NaN unless errors are clustered by few places.
    notes are statistics that are words. dropped are collinear variables. balance is there where rows were matched.
    """

    estimates: pd.DataFrame
    statistics: dict[str, float]
    dropped: tuple[str, ...]
    notes: dict[str, str] = field(default_factory=dict)
    balance: Balance | None = None


@dataclass(frozen=True)
class Solution:
    """A fitted regression before inference: slopes and residuals do not depend on the standard errors."""

    specification: Specification
    data: pd.DataFrame
    model: pf.Feols
    first_stage: pf.Feols | None
    r_squared: dict[str, float]
    balance: Balance | None


def fit_panel(specification: Specification, frame: pd.DataFrame, confidence_level: float = 0.95) -> Fit:
    """Fit one specification on its sample, as `estimation_sample` returns it.

    Raises NotEstimable where the sample leaves no degree of freedom, or a variable no variation.
    """
    return infer(solve(specification, frame), specification, confidence_level)


def solution_key(specification: Specification) -> Specification:
    """What two specifications must share for one fit to serve both: everything but their standard errors."""
    cluster = specification.cluster_column or specification.unit_column
    return replace(specification, spec_id="", vcov="", cluster_column=cluster, r2_kind="")


def solve(specification: Specification, frame: pd.DataFrame) -> Solution:
    """Match rows where the specification says so, and estimate the slopes."""
    balance = None
    if specification.matching:
        frame, balance = matched_sample(frame, specification.matching)
    _refuse_constant_dependent(specification, frame)
    data, dummies = _with_dummies(specification, frame.assign(**{EVERYWHERE: 1}))
    exogenous = [term.name for term in specification.terms] + dummies
    _refuse_small_sample(specification, data, len(exogenous) + len(specification.endogenous))
    if not specification.endogenous:
        model = _feols(specification, data, DEPENDENT, exogenous)
        return Solution(specification, data, model, None, _r_squared(data, model), balance)
    endogenous, instruments = specification.endogenous[0].name, [term.name for term in specification.instruments]
    first_stage = _feols(specification, data, endogenous, [*exogenous, *instruments])
    usable = [name for name in instruments if name in first_stage._coefnames]
    if not usable:
        raise NotEstimable(
            f"the instrument {', '.join(instruments)} has no variation of its own beside the regressors and effects"
        )
    kept = [name for name in exogenous if name in first_stage._coefnames]
    model = _feols(specification, data, DEPENDENT, kept, f"{endogenous} ~ {' + '.join(usable)}")
    return Solution(specification, data, model, first_stage, _r_squared(data, model), balance)


def infer(solution: Solution, specification: Specification, confidence_level: float = 0.95) -> Fit:
    """Standard errors, tests and fit of a solution under the conventions of a specification that shares its key."""
    model, data = solution.model, solution.data
    if specification.vcov == "cluster" and data[CLUSTER].nunique() < 2:
        raise NotEstimable(f"one {specification.cluster_column} in the sample, so errors cannot be clustered by it")
    slopes, (covariance, degrees) = np.asarray(model._beta_hat, float), _covariance(specification, model)
    kept = [str(name) for name in model._coefnames]
    design = _design(model)
    constant, constant_error = _constant(specification, solution, design, covariance, degrees)
    wanted = [name for name in specification.regressor_names if name in kept]
    if not wanted:
        raise NotEstimable("no regressor varies beside the fixed effects")
    position = [kept.index(name) for name in wanted]
    estimates = _inference(
        pd.Index([*wanted, CONSTANT], name="term"),
        np.append(slopes[position], constant),
        np.append(np.sqrt(np.diag(covariance))[position], constant_error),
        degrees,
        confidence_level,
    )
    estimates["wild_p_value"] = _wild_p_values(specification, solution, wanted)
    figures: dict[str, float] = {}
    notes: dict[str, str] = {}
    used = kept
    if solution.first_stage is not None:
        used = [*kept, *map(str, solution.first_stage._coefnames)]
        figures, notes = _first_stage_figures(specification, solution, confidence_level)
    statistics = {
        "n": float(len(data)),
        "n_units": float(data[UNIT].nunique()),
        "n_periods": float(data[TIME].nunique()),
        "n_clusters": float(data[CLUSTER].nunique()) if specification.vcov == "cluster" else np.nan,
        "df_residual": degrees,
        "share_filled": float(data[FILLED].mean()),
        **solution.r_squared,
        **_joint_f(slopes, covariance, degrees),
        **figures,
    }
    names = [term.name for term in specification.variables]
    dropped = tuple(name for name in names if name not in used)
    return Fit(estimates, statistics, dropped, notes, solution.balance)


def _refuse_constant_dependent(specification: Specification, frame: pd.DataFrame) -> None:
    y, name = frame[DEPENDENT], specification.dependent.name
    if specification.unit_effects == "none":
        if y.nunique() < 2:
            raise NotEstimable(f"{name} does not vary")
    elif np.isclose(frame.groupby(UNIT)[DEPENDENT].transform("mean"), y, rtol=1e-12, atol=0).all():
        raise NotEstimable(f"{name} does not vary within any {specification.unit_column}")


def _refuse_small_sample(specification: Specification, data: pd.DataFrame, regressors: int) -> None:
    levels = data[UNIT].nunique() if specification.unit_effects != "none" else 1
    levels += data[TIME].nunique() - 1 if specification.time_effects == "absorbed" else 0
    if len(data) <= regressors + levels:
        raise NotEstimable(
            f"{len(data)} rows leave no degree of freedom for {regressors} regressors and {levels} constants or effects"
        )


def _with_dummies(specification: Specification, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    if specification.time_effects != "dummies":
        return frame, []
    dummies = pd.get_dummies(frame[TIME].astype(int), prefix=DUMMY.rstrip("_"), dtype=float).iloc[:, 1:]
    return pd.concat([frame, dummies], axis=1), list(dummies.columns)


def _absorbed(specification: Specification) -> str:
    """Fixed effects to partial out. Dummies of units are absorbed too: only the constant tells the difference."""
    effects = [UNIT] if specification.unit_effects != "none" else []
    effects += [TIME] if specification.time_effects == "absorbed" else []
    return " + ".join(effects) or EVERYWHERE


def _feols(
    specification: Specification, data: pd.DataFrame, dependent: str, regressors: list[str], instruments: str = ""
) -> pf.Feols:
    formula = f"{dependent} ~ {' + '.join(regressors) or '1'} | {_absorbed(specification)}"
    with warnings.catch_warnings():
        # Dropped regressors are reported with the fit, so the warning would say the same twice.
        warnings.simplefilter("ignore")
        try:
            return pf.feols(
                formula + (f" | {instruments}" if instruments else ""),
                data,
                vcov="iid",
                weights=MATCH_WEIGHT if MATCH_WEIGHT in data else None,
                ssc=pf.ssc(
                    k_adj=specification.ssc_k_adj,
                    k_fixef=specification.ssc_k_fixef,
                    G_adj=specification.ssc_g_adj,
                ),
                fixef_rm="none",
                demeaner=DEMEANER,
            )
        except (ValueError, ZeroDivisionError, IndexError, np.linalg.LinAlgError) as error:
            if "All variables are collinear" in str(error):
                raise NotEstimable("no regressor varies beside the fixed effects") from error
            raise NotEstimable(f"no fit on {len(data)} rows: {str(error).strip().splitlines()[0]}") from error


def _covariance(specification: Specification, model: pf.Feols) -> tuple[Array, float]:
    """Covariance of the slopes under the convention of the specification, and its degrees of freedom."""
    kind: str | dict[str, str] = {"classical": "iid", "hc1": "hetero", "cluster": ""}[specification.vcov]
    if specification.vcov == "cluster":
        kind = {"CRV1": CLUSTER}
    model.vcov(kind)
    covariance, degrees = np.array(model._vcov, float), float(model._df_t)
    if degrees < 1 or not np.isfinite(covariance).all() or not (np.diag(covariance) > 0).all():
        raise NotEstimable(
            f"standard errors are not defined on {len(model._X)} rows: a perfect fit, or too few clusters"
        )
    return covariance, degrees


def _design(model: pf.Feols) -> Array:
    """Weighted regressors after the effects are partialled out, projected on the instruments where there are any."""
    regressors = np.asarray(model._X, float)
    if not model._is_iv:
        return regressors
    instruments = np.asarray(model._Z, float)
    return instruments @ np.linalg.lstsq(instruments, regressors, rcond=None)[0]


def _weights(data: pd.DataFrame) -> Array:
    return data[MATCH_WEIGHT].to_numpy(float) if MATCH_WEIGHT in data else np.ones(len(data))


def _constant(
    specification: Specification, solution: Solution, design: Array, covariance: Array, degrees: float
) -> tuple[float, float]:
    """The constant and its standard error: v'(y - X b), v the weights of the mean it stands for.

    v is the mean over all rows, as Stata's xtreg and reghdfe and a pooled regression have it; or the mean over the
    rows of the first unit under dummies of units. The influence of row i on it is e_i (v_i - w_i x~_i' A X'v), which is
    what a regression with the dummies written out gives.
    """
    model, data, weights = solution.model, solution.data, _weights(solution.data)
    mean = weights * (data[UNIT] == data[UNIT].min()) if specification.unit_effects == "dummies" else weights
    mean = np.asarray(mean, float) / np.sum(mean)
    means = data[[str(name) for name in model._coefnames]].to_numpy(float).T @ mean
    constant = float(mean @ data[DEPENDENT] - means @ np.asarray(model._beta_hat, float))
    residuals = np.asarray(model._u_hat, float)  # already times the root of the weight, as the design is
    inverse = np.linalg.inv(design.T @ design)
    if specification.vcov == "classical":
        variance = residuals @ residuals / degrees
        error = variance * (np.sum(mean**2 / weights) + means @ inverse @ means)
        return constant, float(np.sqrt(error))
    influence = residuals * (mean / np.sqrt(weights) - design @ (inverse @ means))
    scores = design * residuals[:, None]
    if specification.vcov == "cluster":
        groups = pd.factorize(data[CLUSTER])[0]
        influence, scores = sums_by(groups) @ influence, sums_by(groups) @ scores
    # The small-sample correction is whatever pyfixest applied to the slopes.
    uncorrected = inverse @ (scores.T @ scores) @ inverse
    correction = float(covariance[0, 0] / uncorrected[0, 0])
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


def _wild_p_values(specification: Specification, solution: Solution, tested: list[str]) -> list[float]:
    """Wild cluster bootstrap where errors are clustered by few clusters, NaN elsewhere and for the constant.

    Not for instruments and matched rows, nor where a unit is in several clusters.
    """
    data, model = solution.data, solution.model
    nothing = [np.nan] * (len(tested) + 1)
    if specification.vcov != "cluster" or specification.endogenous or specification.matching:
        return nothing
    if data[CLUSTER].nunique() > FEW_CLUSTERS or (data.groupby(UNIT)[CLUSTER].nunique() > 1).any():
        return nothing
    names = [str(name) for name in model._coefnames]
    design = data[names]
    if specification.time_effects == "absorbed":
        design = pd.concat([design, pd.get_dummies(data[TIME], dtype=float).iloc[:, 1:]], axis=1)
    p_values = wild_cluster_p_values(
        outcome=data[DEPENDENT].to_numpy(float),
        design=design.to_numpy(float),
        units=None if specification.unit_effects == "none" else data[UNIT].to_numpy(),
        clusters=data[CLUSTER].to_numpy(),
        tested=[names.index(name) for name in tested],
    )
    return [*p_values, np.nan]


def _first_stage_figures(
    specification: Specification, solution: Solution, confidence_level: float
) -> tuple[dict[str, float], dict[str, str]]:
    """Figures of the first stage, from it and from the reduced form on the same regressors."""
    first_stage = solution.first_stage
    assert first_stage is not None
    names = [str(name) for name in first_stage._coefnames]
    # both stages have the same rows and effects, so the dependent variable is rid of them already
    design, dependent = np.asarray(first_stage._X, float), np.asarray(solution.model._Y, float).ravel()
    reduced_slopes = np.linalg.lstsq(design, dependent, rcond=None)[0]
    stage = FirstStage(
        names=names,
        instruments=[term.name for term in specification.instruments if term.name in names],
        design=design,
        slopes=np.asarray(first_stage._beta_hat, float),
        residuals=np.asarray(first_stage._u_hat, float),
        reduced_slopes=reduced_slopes,
        reduced_residuals=dependent - design @ reduced_slopes,
        groups=pd.factorize(solution.data[CLUSTER])[0] if specification.vcov == "cluster" else None,
    )
    robust = "cluster" if specification.vcov == "cluster" else "hc1"
    covariances = {vcov: _covariance(replace(specification, vcov=vcov), first_stage) for vcov in ("classical", robust)}
    return weak_instrument_figures(stage, covariances, specification.vcov, confidence_level)


def _r_squared(data: pd.DataFrame, model: pf.Feols) -> dict[str, float]:
    """R2 against three baselines: the grand mean (every effect counts, as dummies would), unit means, both effects."""
    weights, y = _weights(data), data[DEPENDENT].to_numpy(float)
    units, times = (pd.factorize(data[name])[0] for name in (UNIT, TIME))
    around = {
        "r2_overall": y - np.average(y, weights=weights),
        "r2_within_one_way": Absorber([units], weights).residuals(y[:, None])[:, 0],
        "r2_within_two_way": Absorber([units, times], weights).residuals(y[:, None])[:, 0],
    }
    sums = {name: float(weights @ rest**2) for name, rest in around.items()}
    unexplained = float(np.sum(np.asarray(model._u_hat, float) ** 2))
    return {name: 1 - unexplained / total if total > 0 else np.nan for name, total in sums.items()}


def _joint_f(slopes: Array, covariance: Array, degrees: float) -> dict[str, float]:
    """Wald F of all regressors, period dummies included where they are regressors; NaN where it is not defined."""
    count = len(slopes)
    defined = np.linalg.matrix_rank(covariance) == count
    statistic = float(slopes @ np.linalg.solve(covariance, slopes)) / count if defined else np.nan
    return {"f_statistic": statistic, "f_df_model": float(count), "f_df_residual": degrees}
