"""The robust estimators: known effects, hand-made and second implementations, and what they refuse."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from diff_diff import ChaisemartinDHaultfoeuille
from scipy import stats

import estimation.suites.robust_att
from estimation import NotEstimable
from estimation.numerics.bands import sidak_critical_value
from estimation.numerics.least_squares import DEMEANER
from estimation.suites.robust_att import COLUMNS, ESTIMATORS, robust_att
from estimation.suites.twfe_weights import twfe_weights
from tests.support.adoption_panels import adoption_panel, unbalanced

SIZES = {2008.0: 6, 2010.0: 7, 2012.0: 4, np.nan: 12}
TIMES = range(2005, 2015)
EQUAL = {"rtol": 1e-8, "atol": 1e-9}


def effect(cohort: float, years: float) -> float:
    """Grows with time, and more in the early cohort."""
    return (1 + years) * (2.0 if cohort == 2008 else 0.5)


def growing(noise: float = 1.0, controls: int = 2, seed: int = 1) -> pd.DataFrame:
    return adoption_panel(SIZES, TIMES, effect=effect, noise=noise, controls=controls, seed=seed)


def dynamic(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["kind"] == "dynamic"].set_index("relative_year")


def overall(rows: pd.DataFrame) -> pd.Series:
    return rows[rows["kind"] == "overall"].squeeze()


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_known_effects_are_recovered_where_two_way_effects_miss(estimator: str) -> None:
    frame = growing(noise=1e-7, controls=0)
    treated = frame[frame["time"] >= frame["cohort"]]
    gained = pd.Series([effect(row.cohort, row.time - row.cohort) for row in treated.itertuples()], treated.index)
    rows = robust_att(frame, estimator)
    assert list(rows) == COLUMNS and (rows["estimator"] == estimator).all()
    assert overall(rows)["estimate"] == pytest.approx(gained.mean(), abs=1e-5)
    after = dynamic(rows).loc[lambda table: table.index >= 0, "estimate"]
    np.testing.assert_allclose(after, gained.groupby(treated["time"] - treated["cohort"]).mean(), atol=1e-5)
    before = dynamic(rows).loc[lambda table: table.index < 0, "estimate"]
    assert len(before) >= 3 and before.abs().max() < 1e-5
    assert abs(twfe_weights(frame).summary["estimate"].item() - gained.mean()) > 0.5


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_years_that_nobody_observed_are_left_out_of_the_average(estimator: str) -> None:
    """Without 2008 and 2013, the first year of one cohort and a late year of all: bases are observed, effects not."""
    frame = growing(noise=1e-7, controls=0).query("time not in (2008, 2013)")
    treated = frame[frame["time"] >= frame["cohort"]]
    gained = pd.Series([effect(row.cohort, row.time - row.cohort) for row in treated.itertuples()], treated.index)
    rows = robust_att(frame, estimator)
    assert overall(rows)["estimate"] == pytest.approx(gained.mean(), abs=1e-5)
    after = dynamic(rows).loc[lambda table: table.index >= 0, "estimate"]
    expected = gained.groupby(treated["time"] - treated["cohort"]).mean()
    np.testing.assert_allclose(after, expected, atol=1e-5)
    assert list(after.index) == list(expected.index)


def _two_by_two(frame: pd.DataFrame, cohort: float, year: int) -> float:
    wide = frame.pivot(index="unit", columns="time", values="outcome")
    change = wide[cohort + year] - wide[cohort - 1]
    cohorts = frame.drop_duplicates("unit").set_index("unit")["cohort"]
    return change[cohorts == cohort].mean() - change[cohorts.isna()].mean()


@pytest.mark.parametrize("estimator", ["callaway_santanna", "sun_abraham"])
def test_without_controls_both_are_averages_of_two_by_two_differences(estimator: str) -> None:
    frame = growing()
    table = dynamic(robust_att(frame, estimator))
    for year in (-2, 0, 3, 6):
        inside = {cohort: size for cohort, size in SIZES.items() if cohort + year in TIMES}
        effects = [_two_by_two(frame, cohort, year) for cohort in inside]
        assert table.loc[year, "estimate"] == pytest.approx(
            np.average(effects, weights=list(inside.values())), rel=1e-9
        )


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_bands_hold_every_year_at_once(estimator: str) -> None:
    """One critical value for all years: beyond that of one year, and no wider than independent years would need."""
    rows = robust_att(growing(), estimator, ["x0", "x1"])
    table, whole = dynamic(rows), overall(rows)
    assert whole[["band_low", "band_high"]].isna().all()
    critical = (table["band_high"] - table["estimate"]) / table["standard_error"]
    np.testing.assert_allclose(critical, critical.iloc[0], rtol=1e-12)
    np.testing.assert_allclose(table["estimate"] - table["band_low"], table["band_high"] - table["estimate"])
    independent = sidak_critical_value(len(table))
    assert stats.norm.ppf(0.975) < critical.iloc[0] <= independent * 1.01
    assert (critical.iloc[0] == pytest.approx(independent)) == (estimator == "imputation")


@pytest.mark.parametrize("estimator", sorted({*ESTIMATORS} - {"imputation"}))
def test_bands_rest_on_the_covariance_behind_the_errors(estimator: str, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(
        estimation.suites.robust_att, "sup_t_critical_value", lambda covariance, _: seen.append(covariance) or 2.5
    )
    table = dynamic(robust_att(growing(), estimator, ["x0"]))
    np.testing.assert_allclose(np.sqrt(np.diag(seen[0])), table["standard_error"], rtol=1e-8)


@pytest.mark.parametrize("balanced", [True, False])
def test_sun_abraham_equals_a_saturated_regression(balanced: bool) -> None:
    """Cohort by relative-year dummies in pyfixest, averaged with cohort shares and their covariance."""
    frame = growing() if balanced else unbalanced(growing(), 0.9)
    data = frame.assign(year=frame["time"] - frame["cohort"]).copy()
    names = {}
    for cohort, year in data[["cohort", "year"]].dropna().drop_duplicates().itertuples(index=False):
        if year != -1:
            name = f"d{cohort:.0f}_{'m' if year < 0 else ''}{abs(year):.0f}"
            data[name] = ((data["cohort"] == cohort) & (data["year"] == year)) * 1.0
            names[name] = year
    fit = pf.feols(
        f"outcome ~ {' + '.join(names)} + x0 + x1 | unit + time",
        data,
        vcov={"CRV1": "unit"},
        fixef_rm="none",
        demeaner=DEMEANER,
        ssc=pf.ssc(k_adj=True, k_fixef="none", G_adj=True),
    )
    table = dynamic(robust_att(frame, "sun_abraham", ["x0", "x1"]))
    coefficients, covariance = fit.coef(), pd.DataFrame(fit._vcov, fit._coefnames, fit._coefnames)
    ratios = []
    for year in (-3, 0, 2, 6):
        parts = [name for name, at in names.items() if at == year]
        shares = data[parts].sum() / data[parts].sum().sum()
        assert table.loc[year, "estimate"] == pytest.approx(shares @ coefficients[parts], rel=1e-8)
        error = np.sqrt(shares @ covariance.loc[parts, parts] @ shares)
        ratios.append(table.loc[year, "standard_error"] / error)
    # One small-sample factor for all, which differs by how absorbed effects are counted.
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-8)
    assert 1 <= ratios[0] < 1.15


@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize("controls", [[], ["x0", "x1"]])
def test_imputation_equals_two_steps_by_hand_and_did2s(balanced: bool, controls: list[str]) -> None:
    frame = growing() if balanced else unbalanced(growing(), 0.9)
    rows = robust_att(frame, "imputation", controls)
    treated = (frame["time"] >= frame["cohort"]).to_numpy()
    design = pd.get_dummies(frame[["unit", "time"]].astype(str), dtype=float).join(frame[controls]).to_numpy()
    outcome = frame["outcome"].to_numpy()
    slopes = np.linalg.lstsq(design[~treated], outcome[~treated], rcond=None)[0]
    gained = pd.Series((outcome - design @ slopes)[treated], (frame["time"] - frame["cohort"])[treated])
    assert overall(rows)["estimate"] == pytest.approx(gained.mean(), rel=1e-8)
    after = dynamic(rows).loc[lambda table: table.index >= 0, "estimate"]
    np.testing.assert_allclose(after, gained.groupby(level=0).mean(), **EQUAL)
    first = f"~ {' + '.join(controls) or '0'} | unit + time"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        two_steps = pf.did2s(
            frame.assign(treated=treated, cluster=frame["unit"].astype(int)),
            yname="outcome",
            first_stage=first,
            second_stage="~ i(treated, ref=False)",
            treatment="treated",
            cluster="cluster",
        )
    assert overall(rows)["estimate"] == pytest.approx(two_steps.coef().iloc[0], rel=1e-5)


@pytest.mark.parametrize("controls", [[], ["x0", "x1"]])
def test_switcher_effects_equal_diff_diff(controls: list[str]) -> None:
    frame = growing()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = ChaisemartinDHaultfoeuille(twfe_diagnostic=False).fit(
            frame.assign(treatment=(frame["time"] >= frame["cohort"]) * 1),
            outcome="outcome",
            unit="unit",
            time="time",
            treatment="treatment",
            covariates=controls or None,
            L_max=7,
        )
        theirs = fit.aggregate("event_study").to_dataframe().query("not is_reference").dropna(subset=["att"])
    # Their effects count from 1 after adoption and from -1 before the base year.
    theirs["relative_year"] = np.where(theirs["event_time"] > 0, theirs["event_time"], theirs["event_time"]) - 1
    rows = robust_att(frame, "dechaisemartin_dhaultfoeuille", controls)
    both = dynamic(rows).join(theirs.set_index("relative_year"), how="outer")
    assert len(both) == len(theirs) == 11
    np.testing.assert_allclose(both["estimate"], both["att"], **EQUAL)
    np.testing.assert_allclose(both["standard_error"], both["se"], **EQUAL)
    np.testing.assert_allclose(both["conf_low"], both["conf_int_lower"], **EQUAL)
    assert overall(rows)["estimate"] == pytest.approx(fit.att, rel=1e-8)
    # What theirs leaves out, effects of different years being of the same units, makes the true error larger here.
    assert overall(rows)["standard_error"] > fit.se


def test_not_yet_treated_controls_give_the_effects_on_switchers() -> None:
    frame = growing()
    ours = robust_att(frame, "dechaisemartin_dhaultfoeuille")
    theirs = robust_att(frame, "callaway_santanna", control_group="not_yet_treated")
    assert overall(ours)["estimate"] == pytest.approx(overall(theirs)["estimate"], rel=1e-9)
    after = range(7)
    np.testing.assert_allclose(dynamic(ours).loc[after, "estimate"], dynamic(theirs).loc[after, "estimate"], **EQUAL)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_rows_and_labels_in_another_order_change_nothing(estimator: str) -> None:
    frame = growing()
    moved = frame.sample(frac=1, random_state=5).assign(unit=lambda data: "9" + data["unit"].astype(str).str[::-1])
    first, second = robust_att(frame, estimator, ["x0", "x1"]), robust_att(moved, estimator, ["x0", "x1"])
    np.testing.assert_allclose(second[COLUMNS[2:]], first[COLUMNS[2:]], **EQUAL)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_clusters_above_the_unit_change_errors_alone(estimator: str) -> None:
    frame = growing()
    single = robust_att(frame, estimator)
    coarse = robust_att(frame.assign(cluster=frame["province"]), estimator)
    np.testing.assert_allclose(coarse["estimate"], single["estimate"], **EQUAL)
    assert not np.allclose(coarse["standard_error"], single["standard_error"])


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (growing().dropna(), "compares with units never treated"),
        (adoption_panel({2010.0: 5}, TIMES, controls=2), "every unit is treated from 2010 on"),
        (adoption_panel({2008.0: 1, 2010.0: 3, np.nan: 4}, TIMES, controls=2), "the cohort of 2008 is one unit"),
        (adoption_panel({2005.0: 3, 2010.0: 3, np.nan: 4}, TIMES, controls=2), "3 units are treated at all times they"),
        (growing().assign(treatment=lambda data: (data["time"] == 2010) * 1), "switches off at time 2011"),
        (growing().assign(x1=lambda data: 2 * data["x0"]), "collinear|rank-deficient"),
        (growing().assign(x1=np.nan), "290 rows have no value of x1"),
    ],
)
def test_bad_input_is_one_sentence(estimator: str, frame: pd.DataFrame, reason: str) -> None:
    with pytest.raises(NotEstimable, match=reason):
        robust_att(frame, estimator, ["x0", "x1"])


def test_estimators_that_need_balance_say_so() -> None:
    for estimator in ("callaway_santanna", "dechaisemartin_dhaultfoeuille"):
        with pytest.raises(NotEstimable, match="needs a balanced panel"):
            robust_att(unbalanced(growing()), estimator)
    frame = growing()
    with pytest.raises(NotEstimable, match="no unit of the cohort of 2010 is observed at 2009, the base"):
        robust_att(frame[(frame["cohort"] != 2010) | (frame["time"] != 2009)], "sun_abraham")
    with pytest.raises(ValueError, match="'gardner': use one of"):
        robust_att(growing(), "gardner")


@pytest.mark.long
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_errors_are_the_spread_over_draws(estimator: str) -> None:
    """Panels of seeds 1 to 200: the spread of the overall estimate against the average variance it states, within
    the exact 99.9% band of a sample variance. Imputation is conservative by construction: it may state more. The
    effect is the same everywhere, because Callaway and Sant'Anna count the sizes of the cohorts as drawn too, which
    adds to the stated variance what these panels, of fixed sizes, do not have."""
    sizes = {2008.0: 25, 2010.0: 30, np.nan: 60}
    draws = [
        overall(robust_att(adoption_panel(sizes, range(2006, 2013), effect=lambda *_: 1.0, seed=seed), estimator))
        for seed in range(1, 201)
    ]
    table = pd.DataFrame(draws).astype({"estimate": float, "standard_error": float})
    ratio = table["estimate"].var() / (table["standard_error"] ** 2).mean()
    low, high = stats.chi2.ppf([0.0005, 0.9995], 199) / 199
    print(f"{estimator}: variance over stated variance {ratio:.2f}; band {low:.2f} to {high:.2f}")
    assert ratio <= high
    assert estimator == "imputation" or ratio >= low
