"""The simulated process of cities: its solvers, its identities, its moments, and what it leaves out."""

from __future__ import annotations

import csv
import math

import numpy as np
import pandas as pd
import pytest

from simulation import (
    CITY_CONSTANTS,
    InfeasibleDrawError,
    simulate_cities,
    simulate_smart_cities,
    simulate_wage_records,
)
from simulation.cities import draw_cities, effect_profile, productivity, triangular
from simulation.city_levels import levels
from simulation.city_places import PILOT_YEARS, YEARS, cities, in_pilot_study, scores, skewed_scores
from simulation.city_structure import distance, sector_theil, solve_output_shares, solve_primary_employment
from simulation.city_truth import SPECIFICATIONS
from simulation.places import cny_per_usd
from tests.support.project import seed_path

SEEDS = range(1, 101)


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return simulate_cities(1)


@pytest.fixture(scope="module")
def trade_rows(panel: pd.DataFrame) -> pd.DataFrame:
    return panel[panel["in_trade_study"]].dropna(subset=["trade", "fdi"])


@pytest.fixture(scope="module")
def pilot_rows(panel: pd.DataFrame) -> pd.DataFrame:
    return panel[panel["in_pilot_study"]]


# ---- solvers ------------------------------------------------------------------------------------------


def test_output_shares_against_hand_worked_numbers() -> None:
    # y = (1/8, 1/2, 3/8): quantity 1/8 + 1 + 9/8 = 9/4; index by hand from the definition
    index = math.log(3 / 8) / 8 + math.log(3 / 2) / 2 + 3 * math.log(9 / 8) / 8
    solved = solve_output_shares(np.array([2.25]), np.array([index]))
    np.testing.assert_allclose(solved, [[1 / 8, 1 / 2, 3 / 8]], atol=1e-12)


def test_primary_employment_against_hand_worked_numbers() -> None:
    # y = (1/4, 1/2, 1/4), l = (1/8, 1/2, 3/8): distance (ln 2 + 0 + ln(2/3)) / 4 = ln(4/3) / 4
    output = np.array([[0.25, 0.5, 0.25]])
    solved = solve_primary_employment(output, np.array([0.5]), np.array([math.log(4 / 3) / 4]))
    np.testing.assert_allclose(solved, [1 / 8], rtol=1e-12)


def test_solvers_invert_the_indices() -> None:
    random = np.random.default_rng(1)
    primary, tertiary = random.uniform(0.03, 0.2, 500), random.uniform(0.2, 0.45, 500)
    output = np.stack([primary, 1 - primary - tertiary, tertiary], axis=-1)
    output = output[output[:, 1] ** 2 > output[:, 0] * output[:, 2]]
    solved = solve_output_shares(output @ np.array([1, 2, 3]), sector_theil(output))
    np.testing.assert_allclose(solved, output, rtol=1e-9)
    secondary = random.uniform(0.3, 0.5, len(output))
    lower = (1 - secondary) * output[:, 0] / (output[:, 0] + output[:, 2])
    primary = lower * random.uniform(0.01, 0.9, len(output))
    employment = np.stack([primary, secondary, 1 - secondary - primary], axis=-1)
    solved = solve_primary_employment(output, secondary, distance(output, employment))
    np.testing.assert_allclose(solved, primary, rtol=1e-7)


def test_solvers_refuse_what_no_structure_has() -> None:
    with pytest.raises(InfeasibleDrawError, match="output structures"):
        solve_output_shares(np.array([2.25, 2.25]), np.array([0.11, 0.01]))
    with pytest.raises(InfeasibleDrawError, match="employment structures"):
        # the secondary shares alone are further apart than the target
        solve_primary_employment(np.array([[0.25, 0.5, 0.25]]), np.array([0.1]), np.array([0.01]))


def test_triangular_errors_have_unit_variance_and_bounds() -> None:
    drawn = triangular(np.random.default_rng(1), (400_000,))
    assert abs(drawn).max() <= math.sqrt(6)
    # the sd of the mean is 0.0016, that of the variance 0.0019 (kurtosis 2.4): five of them
    assert drawn.mean() == pytest.approx(0, abs=0.008)
    assert drawn.var() == pytest.approx(1, abs=0.0095)


def test_skewed_levels_have_their_moments() -> None:
    rank = (np.arange(10_000) + 0.5) / 10_000
    values = skewed_scores(rank, 0.05, 0.11, 0.04)
    assert (values.min(), values.mean(), values.std()) == pytest.approx((0.05, 0.11, 0.04), rel=1e-3)


# ---- the frame ----------------------------------------------------------------------------------------


