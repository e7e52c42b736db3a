"""pyfixest called outright, for tests that compare with it."""

from __future__ import annotations

from typing import Any

import pyfixest as pf

from estimation.numerics.covariance import Covariance


def pyfixest_options(covariance: Covariance, cluster: str) -> dict[str, Any]:
    """Keyword arguments `vcov` and `ssc` of pyfixest.feols; errors of the kind cluster are by the column `cluster`."""
    kinds: dict[str, object] = {"classical": "iid", "hc1": "hetero", "cluster": {"CRV1": cluster}}
    return {
        "vcov": kinds[covariance.kind],
        "ssc": pf.ssc(k_adj=covariance.k_adj, k_fixef=covariance.k_fixef, G_adj=covariance.g_adj),
    }
