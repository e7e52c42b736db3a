"""What an economist asks of the real panels: one vintage a row, identities, volumes, populations, breaks, borders."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.real.conftest import REAL
from tests.support.warehouse import rows_of

COMPILATION = "296个地级市GDP相关数据（以2000年为基期）.xlsx"

#: rows of an average wage that the print contradicts: 2015 alone has 42, staff and wages of two definitions
CONTRADICTED_IN_PRINT = {"average_wage": 0.97}


@pytest.fixture(scope="session")
def warehouse(real_warehouse: Path) -> Path:
    return real_warehouse


# Vintages


def test_a_row_of_a_province_takes_one_vintage_of_its_accounts(warehouse: Path) -> None:
    """Values added are at hand before the fourth economic census alone: they stand beside the GDP of that vintage."""
    assert rows_of(warehouse, "select distinct national_accounts_vintage from province_panel order by all") == [
        ("economic_census_5",),
        (None,),
    ]
    sql = """
        select count(*) from province_panel
        where gdp_100m_cny is not null and value_added_primary_100m_cny is not null
    """
    assert rows_of(warehouse, sql) == [(0,)]
    sql = """
        select vintage, gdp_100m_cny, value_added_primary_100m_cny + value_added_secondary_100m_cny
            + value_added_tertiary_100m_cny
        from province_vintages
        where province_code = '120000' and year = 2016 and vintage in ('economic_census_3', 'economic_census_5')
        order by all
    """
    # Tianjin was revised by a third
    (before, gdp, sum_of_parts), (after, revised, nothing) = rows_of(warehouse, sql)
    assert (before, after, nothing) == ("economic_census_3", "economic_census_5", None)
    assert sum_of_parts == pytest.approx(gdp, rel=1e-6)
    assert revised < 0.7 * gdp


def test_values_added_sum_to_the_gdp_of_their_vintage_in_every_row(warehouse: Path) -> None:
    sql = """
        select sum(rows_checked), sum(rows_that_hold) from panel_identities
        where identity = 'value_added_of_industries' and place_level = 'province' and vintage = 'economic_census_3'
    """
    assert rows_of(warehouse, sql) == [(310, 310)]


def test_urban_and_rural_people_are_of_the_revision_of_residents(warehouse: Path) -> None:
    sql = """
        select pop_urban_10k_persons + pop_rural_10k_persons, pop_resident_10k_persons, residents_vintage
        from province_panel where province_code = '230000' and year = 2016
    """
    ((people, residents, vintage),) = rows_of(warehouse, sql)
    assert (people, vintage) == (pytest.approx(residents), "census_2020_revised")
    # 3,799 before the census of 2020
    assert residents == 3463


def test_identities_hold_in_nearly_every_row_of_the_panels(warehouse: Path) -> None:
    sql = """
        select identity, place_level, sum(rows_checked), sum(rows_that_hold) / sum(rows_checked)
        from panel_identities where vintage = 'panel' group by all order by all
    """
    for identity, place_level, checked, share in rows_of(warehouse, sql):
        assert checked >= 500, (identity, place_level)
        assert share >= CONTRADICTED_IN_PRINT.get(identity, 0.99), (identity, place_level, share)


def test_a_row_that_breaks_an_identity_has_a_finding_and_a_flag(warehouse: Path) -> None:
    sql = """
        select
            (select sum(rows_checked) - sum(rows_that_hold) from panel_identities where vintage = 'panel'),
            (select count(*) from identity_findings),
            (
                select count(*) from identity_findings inner join city_panel
                on place_code = city_code and identity_findings.year = city_panel.year
                where place_level = 'city' and flagged_indicators is null
            )
    """
    ((broken, findings, silent),) = rows_of(warehouse, sql)
    assert broken == findings > 0
    assert silent == 0


# Splices


def test_gdp_of_2017_is_spliced_where_the_rival_agrees_around_it(warehouse: Path) -> None:
    """The edition prints districts alone. Where a city stays open, the compilation is of another revision around it."""
    ((share, open_cities),) = rows_of(
        warehouse,
        """
        select count(gdp_100m_cny) / count(*), count(*) - count(gdp_100m_cny)
        from city_panel where year = 2017 and city_code in (select city_code from city_panel where year = 2018)
        """,
    )
    assert 0.85 < share < 0.95
    sql = """
        select count(*) from city_panel
        where
            year = 2017 and gdp_100m_cny is null
            and city_code in (select city_code from city_panel where year = 2018)
            -- Sansha has no accounts at all
            and city_name_zh <> '三沙市'
            and city_code not in (
                select place_code from observations.splices
                where
                    indicator = 'gdp' and year = 2017 and vintage = 'compilation_structure' and scope = 'total'
                    and (
                        previous_difference is null or next_difference is null
                        or greatest(abs(previous_difference), abs(next_difference)) > 0.01
                        or abs(deviation) > 0.25
                    )
            )
    """
    assert open_cities > 0
    assert rows_of(warehouse, sql) == [(0,)]


def test_every_spliced_value_agrees_around_it(warehouse: Path) -> None:
    sql = """
        select count(*) > 1000, max(greatest(abs(previous_difference), abs(next_difference))) <= 0.01,
            max(abs(deviation)) <= 0.25
        from observations.splices where is_spliced
    """
    assert rows_of(warehouse, sql) == [(True, True, True)]


# Volumes


def test_real_gdp_of_a_source_is_what_its_file_says(warehouse: Path) -> None:
    """The file prints real GDP as well, which no model reads: nominal over the deflator of the same file gives it."""
    sheet = CalamineWorkbook.from_path(REAL / "city" / COMPILATION).get_sheet_by_name("Sheet1").to_python()
    header = [str(name) for name in sheet[0]]
    year, city, real = (header.index(name) for name in ("年份", "城市", "实际GDP"))
    printed = {(row[city], int(row[year])): float(row[real]) for row in sheet[1:] if row[real]}
    sql = "select city_name_zh, year, gdp_real_100m_cny_2000 from city_panel where gdp_real_100m_cny_2000 is not null"
    ours = {(name, year): value for name, year, value in rows_of(warehouse, sql)}
    common = printed.keys() & ours.keys()
    assert len(common) > 4500
    assert max(abs(ours[key] / printed[key] - 1) for key in common) < 1e-4


def test_chained_growth_is_the_printed_growth(warehouse: Path) -> None:
    sql = """
        select count(*) > 3000, max(abs(volume / last_volume / (1 + gdp_growth_pct / 100) - 1)) < 1e-9
        from (
            select
                city_code, gdp_growth_pct, gdp_real_chained_100m_cny_2010 as volume,
                max(gdp_real_chained_100m_cny_2010) over (
                    partition by city_code order by year range between 1 preceding and 1 preceding
                ) as last_volume
            from city_real_gdp inner join city_panel using (city_code, year)
        ) where gdp_growth_pct is not null
    """
    assert rows_of(warehouse, sql) == [(True, True)]


def test_a_reading_of_real_gdp_fits_print_or_the_table_says_that_none_does(warehouse: Path) -> None:
    sql = """
        select variable, bool_or(fits), arg_min(reading, distance) from definition_readings
        where variable in ('ln_agdp', 'tfp') group by all order by all
    """
    assert rows_of(warehouse, sql) == [("ln_agdp", False, "real_registered"), ("tfp", True, "real_own")]


# Breaks and borders


def test_the_two_censuses_that_revised_levels_are_found_and_recorded(warehouse: Path) -> None:
    sql = "select place_level, year, is_recorded from gdp_level_breaks where is_break order by all"
    assert rows_of(warehouse, sql) == [("city", 2005, True), ("city", 2019, True)]
    sql = """
        select year, any_value(gdp_break) from city_panel
        where year in (2004, 2005, 2018, 2019) group by all order by all
    """
    assert rows_of(warehouse, sql) == [(2004, 0), (2005, 1), (2018, 1), (2019, 2)]


def test_borders_that_move_are_seen_in_the_next_row(warehouse: Path) -> None:
    sql = """
        select city_name_zh, city_panel.year, registered_before_10k_persons, registered_after_10k_persons
        from city_panel inner join boundary_changes using (city_code, city_name_zh)
        where boundary_change and row_year = city_panel.year and row_year >= 2019 order by all
    """
    assert rows_of(warehouse, sql) == [
        ("四平市", 2020, 318, 209),
        ("济南市", 2019, 656, 797),
        ("长春市", 2020, 754, 852),
    ]
    # Laiwu has no row any more, but its people are there to read
    sql = "select row_year, registered_before_10k_persons, to_name from boundary_changes where city_name_zh = '莱芜市'"
    assert rows_of(warehouse, sql) == [(None, 129, "济南市")]


# Populations


def test_inequality_between_cities_per_person_says_whose(warehouse: Path) -> None:
    sql = """
        select population_basis, theil_t from city_income_theil
        where grouping = 'region3' and year = 2021 order by all
    """
    (registered, of_registered), (resident, of_residents) = rows_of(warehouse, sql)
    assert (registered, resident) == ("registered", "resident")
    assert of_registered == pytest.approx(0.272, abs=0.001)
    assert of_residents == pytest.approx(0.123, abs=0.001)


def test_residents_that_gdp_per_capita_implies_sum_to_those_of_the_province(warehouse: Path) -> None:
    """Provinces whose cities make the whole, in the year after the census: within one percent."""
    sql = """
        select
            count(*) >= 15,
            max(abs(implied_over_residents - 1)) < 0.01,
            max(abs(registered_over_residents - 1)) > 0.1
        from per_capita_basis where year = 2021 and implied_over_residents is not null
    """
    assert rows_of(warehouse, sql) == [(True, True, True)]


# What the panel says


def test_english_names_are_unique_and_there(warehouse: Path) -> None:
    sql = "select count(*), count(distinct city_name_en), count(distinct city_code) from city_panel"
    ((rows, names, codes),) = rows_of(warehouse, sql)
    assert names == codes
    assert rows_of(warehouse, "select count(*) from city_panel where city_name_en is null") == [(0,)]
    assert rows > 4500


def test_nothing_of_a_panel_is_a_list_and_every_column_has_a_comment(warehouse: Path) -> None:
    lists = """
        select table_name, column_name from duckdb_columns()
        where table_name in ('city_panel', 'province_panel') and data_type like '%[]'
    """
    assert rows_of(warehouse, lists) == []
    bare = """
        select table_name, column_name from duckdb_columns()
        where schema_name = 'main' and not internal and (comment is null or not regexp_matches(comment, '\\p{Han}'))
    """
    assert rows_of(warehouse, bare) == []


def test_the_codebook_says_where_a_real_column_comes_from(warehouse: Path) -> None:
    """GDP of cities: the yearbook, and the compilation of a deflator; two censuses broke its levels."""
    sql = """
        select unit, unit_zh, vintages, first_year, last_year, sources, breaks from codebook
        where table_name = 'city_panel' and column_name = 'gdp_100m_cny'
    """
    ((unit, unit_zh, vintages, first_year, last_year, sources, breaks),) = rows_of(warehouse, sql)
    assert (unit, unit_zh) == ("100m CNY", "亿元")
    assert "yearbook" in vintages.split("; ")
    assert rows_of(warehouse, "select min(year), max(year) from city_panel where gdp_100m_cny is not null") == [
        (first_year, last_year)
    ]
    assert "中国城市统计年鉴" in sources
    assert breaks.startswith("2005: First economic census")
