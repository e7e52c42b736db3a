"""Specification curve: every fit against pyfixest, choices crossed, and fits that cannot be made."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from estimation import NotEstimable
from estimation.numerics.covariance import Covariance
from estimation.numerics.fit_grid import fit_grid
from estimation.numerics.least_squares import DEMEANER
from estimation.suites.specification_curve import choices, control_subsets, curve_summary
from tests.support.adoption_panels import adoption_panel
from tests.support.pyfixest_options import pyfixest_options

CONTROLS = ["x0", "x1", "x2"]
EQUAL = {"rtol": 1e-9, "atol": 1e-11}


def mart() -> pd.DataFrame:
    frame = adoption_panel({2009.0: 6, 2011.0: 6, np.nan: 18}, range(2006, 2014), effect=lambda *_: 1.0, controls=3)
    frame["treatment"] = (frame["time"] >= frame["cohort"]) * 1.0
    frame["early"] = frame["time"] < 2013
    # Missing rows of one control, so that sets of controls have samples of their own.
    frame.loc[frame.index % 11 == 0, "x2"] = np.nan
    return frame


GRID = choices(
    controls=control_subsets(CONTROLS),
    fixed_effects=[("unit", "time"), ("unit",), ("unit", "province^time"), ()],
    sample=["", "early"],
    winsorised=[0.0, 0.05],
    vcov=["hc1", "cluster", "classical"],
    cluster=["province"],
)


def reference(frame: pd.DataFrame, chosen: dict) -> pf.Feols:
    data = frame[frame[chosen["sample"]]] if chosen["sample"] else frame
    data = data.dropna(subset=["outcome", *chosen["controls"]]).copy()
    if chosen["winsorised"]:
        for name in ["outcome", *chosen["controls"]]:
            low, high = data[name].quantile([chosen["winsorised"], 1 - chosen["winsorised"]])
            data[name] = data[name].clip(low, high)
    data["province_time"] = data["province"].astype(str) + "_" + data["time"].astype(str)
    effects = " + ".join(chosen["fixed_effects"]).replace("province^time", "province_time")
    formula = f"outcome ~ treatment{''.join(f' + {name}' for name in chosen['controls'])}"
    options = pyfixest_options(Covariance(chosen["vcov"]), "province")
    return pf.feols(formula + (f" | {effects}" if effects else ""), data, fixef_rm="none", demeaner=DEMEANER, **options)


def test_fits_equal_pyfixest() -> None:
    """Every seventh of all combinations, a step that meets every value of every choice."""
    frame = mart()
    curve = fit_grid(frame, GRID)
    assert len(curve) == len(GRID) == 8 * 4 * 2 * 2 * 3
    assert (curve["status"] == "estimated").all()
    for number in range(0, len(GRID), 7):
        fit, row = reference(frame, GRID[number]), curve.iloc[number]
        theirs = fit.tidy().loc["treatment"]
        ours = row[["estimate", "standard_error", "p_value", "conf_low", "conf_high"]].astype(float)
        names = ["Estimate", "Std. Error", "Pr(>|t|)", "2.5%", "97.5%"]
        np.testing.assert_allclose(ours, theirs[names].astype(float), **EQUAL, err_msg=str(GRID[number]))
        assert row["n"] == fit._N


def test_choices_are_shown_with_the_results() -> None:
    curve = fit_grid(mart(), choices(controls=[("x0", "x1")], sample=["early"], vcov=["cluster"]))
    row = curve.iloc[0]
    assert row[["fit", "outcome", "treatment", "controls", "fixed_effects", "sample", "cluster"]].tolist() == [
        1, "outcome", "treatment", "x0; x1", "unit; time", "early", "unit",
    ]  # fmt: skip
    assert row["n_clusters"] == 30 and row["winsorised"] == 0 and pd.isna(row["reason"])


def test_subsets_and_crossing() -> None:
    assert control_subsets(["a", "b"]) == [(), ("a",), ("b",), ("a", "b")]
    assert control_subsets(["a", "b"], always=["c"]) == [("c",), ("c", "a"), ("c", "b"), ("c", "a", "b")]
    assert choices(vcov=["hc1"], winsorised=[0.0, 0.01]) == [
        {"vcov": "hc1", "winsorised": 0.0},
        {"vcov": "hc1", "winsorised": 0.01},
    ]


def test_collinear_controls_are_named_and_change_nothing() -> None:
    frame = mart().assign(x8=lambda data: data["x0"] * 2, flat=lambda data: data["unit"].astype(float))
    curve = fit_grid(frame, [{"controls": ("x0",)}, {"controls": ("x0", "x8", "flat")}])
    assert curve.loc[1, "dropped"] == "x8; flat" and curve.loc[0, "dropped"] == ""
    np.testing.assert_allclose(
        curve.loc[1, ["estimate", "standard_error"]].astype(float),
        curve.loc[0, ["estimate", "standard_error"]].astype(float),
        rtol=1e-10,
    )


def test_a_fit_that_cannot_be_made_is_a_row_with_its_reason() -> None:
    frame = mart().assign(
        none=False, empty=np.nan, twin=lambda data: data["treatment"], one=1, few=lambda data: data.index < 3
    )
    curve = fit_grid(
        frame,
        [
            {"sample": "none"},
            {"controls": ("empty",)},
            {"controls": ("twin",)},
            {"cluster": "one"},
            {"sample": "few", "fixed_effects": ()},
            {},
        ],
    )
    reasons = curve["reason"].tolist()
    assert reasons[0] == reasons[1] == "no row of the sample has every variable"
    assert reasons[2] == reasons[4] == "fixed effects and controls explain treatment entirely"
    assert reasons[3] == "all rows are in one cluster"
    assert curve["status"].tolist() == ["not_estimable"] * 5 + ["estimated"]
    assert curve.loc[:4, "estimate"].isna().all()


def test_the_summary_by_hand() -> None:
    curve = pd.DataFrame(
        {
            "fit": [1, 2, 3, 4, 5],
            "estimate": [2.0, 1.0, -1.0, 4.0, np.nan],
            "p_value": [0.01, 0.2, 0.001, 0.04, np.nan],
            "status": ["estimated"] * 4 + ["not_estimable"],
        }
    )
    row = curve_summary(curve).iloc[0]
    assert (row["fits"], row["fits_estimated"], row["estimate"]) == (5, 4, 2)
    assert (row["minimum"], row["median"], row["maximum"]) == (-1, 1.5, 4)
    assert (row["share_same_sign"], row["share_same_sign_significant"]) == (0.75, 0.5)
    assert curve_summary(curve, reference=3)["share_same_sign"].item() == 0.25
    with pytest.raises(NotEstimable, match="fit 5, the reference, has no estimate"):
        curve_summary(curve, reference=5)


def test_bad_choices_are_named() -> None:
    with pytest.raises(ValueError, match="choice 2 names weights: use outcome"):
        fit_grid(mart(), [{}, {"weights": "x0"}])
    with pytest.raises(ValueError, match="no column x9"):
        fit_grid(mart(), [{"controls": ("x9",)}])
    with pytest.raises(ValueError, match="'hc3': use one of"):
        fit_grid(mart(), [{"vcov": "hc3"}])
