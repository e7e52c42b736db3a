"""The truth of the simulated cities: structural coefficients, and what inconsistent estimators tend to.

A pseudo-true value is the mean estimate over many draws of the process with the outcome's own error e left out: e is
independent of everything else, so leaving it out moves no mean and takes most of the Monte Carlo error away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.cities import city_frame, draw_cities
from simulation.city_constants import CITY_CONSTANTS, CityConstants
from simulation.least_squares import Fit, fit

DRAWS = 400
#: the draws of the truth; tests draw from 1 on
FIRST_TRUTH_SEED = 100_001
TRUTH_COLUMNS = ["study", "spec_id", "term", "truth", "kind", "note"]
TWO_WAY = ("city_code", "year")
_TRADE_CONTROLS = ["fdi", "govern", "educ", "tfp", "unemp"]
_PILOT_CONTROLS = ["ln_agdp", "ln_agdp_sq", "open", "gov", "talents", "ainternet", "urban"]


@dataclass(frozen=True)
class CitySpecification:
    """A published regression on the simulated frame; is_consistent: it tends to the structural coefficients."""

    spec_id: str
    study: str
    dependent: str
    regressors: tuple[str, ...]
    effects: tuple[str, ...] = TWO_WAY
    instrument: str | None = None
    is_consistent: bool = False

    @property
    def sample(self) -> str:
        """The frame's column that marks the places and years of the study."""
        return "in_trade_study" if self.study == "trade_wage_share" else "in_pilot_study"

    def fit(self, frame: pd.DataFrame) -> Fit:
        """Fitted on the rows of its study that are complete in every variable of the study's table 2."""
        needed = ["trade", *_TRADE_CONTROLS] if self.study == "trade_wage_share" else []
        names = {*TWO_WAY, *needed, self.dependent, *self.regressors, *filter(None, [self.instrument])}
        rows = frame.loc[frame[self.sample], sorted(names)].dropna()
        return fit(rows, self.dependent, list(self.regressors), self.effects, self.instrument)


def _specifications() -> tuple[CitySpecification, ...]:
    trade, pilots = "trade_wage_share", "innovative_city"
    listed = [
        CitySpecification(f"tw_t2_c{column}", trade, "wage", ("trade", *_TRADE_CONTROLS[: column - 1]))
        for column in range(1, 7)
    ]
    instrument = "trade2004_x_t"
    controls = tuple(_TRADE_CONTROLS)
    listed += [
        CitySpecification("tw_t2_c7", trade, "trade", (instrument, *controls), is_consistent=True),
        CitySpecification("tw_t2_c8", trade, "wage", ("trade", *controls), instrument=instrument, is_consistent=True),
    ]
    mediators = (("tw_t4", "laborempl", 1), ("tw_t4", "capempl", 3), ("tw_t4", "techempl", 5))
    for table, name, column in (*mediators, ("tw_t5", "rd", 1), ("tw_t5", "hlh_theil", 3)):
        first, second = f"{table}_c{column}", f"{table}_c{column + 1}"
        # The index of sector sizes follows upgrading too, whose drifts the controls share by chance.
        is_consistent = name != "hlh_theil"
        listed.append(CitySpecification(first, trade, name, ("trade", *controls), is_consistent=is_consistent))
        listed.append(CitySpecification(second, trade, "wage", ("trade", name, *controls)))
    listed.append(CitySpecification("tw_t8_c2", trade, "gini", ("trade", *controls), is_consistent=True))
    both = ("treat_post", *_PILOT_CONTROLS)
    listed += [
        CitySpecification("ic_t2_m1", pilots, "theil", ("treat_post",), ()),
        CitySpecification("ic_t2_m2", pilots, "theil", both, ()),
        CitySpecification("ic_t2_m3", pilots, "theil", both, ("city_code",)),
        CitySpecification("ic_t2_m4", pilots, "theil", both),
    ]
    return tuple(listed)


SPECIFICATIONS = _specifications()


def truth_rows(draws: int = DRAWS, constants: CityConstants = CITY_CONSTANTS) -> pd.DataFrame:
    """Rows of the seed simulation_truth for cities; with draws = 0 the structural ones only."""
    rows = [*_structural(constants), *_parameters(constants)]
    if draws:
        rows += _pseudo_true(draws, constants)
    return pd.DataFrame(rows, columns=TRUTH_COLUMNS)


