"""Weights and comparisons behind a two-way coefficient: published example, second implementations, identities."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from diff_diff import twowayfeweights
from scipy.optimize import minimize

from estimation import NotEstimable
from estimation.numerics.least_squares import DEMEANER
from estimation.suites.goodman_bacon import goodman_bacon
from estimation.suites.twfe_weights import twfe_weights
from tests.support.adoption_panels import adoption_panel, unbalanced

SIZES = {2008.0: 4, 2010.0: 5, 2012.0: 3, np.nan: 6}
TIMES = range(2005, 2015)


def growing(noise: float = 1.0) -> pd.DataFrame:
    return adoption_panel(SIZES, TIMES, effect=lambda cohort, years: 1 + years, noise=noise, controls=2)


def coefficient(frame: pd.DataFrame, right: str = "") -> float:
    data = frame.assign(treatment=(frame["time"] >= frame["cohort"]) * 1.0)
    fit = pf.feols(f"outcome ~ treatment{right} | unit + time", data, fixef_rm="none", demeaner=DEMEANER)
    return float(fit.coef()["treatment"])


def test_the_published_example() -> None:
    """De Chaisemartin and D'Haultfoeuille (2020), section I: one half, one, and minus one half."""
    frame = pd.DataFrame(
        {
            "unit": list("aaabbb"),
            "time": [1, 2, 3] * 2,
            "cohort": [3.0] * 3 + [2.0] * 3,
            "outcome": [0, 0, 1.0, 0, 1.0, 4.0],
        }
    )
    result = twfe_weights(frame)
    np.testing.assert_allclose(result.cells["weight"], [0.5, 1, -0.5], atol=1e-13)
    summary = result.summary.iloc[0]
    # All effects are positive (1, 1 and 4), yet the coefficient is 1/2 + 1 - 4/2.
    assert summary["estimate"] == pytest.approx(-0.5)
    assert (summary["atts"], summary["atts_positive"], summary["atts_negative"]) == (3, 2, 1)
    assert summary["sum_negative"] == pytest.approx(-0.5) and summary["sum_positive"] == pytest.approx(1.5)
    # Scaled weights 3/2, 3, -3/2 lie around 1 with variance 7/2.
    assert summary["sigma_zero"] == pytest.approx(0.5 / np.sqrt(3.5))