def test_a_draw_is_a_pure_function_of_its_seed(panel: pd.DataFrame) -> None:
    simulate_cities(2)
    pd.testing.assert_frame_equal(panel, simulate_cities(1))
    assert not np.allclose(panel["wage"], simulate_cities(2)["wage"])


def test_grain_and_places(panel: pd.DataFrame) -> None:
    assert not panel.duplicated(["city_code", "year"]).any()
    assert len(panel) == 286 * 19
    assert sorted(panel["year"].unique()) == list(range(2004, 2023))
    known = pd.read_csv(seed_path("cities"), dtype=str).set_index("city_code")
    assert set(panel["city_code"]) <= set(known.index)
    assert known.loc[panel["city_code"].unique(), "is_municipality"].eq("true").sum() == 4


def test_printed_columns_are_those_of_indicators(panel: pd.DataFrame) -> None:
    """Exports and imports are printed in US dollars, which the panel converts."""
    with (seed_path("indicators")).open(encoding="utf-8") as file:
        known = {row["panel_column"] for row in csv.DictReader(file)}
    units = ("_cny", "_usd", "_persons", "_pct", "_items", "_households", "_1")
    printed = {name for name in panel if name.endswith(units)}
    assert printed - known == {"exports_10k_usd", "imports_10k_usd"}


def test_only_the_stated_cells_are_left_out(panel: pd.DataFrame) -> None:
    missing = panel.isna().groupby(panel["year"]).sum()
    study = panel[panel["in_trade_study"]]
    assert len(study.dropna(subset=["trade", "fdi"])) == CITY_CONSTANTS.trade_rows
    assert study.dropna(subset=["trade"])["city_code"].nunique() == CITY_CONSTANTS.trade_cities
    assert study.dropna(subset=["trade", "rd"]).shape[0] == 4473
    assert study.dropna(subset=["trade", "gini"]).shape[0] == 4476
    pilots = panel[panel["in_pilot_study"]]
    assert pilots[["theil", "urban", "open"]].isna().sum().to_dict() == {"theil": 28, "urban": 19, "open": 19}
    assert missing["exports_10k_usd"].to_dict() == {year: 8 if year < 2020 else 125 for year in range(2004, 2023)}
    years_without_incomes = missing.index[missing["urban_income_cny"] == 286]
    assert sorted(years_without_incomes) == [2004, 2020, 2021, 2022]
    free = {"cohort", "trade", "trade2004_x_t", "exports_10k_usd", "imports_10k_usd", "rd", "gini", "fdi", "open"}
    free |= {"design_patents_published_items", "fdi_actual_10k_usd", "urban", "urbanisation_rate_pct", "theil"}
    free |= {"urban_income_cny", "rural_income_cny"}
    assert panel.drop(columns=list(free)).notna().all(axis=None)


def test_no_gap_can_be_filled(panel: pd.DataFrame) -> None:
    """Missing years lie at the ends of a city's series: nothing is interpolated."""
    for name in ("exports_10k_usd", "fdi_actual_10k_usd", "urbanisation_rate_pct", "urban_income_cny"):
        present = panel.assign(present=panel[name].notna()).pivot(index="city_code", columns="year", values="present")
        changes = present.astype(int).diff(axis=1).abs().sum(axis=1)
        first, last = present[2004], present[2022]
        assert (changes <= np.where(first | last, 1, 2)).all(), name


# ---- identities ---------------------------------------------------------------------------------------


def test_printed_numbers_are_rounded_as_stated(panel: pd.DataFrame) -> None:
    whole = ["exports_10k_usd", "imports_10k_usd", "fdi_actual_10k_usd", "unemployed_registered_persons"]
    whole += ["design_patents_published_items", "urban_income_cny", "rural_income_cny"]
    decimals = dict.fromkeys(whole, 0) | {name: 4 for name in panel if "100m_cny" in name or name.startswith("emp_")}
    decimals |= {name: 2 for name in panel if name.endswith("_pct")} | {"pop_registered_yearend_10k_persons": 2}
    for name, digits in decimals.items():
        values = panel[name].dropna()
        np.testing.assert_allclose(values, values.round(digits), rtol=0, atol=1e-9, err_msg=name)
        assert (values > 0).all(), name


