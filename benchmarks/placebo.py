"""Placebo draws in blocks against a loop of single fits, on a panel of the size of a city study; and their memory."""

from __future__ import annotations

import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
import pyfixest as pf

from estimation.ground.adoption import read_panel
from estimation.numerics.covariance import Covariance
from estimation.suites.placebo import drawn_treatments, placebo
from tests.support.adoption_panels import adoption_panel
from tests.support.pyfixest_options import pyfixest_options

TARGET, TARGET_MB = 40, 500
UNITS = {2008.0: 2, 2009.0: 10, 2010.0: 36, 2012.0: 3, 2013.0: 9, np.nan: 220}
CONTROLS = [f"x{number}" for number in range(8)]

#: Peak memory is of a process of its own, with everything it imports, as the kernel counts it since its start.
_MEMORY = """
from pathlib import Path
from benchmarks.placebo import CONTROLS, panel
placebo(panel(), CONTROLS, draws=10_000)
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) / 1024)
"""


def panel() -> pd.DataFrame:
    """280 units, 13 years: 3,640 rows, 8 controls."""
    return adoption_panel(UNITS, range(2006, 2019), controls=8)


def report(draws: int = 1000, singles: int = 100, turns: int = 5) -> list[str]:
    """The section of results.md."""
    frame, slow, fast = panel(), [], []
    for _ in range(turns):
        slow.append(_singles(frame, singles) / singles * draws)
        start = time.perf_counter()
        placebo(frame, CONTROLS, draws=draws)
        fast.append(time.perf_counter() - start)
    memory = float(subprocess.run([sys.executable, "-c", _MEMORY], check=True, capture_output=True, text=True).stdout)
    return [
        "## Placebo: draws in blocks against a loop of single fits",
        "",
        f"Data: simulated, {len(frame):,} rows, 8 controls, {draws} draws, errors clustered by unit. Target: at least "
        f"{TARGET} times faster, and 10,000 draws under {TARGET_MB} MB for the whole process. "
        f"The loop is timed on {singles} draws and scaled up; both are the fastest of {turns} turns. "
        "The loop is pyfixest as it comes, its tolerance included.",
        "",
        "| times faster | loop, s | blocks, s | 10,000 draws, MB |",
        "|---|---|---|---|",
        f"| {min(slow) / min(fast):.0f} | {min(slow):.1f} | {min(fast):.2f} | {memory:.0f} |",
    ]


def _singles(frame: pd.DataFrame, draws: int) -> float:
    """Seconds of single fits of `draws` drawn treatments; the drawing itself is not counted."""
    read = read_panel(frame, CONTROLS)
    treatments = drawn_treatments(read, range(draws), seed=1)
    data, formula = read.frame.copy(), f"outcome ~ drawn + {' + '.join(CONTROLS)} | unit + time"
    options = pyfixest_options(Covariance(), "cluster")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pf.feols(formula, data.assign(drawn=treatments[:, 0]), **options)  # compiles on first use
        start = time.perf_counter()
        for column in treatments.T:
            data["drawn"] = column
            pf.feols(formula, data, **options)
        return time.perf_counter() - start


if __name__ == "__main__":
    print("\n".join(report()))
