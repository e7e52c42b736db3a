"""What does not depend on the seed: city levels, national paths, and the effects of the two outcomes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simulation.city_constants import CityConstants
from simulation.city_places import (
    INCOME_YEARS,
    PILOT_YEARS,
    TRADE_YEARS,
    YEARS,
    Array,
    cities,
    flat_scores,
    in_pilot_study,
    in_trade_study,
    normal_scores,
    ranks,
    scores,
    skewed_scores,
)
from simulation.city_structure import sector_theil

#: the largest value of a triangular error of sd 1, and the sds of a control that are reckoned with (assumption)
_BOUND, _CONTROL_SDS = 6**0.5, 2.5
_MIDDLE = 2012
#: the highest city level of ais: above it no structure has the drawn indices and some agriculture (assumption)
_AIS_CEILING = 0.865
#: the secondary sectors in capital-intensive employment (assumption)
_SECONDARY_SHARE = 0.85
_T = YEARS - _MIDDLE


@dataclass(frozen=True)
class Levels:
    """Levels, paths and effects. Arrays are cities, or cities x years, in the order of `cities` and `YEARS`."""

    shape: tuple[int, int]
    population: Array
    deflator: Array
    ln_agdp: Array
    employment_rate: Array
    private_ratio: Array
    urban: Array
    capital_intercept: float
    capital_slope: float
    capital_levels: Array
    capital_sd: float
    openness: Array
    controls: dict[str, Array]
    controls_mean: dict[str, Array]
    trade_base: Array
    trade_shock_sd: float
    mediators: dict[str, Array]
    farming: Array
    secondary_share: float
    talent_share: Array
    wage_effects: Array
    theil_effects: Array


@lru_cache(maxsize=4)
def levels(constants: CityConstants) -> Levels:
    """Everything fixed before a draw."""
    rank = scores()
    count = len(cities())
    shape = (count, len(YEARS))
    flat = {name: flat_scores(values)[:, None] for name, values in rank.items()}
    normal = {name: normal_scores(values)[:, None] for name, values in rank.items()}
    growth = 0.085 * np.minimum(_T, 0) + 0.065 * np.maximum(_T, 0) - 0.01 * flat["development"] * _T
    ln_agdp = constants.ln_agdp_mean + 0.02 + 0.58 * normal["development"] + growth
    population = np.round(np.exp(5.8 + 0.55 * normal["size"]) * np.exp(0.004 * _T), 2)
    inflation = np.cumsum(np.where(YEARS <= 2011, 0.045, 0.02)) + 0.10
    deflator = np.round(np.exp(inflation + 0.004 * flat["employment"] * (YEARS - 2000)), 4)
    employment_rate = np.exp(np.log(0.10) + 0.35 * flat["development"] + 0.2 * flat["employment"] + 0.005 * _T)
    urban = constants.urban_mean + 0.152 * flat["development"] + (0.0105 - 0.005 * flat["development"]) * _T
    intercept, slope, capital_levels, capital_sd = _capital(
        ln_agdp + np.log(deflator) - np.log(1e4 * employment_rate), normal["investment"], constants
    )
    controls, means = _controls(normal, constants)
    base, shock_sd = _trade(rank["trade"], constants)
    mediators, farming = _mediators(rank, flat, constants)
    talent_share = 0.48 + 0.10 * flat["talent"]
    means |= {
        "ln_agdp": ln_agdp,
        "ln_agdp_sq": ln_agdp**2,
        "urban": urban,
        "talents": mediators["techempl"] * talent_share,
        "open": means["fdi"],
        "tfp": np.full(shape, constants.tfp_mean),
    }
    fixed = _Fixed(rank, means, mediators, base, shock_sd)
    return Levels(
        shape=shape,
        population=population,
        deflator=deflator.astype(float),
        ln_agdp=ln_agdp,
        employment_rate=employment_rate,
        private_ratio=np.exp(np.log(0.7) + 0.2 * flat["openness"] + 0.06 * _T),
        urban=urban,
        capital_intercept=intercept,
        capital_slope=slope,
        capital_levels=capital_levels,
        capital_sd=capital_sd,
        openness=np.exp(np.log(0.15) + 0.5 * flat["openness"]) + 0 * _T,
        controls=controls,
        controls_mean=means,
        trade_base=base,
        trade_shock_sd=shock_sd,
        mediators=mediators,
        farming=farming,
        secondary_share=_SECONDARY_SHARE,
        talent_share=talent_share,
        wage_effects=_wage_effects(fixed, constants),
        theil_effects=_theil_effects(fixed, constants),
    )


def _capital(ln_output: Array, score: Array, constants: CityConstants) -> tuple[float, float, Array, float]:
    """Intercept and slope of ln(K / L) on ln(Y / L), city levels and yearly sd of the rest.

    They give tfp its printed moments. Output y explains share R2 of capital, k = i + s y + r; then the pooled slope
    of y on k is R2 / s, and the rest of y, which is ln tfp, has variance (1 - R2) var(y). 70% of r lies between cities.
    """
    log_variance = np.log(1 + (constants.tfp_sd / constants.tfp_mean) ** 2)
    log_mean = np.log(constants.tfp_mean) - log_variance / 2
    variance = float(ln_output.var())
    explained = 1 - log_variance / variance
    slope = explained / constants.capital_elasticity
    rest = slope**2 * variance * (1 / explained - 1)
    mean = float(ln_output.mean())
    intercept = (mean - log_mean) / constants.capital_elasticity - slope * mean
    return intercept, slope, np.sqrt(0.7 * rest) * score, float(np.sqrt(0.3 * rest))


def _controls(normal: dict[str, Array], constants: CityConstants) -> tuple[dict[str, Array], dict[str, Array]]:
    """Medians above the floor, and means, of the positive controls; cities x years."""
    medians, means = {}, {}
    for name, control in constants.controls.items():
        middle = sum(control.window) / 2
        path = np.exp(control.log_path * (YEARS - middle))
        spread = control.between_log_sd * control.sign * normal[control.standing]
        # Scaled so that the mean over cities and the years of its study is the printed one.
        first, last = control.window
        in_window = (first <= YEARS) & (last >= YEARS)
        raw = np.exp(spread) * path
        half = np.exp(control.within_log_sd**2 / 2)
        medians[name] = raw * (control.mean - control.floor) / (half * raw[:, in_window].mean())
        means[name] = control.floor + medians[name] * half
    return medians, means


def _trade(rank: Array, constants: CityConstants) -> tuple[Array, float]:
    """City levels b of trade and the sd of its shocks.

    With z = b + v of 2004 the first stage has F = path^2 x sum over cities of (z - mean)^2 sum over years of (t -
    mean)^2 / sd_v^2, so sd_v^2 is a multiple c of var z. Trade varies by var b times the mean of (1 + path t)^2, by
    the base year's shock, and by the shocks: the printed sd gives var b. Deficits are spread evenly, surpluses
    exponentially above a small one.
    """
    # 153 cities print eighteen years, 117 fifteen: see the cells without print
    time_squares = (constants.trade_cities - 117) * _time_squares(18) + 117 * _time_squares(15)
    ratio = constants.base_trade_path**2 * time_squares / constants.cragg_donald
    past = constants.base_trade_path * (YEARS[TRADE_YEARS] - 2004)
    kept, carried = float(((1 + past) ** 2).mean()), float((past**2).mean())
    z_variance = constants.trade_sd**2 / ((1 - ratio) * kept + ratio * carried + ratio)
    mean = constants.trade_mean / float((1 + past).mean())
    share, (worst, least) = constants.deficit_share, constants.deficit_range
    surplus_mean = (mean - share * (worst + least) / 2) / (1 - share)
    deficit_squares = ((worst + least) / 2) ** 2 + (least - worst) ** 2 / 12
    squares = ((1 - ratio) * z_variance + mean**2 - share * deficit_squares) / (1 - share)
    surplus_sd = float(np.sqrt(squares - surplus_mean**2))
    deficit = worst + (least - worst) * np.minimum(rank / share, 1)
    tail = np.clip((rank - share) / (1 - share), 1e-9, None)
    surplus = surplus_mean - surplus_sd - surplus_sd * np.log(1 - tail)
    return np.where(rank < share, deficit, surplus), float(np.sqrt(ratio * z_variance))


def _time_squares(years: int) -> float:
    return years * (years**2 - 1) / 12


def _mediators(
    rank: dict[str, Array], flat: dict[str, Array], constants: CityConstants
) -> tuple[dict[str, Array], Array]:
    """Levels and paths of the mediators, at base trade and without a pilot, and the factor of the primary share."""
    mediators = constants.mediators
    pilots = cities()["cohort"].notna().to_numpy()
    treated = 0.129 * mediators["ais"].policy_effect
    # High levels leave no room for shocks, and pilots need room for what the policy adds.
    ceiling = _AIS_CEILING - 1.4 * mediators["ais"].policy_effect * pilots
    key = ranks(flat["development"][:, 0] + flat["structure"][:, 0] - 1.2 * pilots)
    below = skewed_scores(1 - key, 0.0, _AIS_CEILING - (constants.ais_mean - treated), 0.058)
    ais = np.minimum(_AIS_CEILING - below, ceiling)[:, None] + 0.0015 * _T
    farming = np.exp(0.05 * flat["farming"])
    output = reference_output(np.exp(ais), farming)
    primary, secondary = output[..., 0].mean(axis=1), output[..., 1].mean(axis=1)
    capital = (0.12 + 0.6 * secondary[:, None] + 0.02 * flat["capital"]) / _SECONDARY_SHARE
    technology = skewed_scores(rank["technology"], 0.038, 0.057, 0.020)[:, None]
    labour = 1 - constants.unassigned_share - capital - technology
    lowest = 0.19
    farmers = ranks(primary + 0.01 * flat["farming"][:, 0])
    ris = skewed_scores(farmers, lowest, constants.ris_mean, constants.ris_sd * 0.95)[:, None]
    zero = 0.0 * _T
    found = {
        "laborempl": labour + zero,
        "capempl": capital + zero,
        "techempl": technology + zero,
        "hlh_theil": sector_theil(output),
        "rd": 5.7 + 0.5 * flat["development"] + 0.3 * flat["patents"] + 0.08 * _T,
        "ais": ais,
        "ris": ris + zero,
        "gini": 0.38 + 0.03 * flat["wages"] + 0.002 * _T,
    }
    return found, farming


def reference_output(quantity: Array, farming: Array) -> Array:
    """Usual output shares, last axis 3, at a quantity of upgrading: the primary share falls with it, from 0.26 to 0."""
    primary = farming * 0.26 / (1 + np.exp(5.0 * (quantity - 2.22)))
    return np.stack([primary, 3 - quantity - 2 * primary, primary + quantity - 2], axis=-1)


@dataclass(frozen=True)
class _Aim:
    """Where an outcome is put: printed moments, sample, years it exists in, national path (mean 0), who stands high."""

    mean: float
    sd: float
    places: np.ndarray
    years: np.ndarray
    existing: np.ndarray
    path: Array
    rank: Array


def _effects(expected: Array, room: Array, aim: _Aim) -> Array:
    """City plus year effects that put the outcome on its moments and leave every city room for its worst draw.

    expected: the systematic part without effects, cities x years; room: how far below it a city's worst draw may fall.
    A city's lowest possible mean is the one at which its lowest expected value equals its room. On top come levels
    skewed to the right, which leave the printed mean and the sd between cities.
    """
    study = expected[aim.places]
    year_effect = aim.path - (study - study.mean(axis=1, keepdims=True)).mean(axis=0)
    systematic = expected + year_effect
    systematic = systematic - systematic[:, aim.years].mean(axis=1, keepdims=True)
    lowest = room - systematic[:, aim.existing].min(axis=1)
    within = float((systematic[aim.places][:, aim.years] ** 2).mean())
    between = np.sqrt(aim.sd**2 - within - float(lowest[aim.places].var()))
    mean = lowest + skewed_scores(aim.rank, 0.0, aim.mean - float(lowest[aim.places].mean()), between)
    return mean[:, None] + systematic - expected


@dataclass(frozen=True)
class _Fixed:
    """What the effects are set from."""

    rank: dict[str, Array]
    means: dict[str, Array]
    mediators: dict[str, Array]
    base: Array
    shock_sd: float


def _wage_effects(fixed: _Fixed, constants: CityConstants) -> Array:
    slopes, theta = constants.wage_slopes(), constants.mediator_slopes()
    trade = fixed.base[:, None] * (1 + constants.base_trade_path * (YEARS - 2004))
    change = trade - fixed.base[:, None]
    values = {name: fixed.means[name] for name, _ in constants.wage_controls} | {"trade": trade}
    values |= {name: fixed.mediators[name] + constants.mediators[name].trade_effect * change for name in theta}
    expected = sum((slope * values[name] for name, slope in slopes.items()), np.zeros(trade.shape))
    # v moves trade and the error against each other: what remains of it is rho plus the total effect.
    shocks = [slope * constants.mediators[name].sd for name, slope in theta.items()]
    shocks += [(constants.rho + constants.trade_total) * fixed.shock_sd]
    shocks += [constants.trade_total * constants.base_trade_path * 18 * fixed.shock_sd]
    room = (
        constants.wage_margin
        + _room(constants.wage_error_sd, shocks)
        + _control_room(dict(constants.wage_controls), constants, fixed.means)
    )
    return _effects(
        expected,
        room,
        _Aim(
            mean=constants.wage_mean,
            sd=math.sqrt(constants.wage_sd**2 - constants.wage_residual_sd**2),
            places=in_trade_study(),
            years=TRADE_YEARS,
            existing=YEARS > 0,
            path=np.asarray(0.0006 * (np.abs(YEARS - 2012) - 4.5), float),
            rank=fixed.rank["wage"],
        ),
    )


def _room(error_sd: float, shocks: list[float]) -> float:
    """The largest error, and four standard deviations of the other shocks together."""
    return _BOUND * error_sd + 4 * math.sqrt(sum(shock**2 for shock in shocks))


def _control_room(slopes: dict[str, float], constants: CityConstants, means: dict[str, Array]) -> Array:
    """How far a city's controls may pull an outcome below its expected value; cities.

    A control with a negative slope pulls by what it exceeds its mean, one with a positive slope by what it falls short.
    """
    room = np.zeros(len(cities()))
    for name, slope in slopes.items():
        source = {"open": "fdi"}.get(name, name)
        if source in constants.controls:
            control = constants.controls[source]
            above = (means[source] - control.floor).max(axis=1)
            side = -1 if slope > 0 else 1
            reach = np.exp(side * _CONTROL_SDS * control.within_log_sd - control.within_log_sd**2 / 2) - 1
            room = room + np.abs(slope * above * reach)
    return room


def _theil_effects(fixed: _Fixed, constants: CityConstants) -> Array:
    slopes, income = constants.theil_slopes(), dict(constants.theil_controls)
    values = {"ais": fixed.mediators["ais"], "ris": fixed.mediators["ris"]}
    values |= {name: fixed.means[name] for name in income}
    zero = np.zeros(values["ais"].shape)
    expected = sum((slopes[name] * value for name, value in values.items()), zero)
    shocks = [slopes[name] * constants.mediators[name].sd for name in ("ais", "ris")]
    slope_of_income = income["ln_agdp"] + 2 * income["ln_agdp_sq"] * fixed.means["ln_agdp"]
    room = (
        constants.theil_margin
        + _room(constants.theil_error_sd, shocks)
        + _CONTROL_SDS * constants.ln_agdp_sd * np.abs(slope_of_income[:, INCOME_YEARS]).max(axis=1)
    )
    room = room + _control_room(income, constants, fixed.means)
    return _effects(
        expected,
        room,
        _Aim(
            mean=constants.theil_mean - 0.129 * constants.policy_total - 0.5 * constants.smart_effect,
            sd=math.sqrt(constants.theil_sd**2 - constants.theil_residual_sd**2),
            places=in_pilot_study(),
            years=PILOT_YEARS,
            existing=INCOME_YEARS,
            path=np.asarray(-0.0004 * (YEARS - 2012), float),
            rank=ranks(1.5 * fixed.rank["inequality"] - fixed.rank["development"]),
        ),
    )
