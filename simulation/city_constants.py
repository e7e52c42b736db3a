"""The constants of the process of cities; `docs/simulation_cities.md` gives their sources and reasons.

Printed coefficients on trade are divided by 100 and printed coefficients of trade on others as outcome multiplied: the
printed `trade` is a hundredth of exports minus imports over GDP.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

#: printed trade times this is the true ratio
TRADE_SCALE = 100.0


@dataclass(frozen=True)
class Control:
    """A positive control, lognormal above a floor: moments, what varies within cities, national path, standing."""

    mean: float
    sd: float
    within_sd: float
    log_path: float
    standing: str
    sign: int
    floor: float = 0.0
    window: tuple[int, int] = (2005, 2022)

    @property
    def _second_moment(self) -> float:
        return (self.mean - self.floor) ** 2 + self.sd**2

    @property
    def within_log_sd(self) -> float:
        """The sd of the logarithm within cities that leaves the given sd of levels within cities."""
        return math.sqrt(-math.log(1 - self.within_sd**2 / self._second_moment))

    @property
    def between_log_sd(self) -> float:
        """What the printed sd leaves for the cities, in logarithms."""
        total = math.log(self._second_moment / (self.mean - self.floor) ** 2)
        first, last = self.window
        years = last - first + 1
        return math.sqrt(total - self.within_log_sd**2 - self.log_path**2 * (years**2 - 1) / 12)


@dataclass(frozen=True)
class Mediator:
    """A mediator: effects of trade and of the pilots on it, its own noise, and its printed coefficient."""

    sd: float
    trade_effect: float = 0.0
    policy_effect: float = 0.0
    printed_slope: float = 0.0


def _within(standard_error: float) -> float:
    """The sd within cities and years at which a control has the printed standard error (table 2, column 6)."""
    return CityConstants.wage_residual_sd / standard_error / math.sqrt(CityConstants.trade_df)


@dataclass(frozen=True)
class CityConstants:
    """Every constant; see the page for sources. Hashable by identity of the default instance's values."""

    # ---- study trade_wage_share: table 1, table 2 columns 6 to 8, tables 4, 5 and 8
    trade_rows: int = 4509
    trade_cities: int = 270
    trade_df: int = 4216
    trade_mean: float = 0.04
    trade_sd: float = 0.12
    base_trade_path: float = -0.019
    cragg_donald: float = 267.019
    trade_total: float = -16.344 / TRADE_SCALE
    trade_least_squares: float = -2.311 / TRADE_SCALE
    deficit_share: float = 39 / 270
    deficit_range: tuple[float, float] = (-0.41, -0.02)
    first_stage: tuple[tuple[str, float], ...] = (("fdi", 0.001 * TRADE_SCALE), ("educ", 0.009 * TRADE_SCALE))
    wage_controls: tuple[tuple[str, float], ...] = (
        ("fdi", -0.283),
        ("govern", 0.294),
        ("educ", 1.083),
        ("tfp", -0.001),
        ("unemp", 0.006),
    )
    wage_mean: float = 0.1125
    wage_sd: float = 0.0415
    wage_r2: float = 0.831
    #: sd x sqrt((1 - R2) N / df)
    wage_residual_sd = 0.0415 * math.sqrt((1 - 0.831) * 4509 / 4216)
    #: lowest wage share that the worst draw may reach (assumption)
    wage_margin: float = 0.006
    tfp_mean: float = 4.0146
    tfp_sd: float = 2.0833
    capital_elasticity: float = 0.72
    labour_capital_correlation: float = -0.6
    #: assumed means of the groups of employment; what is left is wholesale and leasing
    unassigned_share: float = 0.105

    # ---- study innovative_city: tables 1, 2 (M4), 3 (M7) and 5
    theil_mean: float = 0.0961
    theil_sd: float = 0.0561
    theil_r2: float = 0.8975
    theil_rows: int = 3580
    theil_df: int = 3280
    theil_margin: float = 0.004
    #: part of the printed residual sd that a positive index has room for (assumption)
    theil_noise: float = 0.9
    policy_total: float = 0.0097
    ais_slope: float = 0.1140
    ris_slope: float = -0.1502
    ais_mediated: float = 0.3171
    ris_mediated: float = 0.3513
    effect_years: float = 3.0
    smart_effect: float = 0.0014
    smart_batches: dict[int, int] = field(default_factory=lambda: {2012: 90, 2013: 100, 2014: 80}, hash=False)
    theil_controls: tuple[tuple[str, float], ...] = (
        ("ln_agdp", -0.4455),
        ("ln_agdp_sq", 0.0212),
        ("open", -0.0213),
        ("gov", -0.0040),
        ("talents", -0.1312),
        ("ainternet", -0.0002),
        ("urban", -0.0003),
    )
    ln_agdp_mean: float = 9.5705
    ln_agdp_total_sd: float = 0.6937
    ln_agdp_sd: float = 0.04
    urban_mean: float = 0.5006
    urban_total_sd: float = 0.1626
    urban_sd: float = 0.008
    ais_mean: float = 0.8115
    ris_mean: float = 0.2761
    ris_sd: float = 0.2088
    income_share: float = 0.45

    @property
    def mediators(self) -> dict[str, Mediator]:
        """The mediators by name."""
        return {
            "laborempl": Mediator(0.024, -12.710 / TRADE_SCALE, 0, -0.032),
            "capempl": Mediator(0.028, 17.479 / TRADE_SCALE, 0, 0.038),
            "techempl": Mediator(0.007, -4.326 / TRADE_SCALE, 0, -0.047),
            "rd": Mediator(0.527, 135.613 / TRADE_SCALE, 0, 0.001),
            "hlh_theil": Mediator(0.003, 4.889 / TRADE_SCALE, 0, 0.000),
            "ais": Mediator(0.010, 0, self.ais_mediated * self.policy_total / self.ais_slope),
            "ris": Mediator(0.025, 0, self.ris_mediated * self.policy_total / self.ris_slope),
            "gini": Mediator(0.020, -4.758 / TRADE_SCALE),
        }

    @property
    def controls(self) -> dict[str, Control]:
        """The positive controls by name."""
        pilot = (2006, 2018)
        return {
            "fdi": Control(0.0181, 0.0192, _within(0.023), -0.02, "foreign", 1),
            "govern": Control(0.0691, 0.0274, _within(0.024), 0.015, "revenue", 1),
            "educ": Control(0.0303, 0.0155, _within(0.056), 0.015, "development", -1),
            "unemp": Control(0.0611, 0.0476, _within(0.008), 0.0, "jobless", 1),
            "gov": Control(0.2291, 0.2845, 0.06, 0.02, "development", -1, floor=0.08, window=pilot),
            "ainternet": Control(0.1581, 0.1665, 0.04, 0.10, "internet", 1, window=pilot),
        }

    @property
    def least_squares_share(self) -> float:
        """lambda: the share of v in what is left of trade after effects and controls, df / (df + F)."""
        return self.trade_df / (self.trade_df + self.cragg_donald)

    @property
    def rho(self) -> float:
        """The slope of the wage error on v at which least squares tends to column 6: bias = rho x lambda."""
        return (self.trade_least_squares - self.trade_total) / self.least_squares_share

    def mediator_slopes(self) -> dict[str, float]:
        """Structural slopes of the wage share on its mediators, theta.

        Each printed slope is that of a regression with one mediator. The noises of labour-intensive and
        capital-intensive employment are correlated, so those two slopes are solved: theta_l + theta_k c / V_l is the
        first printed one, theta_k + theta_l c / V_k the second.
        """
        mediators = self.mediators
        slopes = {name: mediator.printed_slope for name, mediator in mediators.items() if mediator.trade_effect}
        del slopes["gini"]
        labour, capital = mediators["laborempl"].sd, mediators["capempl"].sd
        ratio = self.labour_capital_correlation * np.array([[0, capital / labour], [labour / capital, 0]])
        solved = np.linalg.solve(np.eye(2) + ratio, [slopes["laborempl"], slopes["capempl"]])
        return slopes | {"laborempl": float(solved[0]), "capempl": float(solved[1])}

    @property
    def trade_direct(self) -> float:
        """The effect of trade on the wage share that passes through no mediator."""
        indirect = sum(self.mediators[name].trade_effect * slope for name, slope in self.mediator_slopes().items())
        return self.trade_total - indirect

    @property
    def policy_direct(self) -> float:
        """The mean effect of the pilots on the Theil index that passes through no mediator."""
        return self.policy_total * (1 - self.ais_mediated - self.ris_mediated)

    @property
    def wage_error_sd(self) -> float:
        """sd of e: what R2 leaves in column 6, less the mediators' noise; 1% that trade hides of rho v stays in."""
        slopes, mediators = self.mediator_slopes(), self.mediators
        noise = sum((slope * mediators[name].sd) ** 2 for name, slope in slopes.items())
        labour, capital = (slopes[name] * mediators[name].sd for name in ("laborempl", "capempl"))
        noise += 2 * self.labour_capital_correlation * labour * capital
        return math.sqrt(self.wage_residual_sd**2 - noise)

    @property
    def theil_residual_sd(self) -> float:
        """The residual sd of M4: noise x sd x sqrt((1 - R2) N / df)."""
        return self.theil_noise * self.theil_sd * math.sqrt((1 - self.theil_r2) * self.theil_rows / self.theil_df)

    @property
    def theil_error_sd(self) -> float:
        """sd of e in the equation of the Theil index: what R2 leaves in M4, less the two mediators' noise."""
        noise = (self.ais_slope * self.mediators["ais"].sd) ** 2 + (self.ris_slope * self.mediators["ris"].sd) ** 2
        return math.sqrt(self.theil_residual_sd**2 - noise)

    def wage_slopes(self) -> dict[str, float]:
        """Every slope of the equation of the wage share."""
        return {"trade": self.trade_direct} | self.mediator_slopes() | dict(self.wage_controls)

    def theil_slopes(self) -> dict[str, float]:
        """Every slope of the equation of the Theil index; `profile` is g(k)."""
        mediated = {"ais": self.ais_slope, "ris": self.ris_slope}
        policies = {"profile": self.policy_direct, "policy_post": self.smart_effect}
        return policies | mediated | dict(self.theil_controls)


CITY_CONSTANTS = CityConstants()
