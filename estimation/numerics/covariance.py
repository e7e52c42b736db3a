"""How standard errors are made: their kind, and the small-sample corrections of single coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from estimation.ground.arrays import Codes
from estimation.ground.errors import NotEstimable

VCOVS = ("classical", "hc1", "cluster")


@dataclass(frozen=True)
class Covariance:
    """'classical', 'hc1' or 'cluster', and the small-sample corrections as pyfixest names them."""

    kind: str = "cluster"
    k_adj: bool = True
    k_fixef: str = "nonnested"
    g_adj: bool = True

    def __post_init__(self) -> None:
        """Raise ValueError for an unknown kind."""
        if self.kind not in VCOVS:
            raise ValueError(f"standard errors of kind {self.kind!r}: use one of {', '.join(VCOVS)}")

    def corrections(self, rows: int, slopes: int, factors: Sequence[Codes], clusters: Codes) -> tuple[float, float]:
        """The factor on the variance, and the degrees of freedom of t, as pyfixest counts them.

        Raises NotEstimable where slopes and effects leave no degree of freedom, or all rows are in one cluster.
        """
        levels = [int(codes.max()) + 1 for codes in factors]
        groups = int(clusters.max()) + 1
        if rows - slopes - sum(levels) + max(len(levels) - 1, 0) < 1:
            raise NotEstimable(f"{rows} rows leave no degree of freedom")
        if self.kind == "cluster" and groups < 2:
            raise NotEstimable("all rows are in one cluster")
        nested = [_is_nested(codes, clusters) if self.kind == "cluster" else False for codes in factors]
        counted = slopes
        if self.k_fixef != "none" and factors:
            counted += sum(levels) - (len(levels) - 1)
        if self.k_fixef == "nonnested" and any(nested):
            counted += sum(nested) - sum(count for count, inside in zip(levels, nested, strict=True) if inside)
        factor = 1.0
        if self.k_adj:
            # HC1 has N/(N-k); the others pyfixest counts from N-1.
            factor = (rows if self.kind == "hc1" else rows - 1) / (rows - counted)
        if self.kind == "cluster" and self.g_adj:
            factor *= groups / (groups - 1)
        return factor, float(groups - 1 if self.kind == "cluster" else rows - counted)


def _is_nested(codes: Codes, clusters: Codes) -> bool:
    """Does every level lie within one cluster?"""
    pairs = np.unique(np.stack([codes, clusters]), axis=1)
    return pairs.shape[1] == int(codes.max()) + 1
