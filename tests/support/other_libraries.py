"""The same regressions through linearmodels and statsmodels: a second implementation, for tests and benchmarks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from linearmodels.iv import IV2SLS
from linearmodels.panel import PanelOLS

from estimation import Specification
from estimation.ground.columns import CLUSTER, OUTCOME, TIME, UNIT
from estimation.suites.regression import MATCH_WEIGHT

CONSTANT = "constant"


def dummies(frame: pd.DataFrame, unit_effects: str, time_effects: str) -> pd.DataFrame:
    """A constant, and a dummy for each unit and period but the first where they have effects."""
    parts = [pd.Series(1.0, index=frame.index, name=CONSTANT)]
    if unit_effects != "none":
        parts.append(pd.get_dummies(frame[UNIT], prefix="unit", dtype=float).iloc[:, 1:])
    if time_effects != "none":
        parts.append(pd.get_dummies(frame[TIME], prefix="year", dtype=float).iloc[:, 1:])
    return pd.concat(parts, axis=1)


def counted(frame: pd.DataFrame, columns: int, unit_effects: str, vcov: str) -> int:
    """Coefficients that the small-sample correction counts: dummies nested in clusters are none of them."""
    return columns - (frame[UNIT].nunique() - 1 if vcov == "cluster" and unit_effects != "none" else 0)


def correction(frame: pd.DataFrame, columns: int, unit_effects: str, vcov: str) -> float:
    """What the variance of a regression on `columns` written out is times, where nested dummies do not count."""
    return (len(frame) - columns) / (len(frame) - counted(frame, columns, unit_effects, vcov))


def statsmodels_options(vcov: str, frame: pd.DataFrame) -> dict[str, Any]:
    """Keyword arguments of `fit` for the errors of a specification."""
    groups = pd.factorize(frame[CLUSTER])[0]
    return {
        "classical": {"cov_type": "nonrobust"},
        "hc1": {"cov_type": "HC1"},
        "cluster": {"cov_type": "cluster", "cov_kwds": {"groups": groups, "use_correction": True}},
    }[vcov]


def by_other_libraries(made: Specification, frame: pd.DataFrame, terms: list[str]) -> pd.DataFrame:
    """estimate and standard_error by term, the constant last, on a sample of `estimation_sample`, matched or not.

    Where units have effects that no constant counts (absorbed) by PanelOLS; with instruments by IV2SLS; else by
    statsmodels with every dummy written out. `terms` are the regressors that are not collinear.
    """
    if made.endogenous:
        return _two_stage(made, frame, terms)
    return _absorbed(made, frame, terms) if made.unit_effects == "absorbed" else _written_out(made, frame, terms)


def _absorbed(made: Specification, frame: pd.DataFrame, terms: list[str]) -> pd.DataFrame:
    panel = frame.assign(**{UNIT: pd.factorize(frame[UNIT])[0]}).set_index([UNIT, TIME])
    matrix = sm.add_constant(panel[terms])
    periods = frame[TIME].nunique() - 1
    if made.time_effects == "dummies":
        years = pd.get_dummies(frame[TIME], prefix="year", dtype=float).iloc[:, 1:]
        matrix = matrix.join(years.set_index(panel.index))
    options = {
        "classical": {"cov_type": "unadjusted"},
        "hc1": {"cov_type": "robust"},
        "cluster": {
            "cov_type": "clustered",
            "clusters": pd.Series(pd.factorize(frame[CLUSTER])[0], panel.index),
            "group_debias": True,
            "auto_df": False,
        },
    }[made.vcov]
    model = PanelOLS(
        panel[OUTCOME],
        matrix,
        entity_effects=True,
        time_effects=made.time_effects == "absorbed",
        weights=panel.get(MATCH_WEIGHT),
        check_rank=False,
    )
    fit = model.fit(debiased=True, count_effects=made.vcov != "cluster", **options)
    # clustered: linearmodels then counts no effect at all, the convention here those of periods, which are not nested
    rows, columns = matrix.shape
    lost = periods if made.vcov == "cluster" and made.time_effects == "absorbed" else 0
    errors = fit.std_errors * np.sqrt((rows - columns) / (rows - columns - lost))
    return _table(fit.params, errors, [*terms, "const"])


def _written_out(made: Specification, frame: pd.DataFrame, terms: list[str]) -> pd.DataFrame:
    matrix = pd.concat([frame[terms], dummies(frame, made.unit_effects, made.time_effects)], axis=1)
    fit = sm.WLS(frame[OUTCOME], matrix, weights=frame.get(MATCH_WEIGHT, 1.0)).fit(
        method="qr", **statsmodels_options(made.vcov, frame)
    )
    factor = correction(frame, matrix.shape[1], made.unit_effects, made.vcov)
    return _table(fit.params, fit.bse * np.sqrt(factor), [*terms, CONSTANT])


def _two_stage(made: Specification, frame: pd.DataFrame, terms: list[str]) -> pd.DataFrame:
    endogenous = made.endogenous[0].name
    exogenous = pd.concat(
        [frame[[name for name in terms if name != endogenous]], dummies(frame, made.unit_effects, made.time_effects)],
        axis=1,
    )
    options = {
        "classical": {"cov_type": "unadjusted"},
        "hc1": {"cov_type": "robust"},
        "cluster": {"cov_type": "clustered", "clusters": pd.Series(pd.factorize(frame[CLUSTER])[0])},
    }[made.vcov]
    instruments = frame[[term.name for term in made.instruments]]
    model = IV2SLS(frame[OUTCOME], exogenous, frame[[endogenous]], instruments)
    fit = model.fit(debiased=True, **options)
    factor = correction(frame, exogenous.shape[1] + 1, made.unit_effects, made.vcov)
    return _table(fit.params, fit.std_errors * np.sqrt(factor), [*terms, CONSTANT])


def _table(estimates: pd.Series, errors: pd.Series, names: list[str]) -> pd.DataFrame:
    table = pd.DataFrame({"estimate": estimates[names], "standard_error": errors[names]})
    return table.set_axis([*names[:-1], CONSTANT], axis=0)
