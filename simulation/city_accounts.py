"""What accounts of simulated cities print beside GDP: GDP per capita, whose persons these are, and growth.

Planted, and known to tests: residents who are no registered people; the year from which a province divides by them; a
census that revises levels of GDP, which growth at constant prices does not show; and a compilation that has another
revision of one province, so that it may not stand in for the yearbook there.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.city_names import cities

#: GDP per capita is per resident from one of these years on, by turns of the provinces in their order
FIRST_YEARS_PER_RESIDENT = (2008, 2012)
#: from this year on levels of every third city are revised, by turns up and down (in logarithms)
REVISED_YEAR, REVISION = 2019, 0.2
#: Ningxia: GDP of the compilation is of another revision, so much above that of the yearbooks
OTHER_REVISION_PROVINCE, OTHER_REVISION = "640000", 1.04

_GDP, _DEFLATOR, _REGISTERED = "gdp_100m_cny", "gdp_deflator_index_2000_1", "pop_registered_yearend_10k_persons"


def residents_per_registered() -> pd.Series[float]:
    """Residents over registered people by city code, the same every year: 0.85 to 1.25, and never near 1."""
    ratios = 0.85 + 0.4 * (np.arange(len(cities())) * 37 % 101) / 100
    return pd.Series(np.where(np.abs(ratios - 1) < 0.01, 1.03, ratios).round(3), list(cities()))


def first_year_per_resident() -> pd.Series[int]:
    """The first year in which GDP per capita is per resident, by province code."""
    provinces = sorted({city["province_code"] for city in cities().values()})
    return pd.Series({code: FIRST_YEARS_PER_RESIDENT[number % 2] for number, code in enumerate(provinces)})


def revisions() -> pd.Series[float]:
    """How far the census moves the level of GDP, in logarithms, by city code."""
    turns = np.arange(len(cities())) % 6
    return pd.Series(np.select([turns == 0, turns == 3], [REVISION, -REVISION], 0.0), list(cities()))


def with_accounts(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of city_code, year, GDP (100m CNY), deflator and registered people (10k), with what is printed beside.

    gdp_per_capita_cny (whole CNY), gdp_growth_pct and gdp_index_previous_year_100 (two decimals, NaN in the first
    year). A frame that lacks one of the three comes back as it is.
    """
    if not {_GDP, _DEFLATOR, _REGISTERED} <= set(frame):
        return frame
    codes, years = frame["city_code"], frame["year"]
    provinces = codes.map({code: city["province_code"] for code, city in cities().items()})
    is_per_resident = years >= provinces.map(first_year_per_resident())
    people = frame[_REGISTERED] * codes.map(residents_per_registered()).where(is_per_resident, 1.0)
    volume = (frame[_GDP] / frame[_DEFLATOR]).map(np.log) - codes.map(revisions()).where(years >= REVISED_YEAR, 0.0)
    growth = (100 * volume.groupby(codes).diff().map(np.expm1)).where(years.groupby(codes).diff() == 1).round(2)
    return frame.assign(
        gdp_per_capita_cny=(frame[_GDP] * 1e4 / people).round(),
        gdp_growth_pct=growth,
        gdp_index_previous_year_100=(100 + growth).round(2),
    )


def as_compiled(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as the compilation has it: GDP of one province in another revision."""
    if _GDP not in frame:
        return frame
    other = frame["city_code"].str[:2] == OTHER_REVISION_PROVINCE[:2]
    return frame.assign(**{_GDP: frame[_GDP].where(~other, (frame[_GDP] * OTHER_REVISION).round(4))})
