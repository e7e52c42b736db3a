"""Volumes, level breaks and populations on rows given by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.models import Row, city_panel, keyed, province_panel, run

#: year -> GDP (100m CNY), printed growth (percent), volume index of another source (previous year = 100)
ACCOUNTS = {
    2007: (70.0, None, None),
    2008: (80.0, 5.0, None),
    2009: (90.0, None, 120.0),
    2010: (100.0, 25.0, 999.0),
    2011: (132.0, 10.0, None),
    2012: (150.0, None, 105.0),
    2013: (160.0, None, None),
    2014: (170.0, 10.0, 110.0),
}


def test_volumes_are_chained_in_both_directions_from_the_base_year() -> None:
    rows = [
        {
            "city_code": "a",
            "year": year,
            "gdp_100m_cny": gdp,
            "gdp_growth_pct": growth,
            "gdp_index_previous_year_100": index,
            "gdp_real_100m_cny_2000": gdp / 2,
        }
        for year, (gdp, growth, index) in ACCOUNTS.items()
    ]
    made = keyed(run("city_real_gdp", city_panel=city_panel(*rows))["city_real_gdp"], "year")
    volumes = {year: row["gdp_real_chained_100m_cny_2010"] for (year,), row in made.items()}
    # 100 / 1.25 = 80; 80 / 1.2; that / 1.05; forwards 110 and, by the index, 115.5; the year 2013 ends the chain
    assert volumes == pytest.approx(
        {2007: 80 / 1.2 / 1.05, 2008: 80 / 1.2, 2009: 80, 2010: 100, 2011: 110, 2012: 115.5, 2013: None, 2014: None}
    )
    links = {year: row["links_from_index"] for (year,), row in made.items()}
    assert links == {2007: 1, 2008: 1, 2009: 0, 2010: 0, 2011: 0, 2012: 1, 2013: None, 2014: None}
    assert made[2011,]["price_level"] == pytest.approx(1.2)
    assert made[2014,]["price_level"] is None
    assert made[2014,]["gdp_real_own_100m_cny_2000"] == 85


def test_volumes_of_provinces_take_the_printed_index() -> None:
    rows = [
        {"province_code": "a", "year": year, "gdp_100m_cny": gdp, "gdp_index_previous_year_100": index}
        for year, gdp, index in ((2009, 90.0, 108.0), (2010, 100.0, 110.0), (2011, 120.0, 112.0), (2012, 130.0, None))
    ]
    made = keyed(run("province_real_gdp", province_panel=province_panel(*rows))["province_real_gdp"], "year")
    volumes = {year: row["gdp_real_chained_100m_cny_2010"] for (year,), row in made.items()}
    assert volumes == pytest.approx({2009: 100 / 1.1, 2010: 100, 2011: 112, 2012: None})


def test_steps_of_levels_are_held_against_the_median_of_all_places() -> None:
    levels = {"a": (1.0, 1.1), "b": (2.0, 2.2), "c": (1.0, 2.2)}
    rows = [
        {"city_code": city, "year": 2011 + number, "price_level": level}
        for city, of_years in levels.items()
        for number, level in enumerate(of_years)
    ]
    # a level without one in the year before is no step
    rows += [{"city_code": "d", "year": 2012, "price_level": 9.0}, {"city_code": "d", "year": 2014, "price_level": 1.0}]
    provinces = [{"province_code": "p", "year": year, "price_level": 1.0} for year in (2011, 2012)]
    made = run("gdp_level_steps", city_real_gdp=rows, province_real_gdp=provinces)["gdp_level_steps"]
    steps = keyed(made, "place_code", "year")
    assert set(steps) == {("a", 2012), ("b", 2012), ("c", 2012), ("p", 2012)}
    assert [steps[city, 2012]["deviation"] for city in "abc"] == pytest.approx([0, 0, 0.6931471805599453])
    assert [steps[city, 2012]["is_odd"] for city in "abc"] == [False, False, True]
    assert steps["p", 2012]["median_step"] == 0


def breaks(*deviations: float, recorded: int | None = None) -> Row:
    """gdp_level_breaks of one year of as many cities."""
    steps = [
        {"place_level": "city", "place_code": f"{number}", "year": 2019, "median_step": 0.02, "deviation": deviation}
        for number, deviation in enumerate(deviations)
    ]
    known = {"place_level": "city", "indicator": "gdp", "first_year": recorded or 1900, "description": "a census"}
    (row,) = run("gdp_level_breaks", gdp_level_steps=steps, definition_breaks=[known])["gdp_level_breaks"]
    return row


def test_many_places_at_one_year_make_a_break() -> None:
    # 6 of 40 are 15%
    found = breaks(*[0.2] * 4, *[-0.2] * 2, *[0.09] * 34)
    assert (found["is_break"], found["share_up"], found["share_down"]) == (True, 0.1, 0.05)
    assert (found["is_recorded"], found["description"]) == (False, None)
    assert breaks(*[0.2] * 6, *[0.0] * 34, recorded=2019)["is_recorded"]
    assert not breaks(*[0.2] * 5, *[0.0] * 35)["is_break"]
    assert not breaks(*[0.2] * 29)["is_break"]


def basis(*cities: tuple[float, float, float, float | None], last_year_end: float | None = None) -> Row:
    """per_capita_basis of 2010 for cities of one province: implied, average, year-end people, and residents in all."""
    rows: list[dict[str, Any]] = []
    for number, (implied, average, year_end, _) in enumerate(cities):
        keys = {"city_code": f"1{number}", "province_code": "100000"}
        rows.append(keys | {"year": 2009, "pop_registered_yearend_10k_persons": last_year_end})
        rows.append(
            keys
            | {
                "year": 2010,
                "gdp_100m_cny": implied,
                "gdp_per_capita_cny": 10000.0,
                "pop_average_10k_persons": average,
                "pop_registered_yearend_10k_persons": year_end,
            }
        )
    provinces = [{"province_code": "100000", "year": 2010, "pop_resident_10k_persons": cities[0][3]}]
    units = [{"city_code": f"1{number}", "province_code": "100000", "status": "active"} for number in range(4)]
    (row,) = run(
        "per_capita_basis",
        city_panel=city_panel(*rows),
        province_panel=province_panel(*provinces),
        provinces=[{"province_code": "100000", "name_zh": "省"}],
        cities=units,
    )["per_capita_basis"]
    return row


def test_whose_gdp_per_capita_it_is_shows_in_the_people_that_it_implies() -> None:
    registered, resident = (100.4, 100.0, 90.0, 400.0), (120.0, 100.0, 90.0, 400.0)
    assert basis(*[registered] * 2, *[resident] * 2)["per_capita_basis"] == "registered"
    assert basis(registered, *[resident] * 3)["per_capita_basis"] == "undetermined"
    assert basis(*[resident] * 4)["per_capita_basis"] == "resident"
    # the year end, or the mean of two of them, will do as well
    assert basis((90.0, 100.0, 90.2, None))["share_registered"] == 1
    assert basis((85.0, 100.0, 90.0, None), last_year_end=80.0)["share_registered"] == 1
    assert basis((85.0, 100.0, 90.0, None))["share_registered"] == 0


def test_implied_people_of_all_cities_are_held_against_the_province() -> None:
    found = basis(*[(120.0, 100.0, 90.0, 400.0)] * 4)
    assert (found["implied_over_residents"], found["registered_over_residents"]) == pytest.approx((1.2, 0.9))
    # one of four cities is missing
    found = basis(*[(120.0, 100.0, 90.0, 400.0)] * 3)
    assert (found["implied_over_residents"], found["registered_over_residents"]) == (None, None)


def test_residents_are_printed_or_implied_or_unknown() -> None:
    def row(city: str, province: str, **values: Any) -> Row:
        keys = {"city_code": city, "province_code": province, "year": 2010}
        return (
            keys
            | {"gdp_100m_cny": 120.0, "gdp_per_capita_cny": 10000.0}
            | {"pop_registered_yearend_10k_persons": 100.0}
            | values
        )

    panel = city_panel(
        row("a", "resident", pop_resident_10k_persons=110.0),
        row("b", "resident"),
        row("c", "registered"),
        row("d", "undetermined"),
        row("e", "resident", gdp_100m_cny=501.0),
        row("f", "resident", gdp_100m_cny=33.0),
        row("g", "resident", spliced_indicators="fdi_actual, gdp"),
        row("h", "resident", spliced_indicators="gdp_share_primary"),
    )
    bases = [
        {"province_code": name, "year": 2010, "per_capita_basis": name}
        for name in ("resident", "registered", "undetermined")
    ]
    made = keyed(run("city_population", city_panel=panel, per_capita_basis=bases)["city_population"], "city_code")
    found = {code: (row["resident_10k_persons"], row["resident_origin"]) for (code,), row in made.items()}
    nothing = (None, None)
    assert found == {
        "a": (110, "printed"),
        "b": (120, "implied"),
        "c": nothing,
        "d": nothing,
        # more than five times, and less than a third of, those who are registered
        "e": nothing,
        "f": nothing,
        "g": nothing,
        "h": (120, "implied"),
    }
    assert {row["registered_10k_persons"] for row in made.values()} == {100}


# Whose urbanisation rate


def share_basis(*cities: tuple[float | None, float | None], residents: float, rate: float | None) -> Row:
    """urban_share_basis for cities (rate in percent, residents) of a province of these residents and this rate."""
    keys = [{"city_code": f"1{number}", "year": 2010} for number in range(len(cities))]
    (row,) = run(
        "urban_share_basis",
        city_panel=city_panel(
            *(
                key | {"province_code": "100000", "urbanisation_rate_pct": of_city}
                for key, (of_city, _) in zip(keys, cities, strict=True)
            )
        ),
        city_population=[key | {"resident_10k_persons": people} for key, (_, people) in zip(keys, cities, strict=True)],
        province_panel=province_panel(
            {
                "province_code": "100000",
                "year": 2010,
                "pop_resident_10k_persons": residents,
                "urbanisation_rate_pct": rate,
            }
        ),
        provinces=[{"province_code": "100000", "name_zh": "省"}],
    )["urban_share_basis"]
    return row


def test_whose_urbanisation_rate_it_is_shows_beside_the_province() -> None:
    # (60 x 100 + 40 x 300) / 400 = 45
    cities = ((60.0, 100.0), (40.0, 300.0))
    found = share_basis(*cities, residents=400, rate=49)
    assert found["cities_urbanisation_rate_pct"] == pytest.approx(45)
    assert found["difference_points"] == pytest.approx(-4)
    assert (found["cities"], found["share_of_residents"]) == (2, 1)
    assert found["urban_share_basis"] == "residents"
    assert share_basis(*cities, residents=400, rate=50.1)["urban_share_basis"] == "other"
    assert share_basis(*cities, residents=400, rate=39.9)["urban_share_basis"] == "other"
    assert share_basis(*cities, residents=400, rate=None)["urban_share_basis"] == "undetermined"
    # a city without a rate or without residents does not count, and the rest is not the province
    for lacking in ((None, 100.0), (60.0, None)):
        found = share_basis(lacking, (40.0, 300.0), residents=400, rate=50)
        assert (found["cities"], found["urban_share_basis"]) == (1, "undetermined")
    assert share_basis(*cities, residents=340, rate=50)["urban_share_basis"] == "undetermined"
