"""A single panel regression, by least squares or in two stages, and the statistics that Stata prints beside it.

Notation: y dependent, X regressors (with period dummies where the specification counts them), b slopes, e residuals,
w row weights (one unless rows are matched), x~ regressors after the fixed effects are partialled out (the projection
on the instruments where there are any), A = inverse of the sum of w x~ x~'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from estimation.ground.arrays import Array
from estimation.ground.columns import CLUSTER, FILLED, OUTCOME, TIME, TREATED, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.absorption import Absorber, sums_by
from estimation.numerics.balance import matching_balance
from estimation.numerics.inference import t_inference
from estimation.numerics.least_squares import LeastSquares, least_squares
from estimation.numerics.nearest_neighbours import nearest_neighbour_weights, on_common_support, propensity_scores
from estimation.numerics.weak_instruments import FirstStage, weak_instrument_figures
from estimation.numerics.wild_bootstrap import FEW_CLUSTERS, wild_cluster_p_values
from estimation.samples.specification import Specification
from estimation.suites.contract import (
    COMMON,
    Option,
    Output,
    Reads,
    Suite,
    Task,
    condition,
    names,
    one_of,
    whole_number,
)

CONSTANT = "constant"
DUMMY = "_time_"
#: a fixed effect of one level: what is left when nothing is absorbed is the constant
EVERYWHERE = "_everywhere"
MATCH_WEIGHT, SCORE = "_match_weight", "_score"
#: 'matched' keeps treated rows and their matches, weighted; 'support' every row but treated ones off the common support
KEEPS = ("matched", "support")


@dataclass(frozen=True)
class Matching:
    """How rows are matched before the regression.

    covariates: names of variables that the propensity score rests on; k: matches a treated row; caliper: largest
    distance of scores, None for any; keep: one of KEEPS. Which rows are treated stands in the column `treated`.
    """

    covariates: tuple[str, ...]
    k: int = 1
    caliper: float | None = None
    keep: str = "matched"


@dataclass(frozen=True)
class Balance:
    """What matching did.

    differences: one row a covariate, with standardised mean differences before and after (estimation.numerics.balance).
    counts: treated rows, those off the common support, those matched, and distinct control rows used.
    """

    differences: pd.DataFrame
    counts: dict[str, float]


@dataclass(frozen=True)
class PanelRegression:
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
    model: LeastSquares
    first_stage: LeastSquares | None
    r_squared: dict[str, float]
    balance: Balance | None


def fit_panel(
    specification: Specification, frame: pd.DataFrame, confidence_level: float = 0.95, matching: Matching | None = None
) -> PanelRegression:
    """Fit one specification on its sample, as `estimation_sample` returns it.

    Raises NotEstimable where the sample leaves no degree of freedom, or a variable no variation.
    """
    return infer(solve(specification, frame, matching), specification, confidence_level)


def solve(specification: Specification, frame: pd.DataFrame, matching: Matching | None = None) -> Solution:
    """Match rows where that is asked for, and estimate the slopes."""
    balance = None
    if matching:
        frame, balance = matched_sample(frame, matching)
    _refuse_constant_dependent(specification, frame)
    data, dummies = _with_dummies(specification, frame.assign(**{EVERYWHERE: 1}))
    exogenous = [term.name for term in specification.regressors] + dummies
    _refuse_small_sample(specification, data, len(exogenous) + len(specification.endogenous))
    effects, weights = _absorbed(specification), MATCH_WEIGHT if MATCH_WEIGHT in data else None
    if not specification.endogenous:
        model = least_squares(data, OUTCOME, exogenous, effects, weights=weights)
        return Solution(specification, data, model, None, _r_squared(data, model), balance)
    endogenous, instruments = specification.endogenous[0].name, [term.name for term in specification.instruments]
    first_stage = least_squares(data, endogenous, [*exogenous, *instruments], effects, weights=weights)
    usable = [name for name in instruments if name in first_stage.names]
    if not usable:
        raise NotEstimable(
            f"the instrument {', '.join(instruments)} has no variation of its own beside the regressors and effects"
        )
    kept = [name for name in exogenous if name in first_stage.names]
    model = least_squares(data, OUTCOME, kept, effects, endogenous=endogenous, instruments=usable, weights=weights)
    return Solution(specification, data, model, first_stage, _r_squared(data, model), balance)


def infer(solution: Solution, specification: Specification, confidence_level: float = 0.95) -> PanelRegression:
    """Standard errors, tests and fit of a solution, under the standard errors of a specification that is else the
    same."""
    model, data = solution.model, solution.data
    if specification.vcov == "cluster" and data[CLUSTER].nunique() < 2:
        raise NotEstimable(f"one {specification.cluster_column} in the sample, so errors cannot be clustered by it")
    covariance, degrees = _covariance(model, specification.vcov)
    design = model.design
    constant, constant_error = _constant(specification, solution, design, covariance, degrees)
    wanted = [name for name in specification.coefficient_names if name in model.names]
    if not wanted:
        raise NotEstimable("no regressor varies beside the fixed effects")
    position = [model.names.index(name) for name in wanted]
    estimates = t_inference(
        np.append(model.slopes[position], constant),
        np.append(np.sqrt(np.diag(covariance))[position], constant_error),
        degrees,
        confidence_level,
        pd.Index([*wanted, CONSTANT], name="term"),
    )
    estimates["wild_p_value"] = _wild_p_values(specification, solution, wanted)
    figures: dict[str, float] = {}
    notes: dict[str, str] = {}
    used: tuple[str, ...] = model.names
    if solution.first_stage is not None:
        used = (*used, *solution.first_stage.names)
        figures, notes = _first_stage_figures(specification, solution, solution.first_stage, confidence_level)
    statistics = {
        "n": float(len(data)),
        "n_units": float(data[UNIT].nunique()),
        "n_periods": float(data[TIME].nunique()),
        "n_clusters": float(data[CLUSTER].nunique()) if specification.vcov == "cluster" else np.nan,
        "df_residual": degrees,
        "share_filled": float(data[FILLED].mean()),
        **solution.r_squared,
        **_joint_f(model.slopes, covariance, degrees),
        **figures,
    }
    dropped = tuple(term.name for term in specification.variables if term.name not in used)
    return PanelRegression(estimates, statistics, dropped, notes, solution.balance)


def matched_sample(frame: pd.DataFrame, matching: Matching) -> tuple[pd.DataFrame, Balance]:
    """The rows of an estimation sample that matching keeps, in their order.

    Treated rows whose score lies outside the range of the controls' are off the common support. keep 'matched': treated
    rows with a match, at weight 1, and controls at the sum of 1 / (matches of the treated row) over the rows that they
    match, as column _match_weight. keep 'support': every row but treated ones off the support, without weights; the
    balance is then that of these rows. Raises NotEstimable where a group is empty, the logit has no maximum, or no row
    finds a match.
    """
    treated = frame[TREATED].to_numpy(bool)
    if treated.all() or not treated.any():
        raise NotEstimable(f"{'every' if treated.all() else 'no'} row is treated, so there is nothing to match")
    scores = propensity_scores(treated, frame[list(matching.covariates)].to_numpy(float))
    supported = on_common_support(scores, treated)
    weights = nearest_neighbour_weights(scores, treated & supported, ~treated, matching.k, matching.caliper)
    if not weights[treated].any():
        raise NotEstimable("no treated row has a match on the common support")
    kept = supported if matching.keep == "support" else weights > 0
    used = np.where(supported, 1.0, 0.0) if matching.keep == "support" else weights
    compared = matching_balance(frame, TREATED, matching.covariates, used)
    differences = compared.pivot(index="control", columns="sample", values="standardised_difference")
    balance = Balance(
        differences.loc[list(matching.covariates), ["before", "after"]].rename_axis(index="covariate", columns=None),
        {
            "n_treated": float(treated.sum()),
            "n_off_support": float((~supported).sum()),
            "n_matched_treated": float((weights[treated] > 0).sum()),
            "n_matched_controls": float((weights[~treated] > 0).sum()),
        },
    )
    rows = frame.assign(**{SCORE: scores})
    if matching.keep == "matched":
        rows[MATCH_WEIGHT] = weights
    return rows[kept].reset_index(drop=True), balance


def _refuse_constant_dependent(specification: Specification, frame: pd.DataFrame) -> None:
    y, name = frame[OUTCOME], specification.dependent.name
    if specification.unit_effects == "none":
        if y.nunique() < 2:
            raise NotEstimable(f"{name} does not vary")
    elif np.isclose(frame.groupby(UNIT)[OUTCOME].transform("mean"), y, rtol=1e-12, atol=0).all():
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


def _absorbed(specification: Specification) -> list[str]:
    """Fixed effects to partial out. Dummies of units are absorbed too: only the constant tells the difference."""
    effects = [UNIT] if specification.unit_effects != "none" else []
    effects += [TIME] if specification.time_effects == "absorbed" else []
    return effects or [EVERYWHERE]


def _covariance(model: LeastSquares, kind: str) -> tuple[Array, float]:
    """Covariance of the slopes under a kind of standard errors, and its degrees of freedom."""
    covariance, degrees = model.covariance(kind)
    if degrees < 1 or not np.isfinite(covariance).all() or not (np.diag(covariance) > 0).all():
        raise NotEstimable(
            f"standard errors are not defined on {len(model.residuals)} rows: a perfect fit, or too few clusters"
        )
    return covariance, degrees


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
    means = data[list(model.names)].to_numpy(float).T @ mean
    constant = float(mean @ data[OUTCOME] - means @ model.slopes)
    residuals = model.residuals  # already times the root of the weight, as the design is
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
    # The small-sample correction is whatever was applied to the slopes.
    uncorrected = inverse @ (scores.T @ scores) @ inverse
    correction = float(covariance[0, 0] / uncorrected[0, 0])
    return constant, float(np.sqrt(correction * (influence @ influence)))


def _wild_p_values(specification: Specification, solution: Solution, tested: list[str]) -> list[float]:
    """Wild cluster bootstrap where errors are clustered by few clusters, NaN elsewhere and for the constant.

    Not for instruments and matched rows, nor where a unit is in several clusters.
    """
    data, model = solution.data, solution.model
    nothing = [np.nan] * (len(tested) + 1)
    if specification.vcov != "cluster" or specification.endogenous or solution.balance:
        return nothing
    if data[CLUSTER].nunique() > FEW_CLUSTERS or (data.groupby(UNIT)[CLUSTER].nunique() > 1).any():
        return nothing
    design = data[list(model.names)]
    if specification.time_effects == "absorbed":
        design = pd.concat([design, pd.get_dummies(data[TIME], dtype=float).iloc[:, 1:]], axis=1)
    p_values = wild_cluster_p_values(
        outcome=data[OUTCOME].to_numpy(float),
        design=design.to_numpy(float),
        units=None if specification.unit_effects == "none" else data[UNIT].to_numpy(),
        clusters=data[CLUSTER].to_numpy(),
        tested=[model.names.index(name) for name in tested],
    )
    return [*p_values, np.nan]


def _first_stage_figures(
    specification: Specification, solution: Solution, first_stage: LeastSquares, confidence_level: float
) -> tuple[dict[str, float], dict[str, str]]:
    """Figures of the first stage, from it and from the reduced form on the same regressors."""
    # both stages have the same rows and effects, so the dependent variable is rid of them already
    design, dependent = first_stage.regressors, solution.model.dependent
    reduced_slopes = np.asarray(np.linalg.lstsq(design, dependent, rcond=None)[0], np.float64)
    is_clustered = specification.vcov == "cluster"
    stage = FirstStage(
        names=first_stage.names,
        instruments=[term.name for term in specification.instruments if term.name in first_stage.names],
        design=design,
        slopes=first_stage.slopes,
        residuals=first_stage.residuals,
        reduced_slopes=reduced_slopes,
        reduced_residuals=dependent - design @ reduced_slopes,
        groups=np.asarray(pd.factorize(solution.data[CLUSTER])[0], np.intp) if is_clustered else None,
    )
    kinds = ("classical", "cluster" if is_clustered else "hc1")
    covariances = {kind: _covariance(first_stage, kind) for kind in kinds}
    return weak_instrument_figures(stage, covariances, specification.vcov, confidence_level)


#: share of a sum of squares below which what is left of it is rounding
_LEAST_VARIANCE = 1e-16


def _r_squared(data: pd.DataFrame, model: LeastSquares) -> dict[str, float]:
    """R2 against three baselines: the grand mean (every effect counts, as dummies would), unit means, both effects."""
    weights, y = _weights(data), data[OUTCOME].to_numpy(float)
    units, times = (pd.factorize(data[name])[0] for name in (UNIT, TIME))
    around = {
        "r2_overall": y - np.average(y, weights=weights),
        "r2_within_one_way": Absorber([units], weights).residuals(y[:, None])[:, 0],
        "r2_within_two_way": Absorber([units, times], weights).residuals(y[:, None])[:, 0],
    }
    sums = {name: float(weights @ rest**2) for name, rest in around.items()}
    unexplained = float(np.sum(model.residuals**2))
    # What rounding leaves of a variable that the effects take up whole (one that never changes) is no variance.
    least = _LEAST_VARIANCE * float(weights @ y**2)
    return {name: 1 - unexplained / total if total > least else np.nan for name, total in sums.items()}


def _joint_f(slopes: Array, covariance: Array, degrees: float) -> dict[str, float]:
    """Wald F of all regressors, period dummies included where they are regressors; NaN where it is not defined."""
    count = len(slopes)
    defined = np.linalg.matrix_rank(covariance) == count
    statistic = float(slopes @ np.linalg.solve(covariance, slopes)) / count if defined else np.nan
    return {"f_statistic": statistic, "f_df_model": float(count), "f_df_residual": degrees}


def _reads(specification: Specification, options: Mapping[str, Any]) -> Reads:
    predicate = options["treated"]
    return Reads(columns={TREATED: f"cast({predicate} as boolean)"} if predicate else {})


def matching_of(specification: Specification, options: Mapping[str, Any]) -> Matching | None:
    """How the options of a specification match its rows; None where they do not. Raises ValueError for a bad one."""
    if not options["treated"]:
        return None
    spec_id = specification.spec_id
    unknown = sorted(set(options["covariates"]) - {term.name for term in specification.variables})
    if unknown or not options["covariates"]:
        listed = ", ".join(unknown) or "nothing"
        raise ValueError(f"specification {spec_id} matches on {listed}: covariates are names of its regressors")
    if specification.endogenous:
        raise ValueError(f"specification {spec_id} has instruments and matching: use one of the two")
    return Matching(options["covariates"], options["k"], options["caliper"], options["keep"])


def _run(task: Task) -> Output:
    specification, matching = task.specification, matching_of(task.specification, task.options)
    key = (replace(specification, spec_id="", vcov=""), task.confidence_level)
    solution = task.memo.once(key, lambda: solve(specification, task.frame, matching))
    found = infer(solution, specification, task.confidence_level)
    figures: dict[str, object] = {**found.statistics, **found.notes, **(found.balance.counts if found.balance else {})}
    if found.dropped:
        figures["dropped_variables"] = ", ".join(sorted(found.dropped))
    tables = {"estimates": found.estimates.reset_index(), "fit": pd.DataFrame([figures])}
    if found.balance:
        tables["balance"] = found.balance.differences.reset_index()
    notes = (f"dropped for collinearity: {', '.join(found.dropped)}",) if found.dropped else ()
    return Output(tables, notes=notes)


SUITE = Suite(
    name="regression",
    run=_run,
    # rows are matched where `treated`, a predicate over mart columns, is given
    options={
        "treated": Option(condition, ""),
        "covariates": Option(names, ()),
        "k": Option(whole_number, Matching.k),
        "caliper": Option(float),
        "keep": Option(one_of(*KEEPS), Matching.keep),
        **COMMON,
    },
    takes_instruments=True,
    reads=_reads,
    refuse=matching_of,
)
