"""Event studies: readings of the window against regressions written out, bands, and bounds against hand-worked sets."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from diff_diff import HonestDiD, MultiPeriodDiDResults
from diff_diff.results import PeriodEffect
from scipy import stats
from scipy.optimize import minimize

from estimation import NotEstimable
from estimation.numerics.bands import sidak_critical_value, sup_t_critical_value
from estimation.numerics.covariance import Covariance
from estimation.numerics.least_squares import DEMEANER
from estimation.suites.event_study import EventStudy, Window, event_study, honest_bounds
from tests.support.adoption_panels import adoption_panel, unbalanced

SIZES = {2008.0: 5, 2010.0: 8, 2012.0: 4, np.nan: 13}
TIMES = range(2004, 2019)
CONTROLS = ["x0", "x1"]
EQUAL = {"rtol": 1e-9, "atol": 1e-10}


def panel(noise: float = 1.0) -> pd.DataFrame:
    return adoption_panel(SIZES, TIMES, effect=lambda cohort, years: 1 + years, noise=noise, controls=2)


def written_out(frame: pd.DataFrame, place: dict[int, object], **options: object) -> pf.Feols:
    """The regression with dummies made here: `place` maps a name to the relative years that it stands for."""
    data = frame.assign(year=frame["time"] - frame["cohort"])
    for name, years in place.items():
        data[name] = data["year"].isin(years).astype(float)
    return pf.feols(
        f"outcome ~ {' + '.join(place)} + x0 + x1 | unit + time",
        data,
        fixef_rm="none",
        demeaner=DEMEANER,
        **({"vcov": {"CRV1": "unit"}} | options),
    )


LATE_YEARS = {f"p{year}": [year] for year in range(6)} | {"p6": range(6, 20)}


@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize(
    ("window", "place", "keep"),
    [
        (Window(), {"m3": range(-20, -2), "m2": [-2]} | LATE_YEARS, "year == year or year != year"),
        (Window(early="drop"), {"m3": [-3], "m2": [-2]} | LATE_YEARS, "not year < -3"),
        (Window(base=(-3, -2, -1)), LATE_YEARS, "year == year or year != year"),
        (Window(base=(-3, -2, -1), early="drop"), LATE_YEARS, "not year < -3"),
        (Window(base=(-1,), early="base"), {"m3": [-3], "m2": [-2]} | LATE_YEARS, "year == year or year != year"),
        (
            Window(last=2, late="drop"),
            {"m3": range(-20, -2), "m2": [-2], "p0": [0], "p1": [1], "p2": [2]},
            "not year > 2",
        ),
        (
            Window(cohorts=(2010.0,)),
            {"m3": range(-20, -2), "m2": [-2]} | LATE_YEARS,
            "not (cohort == 2008 or cohort == 2012)",
        ),
    ],
)
def test_readings_equal_regressions_written_out(balanced: bool, window: Window, place: dict, keep: str) -> None:
    frame = panel() if balanced else unbalanced(panel(), 0.9)
    frame = frame.assign(year=frame["time"] - frame["cohort"])
    fit = written_out(frame.query(keep), place)
    study = event_study(frame, CONTROLS, window=window)
    rows = study.coefficients[~study.coefficients["is_base"]]
    np.testing.assert_allclose(rows["estimate"], fit.coef()[list(place)], **EQUAL)
    np.testing.assert_allclose(rows["standard_error"], fit.se()[list(place)], **EQUAL)
    np.testing.assert_allclose(rows[["conf_low", "conf_high"]], fit.confint().loc[list(place)], **EQUAL)
    assert study.statistics["n"] == len(frame.query(keep))
    before = [name for name in place if name.startswith("m")]
    if before:
        positions = [fit._coefnames.index(name) for name in before]
        chosen = np.asarray(fit._beta_hat)[positions]
        variance = np.asarray(fit._vcov)[np.ix_(positions, positions)]
        expected = chosen @ np.linalg.inv(variance) @ chosen / len(before)
        assert study.statistics["pretrend_f"] == pytest.approx(expected, rel=1e-8)
        assert study.statistics["pretrend_p_value"] == pytest.approx(stats.f.sf(expected, len(before), fit._df_t))
    else:
        assert np.isnan(study.statistics["pretrend_f"])


@pytest.mark.parametrize("kind", ["classical", "hc1"])
def test_other_errors(kind: str) -> None:
    study = event_study(panel(), CONTROLS, covariance=Covariance(kind))
    vcov = {"classical": "iid", "hc1": "hetero"}[kind]
    fit = written_out(panel(), {"m3": range(-20, -2), "m2": [-2]} | LATE_YEARS, vcov=vcov)
    rows = study.coefficients.dropna()
    np.testing.assert_allclose(rows["standard_error"], fit.se().iloc[: len(rows)], **EQUAL)


def test_a_known_path_is_recovered() -> None:
    """One cohort, no noise: the coefficients are the effects, and none before adoption."""
    frame = adoption_panel({2010.0: 5, np.nan: 7}, range(2006, 2017), effect=lambda cohort, years: years**2, noise=0)
    study = event_study(frame, window=Window(first=-4))
    table = study.coefficients.set_index("relative_year")
    np.testing.assert_allclose(table["estimate"], [0, 0, 0, 0, 0, 1, 4, 9, 16, 25, 36], atol=1e-9)
    assert table["is_base"].to_dict() == {year: year == -1 for year in range(-4, 7)}
    assert not table["is_binned"].any()
    assert event_study(frame, window=Window(last=4)).coefficients.set_index("relative_year")["is_binned"][[-3, 4]].all()


def test_bands_are_those_of_independent_and_of_equal_coefficients() -> None:
    """Independent: the quantile of the largest of k normals, known in closed form. All the same: one normal."""
    for count in (1, 3, 9):
        exact = stats.norm.ppf((1 + 0.95 ** (1 / count)) / 2)
        assert sidak_critical_value(count) == exact
        assert sup_t_critical_value(np.diag(np.arange(1.0, count + 1))) == pytest.approx(exact, abs=0.03)
    assert sup_t_critical_value(np.ones((5, 5))) == pytest.approx(stats.norm.ppf(0.975), abs=0.03)


def test_bands_hold_all_coefficients_and_hang_on_the_seed_alone() -> None:
    first, again = event_study(panel(), seed=3), event_study(panel(), seed=3)
    pd.testing.assert_frame_equal(first.coefficients, again.coefficients, rtol=1e-13)
    assert event_study(panel(), seed=4).statistics != first.statistics
    rows = first.coefficients.dropna()
    assert (rows["band_low"] < rows["conf_low"]).all() and (rows["band_high"] > rows["conf_high"]).all()
    assert stats.norm.ppf(0.975) < first.statistics["band_critical_value"] < stats.norm.ppf(1 - 0.025 / len(rows))


def study_of(values: list[float], covariance: np.ndarray, before: int) -> EventStudy:
    """A made-up event study: `before` years up to -2, the rest from 0 on."""
    years = [*range(-1 - before, -1), -1, *range(len(values) - before)]
    table = pd.DataFrame({"relative_year": years, "estimate": [*values[:before], 0.0, *values[before:]]})
    return EventStudy(table.assign(is_base=table["relative_year"] == -1), {}, covariance)


def test_relative_magnitudes_by_hand() -> None:
    """Steps before adoption: 0.1 to 0.3 is 0.2, then 0.3 to the base is -0.3, the largest. Effects 1 and 2."""
    study = study_of([0.1, 0.3, 1.0, 2.0], np.diag([0.01, 0.01, 0.04, 0.04]), before=2)
    table = honest_bounds(study, "relative_magnitude", [0, 1, 2]).set_index("magnitude")
    # The average of one and of two steps is 1.5 steps.
    np.testing.assert_allclose(table["identified_low"], [1.5, 1.5 - 0.45, 1.5 - 0.9])
    np.testing.assert_allclose(table["identified_high"], [1.5, 1.5 + 0.45, 1.5 + 0.9])
    z = stats.norm.ppf(0.975)
    assert table.loc[0, "conf_low"] == pytest.approx(1.5 - z * np.sqrt(0.02))
    # Lowest end: 1.5 + 1.5 (0 - 0.3) has variance 0.02 + 2.25 x 0.01.
    assert table.loc[1, "conf_low"] == pytest.approx(1.05 - z * np.sqrt(0.02 + 0.0225))


def test_relative_magnitudes_equal_the_sets_of_diff_diff() -> None:
    study = event_study(panel(), CONTROLS, window=Window(first=-5))
    rows = study.coefficients[~study.coefficients["is_base"]]
    years = rows["relative_year"].tolist()
    theirs = MultiPeriodDiDResults(
        period_effects={
            row.relative_year: PeriodEffect(row.relative_year, row.estimate, row.standard_error, 0, 0, (0, 0))
            for row in rows.itertuples()
        },
        avg_att=0, avg_se=0, avg_t_stat=0, avg_p_value=0, avg_conf_int=(0, 0), n_obs=0, n_treated=0, n_control=0,
        pre_periods=[year for year in years if year < 0] + [-1],
        post_periods=[year for year in years if year >= 0],
        vcov=study.covariance, reference_period=-1,
        interaction_indices={year: position for position, year in enumerate(years)},
    )  # fmt: skip
    for magnitude in (0.0, 0.5, 1.0, 2.0):
        ours = honest_bounds(study, "relative_magnitude", [magnitude]).iloc[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reference = HonestDiD(method="relative_magnitude", M=magnitude).fit(theirs)
        np.testing.assert_allclose(
            ours[["identified_low", "identified_high"]].astype(float), [reference.lb, reference.ub], rtol=1e-7
        )
        # Theirs takes the largest step as known, so it is the narrower.
        assert ours["conf_low"] <= reference.ci_lb + 1e-9 and ours["conf_high"] >= reference.ci_ub - 1e-9


def test_smoothness_without_slack_is_a_linear_trend_taken_off() -> None:
    """M = 0: the best linear estimator that is unbiased under a linear trend, found here by constrained search."""
    covariance = np.diag([0.02, 0.01, 0.03, 0.05]) + 0.005
    study = study_of([-0.4, -0.2, 1.0, 1.7], covariance, before=2)
    row = honest_bounds(study, "smoothness", [0]).iloc[0]
    # The years before lie on a line with slope 0.2 through the base: the effects less 0.2 and 0.4.
    np.testing.assert_allclose(row[["identified_low", "identified_high"]].astype(float), 1.35 - 0.3, atol=1e-8)
    trend = np.array([-2.0, -1.0])

    def weights(free: np.ndarray) -> np.ndarray:
        return np.array([*free, 0.5, 0.5])

    unbiased = {"type": "eq", "fun": lambda free: free @ trend + 1.5}
    best = minimize(lambda free: weights(free) @ covariance @ weights(free), [0.5, 0.5], constraints=[unbiased])
    centre, half = weights(best.x) @ [-0.4, -0.2, 1.0, 1.7], stats.norm.ppf(0.975) * np.sqrt(best.fun)
    np.testing.assert_allclose(row[["conf_low", "conf_high"]].astype(float), [centre - half, centre + half], atol=1e-3)


@pytest.mark.parametrize("method", ["smoothness", "relative_magnitude"])
def test_bounds_widen_with_the_magnitude(method: str) -> None:
    table = honest_bounds(event_study(panel(), CONTROLS), method, [0, 0.25, 0.5, 1, 2])
    assert table["conf_low"].is_monotonic_decreasing and table["conf_high"].is_monotonic_increasing
    assert (table.dropna()["conf_low"] < table.dropna()["identified_low"]).all()


def test_bounds_cover_where_the_pretrend_goes_on() -> None:
    """A difference in trends of one slope throughout: the bounds with M = 1 hold the true effect, parallel trends do
    not. Coverage over seeds 1 to 60 is at least 95% but for the exact 99.9% binomial margin."""
    held, naive = [], []
    for seed in range(1, 61):
        frame = adoption_panel({2010.0: 12, np.nan: 12}, range(2006, 2014), effect=lambda *_: 1.0, noise=0.3, seed=seed)
        frame["outcome"] += 0.3 * (frame["time"] - 2006) * frame["cohort"].notna()
        study = event_study(frame, window=Window(first=-4, last=3))
        for magnitude, results in ((1.0, held), (0.0, naive)):
            row = honest_bounds(study, "relative_magnitude", [magnitude]).iloc[0]
            results.append(row["conf_low"] <= 1.0 <= row["conf_high"])
    assert sum(held) >= stats.binom.ppf(0.0005, 60, 0.95)
    assert sum(naive) < 30


def test_collinear_controls_are_named() -> None:
    frame = panel().assign(x2=lambda data: 3 * data["x0"])
    study, plain = event_study(frame, ["x0", "x2"]), event_study(frame, ["x0"])
    assert study.dropped == ("x2",) and plain.dropped == ()
    np.testing.assert_allclose(study.coefficients["estimate"], plain.coefficients["estimate"], **EQUAL)


def test_bad_input_is_one_sentence() -> None:
    with pytest.raises(NotEstimable, match="compares with units never treated"):
        event_study(panel().dropna())
    with pytest.raises(NotEstimable, match="no unit adopts in 2009"):
        event_study(panel(), window=Window(cohorts=(2009.0,)))
    with pytest.raises(NotEstimable, match="no unit has a relative year of the window besides the base"):
        event_study(panel(), window=Window(first=-2, last=-1, base=(-2, -1), early="drop", late="drop"))
    with pytest.raises(NotEstimable, match="relative year 3 is collinear"):
        event_study(panel().assign(x2=lambda data: (data["time"] - data["cohort"] == 3) * 1.0), ["x2"])
    with pytest.raises(ValueError, match=r"base years \(-5,\) must lie in the window -3 to 6"):
        Window(base=(-5,))
    with pytest.raises(ValueError, match="ends 'cut', 'bin'"):
        Window(early="cut")
    study = event_study(panel(), window=Window(base=(-3, -2, -1)))
    with pytest.raises(NotEstimable, match="bounds need consecutive relative years"):
        honest_bounds(study, "smoothness", [0])
    with pytest.raises(ValueError, match="'combined': use one of"):
        honest_bounds(study, "combined", [0])
    with pytest.raises(ValueError, match="must not be negative"):
        honest_bounds(study, "smoothness", [-1])