def test_parts_sum_to_totals(panel: pd.DataFrame) -> None:
    total = panel["emp_unit_total_10k_persons"]
    sectors = [name for name in panel if name.startswith("emp_s") and name[5].isdigit() and name[6].isdigit()]
    assert len(sectors) == 19
    industries = ["emp_primary_10k_persons", "emp_secondary_10k_persons", "emp_tertiary_10k_persons"]
    for parts in (sectors, industries):
        np.testing.assert_allclose(panel[parts].sum(axis=1), total, rtol=0, atol=1e-8)
    np.testing.assert_allclose(panel[sectors[1:5]].sum(axis=1), panel["emp_secondary_10k_persons"], atol=1e-8)
    shares = panel[[f"gdp_share_{name}_pct" for name in ("primary", "secondary", "tertiary")]]
    np.testing.assert_allclose(shares.sum(axis=1), 100, rtol=0, atol=1e-9)


def test_variables_recomputed_from_what_is_printed(panel: pd.DataFrame) -> None:
    """By the definitions of the marts, written out a second time from the printed columns alone."""
    rate = cny_per_usd().loc[panel["year"]].to_numpy()
    gdp, total = panel["gdp_100m_cny"], panel["emp_unit_total_10k_persons"]
    output = panel[[f"gdp_share_{name}_pct" for name in ("primary", "secondary", "tertiary")]].to_numpy() / 100
    workers = panel[[f"emp_{name}_10k_persons" for name in ("primary", "secondary", "tertiary")]].to_numpy()
    workers = workers / workers.sum(axis=1, keepdims=True)
    groups = pd.read_csv(seed_path("industry_sectors")).dropna(subset=["group_column"])
    exports, imports = (panel[f"{name}_10k_usd"] * rate / 1e4 for name in ("exports", "imports"))
    urban = panel["urbanisation_rate_pct"] / 100
    share = urban * panel["urban_income_cny"]
    share = share / (share + (1 - urban) * panel["rural_income_cny"])
    recomputed = {
        "wage": panel["wage_bill_onpost_100m_cny"] / gdp,
        "trade": (exports - imports) / gdp,
        "fdi": panel["fdi_actual_10k_usd"] * rate / 1e4 / gdp,
        "govern": panel["budget_revenue_100m_cny"] / gdp,
        "educ": panel["exp_education_100m_cny"] / gdp,
        "gov": panel["budget_expenditure_100m_cny"] / gdp,
        "unemp": panel["unemployed_registered_persons"] / 1e4 / total,
        "talents": (panel["emp_s13_science_10k_persons"] + panel["emp_s07_it_10k_persons"]) / total,
        "ais": np.log(output @ np.array([1, 2, 3])),
        "ris": (output * np.log(output / workers)).sum(axis=1),
        "hlh_theil": (output * np.log(3 * output)).sum(axis=1),
        "rd": np.log(panel["design_patents_published_items"]),
        "ln_agdp": np.log(
            gdp * 1e4 / (panel["pop_registered_yearend_10k_persons"] * panel["gdp_deflator_index_2000_1"])
        ),
        "theil": share * np.log(share / urban) + (1 - share) * np.log((1 - share) / (1 - urban)),
    }
    for group, rows in groups.groupby("group_column"):
        recomputed[str(group)] = panel[[f"{name}_10k_persons" for name in rows["indicator"]]].sum(axis=1) / total
    for name, values in recomputed.items():
        np.testing.assert_allclose(values, panel[name], rtol=1e-9, atol=1e-12, err_msg=name)
    base = panel.loc[panel["year"] == 2004].set_index("city_code")["trade"].reindex(panel["city_code"]).to_numpy()
    np.testing.assert_allclose(base * (panel["year"] - 2004), panel["trade2004_x_t"], rtol=1e-12)


def test_productivity_is_that_of_a_pooled_regression(panel: pd.DataFrame) -> None:
    output = np.log(panel["gdp_100m_cny"] / panel["emp_unit_total_10k_persons"])
    capital = np.log(panel["fai_100m_cny"] / panel["emp_unit_total_10k_persons"])
    elasticity = np.polyfit(capital, output, 1)[0]
    assert elasticity == pytest.approx(CITY_CONSTANTS.capital_elasticity, abs=0.05)
    np.testing.assert_allclose(np.exp(output - elasticity * capital), panel["tfp"], rtol=1e-9)
    by_hand = productivity(np.array([1.0, 8.0]), np.array([1.0, 4.0]), np.array([1.0, 1.0]))
    # slope ln 8 / ln 4 = 3/2: tfp is 1 in both places
    np.testing.assert_allclose(by_hand, [1, 1], rtol=1e-12)


