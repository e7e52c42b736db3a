"""Mediation: refitted bootstrap draws, the published shares, identities, coverage, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from scipy import stats

from estimation import NotEstimable
from estimation.numerics.least_squares import DEMEANER
from estimation.suites.mediation import mediation, resampled, sobel_z
from tests.support.chain_panels import chain_panel

CONTROLS = ["x0", "x1"]


def refitted(frame: pd.DataFrame) -> dict[str, float]:
    """The quantities from two pyfixest regressions."""

    def slopes(dependent: str, regressors: str) -> pd.Series:
        formula = f"{dependent} ~ {regressors} + x0 + x1 | unit + time"
        return pf.feols(formula, frame, fixef_rm="none", demeaner=DEMEANER).coef()

    delta, both = slopes("mediator", "exposure")["exposure"], slopes("outcome", "exposure + mediator")
    indirect = delta * both["mediator"]
    total = indirect + both["exposure"]
    names = {"delta": delta, "theta": both["mediator"], "phi": both["exposure"], "indirect": indirect, "total": total}
    return names | {"share": indirect / total}


def drawn(frame: pd.DataFrame, cluster: str, counts: np.ndarray) -> pd.DataFrame:
    """The resampled panel written out: every copy of a cluster has units of its own."""
    parts = []
    for label, count in zip(np.sort(frame[cluster].unique()), counts.astype(int), strict=True):
        rows = frame[frame[cluster] == label]
        parts += [rows.assign(unit=rows["unit"] + f"_{copy}") for copy in range(count)]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize("cluster", ["unit", "province"])
def test_draws_equal_refits_of_resampled_panels(balanced: bool, cluster: str) -> None:
    frame = chain_panel(units=20)
    frame = frame if balanced else frame.sample(frac=0.8, random_state=1)
    result = mediation(frame.assign(cluster=frame[cluster]), "exposure", "mediator", CONTROLS, draws=4, seed=7)
    counts = resampled(frame[cluster].nunique(), 4, seed=7)
    assert (counts.sum(axis=1) == counts.shape[1]).all()
    for number in range(4):
        expected = refitted(drawn(frame, cluster, counts[number]))
        for name, value in expected.items():
            assert result.draws.loc[number, name] == pytest.approx(value, rel=1e-8), name
    estimates = result.estimates.set_index("quantity")["estimate"]
    for name, value in refitted(frame).items():
        assert estimates[name] == pytest.approx(value, rel=1e-9), name


def test_the_total_is_the_coefficient_without_the_mediator() -> None:
    frame = chain_panel()
    total = mediation(frame, "exposure", "mediator", CONTROLS, draws=2).estimates.set_index("quantity")["estimate"]
    fit = pf.feols("outcome ~ exposure + x0 + x1 | unit + time", frame, demeaner=DEMEANER)
    assert total["total"] == pytest.approx(fit.coef()["exposure"], rel=1e-9)


@pytest.mark.parametrize(
    ("delta", "theta", "phi", "printed"), [(0.1389, 0.1140, 0.0341, 31.71), (-0.1161, -0.1502, 0.0322, 35.13)]
)
def test_the_printed_shares(delta: float, theta: float, phi: float, printed: float) -> None:
    """Exposure, mediator and outcome without noise, with the printed coefficients: the share is what was printed."""
    frame = chain_panel(units=8)
    rng = np.random.default_rng(0)
    # The mediator's own part is made orthogonal to the exposure, so that delta is exact.
    own = pd.Series(rng.normal(size=len(frame)))
    own = (
        own
        - pf.feols("own ~ exposure + x0 + x1 | unit + time", frame.assign(own=own)).coef()["exposure"]
        * frame["exposure"]
    )
    frame["mediator"] = delta * frame["exposure"] + own
    frame["outcome"] = theta * frame["mediator"] + phi * frame["exposure"]
    share = mediation(frame, "exposure", "mediator", CONTROLS, draws=2).estimates.set_index("quantity")["estimate"][
        "share"
    ]
    assert round(100 * share, 2) == printed


def test_sobel_by_hand() -> None:
    assert sobel_z(0.5, 0.1, 2.0, 0.3) == pytest.approx(1.0 / np.sqrt(4 * 0.01 + 0.25 * 0.09))
    assert np.isnan(sobel_z(0.5, 0.0, 2.0, 0.0))
    assert sobel_z(0.0, 0.1, 2.0, 0.3) == 0


def test_draws_hang_on_seed_and_number_alone() -> None:
    frame = chain_panel()
    long, short = (mediation(frame, "exposure", "mediator", draws=count, seed=3).draws for count in (600, 20))
    pd.testing.assert_frame_equal(short, long.head(20), rtol=1e-11)
    assert not mediation(frame, "exposure", "mediator", draws=20, seed=4).draws["share"].equals(short["share"])


def test_intervals_are_percentiles_of_the_draws() -> None:
    result = mediation(chain_panel(), "exposure", "mediator", CONTROLS, draws=200, confidence_level=0.9)
    row = result.estimates.set_index("quantity").loc["share"]
    assert row["conf_low"] == pytest.approx(result.draws["share"].quantile(0.05))
    assert row["conf_high"] == pytest.approx(result.draws["share"].quantile(0.95))
    assert row["standard_error"] == pytest.approx(result.draws["share"].std())
    assert result.statistics["draws_estimated"] == 200 and result.statistics["n_clusters"] == 40


def test_the_bootstrap_error_is_the_clustered_one() -> None:
    """Of delta, against pyfixest's clustered error: two estimates of one figure, within 15% at 60 provinces."""
    frame = chain_panel(units=240, periods=5).assign(cluster=lambda data: data["province"])
    result = mediation(frame, "exposure", "mediator", CONTROLS, draws=2000).estimates.set_index("quantity")
    fit = pf.feols("mediator ~ exposure + x0 + x1 | unit + time", frame, vcov={"CRV1": "province"})
    assert result.loc["delta", "standard_error"] == pytest.approx(fit.se()["exposure"], rel=0.15)


