"""The data-generating process of cities: one draw of a panel that serves two studies, with a known truth.

    trade = b + base_trade_path z (t - 2004) + controls + v
    M     = a + d + delta trade + policy effect + u                      (eight mediators)
    wage  = a + d + direct trade + sum theta M + controls + rho v + e
    theil = a + d + direct g(k) + theta_ais ais + theta_ris ris + controls + e

Exogenous quantities first, rounded as printed and taken again from the rounded numbers; then trade; then mediators; the
two outcomes last. City and year effects are the same for every seed. Errors are triangular: a share has no room for the
tails of the normal at the printed spread. `docs/simulation_cities.md` gives the reasons for every constant.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import pandas as pd

from simulation.city_constants import CITY_CONSTANTS, CityConstants, Control
from simulation.city_levels import Levels, levels, reference_output
from simulation.city_places import (
    FIRST_YEAR,
    INCOME_YEARS,
    PILOT_YEARS,
    YEARS,
    Array,
    cities,
    exchange_rates,
    in_pilot_study,
    in_trade_study,
)
from simulation.city_structure import distance, sector_theil, solve_output_shares, solve_primary_employment
from simulation.process import InfeasibleDrawError, incomes, solve_income_ratio

__all__ = [
    "CITY_CONSTANTS",
    "CityConstants",
    "CityDraw",
    "city_frame",
    "draw_cities",
    "simulate_cities",
    "simulate_smart_cities",
    "simulate_wage_records",
]

_T = YEARS - FIRST_YEAR
_SMART_SOURCE = "SIMULATED, see docs/simulation_cities.md"
#: sector column -> share in its group's employment; agriculture is solved, public administration is the remainder
_SECONDARY = {"s02_mining": 0.12, "s03_manufacturing": 0.60, "s04_utilities": 0.06, "s05_construction": 0.22}
_CAPITAL_SERVICES = {"s06_transport": 0.55, "s11_realestate": 0.20, "s14_water_env_public": 0.25}
_TALENT = {"s07_it": 0.42, "s13_science": 0.58}
_UNASSIGNED = {"s08_trade": 0.65, "s12_leasing_business": 0.35}
_LABOUR = {
    "s09_hotel_catering": 0.06,
    "s15_resident_services": 0.02,
    "s16_education": 0.36,
    "s17_health_social": 0.16,
    "s18_culture_sport": 0.03,
}
_ORDER = (
    *("s01_agriculture", "s02_mining", "s03_manufacturing", "s04_utilities", "s05_construction", "s06_transport"),
    *("s07_it", "s08_trade", "s09_hotel_catering", "s10_finance", "s11_realestate", "s12_leasing_business"),
    *("s13_science", "s14_water_env_public", "s15_resident_services", "s16_education", "s17_health_social"),
    *("s18_culture_sport", "s19_public_admin"),
)


@dataclass(frozen=True)
class CityDraw:
    """One draw, cities x years: what is printed, the study variables, the shocks v of trade and e of the outcomes."""

    printed: dict[str, Array]
    variables: dict[str, Array]
    errors: dict[str, Array]


def triangular(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Sum of two uniforms, mean 0 and standard deviation 1: never beyond the square root of 6."""
    return (random.random(shape) + random.random(shape) - 1) * np.sqrt(6)


def persistent(random: np.random.Generator, shape: tuple[int, int], correlation: float) -> Array:
    """Stationary AR(1) over the years of each city, mean 0 and standard deviation 1, from triangular shocks."""
    shocks = triangular(random, (shape[0], shape[1] + 8))
    state = shocks[:, 0]
    states = []
    for year in range(1, shocks.shape[1]):
        state = correlation * state + np.sqrt(1 - correlation**2) * shocks[:, year]
        states.append(state)
    return np.stack(states[-shape[1] :], axis=1)


