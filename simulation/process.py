"""The data-generating process: one draw of the province panel, with a known truth.

    tar_it = a_i + d_t + x_it' beta + e_it,   e_it iid normal with one variance

The covariates are drawn first, the quantities a yearbook would print are set from them and rounded as
printed, and the covariates are taken again from the rounded quantities. The outcome is computed last, and
urban and rural incomes are solved from it. What SQL recomputes is therefore what the process used, up to
the second decimal of an income. `docs/simulation.md` gives the reasons for every constant.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.places import TIBET, cny_per_usd, standings

Array = NDArray[np.float64]

FIRST_YEAR, LAST_YEAR = 2006, 2020
STUDY_FIRST_YEAR, STUDY_LAST_YEAR = 2008, 2019
STUDY_PROVINCES = 30
STUDY_YEARS = STUDY_LAST_YEAR - STUDY_FIRST_YEAR + 1
STUDY_ROWS = STUDY_PROVINCES * STUDY_YEARS
_MIDDLE_YEAR = (STUDY_FIRST_YEAR + STUDY_LAST_YEAR) / 2
_YEARS = np.arange(FIRST_YEAR, LAST_YEAR + 1)
_TIME = _YEARS - _MIDDLE_YEAR
_IN_STUDY_YEAR = (_YEARS >= STUDY_FIRST_YEAR) & (_YEARS <= STUDY_LAST_YEAR)
#: sum of squared years around their mean, over the study's years
_TIME_SQUARES = float((_TIME[_IN_STUDY_YEAR] ** 2).sum())


class InfeasibleDrawError(Exception):
    """A drawn Theil index that no pair of incomes can have; draws are never clipped to avoid it."""


@dataclass(frozen=True)
class Covariate:
    """One covariate: its printed moments, its printed estimate, and the assumed shape of its paths.

    standing: which standing orders the provinces. slope: national path, per year.
    spread: +1 provinces grow apart, -1 they grow together, 0 neither.
    """

    name: str
    mean: float
    sd: float
    coefficient: float
    t_value: float
    standing: str
    slope: float
    spread: int

    @property
    def standard_error(self) -> float:
        """The printed standard error: estimate over t."""
        return abs(self.coefficient / self.t_value)


@dataclass(frozen=True)
class Constants:
    """Every constant of the process; printed ones come from tables 1 and 2 (column 3) of the study."""

    covariates: tuple[Covariate, ...] = (
        Covariate("ln_import", 7.009, 1.667, -0.010, -4.07, "openness", 0.05, 0),
        Covariate("ln_inno", 4.014, 1.094, 0.009, 2.60, "innovation", math.nan, 0),
        Covariate("urban", 0.557, 0.129, -0.175, -4.14, "development", 0.0135, -1),
        Covariate("ind", 1.222, 0.685, 0.019, 3.82, "services", 0.04, 1),
        Covariate("ln_fdi", 8.271, 1.405, -0.008, -2.90, "foreign", 0.10, 0),
        Covariate("ln_pgdp", 10.65, 0.528, -0.046, -5.38, "development", 0.095, -1),
        Covariate("unemployment", 3.361, 0.656, 0.005, 1.86, "unemployment", -0.03, 0),
    )
    interaction_coefficient: float = 0.002
    interaction_t_value: float = 2.71
    #: printed mean of the raw product ln_import x ln_inno: with the two means it gives their covariance
    product_mean: float = 29.64
    tar_mean: float = 0.106
    tar_sd: float = 0.0506
    tar_minimum: float = 0.0195
    within_r2: float = 0.819
    residual_df: int = 311
    #: standard deviations between the lowest conditional mean and zero; see the page
    safety: float = 5.5
    #: standard deviations by which the smallest of the rows near the minimum is expected to fall short
    expected_shortfall: float = 2.5
    #: lowest province mean of tar (assumption: keeps the lowest year of a falling path feasible)
    tar_floor: float = 0.055
    autocorrelation: float = 0.5
    #: share of a covariate's residual variation that lies in provinces growing apart or together
    spread_share: float = 0.2
    #: GDP per capita that reaches households, and the spread of its logarithm
    income_share: float = 0.45
    income_share_log_sd: float = 0.03

    @property
    def error_sd(self) -> float:
        """sigma_e from the printed minimum: safety x sigma - expected_shortfall x sigma = minimum."""
        return self.tar_minimum / (self.safety - self.expected_shortfall)

    def truth(self) -> dict[str, float]:
        """The eight slopes by term."""
        slopes = {covariate.name: covariate.coefficient for covariate in self.covariates}
        head = {name: slopes.pop(name) for name in ("ln_import", "ln_inno")}
        return head | {"ln_import_x_ln_inno": self.interaction_coefficient} | slopes


CONSTANTS = Constants()


@dataclass(frozen=True)
class _Paths:
    """What does not depend on the seed. Arrays are covariates x provinces x years, or provinces x years."""

    covariates: Array
    deviation_sd: Array
    effects: Array
    development: Array
    population: Array


def theil(urban_share: Array, income_ratio: Array) -> Array:
    """Urban-rural Theil index from the urban population share (0, 1) and urban over rural income (> 0)."""
    return _theil_of_log_ratio(np.log(income_ratio), np.asarray(urban_share, float))[0]


def _theil_of_log_ratio(log_ratio: Array, urban_share: Array) -> tuple[Array, Array]:
    """The index, and its derivative with respect to the logarithm of the income ratio."""
    odds = urban_share / (1 - urban_share) * np.exp(log_ratio)
    # Each income share on its own: one minus the other loses digits when the ratio is large.
    urban, rural = odds / (1 + odds), 1 / (1 + odds)
    index = urban * np.log(urban / urban_share) + rural * np.log(rural / (1 - urban_share))
    return index, urban * rural * log_ratio


def solve_income_ratio(tar: Array, urban_share: Array) -> Array:
    """The ratio r > 1 of urban to rural income at which the Theil index is `tar`; arrays of one shape.

    With z = ln r and s the urban income share, dT/dz = s (1 - s) z > 0: the root is unique on z > 0.
    Newton's method inside a shrinking bracket. Raises InfeasibleDrawError outside 0 < tar < -ln(urban_share),
    the range of the index for r in (1, infinity).
    """
    tar, urban_share = np.broadcast_arrays(np.asarray(tar, float), np.asarray(urban_share, float))
    bad = ~((tar > 0) & (tar < -np.log(urban_share)))
    if bad.any():
        raise InfeasibleDrawError(
            f"{int(bad.sum())} Theil indices lie outside 0 < T < -ln(urban share), the first is "
            f"{tar[bad][0]:.5f} at urban share {urban_share[bad][0]:.4f}: no incomes have them; "
            "raise the floor of the province means in the constants."
        )
    low, high = np.zeros(tar.shape), np.full(tar.shape, 60.0)
    z = np.sqrt(2 * tar / (urban_share * (1 - urban_share)))
    for _ in range(200):
        index, derivative = _theil_of_log_ratio(z, urban_share)
        gap = index - tar
        low, high = np.where(gap < 0, z, low), np.where(gap >= 0, z, high)
        newton = z - gap / derivative
        following = np.where((newton >= low) & (newton <= high), newton, (low + high) / 2)
        if np.all(np.abs(following - z) <= 1e-14 * z):
            break
        z = following
    return np.exp(z)


def incomes(mean_income: Array, urban_share: Array, ratio: Array) -> tuple[Array, Array]:
    """Urban and rural income per head with the given population-weighted mean and ratio."""
    rural = mean_income / (urban_share * ratio + 1 - urban_share)
    return rural * ratio, rural


def simulate_panel(seed: int, constants: Constants = CONSTANTS) -> pd.DataFrame:
    """One draw of the panel: 465 rows, one a province (31) and year (2006-2020).

    province_code (text), year, in_study (30 provinces x 2008-2019), the printed quantities with their units
    in the column names, and the model variables tar, ln_import, ln_inno, ln_import_x_ln_inno (centred on the
    means of the study rows), urban, ind, ln_fdi, ln_pgdp, unemployment. Quantities are at the precision
    of print, incomes are not rounded. Raises InfeasibleDrawError where a draw has no incomes.
    """
    paths = _paths(constants)
    random = np.random.default_rng(seed)
    drawn = paths.covariates + _deviations(random, paths.deviation_sd, constants.autocorrelation)
    errors = random.normal(0, constants.error_sd, paths.effects.shape)
    names = [covariate.name for covariate in constants.covariates]
    panel = _quantities(dict(zip(names, drawn, strict=True)), paths, random)
    variables = _model_variables(panel)
    slopes = constants.truth()
    tar = paths.effects + errors + sum(slopes[name] * variables[name] for name in slopes)
    mean_income = panel["gdp_100m_cny"] / panel["pop_resident_10k_persons"] * 1e4 * constants.income_share
    mean_income = mean_income * np.exp(random.normal(0, constants.income_share_log_sd, tar.shape))
    ratio = solve_income_ratio(tar, variables["urban"])
    panel["urban_income_cny"], panel["rural_income_cny"] = incomes(mean_income, variables["urban"], ratio)
    columns = panel | {"tar": tar} | variables
    codes = standings().index.to_numpy()
    return pd.DataFrame(
        {
            "province_code": np.repeat(codes, len(_YEARS)),
            "year": np.tile(_YEARS, len(codes)),
            "in_study": _in_study().ravel(),
        }
        | {name: values.ravel() for name, values in columns.items()}
    )


def _in_study() -> NDArray[np.bool_]:
    return np.outer(standings().index.to_numpy() != TIBET, _IN_STUDY_YEAR)


def _deviations(random: np.random.Generator, sd: Array, autocorrelation: float) -> Array:
    """Stationary AR(1) deviations, covariates x provinces x years, with the given standard deviations."""
    shocks = random.standard_normal((len(sd), len(standings()), len(_YEARS)))
    state = shocks.copy()
    for year in range(1, len(_YEARS)):
        fresh = math.sqrt(1 - autocorrelation**2) * shocks[:, :, year]
        state[:, :, year] = autocorrelation * state[:, :, year - 1] + fresh
    return state * sd[:, None, None]


def _quantities(drawn: dict[str, Array], paths: _Paths, random: np.random.Generator) -> dict[str, Array]:
    """What yearbooks print, rounded as they print it; provinces x years."""
    shape = paths.population.shape
    development = paths.development[:, None]
    rate = cny_per_usd().loc[FIRST_YEAR:LAST_YEAR].to_numpy()

    def spread(sd: float) -> Array:
        return np.exp(random.normal(0, sd, shape))

    gdp = np.exp(drawn["ln_pgdp"]) * paths.population / 1e4
    primary_share = 0.10 * np.exp(-0.6 * development) * spread(0.03)
    secondary = np.round(gdp * (1 - primary_share) / (1 + drawn["ind"]), 2)
    tertiary = np.round(gdp * (1 - primary_share) * drawn["ind"] / (1 + drawn["ind"]), 2)
    primary = np.round(gdp * primary_share, 2)
    urban = np.round(paths.population * drawn["urban"], 2)
    industry = np.round(0.83 * secondary * spread(0.02), 2)
    research = 0.046 * np.exp(0.4 * development) * spread(0.05) * industry
    foreign = np.exp(drawn["ln_fdi"])
    imports = np.exp(drawn["ln_import"]) / rate * 1e4
    return {
        "gdp_100m_cny": np.round(primary + secondary + tertiary, 2),
        "value_added_primary_100m_cny": primary,
        "value_added_secondary_100m_cny": secondary,
        "value_added_tertiary_100m_cny": tertiary,
        "value_added_industry_100m_cny": industry,
        "pop_resident_10k_persons": paths.population,
        "pop_urban_10k_persons": urban,
        "pop_rural_10k_persons": np.round(paths.population - urban, 2),
        "imports_10k_usd": np.round(imports),
        "exports_10k_usd": np.round(imports * 1.15 * spread(0.25)),
        "fdi_actual_10k_usd": np.round(0.04 * foreign / rate * 1e4 * spread(0.2)),
        "foreign_enterprise_investment_100m_cny": np.round(foreign, 2),
        "exp_science_100m_cny": np.round(np.exp(drawn["ln_inno"]), 2),
        "budget_expenditure_100m_cny": np.round(0.22 * np.exp(-0.3 * development) * gdp * spread(0.04), 2),
        "rd_expenditure_10k_cny": np.round(research * 1e4),
        "unemployment_rate_pct": np.round(drawn["unemployment"], 2),
    }


def _model_variables(panel: dict[str, Array]) -> dict[str, Array]:
    """The covariates of the study, from the quantities as printed."""
    rate = cny_per_usd().loc[FIRST_YEAR:LAST_YEAR].to_numpy()
    ln_import = np.log(panel["imports_10k_usd"] * rate / 1e4)
    ln_inno = np.log(panel["exp_science_100m_cny"])
    study = _in_study()
    return {
        "ln_import": ln_import,
        "ln_inno": ln_inno,
        "ln_import_x_ln_inno": (ln_import - ln_import[study].mean()) * (ln_inno - ln_inno[study].mean()),
        "urban": panel["pop_urban_10k_persons"] / panel["pop_resident_10k_persons"],
        "ind": panel["value_added_tertiary_100m_cny"] / panel["value_added_secondary_100m_cny"],
        "ln_fdi": np.log(panel["foreign_enterprise_investment_100m_cny"]),
        "ln_pgdp": np.log(panel["gdp_100m_cny"] / panel["pop_resident_10k_persons"] * 1e4),
        "unemployment": panel["unemployment_rate_pct"],
    }


# ---- what is fixed before any draw --------------------------------------------------------------------


@lru_cache(maxsize=8)
def _paths(constants: Constants) -> _Paths:
    scores = _scores(constants)
    means, deviation_sds = [], []
    for covariate in constants.covariates:
        slope = _inno_slope(constants) if covariate.name == "ln_inno" else covariate.slope
        spread, deviation_sd = _within_spreads(covariate, constants)
        level_sd = _level_sd(covariate.sd, slope, spread, deviation_sd)
        score = scores[covariate.standing]
        means.append(covariate.mean + slope * _TIME + np.outer(score, level_sd + spread * _TIME))
        deviation_sds.append(deviation_sd)
    covariates = np.stack(means)
    table = standings()
    growth = 1 + table["population_growth_pct"].to_numpy() / 100
    population = np.round(table["population_2013_10k"].to_numpy()[:, None] * growth[:, None] ** (_YEARS - 2013))
    return _Paths(
        covariates=covariates,
        deviation_sd=np.array(deviation_sds),
        effects=_effects(covariates, constants),
        development=scores["development"],
        population=population,
    )


def _standardised(values: Array) -> Array:
    """Mean 0 and standard deviation 1 over the 30 provinces of the study; Tibet on the same scale."""
    study = standings().index.to_numpy() != TIBET
    return (values - values[study].mean()) / values[study].std()


def _scores(constants: Constants) -> dict[str, Array]:
    """Standardised standings of the 31 provinces, among them two composites."""
    table = standings()
    raw = {name: table[name].to_numpy(float) for name in ("development", "openness", "services", "unemployment")}
    scores = {name: _standardised(values) for name, values in raw.items()}
    size = _standardised(np.log(table["population_2013_10k"].to_numpy(float)))
    scores["foreign"] = _standardised(scores["openness"] + 0.5 * size)
    study = table.index.to_numpy() != TIBET
    own = scores["development"] + size
    own = own - (own * scores["openness"])[study].mean() * scores["openness"]
    correlation = _level_correlation(constants)
    own_part = math.sqrt(1 - correlation**2) * _standardised(own)
    scores["innovation"] = correlation * scores["openness"] + own_part
    return scores


def _level_correlation(constants: Constants) -> float:
    """Correlation of the province levels of ln_import and ln_inno that the printed product mean implies."""
    imports, inno = constants.covariates[:2]
    slope = _inno_slope(constants)
    covariance = constants.product_mean - imports.mean * inno.mean
    covariance -= imports.slope * slope * _TIME_SQUARES / STUDY_YEARS
    sds = [
        _level_sd(covariate.sd, path, 0.0, _within_spreads(covariate, constants)[1])
        for covariate, path in ((imports, imports.slope), (inno, slope))
    ]
    return covariance / (sds[0] * sds[1])


def _within_spreads(covariate: Covariate, constants: Constants) -> tuple[float, float]:
    """Spread of province slopes (per year, signed) and sd of the AR(1) deviations.

    The printed standard error fixes the residual sum of squares of the covariate: (sigma_e / se)^2.
    """
    squares = (constants.error_sd / covariate.standard_error) ** 2
    growing = constants.spread_share if covariate.spread else 0.0
    spread = covariate.spread * math.sqrt(growing * squares / (STUDY_PROVINCES * _TIME_SQUARES))
    kept = (STUDY_PROVINCES - 1) * STUDY_YEARS * (1 - _variance_of_mean(constants.autocorrelation))
    return spread, math.sqrt((1 - growing) * squares / kept)


def _variance_of_mean(autocorrelation: float) -> float:
    """Variance of the mean over the study's years of a stationary AR(1) with variance 1."""
    lags = np.arange(1, STUDY_YEARS)
    return float((1 + 2 * ((1 - lags / STUDY_YEARS) * autocorrelation**lags).sum()) / STUDY_YEARS)


