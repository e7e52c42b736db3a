"""Wild cluster bootstrap: p values that hold with few clusters, where clustered t tests reject too often.

Cameron, Gelbach and Miller (2008), with the null imposed and Rademacher weights; computed from cluster sums as in
Roodman, Nielsen, MacKinnon and Webb (2019), so that no regression is run again. Own code: wildboottest, which pyfixest
calls, writes every effect out as a dummy, compiles with numba, and draws signs of its own, so that p values would move.
"""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from estimation.ground.arrays import Array
from estimation.numerics.absorption import Absorber, sums_by

DRAWS = 9999
SEED = 20190601
#: above this number of clusters the clustered t test is used as it is
FEW_CLUSTERS = 50
BLOCK = 512


def wild_cluster_p_values(
    *,
    outcome: Array,
    design: Array,
    units: npt.ArrayLike | None,
    clusters: npt.ArrayLike,
    tested: list[int],
    draws: int = DRAWS,
) -> Array:
    """Two-sided p values of single coefficients being zero, one a tested column of the design.

    outcome has one value a row, design (rows x columns, without a constant) every regressor, period dummies included;
    units are absorbed effects (None: a constant), each inside one cluster. Draws are made with a fixed seed; where all
    2^clusters sign patterns are no more than the draws, all are used instead and the p value is exact.
    """
    groups = pd.factorize(np.asarray(clusters))[0]
    by_cluster = sums_by(groups)
    x, y = (_within(table, units) for table in (design, outcome[:, None]))
    if units is None:
        x = np.column_stack([x, np.ones(len(x))])
    signs = _signs(by_cluster.shape[0], draws)
    exact = signs.shape[1] == 2 ** by_cluster.shape[0]
    inverse = np.asarray(np.linalg.inv(x.T @ x), np.float64)
    slopes = inverse @ (x.T @ y[:, 0])
    residuals = y[:, 0] - x @ slopes
    p_values = []
    for column in tested:
        influence = x @ inverse[:, column]
        # without the column, its slope goes back to the part of it that the others do not explain
        restricted = residuals + slopes[column] * influence / inverse[column, column]
        own = by_cluster @ (influence * restricted)
        leverage = (by_cluster @ (influence[:, None] * x)) @ inverse
        # what row g, column h says: how far the residuals of cluster h move the score of cluster g
        scores = np.diag(own) - leverage @ (by_cluster @ (restricted[:, None] * x)).T
        p_values.append(_p_value(own, scores, signs, exact=exact))
    return np.array(p_values)


def _p_value(own: Array, scores: Array, signs: Array, *, exact: bool) -> float:
    """How often |t| under drawn signs is that of the sample or more; t leaves out what is the same in all draws."""
    # all signs equal to one give the sample back
    actual = own.sum() / np.sqrt((scores.sum(axis=1) ** 2).sum())
    beyond = 0
    # in blocks that stay in the processor's cache
    for start in range(0, signs.shape[1], BLOCK):
        block = signs[:, start : start + BLOCK]
        moved = scores @ block
        drawn = (own @ block) / np.sqrt(np.einsum("gd,gd->d", moved, moved))
        beyond += int((np.abs(drawn) >= np.abs(actual) * (1 - 1e-12)).sum())
    return beyond / signs.shape[1] if exact else (1 + beyond) / (1 + signs.shape[1])


@cache
def _signs(clusters: int, draws: int) -> Array:
    """Clusters x draws of plus and minus one; every pattern where these are no more than the draws."""
    if 2**clusters <= draws:
        return np.array(list(itertools.product([-1.0, 1.0], repeat=clusters))).T
    return np.random.default_rng(SEED).choice([-1.0, 1.0], size=(clusters, draws))


def _within(table: Array, units: npt.ArrayLike | None) -> Array:
    """The table less its unit means; a sign that is constant over a cluster leaves it within."""
    if units is None:
        return table
    return Absorber([pd.factorize(np.asarray(units))[0]]).residuals(table)
