"""The default's panels against what the simulation planted: vintages, splices, residents, volumes, a census."""

from __future__ import annotations

from typing import Any

import pytest

from simulation.city_accounts import (
    OTHER_REVISION_PROVINCE,
    REVISED_YEAR,
    first_year_per_resident,
    residents_per_registered,
    revisions,
)
from simulation.files import DEFAULT_SEED, before_revision
from simulation.process import simulate_panel


def rows(warehouse: Any, sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = warehouse.sql(sql).fetchall()
    return found


def test_panels_take_one_vintage_and_keep_the_other_aside(default_warehouse) -> None:
    sql = "select distinct national_accounts_vintage from province_panel"
    assert rows(default_warehouse, sql) == [("simulated",)]
    found = rows(
        default_warehouse,
        "select province_code, year, gdp_100m_cny from province_vintages where vintage = 'simulated_before_revision'",
    )
    panel = simulate_panel(DEFAULT_SEED)
    planted = {
        (code, year): gdp
        for code, year, gdp in zip(panel["province_code"], panel["year"], before_revision(panel), strict=True)
    }
    assert len(found) == 31 * 15
    assert {(code, year): gdp for code, year, gdp in found} == pytest.approx(planted)


def test_gdp_of_the_year_that_prints_districts_is_spliced_but_for_the_province_of_another_revision(
    default_warehouse,
) -> None:
    sql = """
        select province_code, count(*), count(gdp_100m_cny), count(*) filter (where spliced_indicators like '%gdp,%')
        from city_panel where year = 2017 group by all
    """
    for province, cities, with_gdp, spliced in rows(default_warehouse, sql):
        expected = 0 if province == OTHER_REVISION_PROVINCE else cities
        assert (with_gdp, spliced) == (expected, expected), province


def test_residents_are_found_where_gdp_per_capita_is_theirs(default_warehouse) -> None:
    found = rows(
        default_warehouse,
        "select distinct province_code, year, per_capita_basis from per_capita_basis where year <> 2020",
    )
    first = first_year_per_resident()
    planted = {
        (code, year): "resident" if year >= first[code] else "registered"
        for code in first.index
        for year in range(2004, 2023)
        if year not in (2017, 2020)
    }
    assert {(code, year): basis for code, year, basis in found} == planted
    implied = rows(
        default_warehouse,
        "select city_code, registered_10k_persons, resident_10k_persons from city_population"
        " where resident_origin = 'implied'",
    )
    ratios = residents_per_registered()
    assert len(implied) > 3000
    # GDP per capita is printed in whole yuan
    for code, registered, resident in implied:
        assert resident == pytest.approx(registered * ratios[code], rel=1e-3), code


def test_a_census_that_revises_levels_is_found_in_its_year(default_warehouse) -> None:
    sql = "select place_level, year, is_recorded from gdp_level_breaks where is_break"
    assert rows(default_warehouse, sql) == [("city", REVISED_YEAR, True)]
    found = rows(default_warehouse, f"select place_code, deviation from gdp_level_steps where year = {REVISED_YEAR}")
    planted = revisions()
    assert len(found) > 250
    assert all(deviation == pytest.approx(planted[code], abs=0.03) for code, deviation in found)


def test_chained_volumes_are_those_of_the_process(default_warehouse) -> None:
    """GDP over its deflator, each over its value of 2010, until the census moves levels."""
    sql = """
        select count(*), max(abs(ln(
            chained / base_chained / (own / base_own)
        )))
        from (
            select
                city_code, year, gdp_real_chained_100m_cny_2010 as chained, gdp_real_own_100m_cny_2000 as own,
                max(gdp_real_chained_100m_cny_2010) filter (where year = 2010) over (partition by city_code)
                    as base_chained,
                max(gdp_real_own_100m_cny_2000) filter (where year = 2010) over (partition by city_code) as base_own
            from city_real_gdp
        ) where year < 2019
    """
    ((values, largest),) = rows(default_warehouse, sql)
    assert values == 15 * 286
    # growth is printed with two decimals: half of 0.01% a year
    assert largest < 15 * 1e-4


def test_identities_hold_but_where_a_defect_is_planted(default_warehouse) -> None:
    sql = """
        select sum(rows_checked), sum(rows_checked - rows_that_hold), (select count(*) from identity_findings)
        from panel_identities where vintage = 'panel'
    """
    ((checked, broken, findings),) = rows(default_warehouse, sql)
    assert checked > 50_000
    # two planted defects of which no one can say which member is wrong
    assert broken == findings == 2
