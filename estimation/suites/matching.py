"""Matching cohort by cohort, and the effect on the matched places: each cohort with its own matches, stacked.

Each cohort is matched on its covariates of a year before adoption with units never treated (nearest neighbours on a
logit score, with replacement). The effect comes from the stack of the matched panels: unit and time effects of each
cohort, weights of the matching, one coefficient. No unit treated before serves as a control, which is what the pooled
two-way regression on a matched sample lacks. pyfixest; own code is the stacking. Compare Cengiz, Dube, Lindner and
Zipperer (2019).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from estimation.ground.adoption import read_panel
from estimation.ground.columns import COHORT, OUTCOME, TIME, TREATMENT, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.balance import matching_balance
from estimation.numerics.covariance import Covariance
from estimation.numerics.inference import t_inference
from estimation.numerics.least_squares import least_squares
from estimation.numerics.nearest_neighbours import nearest_neighbour_weights, on_common_support, propensity_scores
from estimation.suites.contract import COMMON, Option, Output, Suite, Task, whole_number

STACK, WEIGHT = "stack", "weight"
#: Takes one row a unit with `treatment` (0 or 1) and the controls, returns weights by row (0 or NaN: not matched).
Matcher = Callable[[pd.DataFrame], "pd.Series"]


@dataclass(frozen=True)
class CohortMatching:
    """Balance (one row a cohort, control and sample, as estimation.numerics.balance gives it) and the effect (one row).

    effect: estimate, standard_error, p_value, conf_low, conf_high, n (rows of the stack), n_cohorts, n_treated and
    n_controls (units matched; a control of several cohorts counts once).
    """

    balance: pd.DataFrame
    effect: pd.DataFrame


def cohort_matching(
    frame: pd.DataFrame,
    controls: Sequence[str],
    *,
    k: int = 1,
    caliper: float | None = None,
    years_before: int = 1,
    covariance: Covariance | None = None,
    confidence_level: float = 0.95,
) -> CohortMatching:
    """Match every cohort on the controls of the year `years_before` adoption, and estimate on what is matched.

    `frame` as estimation.ground.adoption states it, complete. Raises NotEstimable, naming the cohort, where a cohort
    has no cross-section in that year, its logit has no maximum, or nothing is matched; and where nothing is left to
    estimate.
    """
    if k < 1:
        raise ValueError(f"{k} neighbours: ask for at least one")

    def match(section: pd.DataFrame) -> pd.Series:
        treated = section[TREATMENT].to_numpy(bool)
        try:
            scores = propensity_scores(treated, section[list(controls)].to_numpy(float))
        except NotEstimable as reason:
            raise NotEstimable(f"a cohort of {int(treated.sum())} units: {reason}") from reason
        supported = treated & on_common_support(scores, treated)
        return pd.Series(nearest_neighbour_weights(scores, supported, ~treated, k, caliper))

    matched = matched_by_cohort(frame, controls, match, years_before)
    panel = read_panel(frame, controls).frame
    balance = _balance(panel, matched, controls, years_before)
    return CohortMatching(
        balance, _effect(panel, matched, controls, covariance=covariance or Covariance(), level=confidence_level)
    )


def matched_by_cohort(
    frame: pd.DataFrame, controls: Sequence[str], matcher: Matcher, years_before: int = 1
) -> pd.DataFrame:
    """Match each cohort with units never treated, on the controls of the year `years_before` adoption.

    `frame` as estimation.ground.adoption states it, controls complete. Returns cohort, unit, treatment, weight, one row
    a unit matched in a cohort; a unit never treated may stand in several. Raises NotEstimable where a cohort has no
    cross-section in that year or no match at all; a cohort is never left out unseen.
    """
    panel = read_panel(frame, controls)
    data, parts = panel.frame, []
    for cohort in np.sort(panel.cohorts.dropna().unique()):
        same = data[COHORT] == cohort
        section = data[(data[TIME] == cohort - years_before) & (same | data[COHORT].isna())]
        section = section.assign(**{TREATMENT: section[COHORT].notna() * 1}).reset_index(drop=True)
        if section[TREATMENT].nunique() < 2:
            raise NotEstimable(
                f"the cohort of {cohort:g} has no cross-section with units never treated in {cohort - years_before:g}"
            )
        weight = np.nan_to_num(np.asarray(matcher(section[[UNIT, TREATMENT, *controls]]), float))
        matched = section.assign(cohort=cohort, weight=weight).loc[weight > 0, [COHORT, UNIT, TREATMENT, "weight"]]
        if matched[TREATMENT].nunique() < 2:
            raise NotEstimable(f"no unit of the cohort of {cohort:g} is matched")
        parts.append(matched)
    return pd.concat(parts, ignore_index=True)


def _balance(panel: pd.DataFrame, matched: pd.DataFrame, controls: Sequence[str], years_before: int) -> pd.DataFrame:
    parts = []
    for cohort in np.sort(matched[COHORT].unique()):
        weights = matched[matched[COHORT] == cohort]
        places = (panel[COHORT] == cohort) | panel[COHORT].isna()
        section = panel[places & (panel[TIME] == cohort - years_before)]
        section = section.assign(**{TREATMENT: section[COHORT].notna() * 1})
        mass = section[UNIT].map(weights.set_index(UNIT)[WEIGHT])
        table = matching_balance(section, TREATMENT, controls, mass.to_numpy(float))
        table.insert(0, COHORT, cohort)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def _effect(
    panel: pd.DataFrame, matched: pd.DataFrame, controls: Sequence[str], *, covariance: Covariance, level: float
) -> pd.DataFrame:
    chosen = matched[[COHORT, UNIT, WEIGHT]].rename(columns={COHORT: STACK})
    stacked = chosen.merge(panel, on=UNIT).sort_values([STACK, UNIT, TIME], ignore_index=True)
    try:
        model = least_squares(
            stacked, OUTCOME, [TREATMENT, *controls], [f"{UNIT}^{STACK}", f"{TIME}^{STACK}"], weights=WEIGHT
        )
    except NotEstimable as reason:
        raise NotEstimable(f"matched rows: {reason}") from reason
    variance, degrees = model.covariance(covariance.kind)
    if TREATMENT not in model.names or not variance[position := model.names.index(TREATMENT), position] >= 0:
        raise NotEstimable(f"{len(stacked)} matched rows do not identify the effect")
    error = np.sqrt(variance[[position], [position]])
    effect = t_inference(model.slopes[[position]], error, degrees, level).drop(columns="statistic")
    counts = {
        "n": len(stacked),
        "n_cohorts": matched[COHORT].nunique(),
        "n_treated": matched.loc[matched[TREATMENT] == 1, UNIT].nunique(),
        "n_controls": matched.loc[matched[TREATMENT] == 0, UNIT].nunique(),
    }
    return effect.assign(**counts)


def _run(task: Task) -> Output:
    found = cohort_matching(
        task.adoption_frame,
        task.controls,
        **{name: task.options[name] for name in ("k", "caliper", "years_before")},
        covariance=task.covariance,
        confidence_level=task.confidence_level,
    )
    return Output({"balance": found.balance, "effect": found.effect})


SUITE = Suite(
    name="matching",
    run=_run,
    options={
        "k": Option(whole_number, is_needed=True),
        "caliper": Option(float),
        "years_before": Option(whole_number, 1),
        **COMMON,
    },
    needs_cohort=True,
)
