"""What the survey of households does to printed incomes of cities: a step in one province, and computed figures.

Both incomes of a city step by one factor, so their ratio, and with it the Theil index of the process, stays.
"""

from __future__ import annotations

import pandas as pd

#: Fujian: its cities print the unified survey from the first year on, the older ones before
PROVINCE = "350000"
FIRST_UNIFIED_YEAR = 2014
#: Incomes of the unified survey over those of the older ones. Real steps are smaller (0.88 to 1.15), but real incomes
#: move by half a percent around their province, simulated ones by ten: no smaller step would stand out.
UNIFIED_OVER_OLD = 0.6
#: years that the compilation of incomes of this province prints
COMPILED_YEARS = range(2010, 2020)
INCOMES = ("urban_income_cny", "rural_income_cny")
#: (city, quantity, year) that whoever made the compilation computed from the year before and a rate of growth
COMPUTED = (
    ("350100", "urban_income_cny", 2012),
    ("350100", "urban_income_cny", 2017),
    ("350600", "rural_income_cny", 2016),
    ("350600", "rural_income_cny", 2017),
)
SOURCE_DECIMALS = 2
_COMPUTED_DECIMALS = 4


def of_province(frame: pd.DataFrame) -> pd.Series[bool]:
    """Is a row of a city of the province?"""
    return frame["city_code"].str[:2] == PROVINCE[:2]


def as_surveyed(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of city_code, year and incomes (CNY) as they are printed: with the step, and with computed figures.

    A frame without incomes comes back as it is.
    """
    frame = frame.copy()
    if not set(INCOMES) <= set(frame):
        return frame
    steps = of_province(frame) & (frame["year"] >= FIRST_UNIFIED_YEAR)
    for quantity in INCOMES:
        frame.loc[steps, quantity] = (frame.loc[steps, quantity] * UNIFIED_OVER_OLD).round(SOURCE_DECIMALS)
    places = frame.set_index(["city_code", "year"]).index
    for city, quantity, year in COMPUTED:
        now, before = places == (city, year), places == (city, year - 1)
        if now.any() and before.any():
            growth = (frame.loc[now, quantity].iloc[0] / frame.loc[before, quantity].iloc[0]).round(6)
            frame.loc[now, quantity] = (frame.loc[before, quantity].iloc[0] * growth).round(_COMPUTED_DECIMALS)
    return frame
