"""Index models against a second implementation, on random panels with zeros and blanks; units, order and bounds."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tests.support import indices_in_pandas as again
from tests.support.models import Row, city_panel, incomes_of_one_survey, listed, pilot, province_panel, run

SECTORS = (
    *("s01_agriculture", "s02_mining", "s03_manufacturing", "s04_utilities", "s05_construction", "s06_transport"),
    *("s07_it", "s08_trade", "s09_hotel_catering", "s10_finance", "s11_realestate", "s12_leasing_business"),
    *("s13_science", "s14_water_env_public", "s15_resident_services", "s16_education", "s17_health_social"),
    *("s18_culture_sport", "s19_public_admin"),
)
CITIES = tuple(str(code) for code in range(100100, 101300, 100))
YEARS = tuple(range(2000, 2015))
RATES = pd.Series({year: 8.0 - 0.15 * (year - 2000) for year in YEARS})
MONEY = (
    *("gdp_100m_cny", "exports_100m_cny", "imports_100m_cny", "wage_bill_onpost_100m_cny", "fai_100m_cny"),
    *("budget_revenue_100m_cny", "budget_expenditure_100m_cny", "exp_education_100m_cny"),
)
PEOPLE = (
    *("emp_unit_total_10k_persons", "emp_private_selfemployed_10k_persons", "pop_registered_yearend_10k_persons"),
    *("emp_primary_10k_persons", "emp_secondary_10k_persons", "emp_tertiary_10k_persons"),
    *("internet_users_10k_households", "unemployed_registered_persons"),
    *("emp_s13_science_10k_persons", "emp_s07_it_10k_persons"),
)
OTHER = (
    *("fdi_actual_10k_usd", "urban_income_cny", "rural_income_cny"),
    *("gdp_share_primary_pct", "gdp_share_secondary_pct", "gdp_share_tertiary_pct"),
)
SEEDS = (1, 2, 3)


def random_panel(seed: int) -> pd.DataFrame:
    """Cities and years of which a tenth is absent; of the values, one in 25 is missing and one in 25 zero."""
    draw = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([CITIES, YEARS], names=["city_code", "year"])
    columns = [*MONEY, *PEOPLE, *OTHER, *SECTORS]
    values = pd.DataFrame(draw.lognormal(3, 1, (len(index), len(columns))), index=index, columns=columns)
    values["urbanisation_rate_pct"] = draw.uniform(1, 99, len(index))
    fate = draw.uniform(size=values.shape)
    values = values.mask(fate < 0.04).mask(fate > 0.96, 0.0)
    return values[draw.uniform(size=len(index)) > 0.1]


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame by city and year, with NULL for NaN."""
    return [
        {"city_code": city, "year": year, **{name: None if math.isnan(v) else v for name, v in values.items()}}
        for (city, year), values in frame.to_dict("index").items()
    ]


def frame_of(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows).set_index(["city_code", "year"]).sort_index()


def indices(panel: pd.DataFrame, model: str, order: int = 0) -> pd.DataFrame:
    """A model over a panel, by city and year; NULL is NaN, and a NaN of the model's own is an error."""
    sectors = [
        {
            "place_level": "city",
            "scope": "total",
            "vintage": "s",
            "place_code": city,
            "year": year,
            "indicator": f"emp_{sector}",
            "value": row[sector],
        }
        for (city, year), row in panel.iterrows()
        for sector in SECTORS
        if not math.isnan(row[sector])
    ]
    rows = run(
        model,
        order=order,
        city_panel=city_panel(*rows_of(panel.drop(columns=list(SECTORS)))),
        observations=sectors,
        **incomes_of_one_survey(*rows_of(panel.drop(columns=list(SECTORS)))),
        exchange_rates=[{"year": year, "cny_per_usd": rate} for year, rate in RATES.items()],
    )[model]
    for row in rows:
        assert all(value is None or isinstance(value, str) or math.isfinite(value) for value in row.values())
    return frame_of(rows)


def numbered_sectors(panel: pd.DataFrame) -> pd.DataFrame:
    return panel[list(SECTORS)].set_axis(range(1, 20), axis=1)


SECOND: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "city_inequality": again.inequality,
    "city_trade": lambda panel: again.trade(panel, RATES),
    "city_wages": again.wages,
    "city_fiscal": again.fiscal,
    "city_employment": lambda panel: again.employment(panel, numbered_sectors(panel)),
    "city_industry_structure": again.industry_structure,
    "city_productivity": again.productivity,
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("model", SECOND)
def test_index_models_equal_pandas(model: str, seed: int) -> None:
    panel = random_panel(seed)
    ours = indices(panel, model)
    theirs = SECOND[model](panel).sort_index()
    assert list(ours.index) == list(theirs.index)
    for column in theirs:
        # Most values must be there, or the comparison would say little.
        assert theirs[column].notna().mean() > 0.5, column
        np.testing.assert_allclose(
            ours[column].to_numpy(dtype=float), theirs[column].to_numpy(), rtol=1e-9, atol=1e-12, err_msg=column
        )
    others = {"is_capital_biased", "city_name_zh", "income_survey", "urban_share_basis"}
    assert set(ours.columns) - set(theirs.columns) <= others