def simulate_cities(seed: int, constants: CityConstants = CITY_CONSTANTS) -> pd.DataFrame:
    """One draw of the city panel: 5,434 rows, one a city (286) and year (2004-2022).

    city_code (text), year, cohort, is_smart_city, in_trade_study, in_pilot_study (places and years of each study), the
    printed quantities with their units in the column names, rounded as printed and NaN where nothing is printed, and
    the study variables (as the marts name them), NaN where what is printed does not give them. Raises
    InfeasibleDrawError where a draw has no structure or no incomes.
    """
    return city_frame(draw_cities(seed, constants), seed)


def city_frame(drawn: CityDraw, seed: int) -> pd.DataFrame:
    """A draw as the frame of `simulate_cities`, what is not printed left out as that seed has it."""
    table = cities()
    printed, variables = _without_unprinted(drawn, seed)
    shape = (len(table), len(YEARS))
    places = {
        "city_code": np.repeat(table.index.to_numpy(), shape[1]),
        "year": np.tile(YEARS, shape[0]),
        "cohort": np.repeat(table["cohort"].to_numpy(float), shape[1]),
        "in_trade_study": np.outer(in_trade_study(), YEARS > FIRST_YEAR).ravel(),
        "in_pilot_study": np.outer(in_pilot_study(), PILOT_YEARS).ravel(),
    }
    return pd.DataFrame(places | {name: values.ravel() for name, values in (printed | variables).items()})


def draw_cities(seed: int, constants: CityConstants = CITY_CONSTANTS) -> CityDraw:
    """One draw with nothing left out, and with the errors that made it."""
    random = np.random.default_rng(seed)
    fixed = levels(constants)
    printed, variables = _exogenous(random, fixed, constants)
    variables |= _trade(random, printed, variables, fixed, constants)
    shocks = variables.pop("trade_shock")
    variables["income_share"] = constants.income_share * np.exp(0.03 * triangular(random, fixed.shape))
    policy = _policy(seed, constants)
    noise = {name: triangular(random, fixed.shape) for name in constants.mediators}
    noise["laborempl"] = (
        constants.labour_capital_correlation * noise["capempl"]
        + np.sqrt(1 - constants.labour_capital_correlation**2) * noise["laborempl"]
    )
    targets = {
        name: fixed.mediators[name]
        + mediator.trade_effect * (variables["trade"] - fixed.trade_base[:, None])
        + mediator.policy_effect * policy["profile"]
        + mediator.sd * noise[name]
        for name, mediator in constants.mediators.items()
    }
    # The index of sector sizes goes with upgrading as it usually does; trade and its own noise come on top.
    structure = reference_output(np.exp(targets["ais"]), fixed.farming)
    targets["hlh_theil"] = targets["hlh_theil"] - fixed.mediators["hlh_theil"] + sector_theil(structure)
    printed |= _sectors(random, printed, targets, fixed)
    variables |= _mediators(printed, targets)
    variables |= policy
    errors = {
        "trade": shocks,
        "wage": constants.wage_error_sd * triangular(random, fixed.shape),
        "theil": constants.theil_error_sd * triangular(random, fixed.shape),
    }
    printed |= _wage_bill(printed, variables, constants.rho * shocks + errors["wage"], fixed, constants)
    printed |= _incomes(printed, variables, errors["theil"], fixed, constants)
    variables |= _outcomes(printed)
    variables["gini"] = targets["gini"]
    del variables["income_share"]
    return CityDraw(printed, variables, errors)


# ---- exogenous quantities -----------------------------------------------------------------------------


def _lognormal(random: np.random.Generator, control: Control, level: Array) -> Array:
    return control.floor + level * np.exp(control.within_log_sd * persistent(random, level.shape, 0.5))