def test_intervals_hold_the_share_as_often_as_they_say() -> None:
    """The true share is a half; seeds 1 to 100, against the exact binomial 99.9% band around 95%."""
    held = 0
    for seed in range(1, 101):
        frame = chain_panel(units=160, periods=4, seed=seed).assign(cluster=lambda data: data["province"])
        share = (
            mediation(frame, "exposure", "mediator", CONTROLS, draws=199).estimates.set_index("quantity").loc["share"]
        )
        held += share["conf_low"] <= 0.5 <= share["conf_high"]
    low, high = stats.binom.ppf([0.0005, 0.9995], 100, 0.95)
    assert low <= held <= high


def test_a_draw_without_variation_is_counted() -> None:
    """An exposure in two units of six: some draws have neither."""
    frame = chain_panel(units=6).assign(
        exposure=lambda data: (data["unit"].isin(["100", "101"]) & (data["time"] > 2009)) * 1.0
    )
    result = mediation(frame, "exposure", "mediator", draws=200)
    lost = int(result.draws["share"].isna().sum())
    assert 0 < lost < 60
    assert result.statistics["draws_estimated"] == 200 - lost


def test_bad_input_is_one_sentence() -> None:
    frame = chain_panel()
    with pytest.raises(NotEstimable, match="explain mediator entirely"):
        mediation(frame.assign(mediator=lambda data: 2 * data["x0"]), "exposure", "mediator", CONTROLS)
    with pytest.raises(NotEstimable, match="does not tell the effects of exposure and mediator apart"):
        mediation(frame.assign(mediator=lambda data: data["exposure"] * 3), "exposure", "mediator")
    with pytest.raises(NotEstimable, match="one cluster cannot be resampled"):
        mediation(frame.assign(cluster=1), "exposure", "mediator")
    with pytest.raises(NotEstimable, match="clusters must hold whole units"):
        mediation(frame.assign(cluster=frame["time"]), "exposure", "mediator")
    with pytest.raises(NotEstimable, match="320 rows have no value of mediator"):
        mediation(frame.assign(mediator=np.nan), "exposure", "mediator")
    with pytest.raises(NotEstimable, match="the sample has no row"):
        mediation(frame.head(0), "exposure", "mediator")
    with pytest.raises(ValueError, match="no column rd"):
        mediation(frame, "exposure", "rd")
    with pytest.raises(ValueError, match="1 draws"):
        mediation(frame, "exposure", "mediator", draws=1)
