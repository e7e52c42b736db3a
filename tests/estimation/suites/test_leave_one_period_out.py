"""Leaving periods out: every fit against pyfixest on the rows that are left, a year that carries an effect,
refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from estimation import NotEstimable
from estimation.numerics.least_squares import DEMEANER
from estimation.suites.leave_one_period_out import COLUMNS, leave_one_period_out


def panel(seed: int = 1, units: int = 30, periods: int = 8) -> pd.DataFrame:
    """Two-way effects, treatment and a control that vary in every cell; no effect but in the last period, where it is
    3."""
    draw = np.random.default_rng(seed)
    unit, time = np.repeat(np.arange(units), periods), np.tile(np.arange(2001, 2001 + periods), units)
    treatment, control = draw.normal(size=(2, units * periods))
    effect = np.where(time == time.max(), 3.0, 0.0)
    outcome = effect * treatment + control + draw.normal(size=units)[unit] + 0.1 * time
    return pd.DataFrame(
        {"unit": unit, "time": time, "cluster": unit, "outcome": outcome, "treatment": treatment, "x": control}
    )


@pytest.mark.parametrize(("vcov", "kind"), [("cluster", {"CRV1": "cluster"}), ("hc1", "hetero"), ("classical", "iid")])
def test_every_fit_is_the_regression_on_the_rows_that_are_left(vcov: str, kind: object) -> None:
    frame = panel().drop(index=[3, 40, 41, 100])
    found = leave_one_period_out(frame, ["x"], vcov)
    assert list(found) == COLUMNS
    assert np.isnan(found["left_out"].iloc[0])
    assert found["left_out"].tolist()[1:] == sorted(frame["time"].unique())
    for row in found.to_dict("records"):
        rows = frame if np.isnan(row["left_out"]) else frame[frame["time"] != row["left_out"]]
        fit = pf.feols("outcome ~ treatment + x | unit + time", rows, vcov=kind, fixef_rm="none", demeaner=DEMEANER)
        assert row["n"] == len(rows)
        assert row["estimate"] == pytest.approx(fit.coef()["treatment"], rel=1e-8)
        assert row["standard_error"] == pytest.approx(fit.se()["treatment"], rel=1e-8)


def test_a_period_that_carries_the_effect_shows() -> None:
    found = leave_one_period_out(panel(), ["x"]).set_index("left_out")["estimate"]
    assert found.loc[2008.0] == pytest.approx(0, abs=1e-9)
    assert (found.drop(index=2008.0) > 0.2).all()


def test_what_cannot_be_estimated_says_why() -> None:
    frame = panel()
    with pytest.raises(NotEstimable, match="2 periods are too few"):
        leave_one_period_out(frame[frame["time"] < 2003])
    with pytest.raises(NotEstimable, match="explain treatment entirely"):
        leave_one_period_out(frame.assign(treatment=frame["unit"] * 1.0))
