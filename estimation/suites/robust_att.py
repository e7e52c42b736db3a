"""Average effects on the treated that stay unbiased when effects differ between cohorts and grow with time.

Four estimators with one output, so that they stand side by side with the two-way coefficient:

- callaway_santanna (2021): cohort by time differences in differences from the last year before adoption, against
  units never (or not yet) treated. Controls enter at their value of that base year, by outcome regression; the
  doubly robust form fits a logit for every cohort, which cohorts of ten places and eight controls do not carry, and
  is an option. diff-diff; pyfixest has none.
- sun_abraham (2021): two-way regression on cohort by relative-year dummies, averaged by cohort shares. diff-diff;
  pyfixest's saturated event study takes no controls and has no overall effect (tests compare the rest).
- imputation (Borusyak, Jaravel and Spiess 2024): effects and slopes from untreated observations, treated outcomes
  less what these predict. diff-diff; pyfixest's did2s has the same point estimates (tests compare them).
- dechaisemartin_dhaultfoeuille (2024): estimation.numerics.switcher_effects, which says why it is own code.

The overall effect of each is the average over treated units and years; on a balanced panel all four estimate the
same. Callaway and Sant'Anna's errors count the sizes of the cohorts as drawn with the sample, so where effects differ
between cohorts they are wider than those of the others, which take the sizes as given. Sun-Abraham's intervals are t
with clusters less one degrees of freedom, the others' normal.

Bands hold the effects of all years at once: sup-t from the covariance of the years (estimation.numerics.bands); for
imputation, of which diff-diff gives no covariance, Sidak's, which hold whatever it is and are wider.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from diff_diff import CallawaySantAnna, ImputationDiD, SunAbraham
from scipy import stats

from estimation.ground.adoption import (
    BALANCED,
    BASE_TIME,
    LARGE_COHORTS,
    NEVER_TREATED,
    UNTREATED_AT_FIRST,
    Panel,
    read_panel,
)
from estimation.ground.columns import CLUSTER, COHORT, OUTCOME, TIME, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.bands import sidak_critical_value, sup_t_critical_value
from estimation.numerics.fit_grid import fit_grid
from estimation.numerics.switcher_effects import switcher_effects
from estimation.suites.contract import COMMON, Option, Output, Suite, Task, one_of

INTERVALS = ["conf_low", "conf_high", "band_low", "band_high"]
COLUMNS = ["estimator", "kind", "relative_year", "estimate", "standard_error", *INTERVALS]
ESTIMATORS = ("callaway_santanna", "sun_abraham", "imputation", "dechaisemartin_dhaultfoeuille")
#: the two-way coefficient of the same sample, to stand beside the robust estimators
TWO_WAY = "two_way"


def robust_att(
    frame: pd.DataFrame,
    estimator: str,
    controls: Sequence[str] = (),
    confidence_level: float = 0.95,
    **options: Any,
) -> pd.DataFrame:
    """Overall and dynamic effects of one of ESTIMATORS, columns COLUMNS.

    `frame` as estimation.ground.adoption states it. kind 'overall' has no relative_year and no band; kind 'dynamic' has
    one row a year since adoption, negative before it, the base year -1 left out. Times may have gaps (a year nobody
    observed): effects are averages over the treated units and years that are observed. Options: control_group
    'never_treated' (default) or 'not_yet_treated', and method 'reg' (default), 'dr' or 'ipw', both of callaway_santanna
    alone. Raises NotEstimable where no unit is never treated, a cohort is one unit, a unit is treated at all times,
    controls are collinear; but for imputation where a cohort is not observed in the year before adoption; and for
    callaway_santanna and dechaisemartin_dhaultfoeuille where the panel is not balanced.
    """
    if estimator not in ESTIMATORS:
        raise ValueError(f"estimator {estimator!r}: use one of {', '.join(ESTIMATORS)}")
    needs = [NEVER_TREATED, UNTREATED_AT_FIRST, LARGE_COHORTS]
    if estimator != "imputation":
        needs.append(BASE_TIME)
    if estimator in ("callaway_santanna", "dechaisemartin_dhaultfoeuille"):
        needs.append(BALANCED)
    panel = read_panel(frame, controls, needs)
    fit: dict[str, Callable[..., pd.DataFrame]] = {
        "callaway_santanna": _callaway_santanna,
        "sun_abraham": _sun_abraham,
        "imputation": _imputation,
        "dechaisemartin_dhaultfoeuille": _dechaisemartin_dhaultfoeuille,
    }
    rows = fit[estimator](panel, confidence_level, **options)
    if not np.isfinite(rows.loc[rows["kind"] == "overall", ["estimate", "standard_error"]]).all(axis=None):
        raise NotEstimable(f"{estimator} finds no overall effect with a standard error")
    # A year that no comparison reaches is no row.
    return rows[rows["estimate"].notna()].assign(estimator=estimator)[COLUMNS].reset_index(drop=True)


def _with_bands(rows: pd.DataFrame, covariance: pd.DataFrame | None, confidence_level: float) -> pd.DataFrame:
    """Bands for the years with an error; `covariance` of the years (index and columns), or None where it is unknown."""
    years = rows.loc[rows["relative_year"].notna() & (rows["standard_error"] > 0), "relative_year"]
    if covariance is None:
        critical = sidak_critical_value(max(len(years), 1), confidence_level)
    else:
        known = covariance.loc[years, years].to_numpy(float)
        critical = sup_t_critical_value(known, confidence_level) if len(years) else np.nan
    half_width = (critical * rows["standard_error"]).where(rows.index.isin(years.index))
    return rows.assign(band_low=rows["estimate"] - half_width, band_high=rows["estimate"] + half_width)


def _callaway_santanna(
    panel: Panel, confidence_level: float, control_group: str = "never_treated", method: str = "reg"
) -> pd.DataFrame:
    estimator = CallawaySantAnna(
        control_group=control_group,
        estimation_method=method,
        base_period="universal",
        alpha=1 - confidence_level,
        cluster=_coarse_cluster(panel),
        rank_deficient_action="error",
    )
    result = _fit(estimator, panel)
    dynamic = result.aggregate("event_study")
    covariance = _covariance(dynamic.vcov, dynamic.vcov_index)
    return _with_bands(_table(result, dynamic.to_dataframe()), covariance, confidence_level)


def _sun_abraham(panel: Panel, confidence_level: float) -> pd.DataFrame:
    estimator = SunAbraham(
        alpha=1 - confidence_level, cluster=CLUSTER, rank_deficient_action="error", df_convention="cluster"
    )
    result = _fit(estimator, panel)
    columns = {"relative_period": "event_time", "effect": "att"}
    dynamic = result.to_dataframe("event_study").rename(columns=columns).assign(is_reference=False)
    covariance = _covariance(result.event_study_vcov, result.event_study_vcov_index)
    return _with_bands(_table(result, dynamic), covariance, confidence_level)


def _imputation(panel: Panel, confidence_level: float) -> pd.DataFrame:
    estimator = ImputationDiD(
        alpha=1 - confidence_level,
        cluster=_coarse_cluster(panel),
        rank_deficient_action="error",
        pretrends=True,
        df_convention="cluster",
    )
    result = _fit(estimator, panel)
    return _with_bands(_table(result, result.aggregate("event_study").to_dataframe()), None, confidence_level)


def _dechaisemartin_dhaultfoeuille(panel: Panel, confidence_level: float) -> pd.DataFrame:
    effects = switcher_effects(panel)
    table = pd.DataFrame(
        {
            "kind": ["overall", *(["dynamic"] * len(effects.relative_years))],
            "relative_year": [np.nan, *effects.relative_years],
            "estimate": [effects.overall, *effects.estimates],
            "standard_error": [effects.overall_error, *np.sqrt(np.diag(effects.covariance))],
        }
    )
    half_width = stats.norm.ppf((1 + confidence_level) / 2) * table["standard_error"]
    table = table.assign(conf_low=table["estimate"] - half_width, conf_high=table["estimate"] + half_width)
    covariance = pd.DataFrame(effects.covariance, effects.relative_years, effects.relative_years)
    return _with_bands(table, covariance, confidence_level)


def _coarse_cluster(panel: Panel) -> str | None:
    """The cluster column where it is not the unit: the estimators cluster by unit of themselves."""
    return None if (panel.frame[CLUSTER] == panel.frame[UNIT]).all() else CLUSTER


def _fit(estimator: Any, panel: Panel) -> Any:
    """Fit a diff-diff estimator; what it refuses becomes a reason."""
    data = panel.frame.assign(**{COHORT: panel.frame[COHORT].fillna(0)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return estimator.fit(
                data,
                outcome=OUTCOME,
                unit=UNIT,
                time=TIME,
                first_treat=COHORT,
                covariates=list(panel.controls) or None,
            )
        except (ValueError, np.linalg.LinAlgError) as error:
            raise NotEstimable(f"no fit: {str(error).strip().splitlines()[0]}") from error


def _covariance(values: Any, years: Sequence[int]) -> pd.DataFrame:
    return pd.DataFrame(np.asarray(values, float), list(years), list(years))


def _table(result: Any, dynamic: pd.DataFrame) -> pd.DataFrame:
    names = {
        "event_time": "relative_year",
        "att": "estimate",
        "se": "standard_error",
        "conf_int_lower": "conf_low",
        "conf_int_upper": "conf_high",
    }
    rows = dynamic[~dynamic["is_reference"]].rename(columns=names)[list(names.values())].assign(kind="dynamic")
    low, high = result.conf_int
    overall = {"kind": "overall", "relative_year": np.nan, "estimate": result.att, "standard_error": result.se}
    return pd.concat([pd.DataFrame([{**overall, "conf_low": low, "conf_high": high}]), rows], ignore_index=True)


def _run(task: Task) -> Output:
    estimator = task.options["estimator"]
    if estimator == TWO_WAY:
        return Output({"effects": _two_way(task)})
    options = {name: task.options[name] for name in ("control_group", "method") if task.options[name] is not None}
    effects = robust_att(task.adoption_frame, estimator, task.controls, task.confidence_level, **options)
    return Output({"effects": effects})


def _two_way(task: Task) -> pd.DataFrame:
    choice = {"controls": task.controls, "vcov": task.specification.vcov, "cluster": CLUSTER}
    (row,) = fit_grid(task.adoption_frame, [choice], task.confidence_level).to_dict("records")
    if row["status"] != "estimated":
        raise NotEstimable(row["reason"])
    names = ["estimate", "standard_error", "conf_low", "conf_high"]
    return pd.DataFrame([{"estimator": TWO_WAY, "kind": "overall", **{name: row[name] for name in names}}])


SUITE = Suite(
    name="robust_att",
    run=_run,
    options={
        "estimator": Option(one_of(*ESTIMATORS, TWO_WAY), is_needed=True),
        "control_group": Option(one_of("never_treated", "not_yet_treated")),
        "method": Option(one_of("reg", "dr", "ipw")),
        **COMMON,
    },
    needs_cohort=True,
)