def test_weights_equal_those_of_diff_diff() -> None:
    frame = growing().assign(treatment=lambda data: (data["time"] >= data["cohort"]) * 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = twowayfeweights(frame, "outcome", unit="unit", time="time", treatment="treatment")
    ours = twfe_weights(frame)
    both = ours.cells.merge(reference.weights, on=["unit", "time"], validate="one_to_one")
    np.testing.assert_allclose(both["weight_x"], both["weight_y"], atol=1e-10)
    summary = ours.summary.iloc[0]
    assert summary["estimate"] == pytest.approx(reference.beta_fe, rel=1e-9)
    assert summary["sigma_zero"] == pytest.approx(reference.sigma_fe, rel=1e-9)
    assert summary["atts_negative"] / summary["atts"] == pytest.approx(reference.fraction_negative)


@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize("controls", [[], ["x0", "x1"]])
def test_weighted_effects_are_the_coefficient(balanced: bool, controls: list[str]) -> None:
    """Without noise the outcome is effects, fixed effects and controls; the weighted effects give the coefficient."""
    frame = growing(noise=0.0) if balanced else unbalanced(growing(noise=0.0))
    if not controls:
        frame["outcome"] -= frame["x0"] + frame["x1"]
    result = twfe_weights(frame, controls)
    effects = 1 + result.cells["time"] - result.cells["cohort"]
    estimate = result.summary["estimate"].item()
    assert result.cells["weight"] @ effects == pytest.approx(estimate, rel=1e-9)
    assert estimate == pytest.approx(coefficient(frame, "".join(f" + {name}" for name in controls)), rel=1e-9)
    assert result.cells["weight"].sum() == pytest.approx(1)
    assert len(result.cells) == (frame["time"] >= frame["cohort"]).sum()


def test_one_cohort_has_equal_weights() -> None:
    summary = twfe_weights(adoption_panel({2010.0: 5, np.nan: 7}, TIMES)).summary.iloc[0]
    assert (summary["atts"], summary["atts_negative"], summary["sum_negative"]) == (25, 0, 0)
    assert np.isnan(summary["sigma_zero"]) and np.isnan(summary["sigma_opposite"])


def test_sigmas_are_the_smallest_that_do_it() -> None:
    """Against a numerical search for the least dispersed effects that keep the coefficient."""
    frame = adoption_panel({2007.0: 2, 2009.0: 1, np.nan: 1}, range(2006, 2011), effect=lambda cohort, years: 1.0)
    result = twfe_weights(frame)
    weights, summary = result.cells["weight"].to_numpy(), result.summary.iloc[0]
    assert summary["atts_negative"] > 0
    direction = np.sign(summary["estimate"])
    keeps = {"type": "eq", "fun": lambda effects: weights @ effects - summary["estimate"]}
    averages = {"type": "eq", "fun": lambda effects: effects.mean()}
    opposite = [(None, 0) if direction > 0 else (0, None)] * len(weights)

    def smallest(**options: object) -> float:
        found = minimize(
            lambda effects: effects.var(), np.linspace(-1, 1, len(weights)), options={"ftol": 1e-14}, **options
        )
        assert found.success
        return float(np.sqrt(found.fun))

    assert summary["sigma_zero"] == pytest.approx(smallest(constraints=[keeps, averages]), rel=1e-5)
    assert summary["sigma_opposite"] == pytest.approx(smallest(constraints=[keeps], bounds=opposite), rel=1e-5)
    assert summary["sigma_opposite"] > summary["sigma_zero"]


def _comparison(frame: pd.DataFrame, treated: float, control: float) -> tuple[float, float]:
    """Goodman-Bacon's equations 8 to 10: weight and two-by-two estimate from means, for cohorts of the frame."""
    times = frame["time"].nunique()
    share = frame.drop_duplicates("unit")["cohort"].fillna(0).value_counts(normalize=True)
    treated_share = {
        cohort: (frame.drop_duplicates("time")["time"] >= cohort).mean() for cohort in share.index if cohort
    }
    window = pd.Series(True, index=frame.index)
    n_t, n_c, d_t = share[treated], share[control], treated_share[treated]
    inside = n_t / (n_t + n_c)
    if control == 0:
        weight = (n_t + n_c) ** 2 * inside * (1 - inside) * d_t * (1 - d_t)
    elif treated < control:
        d_c = treated_share[control]
        window = frame["time"] < control
        weight = ((n_t + n_c) * (1 - d_c)) ** 2 * inside * (1 - inside) * (d_t - d_c) * (1 - d_t) / (1 - d_c) ** 2
    else:
        d_c = treated_share[control]
        window = frame["time"] >= control
        weight = ((n_t + n_c) * d_c) ** 2 * inside * (1 - inside) * d_t * (d_c - d_t) / d_c**2
    cells = frame[window].assign(after=lambda data: data["time"] >= treated)
    means = cells.groupby([cells["cohort"].fillna(0), "after"])["outcome"].mean()
    estimate = means[treated, True] - means[treated, False] - means[control, True] + means[control, False]
    assert times == 10
    return weight, estimate


def test_comparisons_equal_the_formulas() -> None:
    frame = growing()
    table = goodman_bacon(frame).comparisons
    expected = np.array(
        [_comparison(frame, row.treated_cohort, np.nan_to_num(row.control_cohort)) for row in table.itertuples()]
    )
    assert len(table) == 3 + 3 * 2
    np.testing.assert_allclose(table["weight"], expected[:, 0] / expected[:, 0].sum(), rtol=1e-10)
    np.testing.assert_allclose(table["estimate"], expected[:, 1], rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("seed", range(1, 6))
def test_comparisons_add_up_to_the_coefficient(seed: int) -> None:
    frame = adoption_panel(SIZES, TIMES, effect=lambda cohort, years: years - 1, seed=seed)
    result = goodman_bacon(frame)
    total = result.comparisons["weight"] @ result.comparisons["estimate"]
    assert total == pytest.approx(coefficient(frame), abs=1e-10)
    summary = result.summary.set_index("kind")
    assert summary.loc["all", "weight"] == pytest.approx(1, abs=1e-12)
    assert summary.loc["all", "estimate"] == pytest.approx(coefficient(frame), abs=1e-10)


def test_one_comparison_by_hand() -> None:
    frame = pd.DataFrame(
        {
            "unit": list("aabb"),
            "time": [1, 2] * 2,
            "cohort": [2.0, 2.0, np.nan, np.nan],
            "outcome": [1.0, 4.0, 2.0, 3.0],
        }
    )
    table = goodman_bacon(frame).comparisons
    assert table[["kind", "weight", "estimate"]].to_numpy().tolist() == [["treated_vs_never", 1.0, 2.0]]


def test_a_design_with_a_coefficient_of_the_wrong_sign() -> None:
    """All effects are positive and grow; controls treated earlier turn the coefficient negative."""
    frame = adoption_panel({2006.0: 8, 2011.0: 8}, TIMES, effect=lambda cohort, years: 1 + years**2, noise=0.1)
    summary = twfe_weights(frame).summary.iloc[0]
    assert summary["estimate"] < 0 < summary["atts_negative"]
    by_kind = goodman_bacon(frame).summary.set_index("kind")["estimate"]
    assert by_kind["later_vs_earlier"] < 0 < by_kind["earlier_vs_later"]


def test_bad_input_is_one_sentence() -> None:
    with pytest.raises(NotEstimable, match="needs a balanced panel"):
        goodman_bacon(unbalanced(growing()))
    with pytest.raises(NotEstimable, match="4 units are treated at all times they"):
        goodman_bacon(adoption_panel({2005.0: 4, 2009.0: 3, np.nan: 4}, TIMES))
    with pytest.raises(NotEstimable, match="every unit is treated from 2010 on"):
        twfe_weights(adoption_panel({2010.0: 4}, TIMES))
    with pytest.raises(NotEstimable, match="explain the treatment entirely"):
        twfe_weights(growing().assign(d=lambda data: (data["time"] >= data["cohort"]) * 1.0), ["d"])
