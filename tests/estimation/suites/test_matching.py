"""Nearest-neighbour matching: by hand, against a second implementation, and what must hold for any draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from estimation import NotEstimable
from estimation.ground.columns import OUTCOME, TREATED, UNIT
from estimation.numerics.balance import matching_balance
from estimation.numerics.nearest_neighbours import nearest_neighbour_weights, propensity_scores
from estimation.run.registry import check
from estimation.suites.regression import MATCH_WEIGHT, SCORE, Matching, fit_panel, matched_sample
from tests.support.panels import random_panel, specification


def treated_panel(seed: int) -> pd.DataFrame:
    frame = random_panel(seed)
    generator = np.random.default_rng(100 + seed)
    frame[TREATED] = generator.uniform(size=len(frame)) < 1 / (1 + np.exp(1.5 - frame["x1"] + 0.5 * frame["x2"]))
    return frame


def weights(scores: list[float], treated: list[int], k: int, caliper: float | None = None) -> list[float]:
    mask = np.isin(np.arange(len(scores)), treated)
    return list(nearest_neighbour_weights(np.array(scores), mask, ~mask, k, caliper))


def test_weights_by_hand() -> None:
    # treated rows 0 (score .50) and 1 (.30); controls 2 (.45), 3 (.32), 4 (.10)
    scores = [0.50, 0.30, 0.45, 0.32, 0.10]
    assert weights(scores, [0, 1], 1) == [1, 1, 1, 1, 0]
    # two each: row 0 takes 2 and 3, row 1 takes 3 (.02) and 2 (.15)
    assert weights(scores, [0, 1], 2) == [1, 1, 1, 1, 0]
    # three each use every control at a third
    assert weights(scores, [0, 1], 3) == pytest.approx([1, 1, 2 / 3, 2 / 3, 2 / 3])
    # within .03: only row 1 finds row 3
    assert weights(scores, [0, 1], 1, 0.03) == [0, 1, 0, 1, 0]
    # within .06 and two wanted: one each, at full weight
    assert weights(scores, [0, 1], 2, 0.06) == [1, 1, 1, 1, 0]
    # within nothing: no match
    assert weights(scores, [0, 1], 1, 0.01) == [0, 0, 0, 0, 0]


def test_one_control_serves_several_treated_rows() -> None:
    assert weights([0.5, 0.6, 0.55, 0.0], [0, 1], 1) == [1, 1, 2, 0]


def test_equal_distances_go_by_the_order_of_the_rows() -> None:
    assert weights([0.5, 0.4, 0.6, 0.4], [0], 1) == [1, 1, 0, 0]
    assert weights([0.5, 0.6, 0.4, 0.4], [0], 1) == [1, 1, 0, 0]
    assert weights([0.5, 0.6, 0.4, 0.4], [0], 2) == [1, 0.5, 0.5, 0]


def test_balance_by_hand() -> None:
    frame = pd.DataFrame({"x": [2.0, 4.0, 1.0, 3.0], TREATED: [True, True, False, False]})
    balance = matching_balance(frame, TREATED, ["x"], [1.0, 1, 0, 1]).set_index("sample")["standardised_difference"]
    # means 3 and 2, both variances 2: (3 - 2) / sqrt(2)
    assert balance["before"] == pytest.approx(1 / np.sqrt(2))
    # controls weighted 0 and 1: means 3 and 3
    assert balance["after"] == pytest.approx(0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_propensity_scores_equal_the_logit_of_statsmodels(seed: int) -> None:
    frame = treated_panel(seed)
    covariates = frame[["x1", "x2", "d"]].to_numpy()
    ours = propensity_scores(frame[TREATED].to_numpy(), covariates)
    reference = sm.Logit(frame[TREATED].astype(float), sm.add_constant(covariates)).fit(disp=0, tol=1e-12)
    np.testing.assert_allclose(ours, reference.predict(), rtol=1e-8)


@pytest.mark.parametrize("k", [1, 3])
def test_matched_weights_add_up_and_bring_the_scores_together(k: int) -> None:
    frame = treated_panel(1)
    rows, balance = matched_sample(frame, Matching(("x1", "x2"), k, None, "matched"))
    treated = rows[TREATED]
    # each treated row gives a weight of one away
    assert rows.loc[~treated, MATCH_WEIGHT].sum() == pytest.approx(treated.sum())
    assert balance.counts["n_treated"] == frame[TREATED].sum()
    assert (
        balance.counts["n_matched_treated"] == treated.sum() == frame[TREATED].sum() - balance.counts["n_off_support"]
    )
    scores = propensity_scores(frame[TREATED].to_numpy(), frame[["x1", "x2"]].to_numpy())
    before = scores[frame[TREATED]].mean() - scores[~frame[TREATED]].mean()
    controls = rows[~treated]
    after = rows.loc[treated, SCORE].mean() - np.average(controls[SCORE], weights=controls[MATCH_WEIGHT])
    assert abs(after) < 0.2 * before


def test_support_keeps_controls_and_drops_treated_rows_beyond_their_scores() -> None:
    frame = treated_panel(1)
    # one treated row that no control is like
    frame.loc[frame.index[frame[TREATED]][0], "x1"] = 50.0
    covariates = frame[["x1", "x2"]].to_numpy()
    scores = propensity_scores(frame[TREATED].to_numpy(), covariates)
    treated = frame[TREATED].to_numpy()
    expected = ~treated | ((scores >= scores[~treated].min()) & (scores <= scores[~treated].max()))
    rows, balance = matched_sample(frame, Matching(("x1", "x2"), 1, None, "support"))
    assert len(rows) == expected.sum() < len(frame)
    assert balance.counts["n_off_support"] == (~expected).sum()
    assert MATCH_WEIGHT not in rows


@pytest.mark.parametrize("keep", ["matched", "support"])
def test_a_matched_regression_is_the_regression_on_the_kept_rows(keep: str) -> None:
    frame = treated_panel(2)
    made = specification(regressors="x1; x2; d", unit_effects="none", time_effects="none")
    matching = Matching(("x1", "x2"), 2, None, keep)
    fit = fit_panel(made, frame, matching=matching)
    rows, _ = matched_sample(frame, matching)
    reference = sm.WLS(rows[OUTCOME], sm.add_constant(rows[["x1", "x2", "d"]]), weights=rows.get(MATCH_WEIGHT, 1.0))
    np.testing.assert_allclose(fit.estimates.loc[["x1", "x2", "d"], "estimate"], reference.fit().params[1:], rtol=1e-8)
    assert fit.statistics["n"] == len(rows)
    assert list(fit.balance.differences.index) == ["x1", "x2"]


def test_the_same_rows_are_matched_every_time() -> None:
    made = Matching(("x1", "x2"), 2, None, "matched")
    first, second = (matched_sample(treated_panel(3), made)[0] for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({TREATED: True}, "every row is treated"),
        ({TREATED: False}, "no row is treated"),
        ({"x1": 1.0}, "does not vary"),
    ],
)
def test_samples_that_cannot_be_matched_say_why(change: dict, reason: str) -> None:
    frame = treated_panel(1).assign(**change)
    with pytest.raises(NotEstimable, match=reason):
        matched_sample(frame, Matching(("x1", "x2"), 1, None, "matched"))


def test_separated_and_collinear_covariates_say_so() -> None:
    frame = treated_panel(1)
    separated = frame.assign(x1=frame[TREATED].astype(float) * 10 + np.arange(len(frame)) / len(frame))
    with pytest.raises(NotEstimable, match="separate"):
        matched_sample(separated, Matching(("x1", "x2"), 1, None, "matched"))
    with pytest.raises(NotEstimable, match="collinear"):
        matched_sample(frame.assign(x2=frame["x1"] * 2), Matching(("x1", "x2"), 1, None, "matched"))


def test_a_caliper_that_no_row_meets_is_not_estimable() -> None:
    frame = treated_panel(1)
    frame[UNIT] = frame[UNIT].astype(str)
    with pytest.raises(NotEstimable, match="no treated row has a match"):
        matched_sample(frame, Matching(("x1", "x2"), 1, 1e-12, "matched"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("treated = pilot; covariates = x1; k = 0", "k = '0'"),
        ("treated = pilot; covariates = x1; keep = all", "keep = 'all'"),
        ("treated = pilot", "matches on nothing"),
        ("treated = pilot; covariates = x1; caliber = 1", "the option 'caliber'"),
        ("treated = pilot; covariates = x1; caliper = wide", "caliper = 'wide'"),
        ("treated = pilot; covariates = x9", "matches on x9"),
    ],
)
def test_a_matching_that_cannot_be_read_names_the_specification(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"specification made_up .*{message}"):
        check([specification(options=text)])
