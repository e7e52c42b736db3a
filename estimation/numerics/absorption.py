"""Fixed effects partialled out of many columns at once.

Own code, because pyfixest demeans one regression at a time and the tools here fit thousands that share their fixed
effects. The first factor is absorbed by its group means. The others, few levels each, are absorbed exactly by one
small normal system that is solved once (Frisch-Waugh-Lovell), on balanced and unbalanced panels alike; a second pass
removes what rounding left. No matrix product goes through BLAS, so results do not hang on the number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from estimation.ground.arrays import Array, Codes

#: A column that keeps less than this share of its norm after partialling out is collinear with what was removed.
COLLINEAR = 1e-8


def sums_by(codes: Codes, weights: Array | None = None) -> sparse.csr_array:
    """The matrix that sums rows, weighted or not, by level: levels x rows; products run in one thread, in row order."""
    rows = len(codes)
    values = np.ones(rows) if weights is None else weights
    return sparse.csr_array((values, (codes, np.arange(rows))), shape=(int(codes.max()) + 1, rows))


class Absorber:
    """Residuals of columns on fixed effects, by least squares; the factor with the most levels comes first."""

    def __init__(self, factors: Sequence[Codes], weights: Array | None = None) -> None:
        """`factors`: for each fixed effect the level of every row, numbered from 0; `weights` of rows, positive."""
        if not factors:
            raise ValueError("absorbing needs at least one fixed effect")
        ordered = sorted(factors, key=lambda codes: -int(codes.max()))
        self.first, self.others = ordered[0], ordered[1:]
        self._first_sums = sums_by(self.first, weights)
        self._first_count = np.bincount(self.first, weights).astype(float)[:, None]
        self._sums = [sums_by(codes, weights) for codes in self.others]
        self._inverse = self._solve_once()

    def residuals(self, columns: Array) -> Array:
        """Columns (rows x any number) without what the fixed effects explain."""
        once = self._project(np.asarray(columns, float))
        return self._project(once) if self.others else once

    def _project(self, columns: Array) -> Array:
        within = self._demean_first(columns)
        if not self.others:
            return within
        right = np.vstack([sums @ within for sums in self._sums])
        effects = np.einsum("ij,jb->ib", self._inverse, right)
        return within - self._demean_first(self._spread(effects))

    def _demean_first(self, columns: Array) -> Array:
        means = (self._first_sums @ columns) / self._first_count
        return columns - means[self.first]

    def _spread(self, effects: Array) -> Array:
        """Effects (levels of all other factors x columns) to rows."""
        spread = np.zeros((len(self.first), effects.shape[1]))
        start = 0
        for codes in self.others:
            spread += effects[start + codes]
            start += int(codes.max()) + 1
        return spread

    def _solve_once(self) -> Array:
        """Pseudo-inverse of the normal matrix of the other factors' dummies, demeaned by the first."""
        if not self.others:
            return np.empty((0, 0))
        weighted = sparse.vstack(self._sums).tocsr()
        dummies = sparse.vstack([sums_by(codes) for codes in self.others]).tocsr()
        crossed = (weighted @ sums_by(self.first).T).toarray()
        normal = (weighted @ dummies.T).toarray() - (crossed / self._first_count.T) @ crossed.T
        return np.linalg.pinv(normal, rcond=1e-10, hermitian=True)


def orthonormal(columns: Array) -> tuple[Array, list[int]]:
    """An orthonormal basis of columns (rows x count), and the numbers of the columns that are not collinear.

    Modified Gram-Schmidt, each column twice, which is enough for full precision.
    """
    basis: list[Array] = []
    kept: list[int] = []
    for number, column in enumerate(columns.T):
        rest = column.copy()
        for _ in range(2):
            for vector in basis:
                rest = rest - (vector * rest).sum() * vector
        norm = np.sqrt((rest * rest).sum())
        if norm > COLLINEAR * np.sqrt((column * column).sum()) and norm > 0:
            basis.append(rest / norm)
            kept.append(number)
    return (np.stack(basis, axis=1) if basis else np.empty((len(columns), 0))), kept


def without(basis: Array, columns: Array) -> Array:
    """Columns (rows x any number) without their projection on an orthonormal basis."""
    if basis.shape[1] == 0:
        return columns
    return columns - np.einsum("nk,kb->nb", basis, np.einsum("nk,nb->kb", basis, columns))
