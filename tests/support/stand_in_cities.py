"""Helper of the tests: a frame of random but plausible quantities of cities, where the process itself is not wanted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.city_headers import sectors
from simulation.city_names import cities
from simulation.places import cny_per_usd

#: amount a person or share -> (level, yearly growth, decimals in the unit of the panel); times the population in 10k
_AMOUNTS = {
    "fai_100m_cny": (1.2, 0.09, 4),
    "budget_revenue_100m_cny": (0.3, 0.09, 4),
    "budget_expenditure_100m_cny": (0.5, 0.09, 4),
    "exp_science_100m_cny": (0.01, 0.09, 4),
    "exp_education_100m_cny": (0.09, 0.09, 4),
    "wage_bill_onpost_100m_cny": (0.4, 0.09, 4),
    "fdi_actual_10k_usd": (90, 0.05, 0),
    "internet_users_10k_households": (0.1, 0.06, 4),
    "unemployed_registered_persons": (60, 0.0, 0),
    "emp_private_selfemployed_10k_persons": (0.1, 0.05, 4),
    "design_patents_published_items": (1, 0.08, 0),
}


def stand_in_cities(count: int, first_year: int = 2004, last_year: int = 2022) -> pd.DataFrame:
    """One row a city and year for `count` cities, the capitals of provinces first."""
    active = [code for code, city in cities().items() if city["status"] == "active" and city["name_zh"].endswith("市")]
    codes = sorted(active, key=lambda code: cities()[code]["is_provincial_capital"] != "true")[:count]
    random = np.random.default_rng(11)
    frame = pd.MultiIndex.from_product([codes, range(first_year, last_year + 1)], names=["city_code", "year"])
    frame = frame.to_frame(index=False)
    elapsed = frame["year"] - first_year

    def series(level: float, growth: float, decimals: int, spread: float = 0.4) -> pd.Series:
        of_city = pd.Series(random.normal(0, spread, count), codes)
        noise = random.normal(0, 0.02, len(frame))
        return (level * np.exp(frame["city_code"].map(of_city) + growth * elapsed + noise)).round(decimals)

    population = series(420, 0.005, 2)
    frame["pop_registered_yearend_10k_persons"] = population
    frame["gdp_100m_cny"] = (population * series(2.2, 0.09, 4)).round(2)
    frame["gdp_deflator_index_2000_1"] = series(1.1, 0.03, 6, 0.02)
    for column, (level, growth, decimals) in _AMOUNTS.items():
        frame[column] = (population * series(level, growth, 6)).round(decimals)
    for column in ("exports_100m_cny", "imports_100m_cny"):
        dollars = (population * series(300, 0.07, 6)).round()
        frame[column] = dollars * frame["year"].map(cny_per_usd()) / 1e4
    primary = series(12, -0.02, 2, 0.3)
    secondary = series(45, 0.0, 2, 0.1)
    frame["gdp_share_primary_pct"], frame["gdp_share_secondary_pct"] = primary, secondary
    frame["gdp_share_tertiary_pct"] = (100 - primary - secondary).round(2)
    employment = list(sectors())
    for sector in employment:
        frame[sector] = (population * series(0.006, 0.02, 6)).round(4)
    frame["emp_unit_total_10k_persons"] = frame[employment].sum(axis=1).round(4)
    frame["emp_primary_10k_persons"] = frame[employment[0]]
    frame["emp_secondary_10k_persons"] = frame[employment[1:5]].sum(axis=1).round(4)
    frame["emp_tertiary_10k_persons"] = frame[employment[5:]].sum(axis=1).round(4)
    frame["urban_income_cny"] = series(12000, 0.09, 0, 0.2)
    frame["rural_income_cny"] = series(5000, 0.1, 0, 0.2)
    frame["urbanisation_rate_pct"] = series(45, 0.015, 2, 0.15)
    return frame
