"""Placebo draws: against single fits, what they keep, and that they hang on the seed alone."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from scipy import stats

from estimation import NotEstimable
from estimation.ground.adoption import read_panel
from estimation.numerics.covariance import Covariance
from estimation.numerics.least_squares import DEMEANER
from estimation.suites.placebo import drawn_treatments, placebo
from tests.support.adoption_panels import adoption_panel, unbalanced
from tests.support.pyfixest_options import pyfixest_options

SIZES = {2009.0: 4, 2011.0: 6, np.nan: 25}
TIMES = range(2006, 2014)
CONTROLS = ["x0", "x1"]
ALIKE = {"rtol": 1e-10, "atol": 1e-12}


def panel(balanced: bool = True) -> pd.DataFrame:
    frame = adoption_panel(SIZES, TIMES, effect=lambda cohort, years: 1.0, controls=2)
    return frame if balanced else unbalanced(frame)


@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize("covariance", [Covariance("classical"), Covariance("hc1"), Covariance("cluster")])
@pytest.mark.parametrize("cluster", ["unit", "province"])
def test_draws_equal_single_fits(balanced: bool, covariance: Covariance, cluster: str) -> None:
    frame = panel(balanced).assign(cluster=lambda data: data[cluster])
    table = placebo(frame, CONTROLS, draws=12, covariance=covariance).draws
    read = read_panel(frame, CONTROLS)
    drawn = drawn_treatments(read, range(12), seed=1)
    for row in table.itertuples():
        data = read.frame.assign(drawn=drawn[:, row.draw - 1])
        fit = pf.feols(
            "outcome ~ drawn + x0 + x1 | unit + time",
            data,
            fixef_rm="none",
            demeaner=DEMEANER,
            **pyfixest_options(covariance, "cluster"),
        )
        single = fit.tidy().loc["drawn"]
        np.testing.assert_allclose(row.estimate, single["Estimate"], **ALIKE)
        np.testing.assert_allclose(row.standard_error, single["Std. Error"], **ALIKE)
        np.testing.assert_allclose(row.p_value, single["Pr(>|t|)"], **ALIKE)


def test_the_true_policy_is_the_baseline_regression() -> None:
    frame = panel(balanced=False)
    summary = placebo(frame, CONTROLS, draws=5).summary.iloc[0]
    data = frame.assign(treatment=(frame["time"] >= frame["cohort"]) * 1.0)
    fit = pf.feols("outcome ~ treatment + x0 + x1 | unit + time", data, vcov={"CRV1": "unit"}, demeaner=DEMEANER)
    np.testing.assert_allclose(summary["estimate"], fit.coef()["treatment"], **ALIKE)
    np.testing.assert_allclose(summary["standard_error"], fit.se()["treatment"], **ALIKE)


def test_every_draw_keeps_the_places_of_each_year() -> None:
    read = read_panel(panel())
    drawn = drawn_treatments(read, range(50), seed=4)
    table = read.frame[["unit", "time"]].assign(**{f"draw{number}": drawn[:, number] for number in range(50)})
    by_time = table.drop(columns="unit").groupby("time").sum()
    assert (by_time.loc[2009] == 4).all() and (by_time.loc[2011] == 10).all() and (by_time.loc[2008] == 0).all()
    by_unit = table.drop(columns="time").groupby("unit").sum()
    assert by_unit.nunique(axis=1).min() > 1, "a unit that is dealt the same cohort in all draws"
    assert len({tuple(column) for column in drawn.T}) == 50


def test_exact_permutation_test_on_a_small_panel() -> None:
    """Six units, two treated from the same year: draws are spread over the 15 ways to choose them, worked in full."""
    frame = adoption_panel({2008.0: 2, np.nan: 4}, range(2006, 2010), effect=lambda cohort, years: 3.0, noise=0.3)
    post = frame["time"] >= 2008
    change = (frame[post].groupby("unit")["outcome"].mean() - frame[~post].groupby("unit")["outcome"].mean()).to_numpy()
    differences = np.array(
        [change[list(pair)].mean() - np.delete(change, pair).mean() for pair in itertools.combinations(range(6), 2)]
    )
    result = placebo(frame, draws=3000)
    found = np.unique(result.draws["estimate"].round(9))
    np.testing.assert_allclose(found, np.unique(differences.round(9)))
    assert result.summary["estimate"].item() == pytest.approx(differences[0])
    exact = float((np.abs(differences) >= abs(differences[0]) - 1e-9).mean())
    low, high = stats.binom.ppf([0.0005, 0.9995], 3000, exact) / 3000
    assert low <= result.summary["share_as_extreme"].item() <= high
    assert result.summary["p_value"].item() > 0


def test_the_summary_states_the_draws() -> None:
    result = placebo(panel(), CONTROLS, draws=40)
    estimates, summary = result.draws["estimate"], result.summary.iloc[0]
    extreme = (estimates.abs() >= abs(summary["estimate"])).sum()
    assert summary["share_as_extreme"] == extreme / 40
    assert summary["p_value"] == (extreme + 1) / 41
    assert summary["mean"] == pytest.approx(estimates.mean()) and summary["sd"] == pytest.approx(estimates.std())
    assert (summary["draws"], summary["draws_estimated"]) == (40, 40)
    assert result.draws["draw"].tolist() == list(range(1, 41))


def test_blocks_and_number_of_draws_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = panel(balanced=False)
    whole = placebo(frame, CONTROLS, draws=30).draws
    monkeypatch.setattr("estimation.suites.placebo.BLOCK_CELLS", 7 * len(frame))
    pd.testing.assert_frame_equal(placebo(frame, CONTROLS, draws=30).draws, whole, rtol=1e-12)
    pd.testing.assert_frame_equal(placebo(frame, CONTROLS, draws=10).draws, whole.head(10), rtol=1e-12)
    assert not placebo(frame, CONTROLS, draws=10, seed=2).draws["estimate"].equals(whole["estimate"].head(10))


_HASH = """
import hashlib
from estimation.suites.placebo import placebo
from tests.estimation.suites.test_causal_placebo import CONTROLS, panel
print(hashlib.sha256(placebo(panel(False), CONTROLS, draws=300).draws.to_numpy().tobytes()).hexdigest())
"""


def test_threads_change_not_a_bit() -> None:
    hashes = set()
    for threads in ("1", "2", "4"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
        environment = {**os.environ, **dict.fromkeys(names, threads)}
        command = [sys.executable, "-c", _HASH]
        hashes.add(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)
    assert len(hashes) == 1


def test_without_an_effect_the_share_is_uniform_enough() -> None:
    """Under no effect the permutation p value is at most 0.1 in a tenth of panels: exact binomial 99.9% bounds."""
    small = [
        placebo(adoption_panel({2008.0: 3, 2009.0: 3, np.nan: 8}, range(2006, 2011), seed=seed), draws=99)
        .summary["p_value"]
        .item()
        <= 0.1
        for seed in range(1, 121)
    ]
    low, high = stats.binom.ppf([0.0005, 0.9995], 120, 0.1)
    assert low <= sum(small) <= high


def test_bad_input_is_one_sentence() -> None:
    everyone = panel().assign(cohort=lambda data: data["cohort"].fillna(2012.0))
    with pytest.raises(NotEstimable, match="compares with units never treated"):
        placebo(everyone)
    explained = panel().assign(x9=lambda data: (data["time"] >= data["cohort"]) * 2.0)
    with pytest.raises(NotEstimable, match="explain the treatment entirely"):
        placebo(explained, ["x9"])
    short = panel().groupby("unit").nth([3]).reset_index()
    with pytest.raises(NotEstimable, match="35 rows leave no degree of freedom"):
        placebo(short)
    with pytest.raises(NotEstimable, match="all rows are in one cluster"):
        placebo(panel().assign(cluster=1))
    with pytest.raises(ValueError, match="0 draws: ask for at least one"):
        placebo(panel(), draws=0)


def test_a_draw_without_variation_has_no_estimate() -> None:
    """Three of four rows of the last unit treated are gone: dealt to it alone, the treatment is never seen."""
    frame = adoption_panel({2009.0: 1, np.nan: 3}, range(2006, 2010))
    frame = frame[(frame["unit"] != "103") | (frame["time"] < 2009)]
    result = placebo(frame, draws=60)
    lost = result.draws["estimate"].isna()
    assert 0 < lost.sum() < 60
    assert result.draws.loc[lost, ["standard_error", "p_value"]].isna().all(axis=None)
    assert result.summary["draws_estimated"].item() == 60 - lost.sum()
