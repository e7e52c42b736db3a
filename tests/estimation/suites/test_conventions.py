"""Every convention against second implementations with all dummies written out, on random unbalanced panels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from linearmodels.iv import IV2SLS
from linearmodels.panel import PanelOLS
from scipy import stats

from estimation import NotEstimable
from estimation.ground.columns import CLUSTER, OUTCOME, TIME, UNIT
from estimation.numerics.weak_instruments import EMPTY, INTERVAL, LINE, RAYS, solve_quadratic_set
from estimation.suites.regression import MATCH_WEIGHT, fit_panel
from tests.support.other_libraries import correction, dummies, statsmodels_options
from tests.support.panels import random_panel, specification

EQUAL = {"rtol": 1e-7, "atol": 1e-10}
SEEDS = [1, 2]
VCOVS = ["classical", "hc1", "cluster"]
EFFECTS = [("none", "none"), ("none", "dummies"), ("dummies", "none"), ("dummies", "dummies")]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("vcov", VCOVS)
@pytest.mark.parametrize(("unit_effects", "time_effects"), EFFECTS)
@pytest.mark.parametrize("weighted", [False, True])
def test_dummies_equal_statsmodels_with_the_dummies_written_out(
    seed: int, vcov: str, unit_effects: str, time_effects: str, weighted: bool
) -> None:
    frame = random_panel(seed)
    weights = np.random.default_rng(seed).uniform(0.5, 3, len(frame)) if weighted else np.ones(len(frame))
    if weighted:
        frame[MATCH_WEIGHT] = weights
    fit = fit_panel(specification(unit_effects=unit_effects, time_effects=time_effects, vcov=vcov), frame)
    matrix = pd.concat([frame[["x1", "x2"]], dummies(frame, unit_effects, time_effects)], axis=1)
    reference = sm.WLS(frame[OUTCOME], matrix, weights=weights).fit(**statsmodels_options(vcov, frame))
    terms = ["x1", "x2", "constant"]
    np.testing.assert_allclose(fit.estimates["estimate"], reference.params[terms], **EQUAL)
    rows, columns = matrix.shape
    factor = correction(frame, columns, unit_effects, vcov)
    np.testing.assert_allclose(fit.estimates["standard_error"], reference.bse[terms] * np.sqrt(factor), **EQUAL)
    np.testing.assert_allclose(fit.statistics["r2_overall"], reference.rsquared, **EQUAL)
    degrees = frame[CLUSTER].nunique() - 1 if vcov == "cluster" else rows - columns
    assert fit.statistics["df_residual"] == degrees
    t = fit.estimates["estimate"] / fit.estimates["standard_error"]
    np.testing.assert_allclose(fit.estimates["p_value"], 2 * stats.t.sf(np.abs(t), degrees), **EQUAL)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("vcov", "options"),
    [
        ("classical", {"cov_type": "unadjusted"}),
        ("hc1", {"cov_type": "robust"}),
        ("cluster", {"cov_type": "clustered", "cluster_entity": True, "group_debias": True, "auto_df": False}),
    ],
)
def test_both_effects_absorbed_equal_linearmodels(seed: int, vcov: str, options: dict) -> None:
    """linearmodels adds the grand means back as well, so its constant is the mean over units and periods."""
    frame = random_panel(seed)
    fit = fit_panel(specification(vcov=vcov), frame)
    panel = frame.set_index([UNIT, TIME])
    matrix = sm.add_constant(panel[["x1", "x2"]])
    model = PanelOLS(panel[OUTCOME], matrix, entity_effects=True, time_effects=True)
    options = {"count_effects": vcov != "cluster", **options}
    reference = model.fit(debiased=True, **options)
    terms = ["x1", "x2", "const"]
    np.testing.assert_allclose(fit.estimates["estimate"], reference.params[terms], **EQUAL)
    rows, periods = len(frame), frame[TIME].nunique()
    # clustered: linearmodels counts neither effect, the convention here counts the periods, which are not nested
    factor = (rows - 3) / (rows - 3 - (periods - 1)) if vcov == "cluster" else 1
    np.testing.assert_allclose(fit.estimates["standard_error"], reference.std_errors[terms] * np.sqrt(factor), **EQUAL)
    np.testing.assert_allclose(fit.statistics["r2_within_two_way"], reference.rsquared, **EQUAL)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("vcov", VCOVS)
def test_the_three_constants_differ_by_which_effects_they_hold(seed: int, vcov: str) -> None:
    """Slopes and their errors are the same; constants are means of the fitted effects over other rows."""
    frame = random_panel(seed)
    fits = {
        effects: fit_panel(specification(unit_effects=effects[0], time_effects=effects[1], vcov=vcov), frame)
        for effects in (("dummies", "dummies"), ("absorbed", "dummies"), ("absorbed", "absorbed"))
    }
    slopes = [fit.estimates.loc[["x1", "x2"]].to_numpy() for fit in fits.values()]
    np.testing.assert_allclose(slopes[0], slopes[1], **EQUAL)
    np.testing.assert_allclose(slopes[0], slopes[2], **EQUAL)
    matrix = pd.concat([frame[["x1", "x2"]], dummies(frame, "dummies", "dummies")], axis=1)
    reference = sm.OLS(frame[OUTCOME], matrix).fit()
    effects = reference.params.drop(["x1", "x2", "constant"])
    is_year = effects.index.str.startswith("year_")
    mean_unit = matrix[effects.index[~is_year]].mean() @ effects[~is_year]
    mean_year = matrix[effects.index[is_year]].mean() @ effects[is_year]
    base = reference.params["constant"]
    constants = [fit.estimates.loc["constant", "estimate"] for fit in fits.values()]
    np.testing.assert_allclose(constants, [base, base + mean_unit, base + mean_unit + mean_year], **EQUAL)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("vcov", VCOVS)
@pytest.mark.parametrize("instruments", ["z1", "z1; z2"])
@pytest.mark.parametrize(("unit_effects", "time_effects"), [*EFFECTS, ("absorbed", "absorbed")])
def test_two_stage_least_squares_equal_linearmodels(
    seed: int, vcov: str, instruments: str, unit_effects: str, time_effects: str
) -> None:
    frame = random_panel(seed)
    made = specification(
        endogenous="d", instruments=instruments, vcov=vcov, unit_effects=unit_effects, time_effects=time_effects
    )
    fit = fit_panel(made, frame)
    names = instruments.split("; ")
    exogenous = pd.concat([frame[["x1", "x2"]], dummies(frame, unit_effects, time_effects)], axis=1)
    options = {
        "classical": {"cov_type": "unadjusted"},
        "hc1": {"cov_type": "robust"},
        "cluster": {"cov_type": "clustered", "clusters": pd.Series(pd.factorize(frame[CLUSTER])[0])},
    }[vcov]
    reference = IV2SLS(frame[OUTCOME], exogenous, frame[["d"]], frame[names]).fit(debiased=True, **options)
    terms = ["d", "x1", "x2"] + ([] if unit_effects == "absorbed" else ["constant"])
    np.testing.assert_allclose(fit.estimates.loc[terms, "estimate"], reference.params[terms], **EQUAL)
    factor = correction(frame, exogenous.shape[1] + 1, unit_effects, vcov)
    np.testing.assert_allclose(
        fit.estimates.loc[terms, "standard_error"], reference.std_errors[terms] * np.sqrt(factor), **EQUAL
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("vcov", VCOVS)
@pytest.mark.parametrize("instruments", ["z1", "z1; z2"])
def test_first_stage_figures_equal_f_tests_of_the_first_stage(seed: int, vcov: str, instruments: str) -> None:
    """With one endogenous variable: Cragg-Donald is the classical, Kleibergen-Paap the robust F of the instruments."""
    frame, names = random_panel(seed), instruments.split("; ")
    fit = fit_panel(specification(endogenous="d", instruments=instruments, vcov=vcov), frame)
    matrix = pd.concat([frame[["x1", "x2", *names]], dummies(frame, "dummies", "dummies")], axis=1)

    def f_test(kind: str) -> float:
        first_stage = sm.OLS(frame["d"], matrix).fit(**statsmodels_options(kind, frame), use_t=True)
        restriction = np.eye(matrix.shape[1])[[matrix.columns.get_loc(name) for name in names]]
        return float(first_stage.f_test(restriction).fvalue) / correction(frame, matrix.shape[1], "dummies", kind)

    np.testing.assert_allclose(fit.statistics["first_stage_f"], f_test(vcov), **EQUAL)
    np.testing.assert_allclose(fit.statistics["cragg_donald_f"], f_test("classical"), **EQUAL)
    robust = "cluster" if vcov == "cluster" else "hc1"
    np.testing.assert_allclose(fit.statistics["kleibergen_paap_f"], f_test(robust), **EQUAL)
    assert fit.statistics["stock_yogo_10"] == (16.38 if len(names) == 1 else 19.93)


def anderson_rubin_p(frame: pd.DataFrame, names: list[str], vcov: str, value: float) -> float:
    """p value of the instruments in the regression of y - value x d on everything exogenous, dummies written out."""
    matrix = pd.concat([frame[["x1", "x2", *names]], dummies(frame, "dummies", "dummies")], axis=1)
    reference = sm.OLS(frame[OUTCOME] - value * frame["d"], matrix).fit(**statsmodels_options(vcov, frame), use_t=True)
    restriction = np.eye(matrix.shape[1])[[matrix.columns.get_loc(name) for name in names]]
    rows, columns = matrix.shape
    statistic = float(reference.f_test(restriction).fvalue) / correction(frame, columns, "dummies", vcov)
    degrees = frame[CLUSTER].nunique() - 1 if vcov == "cluster" else rows - columns
    return float(stats.f.sf(statistic, len(names), degrees))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("vcov", "names"), [("classical", ["z1"]), ("hc1", ["z1"]), ("cluster", ["z1"]), ("classical", ["z1", "z2"])]
)
@pytest.mark.parametrize("strength", [0.5, 0.08, 0.0])
def test_the_anderson_rubin_set_is_where_the_test_does_not_reject(
    seed: int, vcov: str, names: list[str], strength: float
) -> None:
    frame = random_panel(seed, strength)
    fit = fit_panel(specification(endogenous="d", instruments="; ".join(names), vcov=vcov), frame)
    kind, low, high = fit.notes["ar_set"], fit.statistics["ar_low"], fit.statistics["ar_high"]
    inside = {
        INTERVAL: lambda value: low <= value <= high,
        RAYS: lambda value: value <= low or value >= high,
        LINE: lambda value: True,
        EMPTY: lambda value: False,
    }[kind]
    if kind in (INTERVAL, RAYS):
        for bound in (low, high):
            assert anderson_rubin_p(frame, names, vcov, bound) == pytest.approx(0.05, abs=1e-6)
    for value in (-1e4, -10.0, -1.0, 0.0, 1.0, 1.5, 2.0, 5.0, 10.0, 1e4):
        assert inside(value) == (anderson_rubin_p(frame, names, vcov, value) >= 0.05), (kind, low, high, value)


def test_weak_and_strong_instruments_give_sets_of_different_kinds() -> None:
    """Strong: an interval. None at all: a set without bounds, in most draws."""

    def kinds(strength: float) -> list[str]:
        made = specification(endogenous="d", instruments="z1")
        return [fit_panel(made, random_panel(seed, strength)).notes["ar_set"] for seed in range(1, 21)]

    assert kinds(1.0) == [INTERVAL] * 20
    assert sum(kind in (RAYS, LINE) for kind in kinds(0.0)) >= 15


@pytest.mark.parametrize(
    ("coefficients", "expected"),
    [
        ((1.0, 2.0, 3.0), (INTERVAL, 1.0, 3.0)),  # b^2 - 4 b + 3 <= 0
        ((-1.0, -2.0, -3.0), (RAYS, 1.0, 3.0)),
        ((1.0, 0.0, -4.0), (INTERVAL, -2.0, 2.0)),
        ((1.0, 0.0, 1.0), (EMPTY, None, None)),
        ((-1.0, 0.0, -1.0), (LINE, None, None)),
    ],
)
def test_the_set_of_a_quadratic_by_hand(coefficients, expected) -> None:
    kind, low, high = solve_quadratic_set(*coefficients)
    assert kind == expected[0]
    if expected[1] is None:
        assert np.isnan([low, high]).all()
    else:
        assert [low, high] == pytest.approx(expected[1:])


def test_several_instruments_with_robust_errors_have_no_set_and_say_so() -> None:
    fit = fit_panel(specification(endogenous="d", instruments="z1; z2", vcov="hc1"), random_panel(1))
    assert "not computed" in fit.notes["ar_set"]
    assert "ar_low" not in fit.statistics


def test_an_instrument_without_variation_of_its_own_is_not_estimable() -> None:
    made = specification(endogenous="d", instruments="z1")
    by_place = random_panel(1).assign(z1=lambda frame: pd.factorize(frame[UNIT])[0].astype(float))
    collinear = random_panel(1).assign(z1=lambda frame: frame["x1"] - 3 * frame["x2"])
    for frame in (by_place, collinear):
        with pytest.raises(NotEstimable, match="the instrument z1 has no variation of its own"):
            fit_panel(made, frame)


def test_a_redundant_instrument_is_dropped_and_named() -> None:
    frame = random_panel(1).assign(z2=lambda frame: 2 * frame["z1"])
    fit = fit_panel(specification(endogenous="d", instruments="z1; z2"), frame)
    alone = fit_panel(specification(endogenous="d", instruments="z1"), frame)
    assert fit.dropped in (("z1",), ("z2",))
    np.testing.assert_allclose(fit.estimates, alone.estimates, rtol=1e-7)


def test_one_cluster_is_not_estimable_and_two_are() -> None:
    frame = random_panel(1)
    made = specification(vcov="cluster", cluster_column="region", unit_effects="none", time_effects="none")
    with pytest.raises(NotEstimable, match="one region in the sample"):
        fit_panel(made, frame.assign(**{CLUSTER: "east"}))
    halves = frame.assign(**{CLUSTER: np.where(frame[UNIT] < "p12", "east", "west")})
    assert fit_panel(made, halves).statistics["df_residual"] == 1


@pytest.mark.parametrize("rows", [2, 3])
@pytest.mark.parametrize("vcov", ["classical", "hc1"])
def test_fewer_rows_than_parameters_are_not_estimable(rows: int, vcov: str) -> None:
    made = specification(unit_effects="none", time_effects="none", vcov=vcov)
    with pytest.raises(NotEstimable):
        fit_panel(made, random_panel(1).head(rows))


def test_regressors_that_the_effects_absorb_are_not_estimable() -> None:
    frame = random_panel(1).assign(x1=lambda frame: pd.factorize(frame[UNIT])[0].astype(float), x2=1.0)
    with pytest.raises(NotEstimable):
        fit_panel(specification(), frame)
