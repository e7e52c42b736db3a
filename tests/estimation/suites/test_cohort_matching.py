"""Matching cohort by cohort: who is matched, the balance, and the stacked effect against dummies written out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from estimation import NotEstimable
from estimation.suites.matching import cohort_matching
from tests.support.adoption_panels import adoption_panel


def panel(noise: float = 1.0) -> pd.DataFrame:
    return adoption_panel(
        {2003: 12, 2005: 10, float("nan"): 40},
        range(2000, 2009),
        effect=lambda cohort, years: 2.0,
        noise=noise,
        controls=1,
    )


def test_an_effect_without_noise_is_found_exactly() -> None:
    effect = cohort_matching(panel(noise=0.0), ["x0"], k=2).effect.iloc[0]
    assert effect["estimate"] == pytest.approx(2.0, abs=1e-8)
    assert effect["n_cohorts"] == 2
    assert effect["n_treated"] <= 22


def test_the_stack_equals_weighted_least_squares_with_dummies() -> None:
    frame = panel()
    found = cohort_matching(frame, ["x0"], k=1, years_before=2)
    parts = []
    for cohort in (2003, 2005):
        section = frame[(frame["time"] == cohort - 2) & ((frame["cohort"] == cohort) | frame["cohort"].isna())]
        treated = section["cohort"].notna().to_numpy()
        # a logit of one covariate orders places as the covariate does, but distances are those of the score
        score = logit_score(treated, section["x0"].to_numpy())
        inside = treated & (score >= score[~treated].min()) & (score <= score[~treated].max())
        weight = pd.Series(0.0, index=section["unit"])
        for place in np.flatnonzero(inside):
            controls = np.flatnonzero(~treated)
            nearest = controls[np.argmin(np.abs(score[controls] - score[place]))]
            weight.iloc[place] = 1.0
            weight.iloc[nearest] += 1.0
        rows = frame.assign(stack=cohort, weight=frame["unit"].map(weight).fillna(0.0))
        parts.append(rows[rows["weight"] > 0])
    stack = pd.concat(parts)
    d = (stack["time"] >= stack["cohort"]).astype(float)
    place, moment = (stack["stack"].astype(str) + "_" + stack[name].astype(str) for name in ("unit", "time"))
    design = np.column_stack([d, stack["x0"], pd.get_dummies(place), pd.get_dummies(moment)]).astype(float)
    root = np.sqrt(stack["weight"].to_numpy())
    slopes = np.linalg.lstsq(design * root[:, None], stack["outcome"].to_numpy() * root, rcond=None)[0]
    assert found.effect["n"].item() == len(stack)
    assert found.effect["estimate"].item() == pytest.approx(slopes[0], rel=1e-8)
    assert found.effect["n_controls"].item() == stack.loc[stack["cohort"].isna(), "unit"].nunique()


def logit_score(treated: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Fitted probabilities by plain Newton steps."""
    design = np.column_stack([np.ones(len(values)), values])
    slopes = np.zeros(2)
    for _ in range(100):
        fitted = 1 / (1 + np.exp(-design @ slopes))
        information = design.T @ (design * (fitted * (1 - fitted))[:, None])
        slopes = slopes + np.linalg.solve(information, design.T @ (treated - fitted))
    return 1 / (1 + np.exp(-design @ slopes))


def test_balance_has_a_row_a_cohort_control_and_sample() -> None:
    balance = cohort_matching(panel(), ["x0"], k=1).balance
    assert balance.groupby(["cohort", "control", "sample"]).size().tolist() == [1] * 4
    before = balance[balance["sample"] == "before"].set_index("cohort")
    assert before["n_treated"].to_dict() == {2003.0: 12, 2005.0: 10}
    assert (before["n_control"] == 40).all()


def test_bad_input_is_one_sentence() -> None:
    frame = panel()
    with pytest.raises(ValueError, match="0 neighbours"):
        cohort_matching(frame, ["x0"], k=0)
    with pytest.raises(NotEstimable, match="no cross-section"):
        cohort_matching(frame, ["x0"], k=1, years_before=9)
    apart = frame.assign(x0=frame["x0"].where(frame["cohort"].isna(), frame["x0"] + 1000))
    with pytest.raises(NotEstimable, match="a cohort of 12 units: the covariates separate"):
        cohort_matching(apart, ["x0"], k=1)
    with pytest.raises(NotEstimable, match="is matched"):
        cohort_matching(frame, ["x0"], k=1, caliper=0.0)
