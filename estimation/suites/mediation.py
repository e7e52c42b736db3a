"""Mediation: how much of an effect runs through a mediator, with a bootstrap that resamples whole clusters.

Two-way regressions on one sample, with the same controls: mediator on exposure (delta); outcome on exposure (phi) and
mediator (theta). The indirect effect is delta theta, the total effect delta theta + phi, which on one sample equals
the coefficient of the outcome on exposure alone, and the share is indirect / total. Clusters are drawn with
replacement and both regressions repeated; intervals are percentiles. Own code (estimation.numerics.cluster_products):
pyfixest has no bootstrap that resamples clusters. Baron and Kenny (1986); Sobel (1982).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from estimation.ground.adoption import complete_rows
from estimation.ground.arrays import Array
from estimation.ground.columns import OUTCOME
from estimation.ground.errors import NotEstimable
from estimation.numerics.cluster_products import ClusterProducts
from estimation.samples.specification import Specification, read_term
from estimation.suites.contract import COMMON, Option, Output, Reads, Suite, Task

QUANTITIES = ("delta", "theta", "phi", "indirect", "total", "share")


@dataclass(frozen=True)
class Mediation:
    """Estimates (one row a quantity: quantity, estimate, standard_error, conf_low, conf_high), draws, statistics.

    draws: draw and the QUANTITIES; NaN in a draw that does not identify them. statistics: draws, draws_estimated,
    share_of_draws_total_same_sign (where it is well below one, the total may be zero and the share means little), n,
    n_units, n_clusters.
    """

    estimates: pd.DataFrame
    draws: pd.DataFrame
    statistics: dict[str, float]


def mediation(
    frame: pd.DataFrame,
    exposure: str,
    mediator: str,
    controls: Sequence[str] = (),
    *,
    draws: int = 1000,
    seed: int = 1,
    confidence_level: float = 0.95,
) -> Mediation:
    """The chain exposure, mediator, outcome under two-way fixed effects.

    `frame` has unit, time, `outcome`, the named columns and, optionally, `cluster`, which holds whole units. Each draw
    has a generator of its own, keyed by seed and number. Raises NotEstimable for missing values, for fewer than two
    clusters, and where exposure or mediator is collinear with fixed effects and controls.
    """
    if draws < 2:
        raise ValueError(f"{draws} draws: ask for at least two")
    data = complete_rows(frame, [OUTCOME, mediator, exposure, *controls])
    grams = ClusterProducts(data, [OUTCOME, mediator, exposure], controls)
    if grams.clusters < 2:
        raise NotEstimable("one cluster cannot be resampled")
    estimate = _chain(grams, np.ones((1, grams.clusters)), exposure, mediator)
    if not np.isfinite(estimate).all():
        raise NotEstimable(f"the sample does not tell the effects of {exposure} and {mediator} apart")
    drawn = _chain(grams, resampled(grams.clusters, draws, seed), exposure, mediator)
    low, high = (1 - confidence_level) / 2, (1 + confidence_level) / 2
    found = pd.DataFrame(drawn, columns=list(QUANTITIES))
    estimates = pd.DataFrame(
        {
            "quantity": QUANTITIES,
            "estimate": estimate[0],
            "standard_error": found.std(ddof=1).to_numpy(),
            "conf_low": found.quantile(low).to_numpy(),
            "conf_high": found.quantile(high).to_numpy(),
        }
    )
    found.insert(0, "draw", np.arange(1, draws + 1))
    total = estimate[0, QUANTITIES.index("total")]
    statistics = {
        "draws": float(draws),
        "draws_estimated": float(found["share"].notna().sum()),
        "share_of_draws_total_same_sign": float((np.sign(found["total"].dropna()) == np.sign(total)).mean()),
        "n": float(len(data)),
        "n_units": float(data["unit"].nunique()),
        "n_clusters": float(grams.clusters),
    }
    return Mediation(estimates, found, statistics)


def resampled(clusters: int, draws: int, seed: int) -> Array:
    """How often each cluster is drawn: draws x clusters, rows summing to the number of clusters."""
    counts = [
        np.bincount(np.random.default_rng([seed, number]).integers(0, clusters, clusters), minlength=clusters)
        for number in range(draws)
    ]
    return np.asarray(counts, float)


def sobel_z(delta: float, delta_error: float, theta: float, theta_error: float) -> float:
    """Sobel's z of the indirect effect; NaN where both parts of its variance are zero."""
    variance = theta**2 * delta_error**2 + delta**2 * theta_error**2
    return float(delta * theta / np.sqrt(variance)) if variance > 0 else float("nan")


def _chain(grams: ClusterProducts, weights: Array, exposure: str, mediator: str) -> Array:
    """QUANTITIES (draws x 6) of reweighted panels."""
    products = grams.products(weights)
    delta = grams.slopes(products, mediator, [exposure])[:, 0]
    phi, theta = grams.slopes(products, OUTCOME, [exposure, mediator]).T
    indirect = delta * theta
    total = indirect + phi
    share = np.divide(indirect, total, out=np.full_like(total, np.nan), where=total != 0)
    return np.stack([delta, theta, phi, indirect, total, share], axis=1)


def _reads(specification: Specification, options: Mapping[str, Any]) -> Reads:
    return Reads(variables=(options["mediator"],))


def _run(task: Task) -> Output:
    draws = task.limits.bootstrap_draws
    found = mediation(
        task.frame,
        task.specification.treatment.name,
        task.options["mediator"].name,
        task.controls,
        draws=draws,
        confidence_level=task.confidence_level,
    )
    return Output({"bootstrap": found.estimates, "summary": pd.DataFrame([found.statistics])}, draws)


SUITE = Suite(
    name="mediation",
    run=_run,
    # the specifications of the two regressions, whose coefficients the table mediation joins
    options={
        "mediator": Option(read_term, is_needed=True),
        "mediator_spec": Option(str, is_needed=True),
        "outcome_spec": Option(str, is_needed=True),
        **COMMON,
    },
    reads=_reads,
)
