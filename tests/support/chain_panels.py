"""Made-up panels for regressions without adoption: a chain of effects, and an instrument of a base year. SIMULATED."""

from __future__ import annotations

import numpy as np
import pandas as pd


def chain_panel(units: int = 40, periods: int = 8, seed: int = 1) -> pd.DataFrame:
    """Exposure moves the mediator by 0.5, the mediator the outcome by 2, exposure besides by 1: the share is a half.

    Two controls; `province`, of four units; an instrument (base value times years since the first) for `traded`, whose
    effect on `outcome_traded` is 1.5.
    """
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "unit": np.repeat([f"{100 + number}" for number in range(units)], periods),
            "time": np.tile(np.arange(2006, 2006 + periods), units),
            "province": np.repeat(np.arange(units) // 4, periods),
            "base": np.repeat(rng.lognormal(size=units), periods),
        }
    )
    size = len(frame)
    common = np.repeat(rng.normal(size=units), periods) + np.tile(rng.normal(size=periods), units)
    # Shocks of provinces, one to the exposure and another to the mediator, make errors correlate within provinces.
    shocks = rng.normal(size=(2, units // 4 + 1, periods))[:, frame["province"], frame["time"] - 2006]
    frame["x0"], frame["x1"] = common + rng.normal(size=size), rng.normal(size=size)
    frame["exposure"] = common + 0.3 * frame["x0"] + rng.normal(size=size) + shocks[0]
    frame["mediator"] = 0.5 * frame["exposure"] + 0.2 * frame["x1"] - common + rng.normal(size=size) + shocks[1]
    frame["outcome"] = frame["exposure"] + 2 * frame["mediator"] + frame["x0"] + common + rng.normal(size=size)
    frame["instrument"] = frame["base"] * (frame["time"] - 2006)
    hidden = rng.normal(size=size)
    frame["traded"] = 0.3 * frame["instrument"] + hidden + common + rng.normal(size=size)
    frame["outcome_traded"] = 1.5 * frame["traded"] + 2 * hidden + common + frame["x0"] + rng.normal(size=size)
    return frame
