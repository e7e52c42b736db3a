"""Instrument checks: refits without each unit, hand-worked pre-trend, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from linearmodels.iv import IV2SLS

from estimation import NotEstimable
from estimation.numerics.absorption import Absorber
from estimation.numerics.least_squares import DEMEANER
from estimation.suites.instrument_pretrend import instrument_pretrend
from estimation.suites.leave_one_out import leave_one_out
from tests.support.chain_panels import chain_panel


def traded(units: int = 16) -> pd.DataFrame:
    return chain_panel(units=units).assign(outcome=lambda data: data["outcome_traded"])


@pytest.mark.parametrize("balanced", [True, False])
def test_fits_equal_refits_without_the_unit(balanced: bool) -> None:
    frame = traded() if balanced else traded().sample(frac=0.8, random_state=2)
    result = leave_one_out(frame, "traded", ["instrument"], ["x0", "x1"])
    formula = "outcome ~ x0 + x1 | unit + time | traded ~ instrument"
    for row in result.fits.itertuples():
        fit = pf.feols(formula, frame[frame["unit"] != row.unit], fixef_rm="none", demeaner=DEMEANER)
        assert row.estimate == pytest.approx(fit.coef()["traded"], rel=1e-7)
    whole = pf.feols(formula, frame, fixef_rm="none", demeaner=DEMEANER)
    summary = result.summary.iloc[0]
    assert summary["estimate"] == pytest.approx(whole.coef()["traded"], rel=1e-8)
    first = pf.feols(
        "traded ~ instrument + x0 + x1 | unit + time", frame, vcov="iid", fixef_rm="none", demeaner=DEMEANER
    )
    assert summary["first_stage_f"] == pytest.approx(first.tstat()["instrument"] ** 2, rel=1e-7)
    assert summary["minimum"] == result.fits["estimate"].min() and summary["maximum"] == result.fits["estimate"].max()
    chosen = result.fits.set_index("unit")["estimate"]
    assert (summary["unit_minimum"], summary["unit_maximum"]) == (chosen.idxmin(), chosen.idxmax())


def test_two_instruments_equal_linearmodels() -> None:
    frame = traded().assign(second=lambda data: data["base"] * (data["time"] - 2006) ** 2)
    frame = frame.sort_values(["unit", "time"], ignore_index=True)
    summary = leave_one_out(frame, "traded", ["instrument", "second"]).summary.iloc[0]
    names = ["outcome", "traded", "instrument", "second"]
    factors = [pd.factorize(frame[name])[0] for name in ("unit", "time")]
    within = pd.DataFrame(Absorber(factors).residuals(frame[names].to_numpy()), columns=names)
    fit = IV2SLS(within["outcome"], None, within["traded"], within[["instrument", "second"]]).fit()
    assert summary["estimate"] == pytest.approx(fit.params["traded"], rel=1e-8)


def test_one_unit_that_carries_the_estimate_is_found() -> None:
    frame = traded()
    frame.loc[frame["unit"] == "107", "outcome"] += 400 * (frame["time"] - 2006)
    frame.loc[frame["unit"] == "107", "instrument"] *= 5
    summary = leave_one_out(frame, "traded", ["instrument"]).summary.iloc[0]
    assert "107" in (summary["unit_minimum"], summary["unit_maximum"])


def test_a_unit_without_which_nothing_is_identified() -> None:
    frame = traded().assign(instrument=lambda data: (data["unit"] == "103") * (data["time"] - 2006.0))
    fits = leave_one_out(frame, "traded", ["instrument"]).fits.set_index("unit")
    assert fits.loc["103"].isna().all() and fits.drop("103").notna().all(axis=None)


def test_the_pretrend_by_hand() -> None:
    """Changes 1, 3, 5 at base values 0, 1, 2, and one unit observed once: slope 2."""
    frame = pd.DataFrame(
        {
            "unit": list("aabbccd"),
            "time": [2001, 2003] * 3 + [2001],
            "outcome": [0.0, 1.0, 5.0, 8.0, 2.0, 7.0, 9.0],
            "base": [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 4.0],
        }
    )
    row = instrument_pretrend(frame, "base", 2001, 2003).iloc[0]
    assert row["estimate"] == pytest.approx(2) and row["standard_error"] == pytest.approx(0, abs=1e-12)
    assert (row["n_units"], row["n_units_lost"]) == (3, 1)


def test_the_pretrend_equals_a_cross_section_and_finds_a_trend() -> None:
    frame = chain_panel(units=60)
    plain = instrument_pretrend(frame, "base", 2006, 2010).iloc[0]
    wide = frame.pivot(index="unit", columns="time", values="outcome")
    data = pd.DataFrame({"change": wide[2010] - wide[2006], "base": frame.groupby("unit")["base"].first()})
    fit = pf.feols("change ~ base", data, vcov="hetero")
    assert plain["estimate"] == pytest.approx(fit.coef()["base"]) and plain["p_value"] == pytest.approx(
        fit.pvalue()["base"]
    )
    assert plain["p_value"] > 0.01
    moving = frame.assign(outcome=frame["outcome"] + 3 * frame["base"] * (frame["time"] - 2006))
    row = instrument_pretrend(moving, "base", 2006, 2010).iloc[0]
    assert row["estimate"] == pytest.approx(plain["estimate"] + 12) and row["p_value"] < 0.01


def test_bad_input_is_one_sentence() -> None:
    frame = traded()
    with pytest.raises(NotEstimable, match="explain instrument entirely"):
        leave_one_out(frame.assign(instrument=frame["base"]), "traded", ["instrument"])
    with pytest.raises(NotEstimable, match="2 units are too few"):
        leave_one_out(frame[frame["unit"] < "102"], "traded", ["instrument"])
    with pytest.raises(ValueError, match="needs an instrument"):
        leave_one_out(frame, "traded", [])
    with pytest.raises(NotEstimable, match="x0 changes within a unit"):
        instrument_pretrend(frame, "x0", 2006, 2008)
    with pytest.raises(NotEstimable, match="0 units are observed in 1999 and 2008"):
        instrument_pretrend(frame, "base", 1999, 2008)
    with pytest.raises(NotEstimable, match="base is the same in all units"):
        instrument_pretrend(frame.assign(base=1.0), "base", 2006, 2008)
    with pytest.raises(ValueError, match="start must come first"):
        instrument_pretrend(frame, "base", 2008, 2006)
    with pytest.raises(ValueError, match="no column trade2004"):
        instrument_pretrend(frame, "trade2004", 2006, 2008)
    assert np.isfinite(leave_one_out(frame, "traded", ["instrument"]).fits["estimate"]).all()