@pytest.mark.parametrize("model", SECOND)
def test_index_models_do_not_depend_on_the_order_of_rows(model: str) -> None:
    panel = random_panel(1)
    ours, shuffled = indices(panel, model), indices(panel, model, order=5)
    pd.testing.assert_frame_equal(ours, shuffled, rtol=1e-12)


#: columns that are pure ratios or shares and therefore stay when all money, or all people, are counted in another unit
FREE_OF_UNITS = {
    "city_inequality": ("urban_share", "urban_income_share", "income_ratio", "theil"),
    "city_trade": ("trade_balance", "trade_openness", "fdi_share", "base_year_trade_x_time"),
    "city_wages": (
        *("wage_share", "wage_gap", "revenue_share", "expenditure_share", "education_share", "internet_share"),
    ),
    "city_fiscal": ("fiscal_self_sufficiency", "fiscal_gap"),
    "city_employment": (
        *("labour_intensive_share", "capital_intensive_share", "technology_intensive_share", "talent_share"),
        *("unemployment_rate", "unemployed_per_unit_employee"),
    ),
    "city_industry_structure": ("industry_ratio", "upgrading_quantity", "structure_distance", "sector_theil"),
    "city_productivity": ("alpha", "alpha_city"),
}


@pytest.mark.parametrize("model", FREE_OF_UNITS)
def test_index_models_do_not_depend_on_units(model: str) -> None:
    panel = random_panel(1)
    scaled = panel.copy()
    scaled[[*MONEY, "fdi_actual_10k_usd", "urban_income_cny", "rural_income_cny"]] *= 7.3
    scaled[[*PEOPLE, *SECTORS]] *= 0.013
    scaled[["gdp_share_primary_pct", "gdp_share_secondary_pct", "gdp_share_tertiary_pct"]] *= 0.01
    columns = list(FREE_OF_UNITS[model])
    ours, theirs = indices(panel, model)[columns], indices(scaled, model)[columns]
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_indices_keep_their_bounds(seed: int) -> None:
    panel = random_panel(seed)
    structure = indices(panel, "city_industry_structure")
    for name, low, high in (
        ("upgrading_quantity", 1, 3),
        ("structure_distance", 0, math.inf),
        ("sector_theil", 0, math.log(3)),
        *((f"output_share_{sector}", 0, 1) for sector in again.SECTORS),
        *((f"employment_share_{sector}", 0, 1) for sector in again.SECTORS),
    ):
        assert structure[name].dropna().between(low - 1e-12, high + 1e-12).all(), name
    for kind in ("output", "employment"):
        sums = structure[[f"{kind}_share_{sector}" for sector in again.SECTORS]].sum(axis=1, skipna=False).dropna()
        np.testing.assert_allclose(sums, 1, atol=1e-12)
    assert indices(panel, "city_inequality")["theil"].min() >= 0
    assert indices(panel, "city_employment")["unemployment_rate"].dropna().between(0, 1).all()
    trade = indices(panel, "city_trade")
    assert (trade["trade_balance"].abs() <= trade["trade_openness"] + 1e-12)[trade["trade_balance"].notna()].all()


@pytest.mark.parametrize("seed", SEEDS)
def test_wage_gaps_of_a_year_sum_to_zero(seed: int) -> None:
    gaps = indices(random_panel(seed), "city_wages")["wage_gap"]
    np.testing.assert_allclose(gaps.groupby("year").sum(), 0, atol=1e-9 * gaps.abs().max())


@pytest.mark.parametrize("seed", SEEDS)
def test_indices_of_provinces_equal_pandas(seed: int) -> None:
    names = (
        *("gdp_100m_cny", "trade_total_100m_cny", "imports_100m_cny", "fdi_actual_10k_usd", "pop_resident_10k_persons"),
        *("gdp_share_tertiary_pct", "gdp_share_secondary_pct"),
        *("rd_expenditure_100m_cny", "value_added_industry_100m_cny"),
    )
    panel = random_panel(seed).iloc[:, : len(names)].set_axis(list(names), axis=1)
    rows = [{"province_code": row.pop("city_code"), **row} for row in rows_of(panel)]
    models = ("province_trade", "province_industry_structure")
    made = run(
        *models,
        province_panel=province_panel(*rows),
        exchange_rates=[{"year": year, "cny_per_usd": rate} for year, rate in RATES.items()],
    )
    ours = pd.concat(
        [pd.DataFrame(made[model]).set_index(["province_code", "year"]).sort_index() for model in models], axis=1
    )
    theirs = again.province_indices(panel, RATES).sort_index()
    assert set(ours) == set(theirs)
    for column in theirs:
        np.testing.assert_allclose(ours[column].to_numpy(dtype=float), theirs[column].to_numpy(), rtol=1e-12)


