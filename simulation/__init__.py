"""The embedded default: a simulated panel of provinces, and the yearbook files it would have been printed in.

`docs/simulation.md` states the process. Nothing here is a statistic of any real place.
"""

from simulation.files import write_demo
from simulation.process import CONSTANTS, Constants, InfeasibleDrawError, simulate_panel, solve_income_ratio

__all__ = [
    "CONSTANTS",
    "Constants",
    "InfeasibleDrawError",
    "simulate_panel",
    "solve_income_ratio",
    "write_demo",
]