def _structural(constants: CityConstants) -> list[tuple]:
    """What consistent estimators tend to: first stage, instrumental variables, effects of trade on mediators."""
    first_stage = {"trade2004_x_t": constants.base_trade_path} | dict(constants.first_stage)
    outcomes = {
        "trade": (first_stage, "first stage; printed, controls times 100, those without printed digits 0"),
        "wage": (
            {"trade": constants.trade_total} | dict(constants.wage_controls),
            "table 2 column 8, printed; trade over 100. The printed standard error of trade cannot hold with it",
        ),
    }
    for name, mediator in constants.mediators.items():
        outcomes[name] = ({"trade": mediator.trade_effect}, "printed, over 100; controls do not enter")
    return [
        (specification.study, specification.spec_id, term, _rounded(slopes.get(term, 0.0)), "structural", note)
        for specification in SPECIFICATIONS
        if specification.is_consistent
        for slopes, note in [outcomes[specification.dependent]]
        for term in specification.regressors
    ]


def _parameters(constants: CityConstants) -> list[tuple]:
    """Parameters that no published column estimates as such."""
    trade = {"direct_trade": constants.trade_direct, "rho": constants.rho}
    trade |= {f"theta_{name}": slope for name, slope in constants.mediator_slopes().items()}
    trade |= {f"delta_{name}": constants.mediators[name].trade_effect for name in constants.mediator_slopes()}
    effects = {"ais": constants.mediators["ais"].policy_effect, "ris": constants.mediators["ris"].policy_effect}
    pilots = {
        "average_effect": constants.policy_total,
        "direct_effect": constants.policy_direct,
        "delta_ais": effects["ais"],
        "delta_ris": effects["ris"],
        "theta_ais": constants.ais_slope,
        "theta_ris": constants.ris_slope,
        "policy_post": constants.smart_effect,
    }
    note = "parameter of the process; see docs/simulation_cities.md"
    average = "mean over the treated city-years of the study, 2006-2018"
    rows = [("trade_wage_share", "tw_structure", term, value, note) for term, value in trade.items()]
    rows += [
        ("innovative_city", "ic_structure", term, value, average if "effect" in term or "delta" in term else note)
        for term, value in pilots.items()
    ]
    return [(study, spec, term, _rounded(value), "structural", text) for study, spec, term, value, text in rows]


def _pseudo_true(draws: int, constants: CityConstants) -> list[tuple]:
    chosen = [specification for specification in SPECIFICATIONS if not specification.is_consistent]
    estimates: dict[str, list] = {specification.spec_id: [] for specification in chosen}
    for seed in range(FIRST_TRUTH_SEED, FIRST_TRUTH_SEED + draws):
        drawn = draw_cities(seed, constants)
        frame = city_frame(drawn, seed)
        for outcome in ("wage", "theil"):
            frame[outcome] = frame[outcome] - drawn.errors[outcome].ravel()
        for specification in chosen:
            estimates[specification.spec_id].append(specification.fit(frame).estimates)
    structural = {
        "wage": {"trade": constants.trade_total} | dict(constants.wage_controls),
        "hlh_theil": {"trade": constants.mediators["hlh_theil"].trade_effect},
        "theil": {"treat_post": constants.policy_total} | dict(constants.theil_controls),
    }
    rows = []
    for specification in chosen:
        values = np.array(estimates[specification.spec_id])
        errors = values.std(axis=0, ddof=1) / np.sqrt(draws)
        for term, value, error in zip(specification.regressors, values.mean(axis=0), errors, strict=True):
            note = f"mean of {draws} draws without e; Monte Carlo error {error:.1e}"
            known = structural[specification.dependent]
            if term in known:
                note += f"; structural {_rounded(known[term])}"
            rows.append((specification.study, specification.spec_id, term, _rounded(value), "pseudo_true", note))
    return rows


def _rounded(value: float) -> float:
    """Six significant digits: more than the Monte Carlo error leaves."""
    return float(f"{value:.6g}")
