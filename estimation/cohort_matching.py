"""Matching cohort by cohort, and the effect on the matched places: each cohort with its own matches, stacked.

Each cohort is matched on its covariates of a year before adoption with units never treated (nearest neighbours on a
logit score, with replacement). The effect comes from the stack of the matched panels: unit and time effects of each
cohort, weights of the matching, one coefficient. No unit treated before serves as a control, which is what the pooled
two-way regression on a matched sample lacks. pyfixest; own code is the stacking. Compare Cengiz, Dube, Lindner and
Zipperer (2019).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyfixest as pf

from estimation.absorption import Covariance
from estimation.adoption import CLUSTER, COHORT, OUTCOME, TIME, TREATMENT, UNIT, read_panel
from estimation.balance import matched_by_cohort, matching_balance
from estimation.matching import nearest_neighbour_weights, propensity_scores
from estimation.regression import DEMEANER
from estimation.sample import NotEstimable

STACK, WEIGHT = "stack", "weight"


@dataclass(frozen=True)
class CohortMatching:
    """Balance (one row a cohort, control and sample, as estimation.balance gives it) and the effect (one row).

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

    `frame` as estimation.adoption states it, complete. Raises NotEstimable, naming the cohort, where a cohort has no
    cross-section in that year, its logit has no maximum, or nothing is matched; and where nothing is left to estimate.
    """
    if k < 1:
        raise ValueError(f"{k} neighbours: ask for at least one")

    def match(section: pd.DataFrame) -> pd.Series:
        treated = section[TREATMENT].to_numpy(bool)
        try:
            scores = propensity_scores(treated, section[list(controls)].to_numpy(float))
        except NotEstimable as reason:
            raise NotEstimable(f"a cohort of {int(treated.sum())} units: {reason}") from reason
        supported = treated & (scores >= scores[~treated].min()) & (scores <= scores[~treated].max())
        return pd.Series(nearest_neighbour_weights(scores, supported, ~treated, k, caliper))

    matched = matched_by_cohort(frame, controls, match, years_before)
    panel = read_panel(frame, controls).frame
    balance = _balance(panel, matched, controls, years_before)
    return CohortMatching(
        balance, _effect(panel, matched, controls, covariance=covariance or Covariance(), level=confidence_level)
    )


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
    formula = f"{OUTCOME} ~ {' + '.join([TREATMENT, *controls])} | {UNIT}^{STACK} + {TIME}^{STACK}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = pf.feols(
                formula,
                stacked,
                weights=WEIGHT,
                fixef_rm="none",
                demeaner=DEMEANER,
                **covariance.as_pyfixest(CLUSTER),
            )
        except (ValueError, ZeroDivisionError, np.linalg.LinAlgError) as error:
            message = str(error).strip().splitlines()[0]
            raise NotEstimable(f"no fit on {len(stacked)} matched rows: {message}") from error
    if TREATMENT not in model._coefnames or not np.isfinite(model.se()[TREATMENT]):
        raise NotEstimable(f"{len(stacked)} matched rows do not identify the effect")
    low, high = model.confint(alpha=1 - level).loc[TREATMENT]
    row = {
        "estimate": model.coef()[TREATMENT],
        "standard_error": model.se()[TREATMENT],
        "p_value": model.pvalue()[TREATMENT],
        "conf_low": low,
        "conf_high": high,
        "n": len(stacked),
        "n_cohorts": matched[COHORT].nunique(),
        "n_treated": matched.loc[matched[TREATMENT] == 1, UNIT].nunique(),
        "n_controls": matched.loc[matched[TREATMENT] == 0, UNIT].nunique(),
    }
    return pd.DataFrame([row])
