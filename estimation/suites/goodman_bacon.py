"""What a two-way fixed-effects coefficient without controls is an average of: two-by-two comparisons of cohorts.

Goodman-Bacon (2021), theorem 1: without controls and on a balanced panel the coefficient is the weighted average of all
two-by-two differences in differences between timing groups, some of which use places treated earlier as controls.
diff-diff's BaconDecomposition computes them; pyfixest has none.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from diff_diff import BaconDecomposition

from estimation.ground.adoption import BALANCED, UNTREATED_AT_FIRST, Panel, read_panel
from estimation.ground.columns import COHORT, OUTCOME, TIME, TREATMENT, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.absorption import Absorber
from estimation.samples.specification import Specification
from estimation.suites.contract import COMMON, Output, Suite, Task

#: The comparisons must add up to the coefficient to this share of its size, or the decomposition is refused.
ADDS_UP = 1e-9


@dataclass(frozen=True)
class Bacon:
    """Comparisons (one row each: treated_cohort, control_cohort, kind, weight, estimate) and their summary by kind."""

    comparisons: pd.DataFrame
    summary: pd.DataFrame


def goodman_bacon(frame: pd.DataFrame) -> Bacon:
    """Two-by-two comparisons behind the two-way coefficient without controls.

    `frame` as estimation.ground.adoption states it, balanced. kind: 'treated_vs_never', 'earlier_vs_later' (the later
    cohort, not yet treated, is the control) or 'later_vs_earlier' (the earlier cohort, treated already, is the
    control). control_cohort is NaN for units never treated. Summary: one row a kind (weight, average estimate), and
    one of kind 'all', whose estimate is the coefficient. Raises NotEstimable for an unbalanced panel and for units
    treated at all times.
    """
    # Units treated at all times would pass as never treated.
    panel = read_panel(frame, needs=[BALANCED, UNTREATED_AT_FIRST])
    data = panel.frame
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = BaconDecomposition(weights="exact").fit(
            data.assign(cohort=data[COHORT].fillna(0)), outcome=OUTCOME, unit=UNIT, time=TIME, first_treat=COHORT
        )
    rows = [
        {
            "treated_cohort": float(item.treated_group),
            "control_cohort": np.nan if item.comparison_type == "treated_vs_never" else float(item.control_group),
            "kind": item.comparison_type,
            "weight": item.weight,
            "estimate": item.estimate,
        }
        for item in result.comparisons
    ]
    comparisons = pd.DataFrame(rows)
    return Bacon(comparisons, _by_kind(comparisons, _two_way(panel)))


def _two_way(panel: Panel) -> float:
    """The two-way coefficient, by the part of the treatment that the effects leave."""
    within = Absorber([panel.codes(UNIT), panel.codes(TIME)])
    treatment = panel.frame[TREATMENT].to_numpy(float)
    residual = within.residuals(treatment[:, None])[:, 0]
    return float(residual @ panel.frame[OUTCOME].to_numpy(float)) / float(residual @ treatment)


def _by_kind(comparisons: pd.DataFrame, estimate: float) -> pd.DataFrame:
    products = comparisons.assign(product=comparisons["weight"] * comparisons["estimate"])
    kinds = products.groupby("kind", as_index=False)[["weight", "product"]].sum()
    total = pd.DataFrame([{"kind": "all", "weight": kinds["weight"].sum(), "product": kinds["product"].sum()}])
    missed = abs(total["product"].item() - estimate)
    if missed > ADDS_UP * max(1.0, abs(estimate)):
        raise NotEstimable(f"the comparisons miss the coefficient {estimate:.6g} by {missed:.2g}")
    summary = pd.concat([kinds, total], ignore_index=True)
    summary["estimate"] = summary["product"] / summary["weight"]
    return summary[["kind", "weight", "estimate"]]


def _refuse(specification: Specification, options: Mapping[str, Any]) -> None:
    if specification.control_names:
        raise ValueError(f"specification {specification.spec_id}: the suite goodman_bacon takes no controls")


def _run(task: Task) -> Output:
    found = goodman_bacon(task.adoption_frame)
    return Output({"comparisons": found.comparisons, "summary": found.summary})


SUITE = Suite(name="goodman_bacon", run=_run, options=COMMON, needs_cohort=True, refuse=_refuse)
