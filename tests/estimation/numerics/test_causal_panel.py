"""What every causal tool rests on: the checks of a panel, and fixed effects partialled out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimation import NotEstimable
from estimation.ground.adoption import (
    BALANCED,
    BASE_TIME,
    LARGE_COHORTS,
    NEVER_TREATED,
    UNTREATED_AT_FIRST,
    adoption_times,
    balanced_part,
    read_panel,
)
from estimation.numerics.absorption import Absorber, orthonormal, without
from estimation.numerics.covariance import Covariance
from tests.support.adoption_panels import adoption_panel, unbalanced
from tests.support.pyfixest_options import pyfixest_options

SIZES = {2008.0: 4, 2010.0: 5, np.nan: 11}
TIMES = range(2006, 2014)


def changed(**columns: object) -> pd.DataFrame:
    return adoption_panel(SIZES, TIMES).assign(**columns)


def test_a_panel_is_sorted_and_completed() -> None:
    frame = adoption_panel(SIZES, TIMES).sample(frac=1, random_state=3)
    panel = read_panel(frame, needs=[NEVER_TREATED, LARGE_COHORTS, BALANCED])
    assert panel.frame[["unit", "time"]].equals(panel.frame[["unit", "time"]].sort_values(["unit", "time"]))
    assert panel.frame["treatment"].sum() == 4 * 6 + 5 * 4
    assert (panel.frame["cluster"] == panel.frame["unit"]).all()
    assert panel.cohorts.fillna(0).value_counts().to_dict() == {2008.0: 4, 2010.0: 5, 0: 11}
    assert np.nanmax(panel.relative_time) == 5 and np.isnan(panel.relative_time).sum() == 11 * 8


@pytest.mark.parametrize(
    ("frame", "needs", "reason"),
    [
        (changed().iloc[:0], [], "the sample has no row"),
        (pd.concat([changed(), changed().iloc[[3]]]), [], "unit 100 has more than one row at time 2009: keep one"),
        (changed(outcome=np.nan), [], "160 rows have no value of outcome: complete the sample first"),
        (changed(x0=np.inf), [], "160 rows have no value of x0: complete the sample first"),
        (changed(time=lambda f: f["time"] + 0.5), [], "time is not in whole numbers"),
        (changed(cluster=None), [], "160 rows have no cluster"),
        (changed(cohort=lambda f: f["cohort"].where(f["time"] > 2007)), [], "unit 100 has more than one cohort"),
        (changed(cohort=lambda f: f["time"].astype(float)), [], "unit 100 has more than one cohort"),
        (changed(treatment=lambda f: (f["time"] == 2008) * 1.0), [], "unit 100 switches off at time 2009"),
        (changed(treatment=0.0), [], "unit 100 has treatment 0 at time 2008, which its cohort denies"),
        (changed(cohort=np.nan), [], "no unit is treated"),
        (changed(cohort=2030.0), [], "no unit is treated"),
        (changed(cohort=2010.0), [], "every unit is treated from 2010 on: there is nothing to compare with"),
        (changed(cohort=lambda f: f["cohort"].fillna(2012)), [NEVER_TREATED], "every unit is treated at some time"),
        (
            adoption_panel({2008.0: 1, 2010.0: 3, np.nan: 4}, TIMES),
            [LARGE_COHORTS],
            r"cohort of 2008 is one unit \(100",
        ),
        (
            changed(cohort=lambda f: f["cohort"].replace(2008, 2006)),
            [UNTREATED_AT_FIRST],
            "4 units are treated at all times they",
        ),
        (changed().query("time != 2009"), [BASE_TIME], "no unit of the cohort of 2010 is observed at 2009"),
        (changed().iloc[1:], [BALANCED], "1 of 20 units are not observed at all 8 times"),
    ],
)
def test_bad_panels_say_what_is_wrong(frame: pd.DataFrame, needs: list[str], reason: str) -> None:
    with pytest.raises(NotEstimable, match=reason):
        read_panel(frame.assign(x0=frame["x0"]) if "x0" in frame else frame.assign(x0=1.0), ["x0"], needs)


def test_adoption_after_the_sample_is_no_adoption_in_it() -> None:
    panel = read_panel(changed(cohort=lambda data: data["cohort"].fillna(2031.0)), needs=[NEVER_TREATED])
    assert panel.cohorts.isna().sum() == 11


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="no column cohort, x9"):
        read_panel(changed().drop(columns="cohort"), ["x9"])


def test_adoption_times_from_a_treatment_column() -> None:
    frame = read_panel(changed()).frame
    pd.testing.assert_series_equal(adoption_times(frame, "treatment"), frame["cohort"], check_names=False)
    frame.loc[5, "treatment"] = 0.0
    with pytest.raises(NotEstimable, match="unit 100 switches off at time 2011"):
        adoption_times(frame, "treatment")


def test_the_balanced_part_is_balanced() -> None:
    part = balanced_part(unbalanced(changed(), 0.97))
    assert 0 < part["unit"].nunique() < 20
    read_panel(part, needs=[BALANCED])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0.3, 1.0), factors=st.integers(1, 3), weighted=st.booleans())
def test_absorption_equals_dummies(seed: int, share: float, factors: int, weighted: bool) -> None:
    """Against least squares on dummies, also where a level has one row or the panel falls into parts."""
    rng = np.random.default_rng(seed)
    frame = unbalanced(adoption_panel({2008.0: 3, np.nan: 5}, range(2006, 2011), controls=2, seed=seed), share, seed)
    names = ["unit", "time", "province"][:factors]
    columns = np.column_stack([frame[["outcome", "x0", "x1"]], rng.random((len(frame), 2)) < 0.3]).astype(float)
    dummies = np.column_stack([pd.get_dummies(frame[name].astype(str), dtype=float) for name in names])
    weights = rng.uniform(0.2, 3, len(frame)) if weighted else np.ones(len(frame))
    root = np.sqrt(weights)[:, None]
    reference = columns - dummies @ np.linalg.lstsq(root * dummies, root * columns, rcond=None)[0]
    factored = [pd.factorize(frame[name])[0] for name in names]
    ours = Absorber(factored, weights if weighted else None).residuals(columns)
    np.testing.assert_allclose(ours, reference, atol=1e-11)


def test_collinear_columns_are_left_out_of_the_basis() -> None:
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(30, 3))
    doubled = np.column_stack([columns[:, 0], np.zeros(30), columns[:, 1:], columns @ [1.0, -2.0, 3.0]])
    basis, kept = orthonormal(doubled)
    assert kept == [0, 2, 3]
    np.testing.assert_allclose(basis.T @ basis, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(without(basis, doubled), 0, atol=1e-13)


@pytest.mark.parametrize("kind", ["classical", "hc1", "cluster"])
@pytest.mark.parametrize("k_fixef", ["none", "full", "nonnested"])
@pytest.mark.parametrize("cluster", ["unit", "province"])
def test_corrections_are_those_of_pyfixest(kind: str, k_fixef: str, cluster: str) -> None:
    frame = unbalanced(adoption_panel(SIZES, TIMES, controls=2))
    covariance = Covariance(kind, k_fixef=k_fixef)
    fit = pf.feols("outcome ~ x0 + x1 | unit + time", frame, fixef_rm="none", **pyfixest_options(covariance, cluster))
    codes = {name: pd.factorize(frame[name])[0] for name in ("unit", "time", cluster)}
    factor, degrees = covariance.corrections(len(frame), 2, [codes["unit"], codes["time"]], codes[cluster])
    assert factor == pytest.approx(float(np.ravel(fit._ssc)[0]), rel=1e-14)
    assert degrees == fit._df_t


def test_an_unknown_kind_of_errors_is_refused() -> None:
    with pytest.raises(ValueError, match="'hc4': use one of classical, hc1, cluster"):
        Covariance("hc4")