def _level_sd(sd: float, slope: float, spread: float, deviation_sd: float) -> float:
    """The sd of province levels that leaves the printed sd after paths and deviations."""
    return math.sqrt(sd**2 - (slope**2 + spread**2) * _TIME_SQUARES / STUDY_YEARS - deviation_sd**2)


def _inno_slope(constants: Constants) -> float:
    """The national path of ln_inno that gives the interaction its printed standard error.

    The product varies within provinces mainly as import level times path of ln_inno, whose residual sum of
    squares 30 x 143 x (sd_import x slope)^2 is (sigma_e / se)^2. The printed sd stands for the level sd.
    """
    standard_error = constants.interaction_coefficient / constants.interaction_t_value
    root_squares = math.sqrt(STUDY_PROVINCES * _TIME_SQUARES)
    return constants.error_sd / (standard_error * constants.covariates[0].sd * root_squares)


def _effects(covariates: Array, constants: Constants) -> Array:
    """a_i + d_t, provinces x years: put the expected outcome on its province means and national path."""
    names = [covariate.name for covariate in constants.covariates]
    values = dict(zip(names, covariates, strict=True))
    imports, inno = constants.covariates[:2]
    values["ln_import_x_ln_inno"] = (values["ln_import"] - imports.mean) * (values["ln_inno"] - inno.mean)
    slopes = constants.truth()
    systematic = sum((slopes[name] * values[name] for name in slopes), np.zeros(covariates.shape[1:]))
    study = standings().index.to_numpy() != TIBET
    province_effect = _province_means(constants) - systematic[:, _IN_STUDY_YEAR].mean(axis=1)
    systematic = systematic + province_effect[:, None]
    path = constants.tar_mean + _tar_slope(systematic[study], constants) * _TIME
    return province_effect[:, None] + path - systematic[study].mean(axis=0)