@pytest.mark.parametrize("outcome", ["wage", "theil"])
def test_the_outcomes_are_the_stated_models(outcome: str) -> None:
    """Taking slopes and errors away leaves the same city and year effects in every draw, up to rounding in print."""
    constants, fixed = CITY_CONSTANTS, levels(CITY_CONSTANTS)
    drawn = draw_cities(5)
    slopes = constants.wage_slopes() if outcome == "wage" else constants.theil_slopes()
    rest = drawn.variables[outcome] - drawn.errors[outcome]
    rest = rest - sum(slope * drawn.variables[name] for name, slope in slopes.items())
    if outcome == "wage":
        rest = rest - constants.rho * drawn.errors["trade"]
    effects = fixed.wage_effects if outcome == "wage" else fixed.theil_effects
    if outcome == "wage":
        # the wage bill is printed with four decimals
        bound = 0.5e-4 / drawn.printed["gdp_100m_cny"]
    else:
        # whole yuan move the logarithm z of the ratio by half a yuan over each income; dT/dz = s (1 - s) z
        urban, rural = drawn.printed["urban_income_cny"], drawn.printed["rural_income_cny"]
        share = drawn.variables["urban"] * urban
        share = share / (share + (1 - drawn.variables["urban"]) * rural)
        bound = 1.01 * share * (1 - share) * np.log(urban / rural) * (0.5 / urban + 0.5 / rural)
    gap = np.abs(rest - effects) - bound
    assert np.nanmax(gap) <= 1e-12


def test_trade_is_the_stated_first_stage() -> None:
    drawn, fixed = draw_cities(5), levels(CITY_CONSTANTS)
    rest = drawn.variables["trade"] - drawn.errors["trade"] - fixed.trade_base[:, None]
    rest = rest + 0.019 * drawn.variables["trade2004_x_t"]
    for name, slope in CITY_CONSTANTS.first_stage:
        rest = rest - slope * (drawn.variables[name] - fixed.controls_mean[name].mean(axis=1, keepdims=True))
    # exports and imports are printed in whole 10,000 US dollars: half a unit each
    rate = cny_per_usd().reindex(YEARS).to_numpy()
    assert (np.abs(rest) <= rate / 1e4 / drawn.printed["gdp_100m_cny"] + 1e-12).all()


def test_effect_profile_starts_small_grows_and_averages_one() -> None:
    cohort = cities()["cohort"].to_numpy(float)
    profile = effect_profile(cohort, CITY_CONSTANTS)
    treated = cohort[:, None] <= YEARS
    assert (profile[~treated] == 0).all()
    assert profile[treated & np.outer(in_pilot_study(), PILOT_YEARS)].mean() == pytest.approx(1)
    early = profile[cohort == 2010][0]
    assert (np.diff(early[YEARS >= 2010]) > 0).all()
    assert early[YEARS == 2010] < 0.5
    assert early[YEARS == 2018] > 1


# ---- moments ------------------------------------------------------------------------------------------


def test_moments_of_the_study_of_trade(trade_rows: pd.DataFrame) -> None:
    """Printed means and sds; a tenth of the sd and a fifth are several times what they vary by between draws."""
    printed = {
        "wage": (0.1125, 0.0415),
        "trade": (0.04, 0.12),
        "fdi": (0.0181, 0.0192),
        "govern": (0.0691, 0.0274),
        "educ": (0.0303, 0.0155),
        "tfp": (4.0146, 2.0833),
        "unemp": (0.0611, 0.0476),
    }
    for name, (mean, sd) in printed.items():
        assert trade_rows[name].mean() == pytest.approx(mean, abs=0.1 * sd), name
        assert trade_rows[name].std() == pytest.approx(sd, rel=0.2), name
    # printed: 79% of 4,477; extremes are not aimed at
    assert 0.7 <= (trade_rows["trade"] > 0).mean() <= 0.85


def test_moments_of_the_study_of_pilots(pilot_rows: pd.DataFrame) -> None:
    """As above; the sds of talents and of budgets are a quarter below print, which heavier tails would need."""
    printed = {
        "theil": (0.0961, 0.0561),
        "treat_post": (0.1291, 0.3354),
        "ais": (0.8115, 0.0639),
        "ris": (0.2761, 0.2088),
        "ln_agdp": (9.5705, 0.6937),
        "open": (0.0184, 0.0191),
        "gov": (0.2291, 0.2845),
        "talents": (0.0273, 0.0157),
        "ainternet": (0.1581, 0.1665),
        "urban": (0.5006, 0.1626),
    }
    for name, (mean, sd) in printed.items():
        assert pilot_rows[name].mean() == pytest.approx(mean, abs=0.1 * sd), name
        assert pilot_rows[name].std() == pytest.approx(sd, rel=0.3 if name in {"gov", "talents"} else 0.2), name


