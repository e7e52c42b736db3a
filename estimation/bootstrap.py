"""Wild cluster bootstrap: p values that hold with few clusters, where clustered t tests reject too often.

Cameron, Gelbach and Miller (2008), with the null imposed and Rademacher weights; computed from cluster sums as in
Roodman, Nielsen, MacKinnon and Webb (2019), so that no regression is run again.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
DRAWS = 9999
SEED = 20190601
#: above this number of clusters the clustered t test is used as it is
FEW_CLUSTERS = 50


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
    count = int(groups.max()) + 1
    x, y = (_within(table, units) for table in (design, outcome[:, None]))
    if units is None:
        x = np.column_stack([x, np.ones(len(x))])
    signs = _signs(count, draws)
    exact = signs.shape[1] == 2**count
    inverse = np.asarray(np.linalg.inv(x.T @ x), np.float64)
    return np.array(
        [
            _p_value(y=y[:, 0], x=x, inverse=inverse, groups=groups, column=column, signs=signs, exact=exact)
            for column in tested
        ]
    )


def _p_value(
    *, y: Array, x: Array, inverse: Array, groups: npt.NDArray[np.intp], column: int, signs: Array, exact: bool
) -> float:
    """Rows of scores are clusters; t statistics leave out the small-sample correction, which is the same in all."""
    others = np.delete(x, column, axis=1)
    restricted = y - others @ np.linalg.lstsq(others, y, rcond=None)[0]
    influence = x @ inverse[:, column]
    own = _sums(influence * restricted, groups)
    leverage = _sums(influence[:, None] * x, groups) @ inverse
    # what row g, column h says: how far the residuals of cluster h move the score of cluster g
    scores = np.diag(own) - leverage @ _sums(restricted[:, None] * x, groups).T
    drawn = (own @ signs) / np.sqrt(((scores @ signs) ** 2).sum(axis=0))
    # all signs equal to one give the sample back
    actual = own.sum() / np.sqrt((scores.sum(axis=1) ** 2).sum())
    beyond = int((np.abs(drawn) >= np.abs(actual) * (1 - 1e-12)).sum())
    return beyond / signs.shape[1] if exact else (1 + beyond) / (1 + signs.shape[1])


def _signs(clusters: int, draws: int) -> Array:
    """Clusters x draws of plus and minus one; every pattern where these are no more than the draws."""
    if 2**clusters <= draws:
        return np.array(list(itertools.product([-1.0, 1.0], repeat=clusters))).T
    return np.random.default_rng(SEED).choice([-1.0, 1.0], size=(clusters, draws))


def _sums(table: Array, groups: npt.NDArray[np.intp]) -> Array:
    """Sums over the rows of each cluster."""
    total = np.zeros((int(groups.max()) + 1, *table.shape[1:]))
    np.add.at(total, groups, table)
    return total


def _within(table: Array, units: npt.ArrayLike | None) -> Array:
    """The table less its unit means; a sign that is constant over a cluster leaves it within."""
    if units is None:
        return table
    numbers = pd.factorize(np.asarray(units))[0]
    return table - (_sums(table, numbers) / np.bincount(numbers)[:, None])[numbers]
