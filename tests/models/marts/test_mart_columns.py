"""Study marts on small panels given as rows: what a column is made of, worked by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pytest

from tests.support.models import (
    Row,
    city_panel,
    income_observations,
    incomes_of_one_survey,
    keyed,
    listed,
    pilot,
    province_panel,
    run,
)

BEIJING, HEBEI, TIBET = "110000", "130000", "540000"


def volumes(rows: Iterable[Row]) -> list[Row]:
    """city_real_gdp of rows of the panel, as the panel has it and without a chain."""
    return [
        {
            "city_code": row["city_code"],
            "year": row["year"],
            "gdp_real_own_100m_cny_2000": row.get("gdp_real_100m_cny_2000"),
            "gdp_real_chained_100m_cny_2010": None,
        }
        for row in rows
    ]


def people(rows: Iterable[Row], residents: float | None = None) -> list[Row]:
    """city_population of rows of the panel: those whom it has registered, and so many residents everywhere."""
    return [
        {
            "city_code": row["city_code"],
            "year": row["year"],
            "registered_10k_persons": row.get("pop_registered_yearend_10k_persons"),
            "resident_10k_persons": residents,
            "resident_origin": None,
        }
        for row in rows
    ]


# Imports and inequality of provinces


def province_row(code: str, year: int, *values: float) -> Row:
    """A million residents; the logarithms of imports and of science expenditure; GDP and trade, all in 100m CNY."""
    ln_import, ln_inno, gdp, trade = values
    return {
        "province_code": code,
        "year": year,
        "imports_100m_cny": math.exp(ln_import),
        "exp_science_100m_cny": math.exp(ln_inno),
        "gdp_100m_cny": gdp,
        "pop_resident_10k_persons": 100,
        "trade_total_100m_cny": trade,
    }


PROVINCES = [
    # outside the window, inside it, and the first year after it
    province_row(BEIJING, 2007, 1, 0, 900, 90),
    province_row(BEIJING, 2008, 2, 1, 300, 30)
    | {
        "urbanisation_rate_pct": 50,
        "urban_income_cny": 3,
        "rural_income_cny": 1,
        "gdp_share_secondary_pct": 40,
        "gdp_share_tertiary_pct": 50,
        "fdi_actual_10k_usd": 20000,
        "foreign_enterprise_investment_100m_cny": 70,
        "unemployment_rate_pct": 3.5,
        "rd_expenditure_100m_cny": 6,
        "value_added_industry_100m_cny": 120,
        "flagged_indicators": "gdp",
    },
    province_row(BEIJING, 2019, 4, 2, 500, 100),
    province_row(BEIJING, 2020, 5, 9, 100, 10),
    province_row(HEBEI, 2008, 3, 3, 100, 10),
    province_row(HEBEI, 2009, 3, 6, 300, 45),
    # a province that the study leaves out
    province_row(TIBET, 2008, 10, 9, 5000, 4000),
]


def import_inequality(*provinces: Row) -> dict[tuple, Row]:
    models = ("province_inequality", "province_industry_structure", "province_trade", "import_inequality")
    rows = run(
        *models,
        province_panel=province_panel(*(provinces or PROVINCES)),
        observations=income_observations("province", *((BEIJING, year) for year in range(2008, 2020))),
        exchange_rates=[{"year": 2008, "cny_per_usd": 7.0}],
    )["import_inequality"]
    return keyed(rows, "province_code", "year")


def test_variables_of_import_inequality_by_hand() -> None:
    mart = import_inequality()
    assert len(mart) == len(PROVINCES)
    expected = {
        # income shares 3/4 and 1/4 against 1/2 and 1/2
        "tar": 0.75 * math.log(1.5) + 0.25 * math.log(0.5),
        "income_ratio": 3,
        "ln_import": 2,
        "ln_inno": 1,
        "ln_import_x_ln_inno": 2,
        "urban": 0.5,
        # 50 / 40
        "ind": 1.25,
        # 20000 x 10k USD x 7 = 14 x 100m CNY
        "ln_fdi": math.log(14),
        "ln_fdi_as_published": math.log(70),
        # 300 x 100m CNY over 100 x 10k persons
        "ln_pgdp": math.log(30000),
        "unemployment": 3.5,
        "intrd": math.exp(2) / 300,
        "tec": 0.05,
        "l_ln_import": 1,
        "l_ln_inno": 0,
        "ln_trade": math.log(30),
        "l_ln_trade": math.log(90),
        "trdgdp": 0.1,
    }
    row = mart[BEIJING, 2008]
    assert {name: row[name] for name in expected} == pytest.approx(expected, abs=1e-12)
    assert (row["coast"], row["flagged_indicators"]) == ("coastal", "gdp")
    # Nothing is reported of Hebei but imports, science, GDP and residents.
    missing = [name for name, value in mart[HEBEI, 2008].items() if value is None]
    assert missing == [
        *("tar", "income_ratio", "urban", "ind", "ln_fdi", "ln_fdi_as_published", "unemployment", "tec"),
        *("l_ln_import", "l_ln_inno", "l_ln_trade"),
        # nothing is filled, spliced or flagged
        *("interpolated_columns", "spliced_indicators", "flagged_indicators"),
    ]
    assert {key for key, row in mart.items() if row["is_complete"]} == {(BEIJING, 2008)}


#: what a row of each mart must have to be complete, and what it may lack
NEEDED_OF_PROVINCES = (
    *("urbanisation_rate_pct", "urban_income_cny", "rural_income_cny", "imports_100m_cny", "exp_science_100m_cny"),
    *("gdp_share_tertiary_pct", "foreign_enterprise_investment_100m_cny", "pop_resident_10k_persons"),
    "unemployment_rate_pct",
)
NOT_NEEDED_OF_PROVINCES = ("fdi_actual_10k_usd", "rd_expenditure_100m_cny", "trade_total_100m_cny")


def test_a_row_of_import_inequality_is_complete_if_it_has_what_the_study_needs() -> None:
    lacks = dict(enumerate((*NEEDED_OF_PROVINCES, *NOT_NEEDED_OF_PROVINCES), start=2008))
    rows = [PROVINCES[1] | {"year": year, missing: None} for year, missing in lacks.items()]
    mart = import_inequality(*rows)
    assert {lacks[year] for (_, year), row in mart.items() if row["is_complete"]} == set(NOT_NEEDED_OF_PROVINCES)


def test_samples_and_lags_of_import_inequality_by_hand() -> None:
    mart = import_inequality()
    samples = {key: (row["is_study_province"], row["is_published_window"]) for key, row in mart.items()}
    assert samples == {
        (BEIJING, 2007): (True, False),
        (BEIJING, 2008): (True, True),
        (BEIJING, 2019): (True, True),
        (BEIJING, 2020): (True, False),
        (HEBEI, 2008): (True, True),
        (HEBEI, 2009): (True, True),
        (TIBET, 2008): (False, True),
    }
    assert {key for key, row in mart.items() if row["in_published_sample"]} == {
        key for key, sample in samples.items() if all(sample)
    }
    # 2019 does not follow 2008
    lags = {key: (row["l_ln_import"], row["l_ln_inno"], row["l_ln_trade"]) for key, row in mart.items()}
    logarithm = pytest.approx
    assert lags == {
        (BEIJING, 2007): (None, None, None),
        (BEIJING, 2008): (logarithm(1), logarithm(0, abs=1e-12), logarithm(math.log(90))),
        (BEIJING, 2019): (None, None, None),
        (BEIJING, 2020): (logarithm(4), logarithm(2), logarithm(math.log(100))),
        (HEBEI, 2008): (None, None, None),
        (HEBEI, 2009): (logarithm(3), logarithm(3), logarithm(math.log(10))),
        (TIBET, 2008): (None, None, None),
    }


def test_centring_and_groups_of_import_inequality_use_the_published_sample() -> None:
    mart = import_inequality()
    # The sample is Beijing 2008, 2019 and Hebei 2008, 2009. Both means are 3: of ln_import 2, 4, 3, 3 and of ln_inno
    # 1, 2, 3, 6.
    centred = {
        (BEIJING, 2007): 6,
        (BEIJING, 2008): 2,
        (BEIJING, 2019): -1,
        (BEIJING, 2020): 12,
        (HEBEI, 2008): 0,
        (HEBEI, 2009): 0,
        (TIBET, 2008): 42,
    }
    assert {key: row["ln_import_x_ln_inno_centred"] for key, row in mart.items()} == pytest.approx(centred, abs=1e-9)
    # GDP per resident 30, 50, 10, 30 thousand of mean 30: to equal the mean is not to be above it.
    assert {key for key, row in mart.items() if row["is_developed"]} == {
        (BEIJING, 2007),
        (BEIJING, 2019),
        (TIBET, 2008),
    }
    # Means of provinces: 40 and 20 thousand; Tibet is in no sample and has no answer.
    assert {row["province_code"]: row["is_developed_province"] for row in mart.values()} == {
        BEIJING: True,
        HEBEI: False,
        TIBET: None,
    }
    # Science expenditure e, e^2, e^3, e^6 of mean 108: above it are e^6 and e^9.
    assert {key for key, row in mart.items() if row["is_high_technology"]} == {
        (HEBEI, 2009),
        (BEIJING, 2020),
        (TIBET, 2008),
    }
    # Trade over GDP 0.1, 0.2, 0.1, 0.15 of mean 0.1375
    assert {key for key, row in mart.items() if row["is_high_openness"]} == {
        (BEIJING, 2019),
        (HEBEI, 2009),
        (TIBET, 2008),
    }


# Trade and wages of cities

CAPITAL, TANGSHAN, DALIAN, HEFEI, LHASA, SANYA = "110000", "130200", "210200", "340100", "540100", "460200"
SHENZHEN, XINING = "440300", "630100"


def city_row(code: str, year: int, **values: float) -> Row:
    province_code = code[:2] + "0000"
    return {"city_code": code, "province_code": province_code, "year": year, "gdp_100m_cny": 100} | values


#: half of the cities have records of wages
GINIS = [{"city_code": TANGSHAN, "year": 2005, "gini": 0.31}, {"city_code": HEFEI, "year": 2010, "gini": 0.42}]


def trade_wage_share(*rows: Row, **variables: float) -> dict[str, dict[tuple, Row]]:
    models = (
        *("city_industry_structure", "city_trade", "city_wages", "city_employment", "city_productivity"),
        "trade_wage_share",
    )
    sectors = [
        {
            "place_level": "city",
            "place_code": TANGSHAN,
            "year": 2005,
            "scope": "total",
            "indicator": f"emp_s{number:02}_{name}",
            "value": value,
        }
        for number, name, value in (
            *((7, "it", 1.0), (10, "finance", 2.0), (13, "science", 3.0), (2, "mining", 4.0)),
            *((3, "manufacturing", 5.0), (4, "utilities", 6.0), (5, "construction", 7.0), (6, "transport", 8.0)),
            *((11, "realestate", 9.0), (14, "water_env_public", 10.0)),
            *((1, "agriculture", 0.5), (9, "hotel_catering", 0.5), (15, "resident_services", 0.5)),
            *((16, "education", 0.5), (17, "health_social", 0.5), (18, "culture_sport", 0.5)),
            (19, "public_admin", 0.5),
        )
    ]
    made = run(
        *models,
        variables=variables,
        city_panel=city_panel(*rows),
        city_wage_inequality=GINIS,
        city_real_gdp=volumes(rows),
        observations=sectors,
        exchange_rates=[{"year": year, "cny_per_usd": 8.0} for year in (2004, 2005)],
    )
    return {model: keyed(made[model], "city_code", "year") for model in models}


def test_variables_of_trade_wage_share_by_hand() -> None:
    tables = trade_wage_share(
        city_row(TANGSHAN, 2004, exports_100m_cny=30, imports_100m_cny=20),
        city_row(
            TANGSHAN,
            2005,
            exports_100m_cny=10,
            imports_100m_cny=35,
            fdi_actual_10k_usd=5000,
            wage_bill_onpost_100m_cny=20,
            budget_revenue_100m_cny=7,
            budget_expenditure_100m_cny=9,
            exp_education_100m_cny=3,
            emp_unit_total_10k_persons=70,
            emp_private_selfemployed_10k_persons=27,
            unemployed_registered_persons=30000,
            design_patents_published_items=50,
            fai_100m_cny=40,
            gdp_share_primary_pct=10,
            gdp_share_secondary_pct=40,
            gdp_share_tertiary_pct=50,
        ),
        city_row(CAPITAL, 2005, wage_bill_onpost_100m_cny=50, design_patents_published_items=0),
        city_row(HEFEI, 2005, wage_bill_onpost_100m_cny=10, exports_100m_cny=5, imports_100m_cny=5),
    )
    mart = tables["trade_wage_share"]
    expected = {
        "wage": 0.2,
        # (10 - 35) / 100; 45 / 100; (30 - 20) / 100 x 1; the balance of 2004
        "trade": -0.25,
        "openness": 0.45,
        "trade2004_x_t": 0.1,
        "l_trade": 0.1,
        # 5000 x 10k USD x 8 = 4 x 100m CNY
        "fdi": 0.04,
        "govern": 0.07,
        "educ": 0.03,
        # 3 / (3 + 70 + 27); 3 / 70
        "unemp": 0.03,
        "unemp_as_published": 3 / 70,
        "laborempl": 3.5 / 70,
        "capempl": 49 / 70,
        "techempl": 6 / 70,
        "rd": math.log(50),
        "hlh_theil": 0.1 * math.log(0.3) + 0.4 * math.log(1.2) + 0.5 * math.log(1.5),
        # 0.2 - (0.5 + 0.1) / 2
        "gapwage": -0.1,
        "gini": 0.31,
    }
    row = mart[TANGSHAN, 2005]
    assert {name: row[name] for name in expected} == pytest.approx(expected, abs=1e-12)
    assert row["balance_side"] == "deficit"
    assert mart[TANGSHAN, 2004]["balance_side"] == "surplus"
    # balanced, and unknown: neither side
    assert (mart[HEFEI, 2005]["trade"], mart[HEFEI, 2005]["balance_side"]) == (0, None)
    assert (mart[CAPITAL, 2005]["trade"], mart[CAPITAL, 2005]["balance_side"]) == (None, None)
    # no design patent, no logarithm
    assert mart[CAPITAL, 2005]["rd"] is None
    assert mart[CAPITAL, 2005]["interpolated_columns"] is None
    # one row with every input makes no elasticity, and no records no Gini index
    assert (row["tfp"], row["alpha"], row["alpha_city"], row["is_complete"]) == (None, None, None, False)
    assert (mart[TANGSHAN, 2004]["gini"], mart[HEFEI, 2005]["gini"]) == (None, None)


NEEDED_OF_CITIES = (
    *("exports_100m_cny", "imports_100m_cny", "fdi_actual_10k_usd", "wage_bill_onpost_100m_cny"),
    *("budget_revenue_100m_cny", "exp_education_100m_cny", "fai_100m_cny"),
    *("emp_unit_total_10k_persons", "unemployed_registered_persons"),
)
#: The printed unemployment rate, which the study uses, needs no private employment.
NOT_NEEDED_OF_CITIES = ("emp_private_selfemployed_10k_persons", "budget_expenditure_100m_cny")
CITY_INPUTS = NEEDED_OF_CITIES + NOT_NEEDED_OF_CITIES
#: Shijiazhuang to Hengshui
CITIES_OF_HEBEI = [f"13{number:02}00" for number in range(1, 12)]


def test_a_row_of_trade_wage_share_is_complete_if_it_has_what_the_study_needs() -> None:
    lacks = dict(zip(CITIES_OF_HEBEI, CITY_INPUTS, strict=True))
    # Capital differs by city, or there would be no elasticity.
    rows = [
        city_row(code, 2005, **dict.fromkeys(CITY_INPUTS, 10.0)) | {"fai_100m_cny": float(code[2:])} | {missing: None}
        for code, missing in lacks.items()
    ]
    mart = trade_wage_share(*rows)["trade_wage_share"]
    assert {lacks[code] for (code, _), row in mart.items() if row["is_complete"]} == set(NOT_NEEDED_OF_CITIES)


def test_productivity_in_trade_wage_share_is_that_of_the_city() -> None:
    # Elasticities 0.8 and 0.2 of eight years each, with the same capital: pooled 0.5
    rows = [
        city_row(code, 2004 + k, gdp_100m_cny=5.0 * k**alpha, fai_100m_cny=float(k), emp_unit_total_10k_persons=1.0)
        for code, alpha in ((TANGSHAN, 0.8), (HEFEI, 0.2))
        for k in range(1, 9)
    ]
    mart = trade_wage_share(*rows)["trade_wage_share"]
    assert (mart[TANGSHAN, 2008]["is_capital_biased"], mart[HEFEI, 2008]["is_capital_biased"]) == (True, False)
    assert mart[TANGSHAN, 2008]["tfp"] == pytest.approx(5 * 4**0.3)
    assert mart[HEFEI, 2008]["tfp"] == pytest.approx(5 * 4**-0.3)
    alphas = {key: (row["alpha"], row["alpha_city"]) for key, row in mart.items() if key[1] == 2008}
    assert alphas == {(TANGSHAN, 2008): pytest.approx((0.5, 0.8)), (HEFEI, 2008): pytest.approx((0.5, 0.2))}


def test_places_and_samples_of_trade_wage_share_by_hand() -> None:
    rows = [city_row(code, 2010) for code in (CAPITAL, TANGSHAN, DALIAN, HEFEI, LHASA, SANYA, SHENZHEN, XINING)]
    rows += [city_row(HEFEI, year) for year in (2004, 2005, 2022, 2023)]
    mart = trade_wage_share(*rows)["trade_wage_share"]
    flags = (
        "is_municipality",
        "is_subprovincial",
        "in_yangtze_belt",
        "in_yangtze_delta",
        "in_bay_area",
        "in_jingjinji",
    )
    places = {code: {flag for flag in flags if row[flag]} for (code, year), row in mart.items() if year == 2010}
    assert places == {
        CAPITAL: {"is_municipality", "in_jingjinji"},
        TANGSHAN: {"in_jingjinji"},
        HEFEI: {"in_yangtze_belt", "in_yangtze_delta"},
        LHASA: set(),
        SANYA: set(),
        SHENZHEN: {"is_subprovincial", "in_bay_area"},
        XINING: set(),
        DALIAN: {"is_subprovincial"},
    }
    assert {code for (code, year), row in mart.items() if year == 2010 and not row["in_published_sample"]} == {
        LHASA,
        XINING,
    }
    assert {year: mart[HEFEI, year]["in_published_sample"] for year in (2004, 2005, 2010, 2022, 2023)} == {
        2004: False,
        2005: True,
        2010: True,
        2022: True,
        2023: False,
    }
    regions = {code: row["region"] for (code, year), row in mart.items() if year == 2010}
    # The northeast counts as central here.
    expected = {CAPITAL: "east", DALIAN: "central", HEFEI: "central", XINING: "west"}
    assert {code: regions[code] for code in expected} == expected


def test_lags_of_trade_wage_share_look_at_their_year_and_not_at_the_row_before() -> None:
    rows = [
        city_row(TANGSHAN, year, exports_100m_cny=value, imports_100m_cny=0)
        for year, value in ((2005, 10), (2006, 20), (2008, 30), (2009, 40))
    ]
    rows.append(city_row(HEFEI, 2007, exports_100m_cny=50, imports_100m_cny=0))
    mart = trade_wage_share(*rows)["trade_wage_share"]
    assert {key: (row["l_trade"], row["l2_trade"]) for key, row in mart.items()} == {
        (TANGSHAN, 2005): (None, None),
        (TANGSHAN, 2006): (0.1, None),
        (TANGSHAN, 2008): (None, 0.2),
        (TANGSHAN, 2009): (0.3, None),
        (HEFEI, 2007): (None, None),
    }


def test_bounded_trade_and_its_lags_by_hand() -> None:
    rows = [
        city_row(code, year, exports_100m_cny=value, imports_100m_cny=0)
        for code, year, value in (
            # the sample: 0.1 to 0.5, with quartiles of 0.2 and 0.4
            *((TANGSHAN, 2005, 10), (TANGSHAN, 2006, 50), (TANGSHAN, 2007, 20), (TANGSHAN, 2009, 40)),
            (HEFEI, 2005, 30),
            # a year before it, and a city that the study leaves out: bounded, and no part of the quartiles
            *((TANGSHAN, 2004, 90), (LHASA, 2005, 0)),
        )
    ]
    mart = trade_wage_share(*rows, outlier_percentile=0.25)["trade_wage_share"]
    near = pytest.approx
    names = ("trade_winsorised", "trade_trimmed", "l_trade_winsorised", "l_trade_trimmed")
    assert {key: tuple(row[name] for name in names) for key, row in mart.items()} == {
        (TANGSHAN, 2004): (near(0.4), None, None, None),
        (TANGSHAN, 2005): (near(0.2), None, near(0.4), None),
        (TANGSHAN, 2006): (near(0.4), None, near(0.2), None),
        (TANGSHAN, 2007): (near(0.2), near(0.2), near(0.4), None),
        (TANGSHAN, 2009): (near(0.4), near(0.4), None, None),
        (HEFEI, 2005): (near(0.3), near(0.3), None, None),
        (LHASA, 2005): (near(0.2), None, None, None),
    }
    two_years = {key: (row["l2_trade_winsorised"], row["l2_trade_trimmed"]) for key, row in mart.items()}
    assert {key: values for key, values in two_years.items() if values != (None, None)} == {
        (TANGSHAN, 2006): (near(0.4), None),
        (TANGSHAN, 2007): (near(0.2), None),
        (TANGSHAN, 2009): (near(0.2), near(0.2)),
    }


BOUNDED = ("wage", "trade", "fdi", "govern", "educ", "tfp", "unemp")


@pytest.mark.parametrize("percentile", [0.01, 0.2])
def test_bounded_variables_of_trade_wage_share_equal_numpy(percentile: float) -> None:
    draw = np.random.default_rng(1)

    def inputs(year: int) -> dict[str, float]:
        values = draw.lognormal(2, 1 if year > 2004 else 3, len(CITY_INPUTS))
        return dict(zip(CITY_INPUTS, values.tolist(), strict=True))

    rows = [
        # in the years around the window the spread is wider, so that they would move the bounds
        city_row(code, year, **inputs(year))
        for code in (CAPITAL, TANGSHAN, HEFEI, LHASA)
        for year in range(2001, 2015)
    ]
    made = trade_wage_share(*rows, outlier_percentile=percentile)["trade_wage_share"].values()
    for name in BOUNDED:
        # FDI has an exchange rate in two years only.
        used = [row for row in made if row[name] is not None]
        low, high = np.quantile([row[name] for row in used if row["in_published_sample"]], [percentile, 1 - percentile])
        values = np.array([row[name] for row in used])
        winsorised = np.array([row[f"{name}_winsorised"] for row in used])
        np.testing.assert_allclose(winsorised, np.clip(values, low, high), rtol=1e-12, err_msg=name)
        assert [row[f"{name}_trimmed"] for row in used] == [
            value if low <= value <= high else None for value in values.tolist()
        ]
        missing = [row for row in made if row[name] is None]
        assert [(row[f"{name}_winsorised"], row[f"{name}_trimmed"]) for row in missing] == [(None, None)] * len(missing)


# Innovative cities


def innovative_city(*rows: Row, lists: list[Row] | None = None, **variables: str) -> dict[tuple, Row]:
    models = (
        *("city_inequality", "city_industry_structure", "city_trade", "city_wages", "city_employment"),
        *("policy_listings", "policy_exposure", "innovative_city"),
    )
    pilots = [
        pilot(HEFEI, 2010, "sourced"),
        pilot(SANYA, 2012, "recalled"),
        # another policy, which must not matter here
        pilot(TANGSHAN, 2006, "sourced", policy="broadband"),
    ]
    made = run(
        *models,
        city_panel=city_panel(*rows),
        city_real_gdp=volumes(rows),
        city_population=people(rows),
        variables=variables,
        **incomes_of_one_survey(*rows),
        observations=income_observations("province", (BEIJING, 2011)),
        policy_places=pilots,
        resolved_policy_rows=lists or [listed(None, 2010, reject_reason="unknown place")],
        exchange_rates=[{"year": 2011, "cny_per_usd": 6.0}],
    )["innovative_city"]
    return keyed(made, "city_code", "year")


COMPLETE_CITY = city_row(
    HEFEI,
    2011,
    urbanisation_rate_pct=50,
    urban_income_cny=3,
    rural_income_cny=1,
    gdp_share_primary_pct=10,
    gdp_share_secondary_pct=40,
    gdp_share_tertiary_pct=50,
    emp_primary_10k_persons=4,
    emp_secondary_10k_persons=3,
    emp_tertiary_10k_persons=3,
    emp_unit_total_10k_persons=10,
    emp_s07_it_10k_persons=0.5,
    emp_s13_science_10k_persons=1.5,
    pop_registered_yearend_10k_persons=50,
    gdp_real_100m_cny_2000=50,
    fdi_actual_10k_usd=5000,
    budget_revenue_100m_cny=7,
    budget_expenditure_100m_cny=9,
    internet_users_10k_households=20,
)


def test_variables_of_innovative_city_by_hand() -> None:
    mart = innovative_city(COMPLETE_CITY, city_row(TANGSHAN, 2011))
    # 50 x 100m CNY at prices of 2000 over 50 x 10k persons
    ln_agdp = math.log(10000)
    expected = {
        "theil": 0.75 * math.log(1.5) + 0.25 * math.log(0.5),
        "income_ratio": 3,
        # y1 + 2 y2 + 3 y3 = 2.4
        "ais_as_published": math.log(2.4),
        "ais_quantity": 2.4,
        # sector productivities 10 / 4, 40 / 3, 50 / 3, in 10k CNY
        "ais_raw": 0.1 * 2.5 + 0.4 * 40 / 3 + 0.5 * 50 / 3,
        # alone in the sample, each productivity is its own mean: the sum of the shares
        "ais": 1,
        "ris": 0.1 * math.log(0.25) + 0.4 * math.log(4 / 3) + 0.5 * math.log(5 / 3),
        "ln_agdp": ln_agdp,
        "ln_agdp_sq": ln_agdp**2,
        # 5000 x 10k USD x 6 = 3 x 100m CNY
        "open": 0.03,
        "gov": 0.09,
        "talents": 0.2,
        "ainternet": 0.4,
        "urban": 0.5,
    }
    row = mart[HEFEI, 2011]
    assert {name: row[name] for name in expected} == pytest.approx(expected, abs=1e-12)
    assert [mart[TANGSHAN, 2011][name] for name in expected] == [None] * len(expected)


NEEDED_OF_PILOTS = (
    *("rural_income_cny", "urbanisation_rate_pct", "gdp_real_100m_cny_2000", "fdi_actual_10k_usd"),
    *("budget_expenditure_100m_cny", "emp_s07_it_10k_persons", "internet_users_10k_households"),
    "pop_registered_yearend_10k_persons",
)
NOT_NEEDED_OF_PILOTS = ("emp_primary_10k_persons", "gdp_share_primary_pct", "budget_revenue_100m_cny")


def test_a_row_of_innovative_city_is_complete_if_it_has_what_the_study_needs() -> None:
    lacks = dict(zip(CITIES_OF_HEBEI, (*NEEDED_OF_PILOTS, *NOT_NEEDED_OF_PILOTS), strict=True))
    mart = innovative_city(*(COMPLETE_CITY | {"city_code": code, missing: None} for code, missing in lacks.items()))
    assert {lacks[code] for (code, _), row in mart.items() if row["is_complete"]} == set(NOT_NEEDED_OF_PILOTS)


def test_a_row_of_unknown_treatment_is_not_complete() -> None:
    rows = [COMPLETE_CITY, COMPLETE_CITY | {"city_code": SANYA}]
    names = ("is_complete", "treat_post", "cohort", "relative_year", "is_sourced_pilot", "is_never_treated_or_sourced")
    # Hefei's year is of a document, Sanya's from memory: not yet treated, and complete, unless only documents count
    for confidence, sanya in (
        ("all", [True, False, 2012, -1, False, False]),
        ("sourced", [False, None, None, None, False, False]),
    ):
        mart = innovative_city(*rows, policy_confidence=confidence)
        assert [mart[HEFEI, 2011][name] for name in names] == [True, True, 2010, 1, True, True]
        assert [mart[SANYA, 2011][name] for name in names] == sanya


def test_smart_cities_are_those_of_a_list() -> None:
    rows = [city_row(code, year) for code in (HEFEI, TANGSHAN) for year in (2011, 2012)]
    # without a list nothing is known
    assert {row["policy_post"] for row in innovative_city(*rows).values()} == {None}
    mart = innovative_city(*rows, lists=[listed(TANGSHAN, 2012, policy="smart_city")])
    assert {key: row["policy_post"] for key, row in mart.items()} == {
        (HEFEI, 2011): False,
        (HEFEI, 2012): False,
        (TANGSHAN, 2011): False,
        (TANGSHAN, 2012): True,
    }
    # the pilots are others
    assert mart[HEFEI, 2011]["treat_post"] is True


def test_quality_of_upgrading_is_relative_to_the_published_sample() -> None:
    def row(code: str, year: int, *workers: float) -> Row:
        shares = {"gdp_share_primary_pct": 20, "gdp_share_secondary_pct": 30, "gdp_share_tertiary_pct": 50}
        names = ("emp_primary_10k_persons", "emp_secondary_10k_persons", "emp_tertiary_10k_persons")
        return city_row(code, year, **shares, **dict(zip(names, workers, strict=True)))

    mart = innovative_city(
        # productivities 20, 30, 50 and 10, 10, 25: means 15, 20, 37.5
        row(HEFEI, 2010, 1, 1, 1),
        row(TANGSHAN, 2010, 2, 3, 2),
        # a municipality, and a year after the window, are in no mean
        row(CAPITAL, 2010, 4, 1, 1),
        row(HEFEI, 2019, 1, 1, 10),
    )
    assert {key: value["ais"] for key, value in mart.items()} == pytest.approx(
        {
            (HEFEI, 2010): 0.2 * 20 / 15 + 0.3 * 30 / 20 + 0.5 * 50 / 37.5,
            (TANGSHAN, 2010): 0.2 * 10 / 15 + 0.3 * 10 / 20 + 0.5 * 25 / 37.5,
            (CAPITAL, 2010): 0.2 * 5 / 15 + 0.3 * 30 / 20 + 0.5 * 50 / 37.5,
            (HEFEI, 2019): 0.2 * 20 / 15 + 0.3 * 30 / 20 + 0.5 * 5 / 37.5,
        },
        abs=1e-12,
    )


def test_pilots_ranks_and_samples_of_innovative_city_by_hand() -> None:
    rows = [city_row(HEFEI, year) for year in (2005, 2006, 2009, 2010, 2018, 2019)]
    rows += [city_row(code, 2012) for code in (TANGSHAN, CAPITAL, SANYA, DALIAN, SHENZHEN)]
    mart = innovative_city(*rows)
    pilot = ("treat_post", "cohort", "relative_year", "is_sourced_pilot", "is_never_treated_or_sourced")
    assert {key: tuple(row[column] for column in pilot) for key, row in mart.items()} == {
        **{
            (HEFEI, year): (year >= 2010, 2010, year - 2010, True, True)
            for year in (2005, 2006, 2009, 2010, 2018, 2019)
        },
        (TANGSHAN, 2012): (False, None, None, False, True),
        (CAPITAL, 2012): (False, None, None, False, True),
        (SANYA, 2012): (True, 2012, 0, False, False),
        (DALIAN, 2012): (False, None, None, False, True),
        (SHENZHEN, 2012): (False, None, None, False, True),
    }
    assert {key for key, row in mart.items() if row["in_published_sample"]} == {
        *((HEFEI, year) for year in (2006, 2009, 2010, 2018)),
        *((TANGSHAN, 2012), (SANYA, 2012), (DALIAN, 2012), (SHENZHEN, 2012)),
    }
    assert {code: row["rank"] for (code, _), row in mart.items()} == {
        HEFEI: "provincial capital",
        TANGSHAN: "prefecture",
        CAPITAL: "municipality",
        SANYA: "prefecture",
        DALIAN: "sub-provincial",
        SHENZHEN: "sub-provincial",
    }
    # a capital, a municipality; planned separately (Dalian), a special economic zone (Sanya), and both (Shenzhen)
    assert {code for (code, _), row in mart.items() if row["is_high_rank"]} == {HEFEI, CAPITAL, DALIAN, SANYA, SHENZHEN}
    regions = {code: row["region"] for (code, _), row in mart.items()}
    # The northeast counts as east here.
    assert (regions[HEFEI], regions[TANGSHAN], regions[DALIAN]) == ("central", "east", "east")


def convergence(*rows: Row, residents: float | None = None) -> dict[tuple, Row]:
    """city_convergence of some rows of the panel; one province, in the east, and so many residents everywhere."""
    made = run(
        "city_convergence",
        city_panel=city_panel(*({"province_code": "320000"} | row for row in rows)),
        city_population=people(rows, residents),
        city_trade=[{"city_code": "a", "year": 2005, "fdi_share": 0.5}],
        city_wages=[{"city_code": "a", "year": 2005, "expenditure_share": 0.25, "education_share": 0.125}],
    )
    return keyed(made["city_convergence"], "city_code", "year")


def test_convergence_by_hand() -> None:
    """10,000 persons and GDP in 100 million yuan, so that GDP per person is 10,000 times GDP."""
    given = {
        ("a", 2004): 1.0,
        ("a", 2005): 2.0,
        ("a", 2007): 4.0,
        ("a", 2018): 4.0,
        ("b", 2005): 8.0,
        ("b", 2006): 0.0,
        ("a", 1999): 1.0,
    }
    found = convergence(
        *(
            {"city_code": city, "year": year, "gdp_100m_cny": gdp, "pop_registered_yearend_10k_persons": 1.0}
            for (city, year), gdp in given.items()
        )
    )
    log2 = np.log(2)
    assert found["a", 2005]["ln_gdp_per_registered"] == pytest.approx(np.log(20000))
    assert found["a", 2005]["l_ln_gdp_per_registered"] == pytest.approx(np.log(10000))
    assert found["a", 2005]["growth_per_registered"] == pytest.approx(log2)
    # the year before is absent: never the previous row
    assert found["a", 2007]["growth_per_registered"] is None
    assert found["a", 2018]["ln_gdp_per_registered_at_start"] == pytest.approx(np.log(10000))
    assert found["a", 2018]["growth_since_start"] == pytest.approx(2 * log2 / 14)
    # 20,000 and 80,000 have the mean 40,000 in logarithms, so both lie ln 2 away
    assert found["a", 2005]["squared_distance_registered"] == pytest.approx(log2**2)
    assert found["b", 2005]["squared_distance_registered"] == pytest.approx(log2**2)
    assert found["a", 2004]["squared_distance_registered"] == pytest.approx(0)
    # no GDP has no logarithm; a year outside the window is no row of the sample, and its mean is of nobody
    assert found["b", 2006]["ln_gdp_per_registered"] is None
    assert (found["a", 1999]["in_sample"], found["a", 2004]["in_sample"]) == (False, True)
    assert found["a", 1999]["squared_distance_registered"] is None
    assert [found["a", 2005][name] for name in ("fdi_share", "expenditure_share", "education_share")] == [
        0.5,
        0.25,
        0.125,
    ]
    assert found["a", 2005]["region"] == "east"
    assert found["a", 2004]["fdi_share"] is None


def test_convergence_of_residents_is_of_gdp_over_residents() -> None:
    rows = [
        {"city_code": city, "year": year, "gdp_100m_cny": value, "gdp_share_secondary_pct": 40.0}
        for city, year, value in (("a", 2004, 1.0), ("a", 2005, 2.0), ("b", 2005, 8.0))
    ]
    # 100m CNY over 10,000 x 10k persons is one CNY
    found, log2 = convergence(*rows, residents=10000.0), np.log(2)
    assert found["a", 2005]["ln_gdp_per_resident"] == pytest.approx(log2)
    assert found["a", 2005]["l_ln_gdp_per_resident"] == 0
    assert found["a", 2005]["growth_per_resident"] == pytest.approx(log2)
    assert found["b", 2005]["squared_distance_resident"] == pytest.approx(log2**2)
    assert found["a", 2005]["ln_gdp_per_registered"] is None
    assert found["a", 2005]["secondary_share"] == pytest.approx(0.4)


# Filling


def _gaps() -> list[Row]:
    """Budget revenue of three cities over ten years: gaps of one, three and four years, an open end, a year of none."""
    values = {
        TANGSHAN: (None, 1.0, None, 3.0, None, None, None, 7.0, None, 5.0),
        HEFEI: (2.0, None, None, None, None, 12.0, 1.0, 1.0, None, 1.0),
        SANYA: (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, None, 1.0),
    }
    return [
        city_row(city, 2008 + number, gdp_100m_cny=10.0, budget_revenue_100m_cny=value)
        for city, of_years in values.items()
        for number, value in enumerate(of_years)
    ]


def test_a_study_that_fills_does_so_inside_short_gaps_and_says_where() -> None:
    mart = trade_wage_share(*_gaps())["trade_wage_share"]
    govern = {city: [mart[city, year]["govern"] for year in range(2008, 2018)] for city in (TANGSHAN, HEFEI)}
    # in 2016 nobody has a value, so nobody is given one
    assert govern[TANGSHAN] == pytest.approx([None, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, None, 0.5])
    assert govern[HEFEI] == pytest.approx([0.2, None, None, None, None, 1.2, 0.1, 0.1, None, 0.1])
    filled = {key for key, row in mart.items() if row["interpolated_columns"] is not None}
    assert filled == {(TANGSHAN, year) for year in (2010, 2012, 2013, 2014)}
    assert mart[TANGSHAN, 2010]["interpolated_columns"] == "govern, govern_winsorised, govern_trimmed"


def test_nothing_is_filled_across_a_break_of_definition() -> None:
    rows = [
        city_row(city, year, gdp_100m_cny=10.0, exp_education_100m_cny=value)
        for city, of_years in {TANGSHAN: {2006: 1.0, 2007: None, 2008: 3.0}, HEFEI: {2007: 1.0}}.items()
        for year, value in of_years.items()
    ]
    # education spending changes its definition in 2007, which lies between 2006 and 2008
    assert trade_wage_share(*rows)["trade_wage_share"][TANGSHAN, 2007]["educ"] is None


def test_a_study_that_does_not_fill_leaves_gaps_open() -> None:
    rows = [province_row(BEIJING, year, 1, 0, 900, 90) for year in (2009, 2010, 2011)]
    rows[1]["exp_science_100m_cny"] = None
    mart = import_inequality(*rows, province_row(HEBEI, 2010, 3, 3, 100, 10))
    assert mart[BEIJING, 2010]["ln_inno"] is None