def _exogenous(
    random: np.random.Generator, fixed: Levels, constants: CityConstants
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Population, GDP, inputs, budgets, people without work, internet: printed quantities, and variables from them."""
    shape = fixed.shape
    rate = exchange_rates()
    share = {name: _lognormal(random, control, fixed.controls[name]) for name, control in constants.controls.items()}
    population, deflator = fixed.population, fixed.deflator
    real = np.exp(fixed.ln_agdp + constants.ln_agdp_sd * persistent(random, shape, 0.5))
    gdp = np.round(real * deflator * population / 1e4, 4)
    employed = np.round(population * fixed.employment_rate * np.exp(0.04 * persistent(random, shape, 0.5)), 4)
    ln_output = np.log(gdp * 1e8 / 1e4 / (employed * 1e4))
    ln_capital = fixed.capital_intercept + fixed.capital_slope * ln_output
    ln_capital = ln_capital + fixed.capital_levels + fixed.capital_sd * persistent(random, shape, 0.5)
    private = np.round(employed * fixed.private_ratio * np.exp(0.08 * persistent(random, shape, 0.5)), 4)
    urban = fixed.urban + constants.urban_sd * persistent(random, shape, 0.5)
    expenditure = np.round(share["gov"] * gdp, 4)
    printed = {
        "gdp_100m_cny": gdp,
        "gdp_deflator_index_2000_1": deflator,
        "pop_registered_yearend_10k_persons": population,
        "urbanisation_rate_pct": np.round(urban * 100, 2),
        "fai_100m_cny": np.round(np.exp(ln_capital) * employed, 4),
        "fdi_actual_10k_usd": np.round(share["fdi"] * gdp / rate * 1e4),
        "budget_revenue_100m_cny": np.round(share["govern"] * gdp, 4),
        "budget_expenditure_100m_cny": expenditure,
        "exp_education_100m_cny": np.round(share["educ"] * gdp, 4),
        "exp_science_100m_cny": np.round(0.015 * expenditure * np.exp(0.3 * persistent(random, shape, 0.5)), 4),
        "emp_unit_total_10k_persons": employed,
        "emp_private_selfemployed_10k_persons": private,
        "unemployed_registered_persons": np.round(share["unemp"] * employed * 1e4),
        "internet_users_10k_households": np.round(share["ainternet"] * population, 2),
    }
    return printed, _control_variables(printed, rate)


def _control_variables(printed: dict[str, Array], rate: Array) -> dict[str, Array]:
    """The controls of both studies, from the quantities as printed."""
    gdp, employed = printed["gdp_100m_cny"], printed["emp_unit_total_10k_persons"]
    population = printed["pop_registered_yearend_10k_persons"]
    ln_agdp = np.log(gdp * 1e4 / (population * printed["gdp_deflator_index_2000_1"]))
    foreign = printed["fdi_actual_10k_usd"] * rate / 1e4 / gdp
    return {
        "fdi": foreign,
        "govern": printed["budget_revenue_100m_cny"] / gdp,
        "educ": printed["exp_education_100m_cny"] / gdp,
        "tfp": productivity(gdp, printed["fai_100m_cny"], employed),
        # as printed: over unit employees alone, which is what has the printed moments
        "unemp": printed["unemployed_registered_persons"] / 1e4 / employed,
        "ln_agdp": ln_agdp,
        "ln_agdp_sq": ln_agdp * ln_agdp,
        "open": foreign,
        "gov": printed["budget_expenditure_100m_cny"] / gdp,
        "ainternet": printed["internet_users_10k_households"] / population,
        "urban": printed["urbanisation_rate_pct"] / 100,
    }


def productivity(gdp: Array, investment: Array, employed: Array) -> Array:
    """Total factor productivity with the capital elasticity pooled over all rows, as models/indices has it.

    gdp and investment in 100m CNY, employed in 10k persons; output and capital enter in 10k CNY, labour in persons.
    """
    output, capital = np.log(gdp / employed), np.log(investment / employed)
    elasticity = ((capital - capital.mean()) * output).mean() / capital.var()
    return np.exp(output - elasticity * capital)


# ---- trade, policy, mediators -------------------------------------------------------------------------


def _trade(
    random: np.random.Generator,
    printed: dict[str, Array],
    variables: dict[str, Array],
    fixed: Levels,
    constants: CityConstants,
) -> dict[str, Array]:
    """Exports and imports into `printed`; the balance, its base year times time, and the shock v.

    Time in the first stage starts at the base year, so 2004 is b + controls + v there, and the base itself later. A
    control enters less a constant of its city: less its expected path, it would pull the estimates of its slope.
    """
    shock = fixed.trade_shock_sd * triangular(random, fixed.shape)
    controls = np.zeros(fixed.shape)
    for name, slope in constants.first_stage:
        controls = controls + slope * (variables[name] - fixed.controls_mean[name].mean(axis=1, keepdims=True))
    base_year = fixed.trade_base + controls[:, 0] + shock[:, 0]
    rate = exchange_rates()
    gdp = printed["gdp_100m_cny"]
    openness = fixed.openness * np.exp(0.2 * persistent(random, fixed.shape, 0.5))

    def to_print(balance: Array, years: slice) -> Array:
        volume = np.abs(balance) + openness[:, years]
        for name, share in (("exports", (volume + balance) / 2), ("imports", (volume - balance) / 2)):
            printed[f"{name}_10k_usd"][:, years] = np.round(share * gdp[:, years] / rate[years] * 1e4)
        difference = printed["exports_10k_usd"][:, years] - printed["imports_10k_usd"][:, years]
        return difference * rate[years] / 1e4 / gdp[:, years]

    printed["exports_10k_usd"], printed["imports_10k_usd"] = np.empty(fixed.shape), np.empty(fixed.shape)
    base = to_print(base_year[:, None], slice(0, 1))
    instrument = base * _T
    drawn = fixed.trade_base[:, None] + constants.base_trade_path * instrument + controls + shock
    later = to_print(drawn[:, 1:], slice(1, None))
    return {
        "trade": np.concatenate([base, later], axis=1),
        "trade2004_x_t": instrument,
        "trade_shock": shock,
    }


@lru_cache(maxsize=4)
def _smart_starts(seed: int, constants: CityConstants) -> tuple[tuple[str, int, int], ...]:
    random = np.random.default_rng([seed, 1])
    table = cities()
    eligible = table.index[~table["is_municipality"]].to_numpy()
    chosen = random.permutation(eligible)[: sum(constants.smart_batches.values())]
    starts = np.repeat(list(constants.smart_batches), list(constants.smart_batches.values()))
    batches = {year: number for number, year in enumerate(constants.smart_batches, start=1)}
    return tuple((str(code), int(year), batches[int(year)]) for code, year in zip(chosen, starts, strict=True))


def simulate_smart_cities(seed: int, constants: CityConstants = CITY_CONSTANTS) -> pd.DataFrame:
    """A simulated list of smart-city pilots, the one that `simulate_cities(seed)` uses: one row a city.

    place (Chinese name), policy, year, batch, source, confidence. Places are drawn at random: no real list. The page of
    the process is what makes a row sourced.
    """
    names = cities()["name_zh"]
    rows = [
        (
            names[code],
            "smart_city",
            year,
            f"simulated batch {batch}",
            "SIMULATED, see docs/simulation_cities.md",
            "sourced",
        )
        for code, year, batch in _smart_starts(seed, constants)
    ]
    return pd.DataFrame(rows, columns=["place", "policy", "year", "batch", "source", "confidence"])


def _policy(seed: int, constants: CityConstants) -> dict[str, Array]:
    """Treatment, profile g(k) of the effect, and smart-city treatment; cities x years."""
    table = cities()
    cohort = table["cohort"].to_numpy(float)
    smart = pd.Series({code: year for code, year, _ in _smart_starts(seed, constants)}).reindex(table.index)
    profile = effect_profile(cohort, constants)
    return {
        "treat_post": (cohort[:, None] <= YEARS).astype(float),
        "profile": profile,
        "policy_post": (smart.to_numpy(float)[:, None] <= YEARS).astype(float),
    }


def effect_profile(cohort: Array, constants: CityConstants) -> Array:
    """g(k) = c (1 - exp(-(k + 1) / s)) from the year of treatment, k = 0, on; 0 before.

    c makes its mean 1 over the treated city-years of the study of innovative cities.
    """
    age = YEARS - cohort[:, None]
    growth = np.where(age >= 0, 1 - np.exp(-(age + 1) / constants.effect_years), 0.0)
    counted = (age >= 0) & np.outer(in_pilot_study(), PILOT_YEARS)
    return growth / growth[counted].mean()


def _sectors(
    random: np.random.Generator, printed: dict[str, Array], targets: dict[str, Array], fixed: Levels
) -> dict[str, Array]:
    """Output shares, employment by sector and design patents that have the drawn indices, rounded as printed."""
    output: Array = np.round(solve_output_shares(np.exp(targets["ais"]), targets["hlh_theil"]) * 100, 2)
    output[..., 2] = np.round(100 - output[..., 0] - output[..., 1], 2)
    total = printed["emp_unit_total_10k_persons"]
    secondary: Array = np.round(fixed.secondary_share * targets["capempl"] * total, 4)
    primary: Array = solve_primary_employment(output / 100, secondary / total, targets["ris"])
    talents = targets["techempl"] * fixed.talent_share * np.exp(0.08 * persistent(random, fixed.shape, 0.5))
    rest = 1 - targets["laborempl"] - targets["capempl"] - targets["techempl"]
    groups = [
        ({"s01_agriculture": 1.0}, primary * total),
        (_SECONDARY, secondary),
        (_CAPITAL_SERVICES, targets["capempl"] * total - secondary),
        (_TALENT, talents * total),
        ({"s10_finance": 1.0}, (targets["techempl"] - talents) * total),
        (_UNASSIGNED, rest * total),
        (_LABOUR, (targets["laborempl"] - primary) * total),
    ]
    workers: dict[str, Array] = {
        sector: np.round(share * size, 4) for shares, size in groups for sector, share in shares.items()
    }
    # Manufacturing and public administration take the rounding: the sector totals stay as printed.
    workers["s03_manufacturing"] = np.round(
        secondary - sum(workers[s] for s in _SECONDARY if s != "s03_manufacturing"), 4
    )
    workers["s19_public_admin"] = np.round(total - sum(workers.values()), 4)
    smallest = min(float(values.min()) for values in workers.values())
    if not smallest > 0:
        raise InfeasibleDrawError(
            f"a sector employs {smallest:.4f} (10k persons) in some city: give the levels of employment more room."
        )
    patents = np.round(np.exp(targets["rd"]))
    tertiary: Array = np.round(total - workers["s01_agriculture"] - secondary, 4)
    sizes = {"primary": workers["s01_agriculture"], "secondary": secondary, "tertiary": tertiary}
    return (
        {f"gdp_share_{name}_pct": output[..., position] for position, name in enumerate(sizes)}
        | {f"emp_{name}_10k_persons": values for name, values in sizes.items()}
        | {f"emp_{sector}_10k_persons": workers[sector] for sector in _ORDER}
        | {"design_patents_published_items": patents.astype(float)}
    )


def _mediators(printed: dict[str, Array], targets: dict[str, Array]) -> dict[str, Array]:
    """The mediators, and talents, from the quantities as printed."""
    names = ("primary", "secondary", "tertiary")
    output = np.stack([printed[f"gdp_share_{name}_pct"] for name in names], axis=-1) / 100
    workers = np.stack([printed[f"emp_{name}_10k_persons"] for name in names], axis=-1)
    total = printed["emp_unit_total_10k_persons"]

    def share(*sectors: str) -> Array:
        return np.sum([printed[f"emp_{sector}_10k_persons"] for sector in sectors], axis=0) / total

    return {
        "laborempl": share("s01_agriculture", *_LABOUR, "s19_public_admin"),
        "capempl": share(*_SECONDARY, *_CAPITAL_SERVICES),
        "techempl": share(*_TALENT, "s10_finance"),
        "talents": share(*_TALENT),
        "rd": np.log(printed["design_patents_published_items"]),
        "hlh_theil": sector_theil(output),
        "ais": np.log(output[..., 0] + 2 * output[..., 1] + 3 * output[..., 2]),
        "ris": distance(output, workers / workers.sum(axis=-1, keepdims=True)),
    }


# ---- outcomes -----------------------------------------------------------------------------------------


def _wage_bill(
    printed: dict[str, Array], variables: dict[str, Array], error: Array, fixed: Levels, constants: CityConstants
) -> dict[str, Array]:
    """The wage bill of the drawn wage share, and with it staff and the average wage."""
    slopes = constants.wage_slopes()
    wage = fixed.wage_effects + error + sum(slope * variables[name] for name, slope in slopes.items())
    if not (wage > 0).all():
        raise InfeasibleDrawError(
            f"{int((wage <= 0).sum())} drawn wage shares are not positive, the lowest is {wage.min():.4f}: raise the "
            "floor of the wage share in the constants."
        )
    bill = np.round(wage * printed["gdp_100m_cny"], 4)
    staff: Array = np.round(0.95 * printed["emp_unit_total_10k_persons"], 4)
    return {
        "wage_bill_onpost_100m_cny": bill,
        "staff_onpost_average_10k_persons": staff,
        "wage_average_onpost_cny": np.round(bill / staff * 1e4, 2),
    }


def _incomes(
    printed: dict[str, Array], variables: dict[str, Array], error: Array, fixed: Levels, constants: CityConstants
) -> dict[str, Array]:
    """Urban and rural income with the drawn Theil index, in whole yuan; NaN outside the years with incomes."""
    slopes = constants.theil_slopes()
    theil = fixed.theil_effects + error + sum(slope * variables[name] for name, slope in slopes.items())
    ratio = np.full(theil.shape, np.nan)
    ratio[:, INCOME_YEARS] = solve_income_ratio(theil[:, INCOME_YEARS], variables["urban"][:, INCOME_YEARS])
    mean = printed["gdp_100m_cny"] / printed["pop_registered_yearend_10k_persons"] * 1e4
    mean = mean * variables["income_share"]
    urban, rural = incomes(mean, variables["urban"], ratio)
    return {"urban_income_cny": np.round(urban), "rural_income_cny": np.round(rural)}


def _outcomes(printed: dict[str, Array]) -> dict[str, Array]:
    urban = printed["urbanisation_rate_pct"] / 100
    income = urban * printed["urban_income_cny"]
    share = income / (income + (1 - urban) * printed["rural_income_cny"])
    return {
        "wage": printed["wage_bill_onpost_100m_cny"] / printed["gdp_100m_cny"],
        "theil": share * np.log(share / urban) + (1 - share) * np.log((1 - share) / (1 - urban)),
    }


# ---- wage records -------------------------------------------------------------------------------------


def simulate_wage_records(seed: int, constants: CityConstants = CITY_CONSTANTS) -> pd.DataFrame:
    """Wage records of residents of the cities of the study of trade, 2005-2022: about 200,000 rows.

    city (code), year, wage (CNY a year, two decimals), weight. Wages are log-normal within a city-year, with sigma from
    the drawn Gini index: Gini = 2 Phi(sigma / sqrt 2) - 1, and the median at which their mean is the average wage. A
    city-year has 30 records from strata of 3% of its residents each and 10 from strata of 1%, the best paid tenth, with
    weights 3 and 1: one quantile drawn evenly in each stratum. The Gini index of so few records differs from the drawn
    one by sampling noise. City-years whose index is not published have no records.
    """
    random = np.random.default_rng([seed, 3])
    frame = simulate_cities(seed, constants)
    rows = frame[frame["in_trade_study"] & frame["gini"].notna()]
    normal = NormalDist()
    gini = rows["gini"].to_numpy()
    sigma = np.sqrt(2) * np.array([normal.inv_cdf((1 + value) / 2) for value in gini])[:, None]
    masses = np.array([0.03] * 30 + [0.01] * 10)
    starts = np.cumsum(masses) - masses
    quantiles = starts + masses * random.random((len(rows), len(masses)))
    mean = rows["wage_average_onpost_cny"].to_numpy()[:, None]
    wages = mean * np.exp(sigma * _normal_quantiles(quantiles) - sigma**2 / 2)
    return pd.DataFrame(
        {
            "city": np.repeat(rows["city_code"].to_numpy(), len(masses)),
            "year": np.repeat(rows["year"].to_numpy(), len(masses)),
            "wage": np.round(wages, 2).ravel(),
            "weight": np.tile(np.round(masses * 100).astype(int), len(rows)),
        }
    )


def _normal_quantiles(probability: Array) -> Array:
    """Quantiles of the standard normal distribution, by interpolation on 20,001 exact ones: errors below 1e-6.

    Probabilities beyond the grid's ends take exact values.
    """
    normal = NormalDist()
    scores = np.linspace(-4.5, 4.5, 20_001)
    grid = np.array([normal.cdf(score) for score in scores])
    found = np.interp(probability, grid, scores)
    outside = (probability < grid[0]) | (probability > grid[-1])
    found[outside] = [normal.inv_cdf(min(max(value, 1e-15), 1 - 1e-15)) for value in probability[outside]]
    return found


# ---- what is not printed ------------------------------------------------------------------------------


def _without_unprinted(drawn: CityDraw, seed: int) -> tuple[dict[str, Array], dict[str, Array]]:
    """NaN for what is not printed: at the ends of a city's series, so that no gap is filled; cities drawn by seed.

    Eight cities of the study of trade print no trade, 117 others none from 2020 on: 270 x 18 - 351 = 4,509 rows. 36
    of those with trade print no patents in 2022 and 33 have no wage records then. Nineteen cities print urbanisation
    from 2007 on only, nine others incomes: 28 rows without the Theil index. Fifteen that print no trade or lie outside
    the study of trade print FDI from 2007 on, four of them from 2008 on: 19 rows.
    """
    random = np.random.default_rng([seed, 2])
    printed, variables = dict(drawn.printed), dict(drawn.variables)

    def leave_out(names: tuple[str, ...], cells: np.ndarray) -> None:
        for name in names:
            values = printed if name in printed else variables
            values[name] = np.where(cells, np.nan, values[name])

    def cells(places: np.ndarray, years: np.ndarray) -> np.ndarray:
        chosen = np.zeros(len(cities()), dtype=bool)
        chosen[places] = True
        return np.outer(chosen, years)

    study = random.permutation(np.flatnonzero(in_trade_study()))
    silent, stopping, lasting = study[:8], study[8:125], study[125:]
    no_trade = cells(silent, YEARS > 0) | cells(stopping, YEARS >= 2020)
    leave_out(("exports_10k_usd", "imports_10k_usd", "trade"), no_trade)
    leave_out(("trade2004_x_t",), cells(silent, YEARS > 0))
    leave_out(("design_patents_published_items", "rd"), cells(random.permutation(lasting)[:36], YEARS == 2022))
    leave_out(("gini",), cells(random.permutation(lasting)[:33], YEARS == 2022))
    pilots = random.permutation(np.flatnonzero(in_pilot_study()))
    leave_out(("urbanisation_rate_pct", "urban", "theil"), cells(pilots[:19], YEARS < 2007))
    leave_out(("urban_income_cny", "rural_income_cny", "theil"), cells(pilots[19:28], YEARS < 2007))
    late = random.permutation(np.union1d(silent, np.flatnonzero(~in_trade_study() & in_pilot_study())))
    late = late[np.isin(late, pilots)][:15]
    no_foreign = cells(late, YEARS < 2007) | cells(late[:4], YEARS < 2008)
    leave_out(("fdi_actual_10k_usd", "fdi", "open"), no_foreign)
    return printed, variables