def _tar_slope(systematic: Array, constants: Constants) -> float:
    """The yearly fall of mean tar at which the expected within R2 is the printed one.

    Expected sums of squares around province means: national path, provinces growing apart, deviations of
    the covariates (their t^2 sigma^2 / df each), error. The error's part is what R2 leaves.
    """
    variance = constants.error_sd**2
    total = constants.residual_df * variance / (1 - constants.within_r2)
    demeaned = systematic[:, _IN_STUDY_YEAR]
    demeaned = demeaned - demeaned.mean(axis=1, keepdims=True)
    apart = float(((demeaned - demeaned.mean(axis=0)) ** 2).sum())
    deviations = variance * sum(covariate.t_value**2 for covariate in constants.covariates)
    errors = variance * STUDY_PROVINCES * (STUDY_YEARS - 1)
    return -math.sqrt((total - apart - deviations - errors) / (STUDY_PROVINCES * _TIME_SQUARES))


def _province_means(constants: Constants) -> Array:
    """Mean tar of the 31 provinces, falling with development: floor + scale (1 + k) q^k, q the rank in (0, 1).

    k = c + sqrt(c^2 + c) gives the printed mean and what the printed sd leaves for provinces, with
    c = (between sd / scale)^2. Tibet takes q = 1.
    """
    scale = constants.tar_mean - constants.tar_floor
    within = constants.residual_df * constants.error_sd**2 / (1 - constants.within_r2) / STUDY_ROWS
    ratio = (constants.tar_sd**2 - within) / scale**2
    power = ratio + math.sqrt(ratio**2 + ratio)
    table = standings()
    study = table.index.to_numpy() != TIBET
    rank = table.loc[study, "development"].rank(ascending=False, method="first").to_numpy()
    quantile = np.ones(len(table))
    quantile[study] = (rank - 0.5) / STUDY_PROVINCES
    return constants.tar_floor + scale * (1 + power) * quantile**power
