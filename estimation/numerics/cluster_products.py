"""Two-way regressions on reweighted clusters, from cross products: bootstrap and leave-one-out without refitting.

Columns are demeaned by unit and time once. Reweighting whole clusters leaves unit means as they are, since a unit lies
in one cluster, and moves time means, so time dummies stay among the columns. The cross products of the reweighted
panel are then weighted sums of the cross products of the clusters, however many rows these have, and regressions
follow from them by Frisch-Waugh-Lovell. A cluster with weight 2 counts as two clusters with units of their own.
Own code: pyfixest bootstraps by weights on residuals (wild), not by resampling clusters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from estimation.ground.arrays import Array
from estimation.ground.columns import CLUSTER, TIME, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.absorption import COLLINEAR, Absorber, orthonormal

#: Cross products worse conditioned than this say that a reweighted panel does not identify its coefficients.
CONDITION = 1e12
BLOCK = 512


class ClusterProducts:
    """Cross products by cluster of named columns, two-way effects partialled out."""

    def __init__(self, data: pd.DataFrame, needed: Sequence[str], controls: Sequence[str]) -> None:
        """`data` from `complete_rows`. Controls that are collinear are left out and named in `dropped`.

        Raises NotEstimable where a needed column is collinear with fixed effects and controls.
        """
        unit, time, cluster = (pd.factorize(data[name], sort=True)[0] for name in (UNIT, TIME, CLUSTER))
        self.clusters = int(cluster.max()) + 1
        columns = data[[*controls, *needed]].to_numpy(float)
        within = Absorber([unit, time]).residuals(columns)
        scale = np.sqrt((within**2).mean(axis=0))
        flat = scale <= COLLINEAR * np.sqrt((columns**2).mean(axis=0))
        within[:, flat] = 0
        kept = orthonormal(within[:, : len(controls)])[1]
        self.controls = tuple(controls[number] for number in kept)
        self.dropped = tuple(name for name in controls if name not in self.controls)
        for number, name in enumerate(needed, start=len(controls)):
            if len(orthonormal(within[:, [*kept, number]])[1]) <= len(kept):
                raise NotEstimable(f"fixed effects and controls explain {name} entirely")
        self.names = (*needed, *self.controls)
        order = [*range(len(controls), len(controls) + len(needed)), *kept]
        self.scale = scale[order]
        dummies = Absorber([unit]).residuals((time[:, None] == np.arange(1, time.max() + 1)).astype(float))
        whole = np.column_stack([within[:, order] / self.scale, dummies])
        size = whole.shape[1]
        products = np.zeros((self.clusters, size, size))
        for number in range(self.clusters):
            part = whole[cluster == number]
            products[number] = np.einsum("ni,nj->ij", part, part)
        self._products = products.reshape(self.clusters, -1)

    def products(self, weights: Array) -> Array:
        """Cross products (draws x names x names), scaled columns, of panels reweighted by `weights` (draws x clusters).

        Time effects are partialled out under the weights.
        """
        draws, size = len(weights), int(np.sqrt(self._products.shape[1]))
        sums = np.concatenate(
            [np.einsum("bc,cp->bp", weights[start : start + BLOCK], self._products) for start in range(0, draws, BLOCK)]
        ).reshape(draws, size, size)
        count = len(self.names)
        if size == count:
            return sums
        cross = sums[:, :count, count:]
        # A time that a draw leaves empty has a zero row, which the pseudo-inverse takes out.
        inverse = np.linalg.pinv(sums[:, count:, count:], rcond=1e-10, hermitian=True)
        explained = np.einsum("bij,blj->bil", np.einsum("bij,bjk->bik", cross, inverse), cross)
        return sums[:, :count, :count] - explained

    def slopes(self, products: Array, dependent: str, regressors: Sequence[str]) -> Array:
        """Coefficients (draws x regressors) of a regression on the regressors and all controls, in original units.

        NaN where the reweighted panel does not identify them.
        """
        places = [self.names.index(name) for name in (*regressors, *self.controls)]
        target = self.names.index(dependent)
        left = products[:, places][:, :, places]
        usable = np.flatnonzero(np.linalg.cond(left) < CONDITION)
        slopes = np.full((len(products), len(regressors)), np.nan)
        solved = np.linalg.solve(left[usable], products[usable][:, places, target][..., None])[:, : len(regressors), 0]
        slopes[usable] = solved * self.scale[target] / self.scale[places[: len(regressors)]]
        return slopes