@pytest.mark.parametrize("confidence", ["all", "sourced"])
@pytest.mark.parametrize("seed", SEEDS)
def test_exposure_to_policies_equals_a_loop(seed: int, confidence: str) -> None:
    draw = np.random.default_rng(seed)
    entries = [
        (
            f"policy_{draw.integers(2)}",
            str(draw.choice(CITIES)) if draw.uniform() < 0.8 else None,
            int(draw.integers(2002, 2008)),
            str(draw.choice(["sourced", "recalled"])),
        )
        for _ in range(30)
    ]
    panel = [{"city_code": city, "year": year} for city in CITIES for year in range(2000, 2010)]
    made = run(
        "policy_listings",
        "policy_exposure",
        order=seed,
        variables={"policy_confidence": confidence},
        city_panel=city_panel(*panel),
        # the one half in the seed, where a place below a city has its code, and the other in a list
        policy_places=[
            pilot(city or CITIES[0], year, kind, policy, unit_level="city" if city else "district")
            for policy, city, year, kind in entries[::2]
        ],
        resolved_policy_rows=[
            listed(city, year, kind, policy=policy, reject_reason=None if city else "place is no city")
            for policy, city, year, kind in entries[1::2]
        ],
    )
    found = {
        (row["policy"], row["city_code"], row["year"]): (
            *(row["cohort"], row["relative_year"]),
            *(row["is_treated"], row["is_sourced"]),
        )
        for row in made["policy_exposure"]
    }
    assert found == again.exposure(list(CITIES), list(range(2000, 2010)), entries, confidence == "sourced")


@pytest.mark.parametrize("seed", SEEDS)
def test_income_theil_of_cities_equals_numpy(seed: int) -> None:
    panel = random_panel(seed)[["gdp_100m_cny", "pop_registered_yearend_10k_persons"]]
    # three cities to a province, and provinces of three regions; and a grouping that knows half of the cities
    provinces = {city: f"1{number // 3}0000" for number, city in enumerate(CITIES)}
    regions = {code: f"region {number % 3}" for number, code in enumerate(sorted(set(provinces.values())))}
    halves = {city: f"half {number % 2}" for number, city in enumerate(CITIES[::2])}
    # every second city has residents, half as many again as are registered
    residents = {city: 1.5 if number % 2 else None for number, city in enumerate(CITIES)}
    people = [
        {
            "city_code": row["city_code"],
            "year": row["year"],
            "registered_10k_persons": row["pop_registered_yearend_10k_persons"],
            "resident_10k_persons": row["pop_registered_yearend_10k_persons"] * factor
            if (factor := residents[row["city_code"]]) and row["pop_registered_yearend_10k_persons"]
            else None,
        }
        for row in rows_of(panel)
    ]
    rows = run(
        "city_income_theil",
        city_population=people,
        city_panel=city_panel(*(row | {"province_code": provinces[row["city_code"]]} for row in rows_of(panel))),
        groupings=[
            {"grouping": "regions", "place_level": "province"},
            {"grouping": "halves", "place_level": "city"},
        ],
        place_groups=[
            {"grouping": grouping, "group_name": name, "place_code": code}
            for grouping, groups in (("regions", regions), ("halves", halves))
            for code, name in groups.items()
        ],
    )["city_income_theil"]
    assert len(rows) == 2 * 2 * len(YEARS)
    for row in rows:
        of_year = panel[panel.gt(0).all(axis=1)].xs(row["year"], level="year")
        groups = {
            city: regions[provinces[city]] if row["grouping"] == "regions" else halves.get(city) for city in CITIES
        }
        factors = residents if row["population_basis"] == "resident" else dict.fromkeys(CITIES, 1.0)
        places = [
            (groups[city] or "not listed", provinces[city], registered * factor, gdp / (registered * factor))
            for city, gdp, registered in of_year.itertuples()
            if (factor := factors[city])
        ]
        for name, expected in again.nested_theil(places).items():
            assert row[name.replace("subgroups", "provinces")] == pytest.approx(expected, abs=1e-11), name