def test_fit_statistics_aimed_at(panel: pd.DataFrame) -> None:
    """Cragg-Donald F and the residual sds of column 6 and of M4: means of 20 draws beside what they are set from."""
    found = {specification.spec_id: specification for specification in SPECIFICATIONS}
    strengths, wages, theils = [], [], []
    for seed in range(1, 21):
        frame = simulate_cities(seed)
        strengths.append(found["tw_t2_c8"].fit(frame).first_stage_f)
        wages.append(found["tw_t2_c6"].fit(frame).residual_sd)
        theils.append(found["ic_t2_m4"].fit(frame).residual_sd)
    # F varies by about 35 between draws, its mean by 8; residual sds vary by 1%
    assert np.mean(strengths) == pytest.approx(CITY_CONSTANTS.cragg_donald, abs=40)
    assert np.mean(wages) == pytest.approx(CITY_CONSTANTS.wage_residual_sd, rel=0.02)
    assert np.mean(theils) == pytest.approx(CITY_CONSTANTS.theil_residual_sd, rel=0.03)


def test_least_squares_tends_to_column_six() -> None:
    """The closed form of the bias: rho times the share of v in what is left of trade."""
    constants = CITY_CONSTANTS
    assert constants.trade_total + constants.rho * constants.least_squares_share == pytest.approx(-0.02311)
    slopes, mediators = constants.mediator_slopes(), constants.mediators
    covariance = constants.labour_capital_correlation * mediators["laborempl"].sd * mediators["capempl"].sd
    alone = slopes["laborempl"] + slopes["capempl"] * covariance / mediators["laborempl"].sd ** 2
    assert alone == pytest.approx(-0.032)
    indirect = sum(slope * mediators[name].trade_effect for name, slope in slopes.items())
    assert constants.trade_direct + indirect == pytest.approx(-0.16344)
    effect = constants.ais_slope * mediators["ais"].policy_effect + constants.ris_slope * mediators["ris"].policy_effect
    assert constants.policy_direct + effect == pytest.approx(0.0097)


def test_one_hundred_seeds_are_feasible() -> None:
    for seed in SEEDS:
        drawn = draw_cities(seed)
        assert all((values[~np.isnan(values)] > 0).all() for values in drawn.printed.values()), seed
        ratio = drawn.printed["urban_income_cny"] / drawn.printed["rural_income_cny"]
        assert (ratio[~np.isnan(ratio)] > 1).all(), seed


# ---- smart cities and wage records --------------------------------------------------------------------


def test_smart_cities_are_those_of_the_panel(panel: pd.DataFrame) -> None:
    listed = simulate_smart_cities(1)
    assert list(listed) == ["place", "policy", "year", "batch", "source", "confidence"]
    assert listed["source"].str.startswith("SIMULATED").all()
    assert listed["place"].is_unique
    starts = listed.set_index("place")["year"].reindex(cities()["name_zh"]).to_numpy()
    expected = np.repeat(starts, len(YEARS)) <= panel["year"]
    assert (panel["policy_post"] == expected).all()
    pd.testing.assert_frame_equal(listed, simulate_smart_cities(1))


def test_wage_records_have_the_drawn_gini(panel: pd.DataFrame) -> None:
    """Forty stratified records: the sample index has an error of sd about 0.009 and hardly any bias."""
    records = simulate_wage_records(1)
    assert list(records) == ["city", "year", "wage", "weight"]
    assert 190_000 <= len(records) <= 210_000
    assert (records["wage"] > 0).all()
    records = records.sort_values(["city", "year", "wage"], ignore_index=True)
    grouped = records.groupby(["city", "year"])
    mass = grouped["weight"].transform("sum")
    before = grouped["weight"].cumsum() - records["weight"]
    income = records["weight"] * records["wage"]
    total = income.groupby([records["city"], records["year"]]).transform("sum")
    # weighted Gini: 2 sum of w x (rank at the middle of its weight) / (mass x total) - 1
    part = 2 * income * (before + records["weight"] / 2) / (mass * total)
    index = part.groupby([records["city"], records["year"]]).sum() - 1
    drawn = panel[panel["in_trade_study"]].dropna(subset=["gini"]).set_index(["city_code", "year"])["gini"]
    error = index.to_numpy() - drawn.sort_index().to_numpy()
    assert len(index) == len(drawn)
    assert error.std() == pytest.approx(0.009, rel=0.2)
    assert abs(error.mean()) < 0.002


def test_standings_do_not_depend_on_the_seed() -> None:
    first = {name: values.copy() for name, values in scores().items()}
    simulate_cities(7)
    assert all((first[name] == values).all() for name, values in scores().items())
