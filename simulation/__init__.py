"""The embedded default: simulated panels of provinces and cities, and the yearbook files of the provinces.

`docs/simulation.md` and `docs/simulation_cities.md` state the processes. Nothing here is a statistic of any real place.
"""

from simulation.cities import (
    CITY_CONSTANTS,
    CityConstants,
    simulate_cities,
    simulate_smart_cities,
    simulate_wage_records,
)
from simulation.files import write_demo
from simulation.process import CONSTANTS, Constants, InfeasibleDrawError, simulate_panel, solve_income_ratio

__all__ = [
    "CITY_CONSTANTS",
    "CONSTANTS",
    "CityConstants",
    "Constants",
    "InfeasibleDrawError",
    "simulate_cities",
    "simulate_panel",
    "simulate_smart_cities",
    "simulate_wage_records",
    "solve_income_ratio",
    "write_demo",
]
