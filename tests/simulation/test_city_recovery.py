"""Estimators on the simulated cities: consistent ones recover the process, the others what they are known to tend to.

Coverage is pooled over coefficients and draws and held against the exact binomial 99.9% band. Bias is held, as the
largest |z| over coefficients, against a Bonferroni bound at 0.1%. Draws are seeds 1 to N, never chosen; the pseudo-true
values of the seed simulation_truth are of other draws.
"""

from __future__ import annotations

import os
from functools import cache

import numpy as np
import pandas as pd
import pyfixest
import pytest
from linearmodels.iv import IV2SLS
from scipy import stats

from simulation import simulate_cities
from simulation.city_truth import SPECIFICATIONS, CitySpecification
from simulation.least_squares import Fit
from tests.support.project import seed_path

DRAWS = int(os.environ.get("REGIONAL_CITY_RECOVERY_DRAWS", "60"))
TRUTH = seed_path("simulation_truth")
#: the specifications that hold every regressor of their outcome: their errors are those of their convention
COVERED = ["tw_t2_c6", "tw_t2_c7", "tw_t2_c8", "tw_t4_c1", "tw_t4_c3", "tw_t4_c5", "tw_t5_c1", "tw_t8_c2", "ic_t2_m4"]


@cache
def truth() -> pd.DataFrame:
    """The truth of the seed by spec_id and term."""
    return pd.read_csv(TRUTH).set_index(["spec_id", "term"])


def true_values(specification: CitySpecification) -> np.ndarray:
    """The truth of a specification in the order of its regressors."""
    return truth()["truth"].reindex([(specification.spec_id, term) for term in specification.regressors]).to_numpy()


@pytest.fixture(scope="module")
def fits() -> dict[str, list[Fit]]:
    """The fits of every specification over the draws."""
    found: dict[str, list[Fit]] = {specification.spec_id: [] for specification in SPECIFICATIONS}
    for seed in range(1, DRAWS + 1):
        frame = simulate_cities(seed)
        for specification in SPECIFICATIONS:
            found[specification.spec_id].append(specification.fit(frame))
    return found


def test_every_specification_has_its_truth() -> None:
    for specification in SPECIFICATIONS:
        assert np.isfinite(true_values(specification)).all(), specification.spec_id
        kind = "structural" if specification.is_consistent else "pseudo_true"
        assert (truth().loc[specification.spec_id, "kind"] == kind).all()


def test_known_directions_of_bias() -> None:
    """Least squares hides most of the effect of trade; growing effects pull two-way fixed effects down."""
    values = truth()["truth"]
    assert values["tw_t2_c8", "trade"] < 3 * values["tw_t2_c6", "trade"] < 0
    assert values["tw_t2_c6", "trade"] == pytest.approx(-0.02311, abs=0.0005)
    assert 0 < values["ic_t2_m4", "treat_post"] < values["ic_structure", "average_effect"]


def test_least_squares_against_pyfixest() -> None:
    """The small least squares of the truth against the package that the warehouse estimates with."""
    frame = simulate_cities(1)
    found = {specification.spec_id: specification for specification in SPECIFICATIONS}
    for spec_id, vcov in (("tw_t2_c6", "iid"), ("ic_t2_m4", "HC1")):
        specification = found[spec_id]
        rows = frame[frame[specification.sample]].dropna(subset=["trade"] if spec_id == "tw_t2_c6" else [])
        formula = f"{specification.dependent} ~ {' + '.join(specification.regressors)} | city_code + year"
        other = pyfixest.feols(formula, rows, vcov=vcov, ssc=pyfixest.ssc(k_adj=True, k_fixef="full"))
        own = specification.fit(frame)
        np.testing.assert_allclose(own.estimates, other.coef().to_numpy(), rtol=1e-6)
        errors = own.classical if vcov == "iid" else own.robust
        np.testing.assert_allclose(errors, other.se().to_numpy(), rtol=1e-6)


def test_instrumental_variables_against_linearmodels() -> None:
    frame = simulate_cities(1)
    specification = next(listed for listed in SPECIFICATIONS if listed.spec_id == "tw_t2_c8")
    controls = list(specification.regressors[1:])
    rows = frame[frame["in_trade_study"]].dropna(subset=["trade", "fdi"])
    dummies = pd.get_dummies(rows[["city_code", "year"]].astype(str), drop_first=True, dtype=float).assign(constant=1.0)
    exogenous = pd.concat([rows[controls], dummies], axis=1)
    other = IV2SLS(rows["wage"], exogenous, rows[["trade"]], rows[["trade2004_x_t"]])
    other = other.fit(cov_type="unadjusted", debiased=True)
    own, names = specification.fit(frame), ["trade", *controls]
    np.testing.assert_allclose(own.estimates, other.params[names], rtol=1e-6)
    np.testing.assert_allclose(own.classical, other.std_errors[names], rtol=1e-6)


@pytest.mark.long
def test_intervals_hold_the_truth_as_often_as_they_say(fits: dict[str, list[Fit]]) -> None:
    held = []
    for specification in SPECIFICATIONS:
        if specification.spec_id not in COVERED:
            continue
        values = true_values(specification)
        for fitted in fits[specification.spec_id]:
            errors = fitted.robust if specification.study == "innovative_city" else fitted.classical
            bound = stats.t.ppf(0.975, fitted.df)
            held.append(np.abs(fitted.estimates - values) <= bound * errors)
    held = np.concatenate(held)
    low, high = stats.binom.ppf([0.0005, 0.9995], held.size, 0.95)
    print(f"coverage {held.mean():.4f} over {held.size} intervals; band {low / held.size:.4f}-{high / held.size:.4f}")
    assert low <= held.sum() <= high


@pytest.mark.long
def test_estimates_tend_to_the_truth(fits: dict[str, list[Fit]]) -> None:
    """Structural and pseudo-true values; the Monte Carlo error of the latter is in their notes, and is counted."""
    scores = {}
    for specification in SPECIFICATIONS:
        estimates = np.array([fitted.estimates for fitted in fits[specification.spec_id]])
        variance = estimates.var(axis=0, ddof=1) / len(estimates)
        notes = truth().loc[[(specification.spec_id, term) for term in specification.regressors], "note"]
        monte_carlo = notes.str.extract(r"Monte Carlo error ([0-9.e-]+)")[0].astype(float).fillna(0).to_numpy()
        z = (estimates.mean(axis=0) - true_values(specification)) / np.sqrt(variance + monte_carlo**2)
        scores |= {
            (specification.spec_id, term): value for term, value in zip(specification.regressors, z, strict=True)
        }
    largest = max(scores, key=lambda key: abs(scores[key]))
    bound = stats.norm.ppf(1 - 0.001 / 2 / len(scores))
    print(f"largest |z| {abs(scores[largest]):.2f} of {len(scores)}, at {largest}; bound {bound:.2f}")
    assert abs(scores[largest]) <= bound
