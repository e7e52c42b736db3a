"""The real yearbook editions and city compilations: completeness, source cells, economics, and what an edition changes.

Assertions on the warehouse are SQL; what a cell holds is read again without the project's readers.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from tests.support.indices_in_pandas import nested_theil
from tests.support.macros import sql as formula
from tests.support.warehouse import ROOT, built, rows_of, unbalanced_ledger_rows

REAL = ROOT.parent / "shared" / "data"
EDITIONS = tuple(
    sorted(int(path.name[8:12]) for path in (REAL / "ccsy").glob("中国城市统计年鉴*.xlsx") if path.name[8:12].isdigit())
)

pytestmark = pytest.mark.skipif(
    not EDITIONS, reason="the real editions are not there: expected the folder ../shared/data/ccsy beside the project"
)


def _edition_file(edition: int) -> Path:
    return REAL / "ccsy" / f"中国城市统计年鉴{edition}【地级市截面数据】.xlsx"


@pytest.fixture(scope="session")
def warehouse(real_warehouse: Path) -> Path:
    return real_warehouse


# Completeness


def test_every_edition_gives_its_data_year_and_no_other_year(warehouse: Path) -> None:
    sql = """
        select year, count(*), count(distinct city_code), count(pop_registered_yearend_10k_persons) > 0
            or count(pop_resident_10k_persons) > 0
        from city_panel group by year order by year
    """
    rows = rows_of(warehouse, sql)
    # people are never spliced: a year without an edition has spliced values alone
    assert [year for year, _, _, is_printed in rows if is_printed] == [edition - 1 for edition in EDITIONS]
    assert {year for year, _, _, is_printed in rows if not is_printed} <= {2013, 2020, 2022}
    for year, cities, distinct_cities, is_printed in rows:
        assert cities == distinct_cities, f"{year}: a city stands twice"
        assert (280 if is_printed else 200) <= cities <= 300, f"{year}: {cities} cities"


def test_nearly_every_printed_number_is_resolved(warehouse: Path) -> None:
    sql = """
        select file_name, rejected, used + rival + quarantined as resolved
        from ledger.ledger inner join staging.landed_files using (file_id)
        where reader = 'ccsy_workbook'
    """
    rows = rows_of(warehouse, sql)
    assert len(rows) == len(EDITIONS)
    # Rejects of check rows count against the edition as well, which only makes it harder.
    shares = {name: resolved / (resolved + rejected) for name, rejected, resolved in rows}
    assert {name: share for name, share in shares.items() if share < 0.995} == {}


def test_the_ledger_balances_for_every_file(warehouse: Path) -> None:
    assert unbalanced_ledger_rows(warehouse) == []
    assert rows_of(warehouse, "select count(*) from ledger.ledger where cells = 0") == [(0,)]


def test_every_printed_place_of_an_edition_is_known(warehouse: Path) -> None:
    sql = """
        select distinct file_name, place_text, value_text
        from staging.landed_cells inner join staging.landed_files using (file_id)
        left join staging.place_resolution using (file_id, place_text, year_text)
        where reader = 'ccsy_workbook' and place_code is null
    """
    assert rows_of(warehouse, sql) == []


# Moments against print


def test_moments_that_lie_far_from_print_are_known(warehouse: Path) -> None:
    """Each has a row in the seed descriptive_notes; its cause may be empty, since it may be unknown."""
    far = rows_of(warehouse, "select study, variable from descriptives where is_far order by all")
    noted = rows_of(warehouse, "select study, variable from reference.descriptive_notes order by all")
    assert far == noted


@pytest.mark.parametrize(
    "variable", ["wage", "fdi", "govern", "educ", "unemp", "ais", "ris", "open", "talents", "ainternet", "treat_post"]
)
def test_moments_of_city_variables_are_near_the_printed_ones(warehouse: Path, variable: str) -> None:
    """Other editions and rules of completeness move a mean by less than an eighth of a standard deviation."""
    ((difference, ratio, places),) = rows_of(
        warehouse,
        "select difference_in_published_sd, ratio_of_sd, places from descriptives where variable = ?"
        " and study in ('trade_wage_share', 'innovative_city')",
        [variable],
    )
    assert abs(difference) < 0.125
    assert 0.7 < ratio < 1.3
    assert places > 270


def test_without_wage_records_the_mart_has_no_gini(warehouse: Path) -> None:
    assert rows_of(warehouse, "select count(gini) from trade_wage_share") == [(0,)]
    assert rows_of(warehouse, "select count(*) from city_wage_inequality") == [(0,)]


def test_the_printed_upgrading_is_the_logarithm_of_its_quantity(warehouse: Path) -> None:
    sql = "select reading from definition_readings where variable = 'ais' and is_closest and fits and is_in_use"
    assert rows_of(warehouse, sql) == [("ln_quantity",)]


# Source cells


@pytest.mark.parametrize(
    ("key", "value", "printed"),
    [
        # Suzhou: 9,228.91 x 100 million CNY, printed in 10k CNY
        (("320500", 2010, "gdp_100m_cny"), 9228.91, "92289100"),
        # Shenzhen: exports of 16,274.6899 x 100 million CNY, printed in 10k CNY
        (("440300", 2018, "exports_100m_cny"), 16274.6899, "162746899"),
    ],
)
def test_known_values_lead_to_their_cells(
    warehouse: Path, key: tuple[str, int, str], value: float, printed: str
) -> None:
    city_code, year, panel_column = key
    sql = f"""
        select panel.{panel_column}, path, sheet, row_number, column_number, cell, value_text, place_text, header_text
        from city_panel as panel
        inner join city_provenance as provenance using (city_code, year)
        inner join staging.resolved_cells using (file_id, sheet, row_number, column_number, header_text, value_text)
        where provenance.city_code = ? and provenance.year = ? and panel_column = ? and provenance.scope = 'total'
    """
    ((panel_value, path, sheet, row, column, cell, text, place, _),) = rows_of(
        warehouse, sql, [city_code, year, panel_column]
    )
    assert panel_value == pytest.approx(value, rel=1e-12)
    assert text == printed
    assert path == f"ccsy/{_edition_file(year + 1).name}"
    grid = CalamineWorkbook.from_path(str(REAL / path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    assert f"{grid[row][column]:.0f}" == printed
    assert grid[row][0] == place
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()  # type: ignore[union-attr]
    assert int(digits) == row + 1
    # Spreadsheet letters are a number of base 26 whose digits run from 1 to 26.
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    assert number == column + 1


# Series


#: (indicator, scope, data year) whose median moves by more without a break, and why
MEDIAN_EXCEPTIONS = {
    # The edition of 2008 and those after leave blank what the ones before printed as zero (64 to 81 districts without
    # a mine): the median of the positive values is 0.14 in 2006 and 0.1375 in 2008.
    ("emp_s02_mining", "districts", 2007),
}


def test_medians_move_little_between_neighbouring_editions(warehouse: Path) -> None:
    sql = """
        with medians as (
            select indicator, scope, year, median(value) as median_value
            from city_observations where origin = 'reported' and year in (select distinct year from city_panel)
            group by all
        ),
        neighbours as (
            select
                *,
                lag(year) over series as previous_year,
                lag(median_value) over series as previous_value
            from medians window series as (partition by indicator, scope order by year)
        )
        select indicator, scope, year from neighbours
        where median_value not between previous_value / 2.5 and previous_value * 2.5
            and not exists (
                from reference.definition_breaks as breaks
                where breaks.place_level = 'city' and breaks.indicator = neighbours.indicator
                    and breaks.first_year > previous_year and breaks.first_year <= neighbours.year
            )
    """
    assert set(rows_of(warehouse, sql)) == MEDIAN_EXCEPTIONS


# Economics


def test_the_wage_share_is_plausible(warehouse: Path) -> None:
    sql = """
        select quantile_cont(wage_bill_onpost_100m_cny / gdp_100m_cny, [0.01, 0.99]), count(*) > 4000
        from city_panel where wage_bill_onpost_100m_cny / gdp_100m_cny is not null
    """
    (((low, high), is_enough),) = rows_of(warehouse, sql)
    assert is_enough
    assert low >= 0.03
    assert high <= 0.45


def test_the_wage_share_is_plausible_in_every_year(warehouse: Path) -> None:
    sql = """
        select year, quantile_cont(wage_bill_onpost_100m_cny / gdp_100m_cny, [0.01, 0.99]) as quantiles
        from city_panel group by year
        having count(wage_bill_onpost_100m_cny / gdp_100m_cny) > 0
            and not (quantiles[1] >= 0.03 and quantiles[2] <= 0.45)
    """
    assert rows_of(warehouse, sql) == []


def test_the_bill_over_the_staff_is_the_average_wage(warehouse: Path) -> None:
    # 100m CNY / 10k persons = 10k CNY a person
    sql = """
        select count(*) > 4000, avg(case
            when wage_bill_onpost_100m_cny / staff_onpost_average_10k_persons * 1e4 / wage_average_onpost_cny
                between 0.9 and 1.1 then 1.0 else 0.0 end) > 0.97
        from city_panel
        where staff_onpost_average_10k_persons > 5 and wage_bill_onpost_100m_cny > 0 and wage_average_onpost_cny > 0
    """
    assert rows_of(warehouse, sql) == [(True, True)]


def test_the_cities_make_up_the_nation(warehouse: Path) -> None:
    # First release of GDP in 2018: 919,281 x 100 million CNY; the cities cover nearly all of it, and local figures of
    # these years sum to more than the national one.
    sql = "select sum(gdp_100m_cny) / 919281 between 0.85 and 1.05 from city_panel where year = 2018"
    assert rows_of(warehouse, sql) == [(True,)]


@pytest.mark.parametrize("column", ["pop_registered_yearend_10k_persons", "pop_average_10k_persons"])
def test_populations_are_those_of_cities(warehouse: Path, column: str) -> None:
    sql = f"""
        select city_name_zh, year, {column} from city_panel
        where {column} not between 3 and 3500 and city_name_zh <> '三沙市'
    """
    # Sansha, an island county of about 400 registered persons, is the documented small one.
    assert rows_of(warehouse, sql) == []


@pytest.mark.parametrize(("whole", "tolerance"), [("gdp_100m_cny", 1.02), ("pop_registered_yearend_10k_persons", 1.02)])
def test_districts_are_hardly_ever_larger_than_their_city(warehouse: Path, whole: str, tolerance: float) -> None:
    sql = f"""
        select count(*) > 3000, avg(case when {whole}_districts > {whole} * {tolerance} then 1.0 else 0.0 end) < 0.005
        from city_panel where {whole} is not null and {whole}_districts is not null
    """
    assert rows_of(warehouse, sql) == [(True, True)]


def test_the_income_inequality_of_cities_equals_numpy(warehouse: Path) -> None:
    cities = rows_of(
        warehouse,
        """
        select group_name, province_code, pop_registered_yearend_10k_persons as people, gdp_100m_cny / people
        from city_panel inner join reference.place_groups on province_code = place_code and grouping = 'region3'
        where year = 2018 and gdp_100m_cny > 0 and people > 0
        """,
    )
    sql = """
        select theil_t, theil_t_between, theil_t_between_provinces, theil_t_within_provinces, theil_l
        from city_income_theil where year = 2018 and grouping = 'region3' and places = ?
    """
    (row,) = rows_of(warehouse, sql, [len(cities)])
    expected = nested_theil(cities)
    names = ("theil_t", "theil_t_between", "theil_t_between_subgroups", "theil_t_within_subgroups", "theil_l")
    assert row == pytest.approx([expected[name] for name in names], abs=1e-12)


# What an edition changes


def _without(edition: int, folder: Path) -> Path:
    """The city line without one edition: copies of the real files."""
    for source in [*map(_edition_file, EDITIONS), *(REAL / "city").glob("*.xlsx")]:
        if source != _edition_file(edition):
            shutil.copyfile(source, folder / source.name)
    return folder


def _observations_without(edition: int, tmp_path: Path, parsed_files: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    path = tmp_path / "regional.duckdb"
    selection = ("--select", "+observations", "--exclude-resource-type", "test")
    return built(_without(edition, folder), path, *selection, cache=parsed_files)


#: The detectors that hold a cell against other years, and how many editions away these are at most.
NEIGHBOUR_DETECTORS = {
    "cell_spike": 2,
    "cell_spike_edge": 2,
    "cell_currency": 2,
    "cell_leap": 2,
    "cell_contradicted": 4,
    "cell_contradicted_edge": 4,
    "row_copied": 4,
}


def _check_that_other_years_do_not_change(warehouse: Path, edition: int, without: Path) -> None:
    """Reported and derived values of other years are the same; spliced ones may go, or come.

    The one exception are cells next to the edition on which a detector judges by their neighbours: quarantined in
    exactly one of the two warehouses, with a finding of such a detector there. They are few, and a value derived from
    one of them differs with it.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as more (read_only); attach '{without}' as less (read_only)")
        connection.execute(
            """
            create temporary table judged_otherwise as
            with found as (
                select 'more' as warehouse, * from more.detectors.findings where severity = 'quarantine'
                union all by name
                select 'less' as warehouse, * from less.detectors.findings where severity = 'quarantine'
            )
            select
                cells.place_code, cells.indicator, cells.scope, cells.year,
                list(distinct found.detector) as detectors
            from more.staging.resolved_cells as cells
            left join more.observations.reported_observations as one
                using (file_id, sheet, row_number, column_number)
            left join less.observations.reported_observations as other
                using (file_id, sheet, row_number, column_number)
            left join found
                on cells.file_id = found.file_id and cells.indicator = found.indicator and cells.scope = found.scope
                and cells.year = found.year and cells.place_code = found.place_code
                and found.warehouse = case when one.file_id is null then 'more' else 'less' end
            where cells.status = 'usable' and cells.place_level = 'city'
                and (one.file_id is null) <> (other.file_id is null)
                and cells.file_id in (from (select file_id from less.staging.landed_files))
            group by all
            """
        )
        differing = connection.execute(
            """
            with excused as (
                select place_code, indicator, scope, year from judged_otherwise
                union
                select judged.place_code, derivations.indicator, judged.scope, judged.year
                from judged_otherwise as judged
                inner join more.reference.derivations as derivations on judged.indicator = derivations.part
            )
            select place_code, indicator, scope, year, one.origin, one.value, other.origin, other.value
            from (from more.observations where place_level = 'city' and origin <> 'spliced') as one
            full join (from less.observations where place_level = 'city' and origin <> 'spliced') as other
                using (place_code, indicator, scope, year)
            where year <> $1 and (one.value is distinct from other.value or one.origin is distinct from other.origin)
                and (place_code, indicator, scope, year) not in (from excused)
            limit 10
            """,
            [edition - 1],
        ).fetchall()
        judged = connection.execute("select year, detectors from judged_otherwise").fetchall()
        compared = connection.execute("select count(*) from less.observations where place_level = 'city'").fetchone()
    assert compared is not None and compared[0] > 300_000
    assert differing == []
    # of 300 that are quarantined in all
    assert len(judged) <= 100
    further = [
        (year, detectors)
        for year, detectors in judged
        if abs(EDITIONS.index(year + 1) - EDITIONS.index(edition))
        > max(NEIGHBOUR_DETECTORS.get(detector, 0) for detector in detectors)
    ]
    # what an indicator usually deviates is measured over all years, so a cell at the threshold may pass it anywhere
    assert {detector for _, detectors in further for detector in detectors} <= {"cell_contradicted"}, further
    assert len(further) <= 10


