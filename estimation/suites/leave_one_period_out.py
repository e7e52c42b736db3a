"""A two-way coefficient without each period in turn, which shows whether one year carries it.

The fits are estimation.numerics.fit_grid's, one a period, under the errors of the specification.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from estimation.ground.columns import CLUSTER, TIME
from estimation.ground.errors import NotEstimable
from estimation.numerics.fit_grid import fit_grid
from estimation.suites.contract import COMMON, Output, Suite, Task

COLUMNS = ["left_out", "estimate", "standard_error", "p_value", "conf_low", "conf_high", "n"]


def leave_one_period_out(
    frame: pd.DataFrame, controls: Sequence[str] = (), vcov: str = "cluster", confidence_level: float = 0.95
) -> pd.DataFrame:
    """The coefficient of `treatment` on all rows (left_out NaN) and without each period, columns COLUMNS.

    `frame` has unit, time, cluster, outcome, treatment and the controls, complete. A period without which the effect is
    not identified has NaN. Raises NotEstimable where all rows do not identify it, or there are fewer than three
    periods.
    """
    periods = np.sort(frame[TIME].unique())
    if len(periods) < 3:
        raise NotEstimable(f"{len(periods)} periods are too few to leave one out")
    samples = {f"_without_{period}": frame[TIME] != period for period in periods}
    grid = [{"controls": controls, "vcov": vcov, "cluster": CLUSTER, "sample": name} for name in ("", *samples)]
    fits = fit_grid(frame.assign(**samples), grid, confidence_level)
    if fits["status"].iloc[0] != "estimated":
        raise NotEstimable(str(fits["reason"].iloc[0]))
    return fits.assign(left_out=[np.nan, *periods.astype(float)])[COLUMNS]


def _run(task: Task) -> Output:
    fits = leave_one_period_out(task.adoption_frame, task.controls, task.specification.vcov, task.confidence_level)
    return Output({"fits": fits}, len(fits))


SUITE = Suite(name="leave_one_period_out", run=_run, options=COMMON)
