"""The wild cluster bootstrap against regressions run one by one, and its size with few clusters."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from estimation.ground.columns import CLUSTER, OUTCOME, TIME, UNIT
from estimation.numerics.wild_bootstrap import DRAWS, wild_cluster_p_values
from estimation.suites.regression import fit_panel
from tests.support.panels import random_panel, specification


def few_places(seed: int, places: int) -> pd.DataFrame:
    frame = random_panel(seed)
    return frame[frame[UNIT] < f"p{places:02d}"].reset_index(drop=True)


def one_by_one(frame: pd.DataFrame, units: bool, term: str) -> float:
    """Every sign pattern, each a regression in statsmodels: the share of |t| that reach the one of the sample."""
    parts = [frame[["x1", "x2"]], pd.get_dummies(frame[TIME], prefix="year", dtype=float).iloc[:, 1:]]
    parts.append(pd.get_dummies(frame[UNIT], dtype=float) if units else pd.Series(1.0, frame.index, name="constant"))
    matrix = pd.concat(parts, axis=1)
    groups = pd.factorize(frame[CLUSTER])[0]

    def t_value(outcome: pd.Series) -> float:
        fitted = sm.OLS(outcome, matrix).fit(cov_type="cluster", cov_kwds={"groups": groups})
        return abs(fitted.params[term] / fitted.bse[term])

    restricted = sm.OLS(frame[OUTCOME], matrix.drop(columns=term)).fit()
    actual = t_value(frame[OUTCOME])
    drawn = [
        t_value(restricted.fittedvalues + restricted.resid * np.array(signs)[groups])
        for signs in itertools.product([-1.0, 1.0], repeat=groups.max() + 1)
    ]
    return float(np.mean(np.array(drawn) >= actual * (1 - 1e-9)))


@pytest.mark.parametrize("units", [True, False])
def test_every_sign_pattern_equals_regressions_run_one_by_one(units: bool) -> None:
    frame = few_places(1, 7)
    effects = {"unit_effects": "absorbed" if units else "none", "time_effects": "dummies"}
    fit = fit_panel(specification(vcov="cluster", **effects), frame)
    for term in ("x1", "x2"):
        assert fit.estimates.loc[term, "wild_p_value"] == pytest.approx(one_by_one(frame, units, term))
    assert np.isnan(fit.estimates.loc["constant", "wild_p_value"])


def test_period_effects_may_be_absorbed_or_dummies() -> None:
    frame = random_panel(2)
    absorbed, dummies = (
        fit_panel(specification(vcov="cluster", time_effects=effects), frame).estimates["wild_p_value"]
        for effects in ("absorbed", "dummies")
    )
    pd.testing.assert_series_equal(absorbed, dummies)


def test_other_conventions_many_clusters_and_split_units_have_none() -> None:
    frame = random_panel(1)
    made = specification(vcov="cluster")
    many = pd.concat([frame.assign(**{UNIT: frame[UNIT] + tag, CLUSTER: frame[CLUSTER] + tag}) for tag in "abc"])
    split = frame.assign(**{CLUSTER: frame[TIME].astype(str)})
    cases = [(specification(vcov="hc1"), frame), (made, many.reset_index(drop=True)), (made, split)]
    for case, rows in cases:
        assert fit_panel(case, rows).estimates["wild_p_value"].isna().all()


def test_draws_give_nearly_the_p_value_of_every_sign_pattern() -> None:
    frame = few_places(3, 12)
    arguments = {
        "outcome": frame[OUTCOME].to_numpy(),
        "design": frame[["x1", "x2"]].to_numpy(),
        "units": frame[UNIT].to_numpy(),
        "clusters": frame[CLUSTER].to_numpy(),
        "tested": [0, 1],
    }
    exact = wild_cluster_p_values(**arguments)
    drawn = wild_cluster_p_values(**arguments, draws=2**12 - 1)
    # four binomial standard errors
    assert (np.abs(exact - drawn) <= 4 * np.sqrt(exact * (1 - exact) / 2**12) + 1 / 2**12).all()
    assert DRAWS >= 2**12


@pytest.mark.long
def test_true_hypotheses_are_rejected_as_often_as_they_should_be() -> None:
    """Twelve clusters, a regressor that varies mostly between them: the bootstrap holds 5%, within 99.9% of chance."""
    generator, rejected, draws = np.random.default_rng(1), 0, 500
    for _ in range(draws):
        clusters = np.repeat(np.arange(12), 8)
        x = generator.normal(size=12)[clusters] + 0.3 * generator.normal(size=96)
        y = generator.normal(size=12)[clusters] + generator.normal(size=96)
        (p_value,) = wild_cluster_p_values(outcome=y, design=x[:, None], units=None, clusters=clusters, tested=[0])
        rejected += p_value <= 0.05
    low, high = 0.05 * draws + np.array([-1, 1]) * 3.29 * np.sqrt(draws * 0.05 * 0.95)
    print(f"rejected {rejected} of {draws}; band {low:.0f}-{high:.0f}")
    assert low <= rejected <= high
