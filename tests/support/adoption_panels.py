"""Made-up panels with known adoption, for the tests and benchmarks of the causal tools. SIMULATED."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

#: effect by cohort and years since adoption
Effect = Callable[[float, float], float]


def adoption_panel(
    sizes: Mapping[float, int],
    times: range,
    *,
    effect: Effect = lambda cohort, years: 0.0,
    noise: float = 1.0,
    controls: int = 0,
    seed: int = 1,
) -> pd.DataFrame:
    """A balanced panel: `sizes` units by cohort (NaN: never treated), unit and time effects, slopes 1 on controls."""
    rng = np.random.default_rng(seed)
    cohorts = np.repeat(list(sizes.keys()), list(sizes.values())).astype(float)
    units, periods = len(cohorts), len(times)
    frame = pd.DataFrame(
        {
            "unit": np.repeat([f"{100 + number}" for number in range(units)], periods),
            "time": np.tile(np.arange(times.start, times.stop, times.step), units),
            "cohort": np.repeat(cohorts, periods),
            "province": np.repeat(np.arange(units) % max(2, units // 5), periods),
        }
    )
    common = np.repeat(rng.normal(size=units), periods) + np.tile(rng.normal(size=periods).cumsum(), units)
    outcome = common + noise * rng.normal(size=len(frame))
    for number in range(controls):
        # Controls move with the unit and time effects, so that leaving those out would show.
        frame[f"x{number}"] = rng.normal(size=len(frame)) + 0.5 * common
        outcome = outcome + frame[f"x{number}"]
    treated = frame["time"] >= frame["cohort"]
    gained = [
        effect(cohort, time - cohort) if now else 0.0
        for cohort, time, now in zip(frame["cohort"], frame["time"], treated, strict=True)
    ]
    return frame.assign(outcome=outcome + np.array(gained))


def unbalanced(frame: pd.DataFrame, share: float = 0.85, seed: int = 2) -> pd.DataFrame:
    """A part of the rows, drawn at random."""
    return frame.sample(frac=share, random_state=seed)
