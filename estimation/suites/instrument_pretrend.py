"""Pre-trend of an instrument made from a base year (such as trade of 2004 times the year).

Places with a high base-year value should not have moved differently before the instrument can have worked: the change
of the outcome over earlier years is regressed on the base-year value.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from estimation.ground.columns import OUTCOME, TIME, UNIT
from estimation.ground.errors import NotEstimable
from estimation.numerics.inference import t_inference
from estimation.numerics.least_squares import least_squares
from estimation.suites.contract import COMMON, Option, Output, Suite, Task


def instrument_pretrend(
    frame: pd.DataFrame, base: str, start: int, end: int, confidence_level: float = 0.95
) -> pd.DataFrame:
    """Regress the change of the outcome from `start` to `end` on the base-year value, across units.

    `frame` has unit, time, `outcome` and `base`, one value a unit. One row: start, end, estimate, standard_error
    (HC1), p_value, conf_low, conf_high, n_units, n_units_lost (units not observed with outcome and base at both
    times). Raises NotEstimable where base changes within a unit or does not vary between units, or fewer than three
    units are left.
    """
    if start >= end:
        raise ValueError(f"a change from {start} to {end}: start must come first")
    absent = [name for name in (UNIT, TIME, OUTCOME, base) if name not in frame]
    if absent:
        raise ValueError(f"the panel has no column {', '.join(absent)}")
    if (frame.groupby(UNIT)[base].nunique() > 1).any():
        raise NotEstimable(f"{base} changes within a unit, so it is no value of a base year")
    wide = frame[frame[TIME].isin([start, end])].pivot(index=UNIT, columns=TIME, values=OUTCOME)
    values = pd.DataFrame({"base": frame.groupby(UNIT)[base].first()}).join(wide.reindex(columns=[start, end]))
    complete = values.dropna()
    if len(complete) < 3:
        raise NotEstimable(f"{len(complete)} units are observed in {start} and {end}: at least three are needed")
    if complete["base"].nunique() == 1:
        raise NotEstimable(f"{base} is the same in all units")
    data = pd.DataFrame({"change": complete[end] - complete[start], "base": complete["base"]})
    model = least_squares(data, "change", ["base"], [])
    variance, degrees = model.covariance("hc1")
    position = model.names.index("base")
    error = np.sqrt(variance[[position], [position]])
    table = t_inference(model.slopes[[position]], error, degrees, confidence_level).drop(columns="statistic")
    return (
        pd.DataFrame({"start": [start], "end": [end]})
        .join(table)
        .assign(n_units=len(complete), n_units_lost=len(values) - len(complete))
    )


def _run(task: Task) -> Output:
    options, base = task.options, task.specification.treatment.name
    table = instrument_pretrend(task.frame, base, options["start"], options["end"], task.confidence_level)
    return Output({"pre_trend": table.rename(columns={"start": "start_year", "end": "end_year"})})


SUITE = Suite(
    name="instrument_pretrend",
    run=_run,
    options={"start": Option(int, is_needed=True), "end": Option(int, is_needed=True), **COMMON},
)