#: the first, and one between others and beside a gap in the editions at hand; all of them when REGIONAL_ALL_EDITIONS is
#: set, as `make verify` does
SOME_EDITIONS = tuple(
    edition for edition in EDITIONS if edition in (2004, 2020) or os.environ.get("REGIONAL_ALL_EDITIONS")
)


@pytest.mark.long
@pytest.mark.parametrize("edition", SOME_EDITIONS)
def test_removing_any_edition_changes_no_reported_value_of_another_year(
    warehouse: Path, tmp_path: Path, parsed_files: Path, edition: int
) -> None:
    _check_that_other_years_do_not_change(warehouse, edition, _observations_without(edition, tmp_path, parsed_files))


# Generality of the header dictionary

#: Indicators that no other edition prints: nothing could have told their headers.
PRINTED_ONCE = {2022: {"pop_registered_urban"}, 2024: {"pop_resident", "urbanisation_rate"}}


def held_out_shares(warehouse: Path) -> dict[int, tuple[int, int, float, float]]:
    """edition -> patterns dropped, wanted columns, share mapped without them, that of indicators printed elsewhere.

    Dropped are the patterns that match headers of this edition and of no other.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        pattern = formula("normalise_text('header_pattern')")
        rows = connection.execute(
            f"""
            with dictionary as (
                select distinct {pattern} as pattern, coalesce(indicator, 'not requested') as indicator
                from reference.indicator_headers
            ),
            columns as (
                select distinct
                    cast(regexp_extract(file_name, '\\d{{4}}') as integer) as edition,
                    column_number, header_name,
                    nullif(header_resolution.indicator, 'not requested') as indicator
                from staging.landed_cells
                inner join staging.landed_files using (file_id)
                inner join staging.header_resolution using (file_id, header_path)
                where reader = 'ccsy_workbook'
            ),
            forms as (
                select distinct header_name, 1 as form, header_name as name from columns
                union all
                select distinct header_name, 2, regexp_extract(header_name, '^(.+?)\\s*\\(([^()]*)\\)$', 1) from columns
            ),
            matches as (
                select header_name, form, pattern, dictionary.indicator
                from forms inner join dictionary on regexp_full_match(name, pattern)
            ),
            uses as (
                select pattern, list_distinct(list(edition)) as editions
                from matches inner join columns using (header_name) group by pattern
            ),
            editions as (select distinct edition from columns),
            held_out as (
                select editions.edition, header_name, form, matches.indicator
                from editions cross join matches inner join uses using (pattern)
                where uses.editions <> [editions.edition]
            ),
            verdicts as (
                select edition, header_name, form, count(distinct indicator) as indicators, min(indicator) as indicator
                from held_out group by edition, header_name, form
            ),
            first_verdicts as (
                select edition, header_name, case when indicators = 1 then indicator end as indicator from verdicts
                qualify row_number() over (partition by edition, header_name order by form) = 1
            ),
            judged as (
                select
                    columns.edition,
                    coalesce(first_verdicts.indicator = columns.indicator, false) as is_mapped,
                    columns.indicator in (
                        select others.indicator from columns as others where others.edition <> columns.edition
                    ) as is_printed_elsewhere
                from columns left join first_verdicts using (edition, header_name)
                where columns.indicator is not null
            )
            select
                edition,
                (select count(*) from uses where uses.editions = [judged.edition]),
                count(*),
                avg(cast(is_mapped as integer)),
                avg(cast(is_mapped as integer)) filter (where is_printed_elsewhere)
            from judged group by edition order by edition
            """
        ).fetchall()
    return {edition: (dropped, wanted, share, elsewhere) for edition, dropped, wanted, share, elsewhere in rows}


def test_the_dictionary_maps_an_edition_that_it_was_not_written_from(warehouse: Path) -> None:
    shares = held_out_shares(warehouse)
    assert tuple(shares) == EDITIONS
    assert all(wanted >= 20 for _, wanted, _, _ in shares.values())
    assert {edition: numbers for edition, numbers in shares.items() if numbers[3] < 0.95} == {}
    below = {edition for edition, (_, _, share, _) in shares.items() if share < 0.95}
    assert below <= set(PRINTED_ONCE)


def test_what_an_edition_alone_prints_is_known(warehouse: Path) -> None:
    sql = """
        select cast(regexp_extract(any_value(file_name), '\\d{4}') as integer) as edition, indicator
        from (
            select distinct file_name, headers.indicator from staging.header_resolution as headers
            inner join staging.landed_files using (file_id)
            where reader = 'ccsy_workbook' and headers.indicator <> 'not requested'
        )
        group by indicator having count(*) = 1
    """
    alone: dict[int, set[str]] = {}
    for edition, indicator in rows_of(warehouse, sql):
        alone.setdefault(edition, set()).add(indicator)
    assert alone == PRINTED_ONCE
