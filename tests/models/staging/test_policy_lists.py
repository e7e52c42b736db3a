"""Lists of policies: read in every format, resolved like any file about cities, united with the shipped pilots."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pytest

from landing import LandingError, land
from tests.support.warehouse import build, built, rows_of, unbalanced_ledger_rows, write_csv, write_manifest

HEADER = ["place", "policy", "year", "batch", "source", "confidence"]
LIST = {"reader": "policies", "place_level": "city"}
FIGURES = {"path": "figures.csv", "reader": "tidy", "place_level": "city", "place_column": "place"} | {
    "year_column": "year",
    "indicator_column": "what",
    "value_column": "value",
    "unit_column": "unit",
}
CODES = {"深圳市": "440300", "合肥市": "340100", "大连市": "210200", "珠海市": "440400"} | {
    "石家庄市": "130100",
    "唐山市": "130200",
    "襄阳市": "420600",
    "三亚市": "460200",
}
YEARS = (2009, 2010, 2011, 2012)
SMART = [
    ["深圳市", "smart_city", 2010, "1", "document A", "sourced"],
    # a later year, under a short name and another spelling of the policy
    ["深圳", " Smart_City ", 2012, "2", "document B", "Sourced"],
    ["合肥市", "smart_city", 2011, "1", "", "recalled"],
    ["某某市", "smart_city", 2011, "1", "document A", "sourced"],
    ["河北省", "smart_city", 2011, "1", "document A", "sourced"],
    ["大连市", "", 2011, "1", "document A", "sourced"],
    ["大连市", "smart_city", "二〇一一", "1", "document A", "sourced"],
    ["大连市", "smart_city", 1900, "1", "document A", "sourced"],
    ["大连市", "smart_city", 2011, "1", "document A", "certain"],
    ["大连市", "smart_city", 2011, "1", "", "sourced"],
    # the old name of Xiangyang, after and in its time
    ["襄樊市", "smart_city", 2013, "1", "document A", "sourced"],
    ["襄樊市", "smart_city", 2010, "1", "document A", "sourced"],
    # the third row again
    ["合肥市", "smart_city", 2011, "1", "", "recalled"],
    ["注：made for a test"],
]
#: row of SMART -> why it is rejected
REJECTED = {
    3: "unknown place",
    4: "place is no city",
    5: "no policy",
    6: "year is not a number",
    7: "year out of range",
    8: "unknown confidence",
    9: "sourced without a source",
    10: "unknown place",
}
PILOTS = [
    # the seed recalls 2010
    ["石家庄市", "innovative_city", 2012, "", "document C", "sourced"],
    # the seed has the same
    ["唐山市", "innovative_city", 2010, "", "document C", "sourced"],
    # not in the seed
    ["珠海市", "innovative_city", 2011, "", "", "recalled"],
    # the seed has 2008, sourced
    ["深圳市", "innovative_city", 2012, "", "document C", "sourced"],
]
MODELS = ("+policy_quality", "+ledger", "+rejects", "+findings", "+sample_flow")


def _workbook(path: Path, rows: list[list[Any]]) -> None:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)


def _figures(folder: Path) -> dict[str, str]:
    """GDP and population of the cities; Xiangyang under its old name to 2010."""
    names = [("襄樊市" if (city, year <= 2010) == ("襄阳市", True) else city, year) for city in CODES for year in YEARS]
    rows = [[*name, "gdp", 1000, "亿元"] for name in names] + [
        [*name, "pop_registered_yearend", 500, "万人"] for name in names
    ]
    write_csv(folder / "figures.csv", [["place", "year", "what", "value", "unit"], *rows])
    return FIGURES


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("policies")
    write_csv(path / "smart.csv", [HEADER, *SMART])
    _workbook(path / "pilots.xlsx", [HEADER, *PILOTS])
    write_manifest(path, _figures(path), {**LIST, "path": "smart.csv"}, {**LIST, "path": "pilots.xlsx"})
    return path


@pytest.fixture(scope="session")
def warehouse(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(folder, tmp_path_factory.mktemp("policies_warehouse") / "regional.duckdb", "--select", *MODELS)


def _exposure(warehouse: Path, policy: str) -> dict[str, tuple[Any, ...]]:
    """city -> cohort, whether sourced, whether treated in each of the years."""
    sql = """
        select city_code, any_value(cohort), any_value(is_sourced), list(is_treated order by year)
        from policy_exposure where policy = ? group by city_code
    """
    found = {code: tuple(values) for code, *values in rows_of(warehouse, sql, [policy])}
    assert set(found) == set(CODES.values())
    return {city: found[code] for city, code in CODES.items()}


# Reading


def _texts(rows: list[list[Any]]) -> list[tuple[Any, ...]]:
    return [(number, 0, *map(str, row)) for number, row in enumerate(rows, start=1)]


def _csv(folder: Path, rows: list[list[Any]]) -> dict[str, str]:
    write_csv(folder / "list.csv", rows)
    return {"path": "list.csv"}


def _gb18030(folder: Path, rows: list[list[Any]]) -> dict[str, str]:
    write_csv(folder / "list.csv", rows, "gb18030")
    return {"path": "list.csv", "encoding": "gb18030"}


def _xlsx(folder: Path, rows: list[list[Any]]) -> dict[str, str]:
    _workbook(folder / "list.xlsx", rows)
    return {"path": "list.xlsx"}


def _parquet(folder: Path, rows: list[list[Any]]) -> dict[str, str]:
    pd.DataFrame(rows[1:], columns=rows[0]).to_parquet(folder / "list.parquet", index=False)
    return {"path": "list.parquet"}


def _stata(folder: Path, rows: list[list[Any]]) -> dict[str, str]:
    pd.DataFrame(rows[1:], columns=rows[0]).to_stata(folder / "list.dta", write_index=False, version=118)
    return {"path": "list.dta"}


@pytest.mark.parametrize("write", [_csv, _gb18030, _xlsx, _parquet, _stata])
def test_a_list_reads_the_same_in_every_format(
    tmp_path: Path, write: Callable[[Path, list[list[Any]]], dict[str, str]]
) -> None:
    rows = SMART[:3]
    write_manifest(tmp_path, {**LIST, **write(tmp_path, [HEADER, *rows])})
    landed = land(tmp_path)
    names = ("row", "column", "place_text", "policy_text", "year_text", "batch_text", "source_text", "confidence_text")
    assert [tuple(row[name] for name in names) for row in landed.policy_rows.to_pylist()] == _texts(rows)
    assert landed.cells.num_rows == 0
    assert landed.files.column("cells").to_pylist() == [3]


def test_columns_may_stand_in_any_order_and_the_cache_gives_what_reading_gives(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write_csv(data / "list.csv", [["no", *HEADER[::-1]], [1, *SMART[0][::-1]]])
    write_manifest(data, _figures(data), {**LIST, "path": "list.csv"})
    read, recalled = land(data, tmp_path / "cache"), land(data, tmp_path / "cache")
    (row,) = read.policy_rows.to_pylist()
    assert (row["column"], row["place_text"], row["confidence_text"]) == (6, "深圳市", "sourced")
    assert read.cells.num_rows == 2 * len(CODES) * len(YEARS)
    assert recalled.policy_rows.equals(read.policy_rows)
    assert recalled.cells.to_pylist() == read.cells.to_pylist()


@pytest.mark.parametrize(
    ("header", "changes", "sentence"),
    [
        (HEADER[:-1], {}, r"list\.csv has no column 'confidence' in its header \(row 1\).*correct the file"),
        ([*HEADER, "year"], {}, r"list\.csv has more than one column 'year'"),
        (HEADER, {"place_level": ""}, r"line 2 leaves place_level empty, which the reader policies needs: fill it in"),
    ],
)
def test_an_unusable_list_is_one_sentence(
    tmp_path: Path, header: list[str], changes: dict[str, str], sentence: str
) -> None:
    write_csv(tmp_path / "list.csv", [header, SMART[0]])
    write_manifest(tmp_path, {**LIST, "path": "list.csv", **changes})
    with pytest.raises(LandingError, match=sentence):
        land(tmp_path)


# Rows that cannot be understood


def test_each_bad_row_is_a_reject_with_its_reason(warehouse: Path) -> None:
    rows = rows_of(warehouse, "select path, row_number, reject_reason from ledger.rejects order by row_number")
    # The header is row 0.
    assert rows == [("smart.csv", number + 1, reason) for number, reason in REJECTED.items()]


def test_a_reject_says_where_what_and_what_to_do(warehouse: Path) -> None:
    messages = dict(rows_of(warehouse, "select row_number, message from ledger.rejects"))
    assert messages[10] == (
        "smart.csv, cell A11 (place 大连市, header smart_city, value sourced): the row is sourced and its column "
        "source is empty; name the source, or write recalled."
    )
    assert messages[6].startswith("smart.csv, cell A7 (place 大连市, header none, value sourced): ")


def test_rows_of_policies_are_in_the_ledger(warehouse: Path) -> None:
    assert rows_of(
        warehouse,
        "select path, cells, used, rival, rejected from ledger.ledger where path <> 'figures.csv' order by path",
    ) == [("pilots.xlsx", 4, 3, 1, 0), ("smart.csv", 13, 3, 2, 8)]
    assert unbalanced_ledger_rows(warehouse) == []


def test_the_years_of_policies_add_no_rows_to_the_panel(warehouse: Path) -> None:
    assert rows_of(warehouse, "select list(distinct year order by year), count(*) from city_panel") == [
        (list(YEARS), len(CODES) * len(YEARS))
    ]


# What counts


def test_exposure_follows_the_list(warehouse: Path) -> None:
    untreated = (None, False, [False] * 4)
    assert _exposure(warehouse, "smart_city") == {
        **dict.fromkeys(CODES, untreated),
        # the first of two years
        "深圳市": (2010, True, [False, True, True, True]),
        "合肥市": (2011, False, [False, False, True, True]),
        # by its name of the time
        "襄阳市": (2010, True, [False, True, True, True]),
    }


def test_lists_add_to_the_shipped_pilots(warehouse: Path) -> None:
    exposure = _exposure(warehouse, "innovative_city")
    assert exposure == {
        # a sourced year counts before the recalled one of the seed, though it is later
        "石家庄市": (2012, True, [False, False, False, True]),
        "唐山市": (2010, True, [False, True, True, True]),
        "珠海市": (2011, False, [False, False, True, True]),
        # of two sourced years the first, long before the panel begins
        "深圳市": (2008, True, [True] * 4),
        # in the seed alone
        "合肥市": (2010, True, [False, True, True, True]),
        "大连市": (2010, True, [False, True, True, True]),
        "襄阳市": (2013, True, [False] * 4),
        "三亚市": (None, False, [False] * 4),
    }


def test_rows_that_contradict_or_repeat_are_findings(warehouse: Path) -> None:
    sql = """
        select path, indicator, place_code, year, observed, expected, severity, message
        from detectors.findings
        where detector = 'policy_repeated' order by path, place_code
    """
    sentence = "{} is listed again under {} with {}; the year that counts is {}"
    assert rows_of(warehouse, sql) == [
        (path, policy, code, year, year, counts, "flag", sentence.format(place, policy, year, counts))
        for path, policy, code, place, year, counts in [
            ("pilots.xlsx", "innovative_city", "440300", "深圳市", 2012, 2008),
            ("smart.csv", "smart_city", "340100", "合肥市", 2011, 2011),
            ("smart.csv", "smart_city", "440300", "深圳", 2012, 2010),
            (None, "innovative_city", "130100", "石家庄", 2010, 2012),
        ]
    ]


def test_quality_counts_what_the_exposure_rests_on(warehouse: Path) -> None:
    sql = """
        select listed_rows, rejected_rows, unknown_places, places_below_city, cities_listed_twice, treated_cities,
            treated_cities_unsourced, treated_city_years, treated_city_years_unsourced, unknown_city_years
        from policy_quality where policy = ?
    """
    # 13 rows of which 8 are rejected, one of them without a policy; three cities: 3 + 2 + 3 years, of which 2 recalled
    assert rows_of(warehouse, sql, ["smart_city"]) == [(5, 7, 3, 0, 2, 3, 1, 8, 2, 0)]
    # 103 listings of the seed and 4 rows; 97 cities and Zhuhai, whose year is recalled as are those of 35 others but
    # no longer Shijiazhuang; in the panel 1 + 3 + 2 + 4 + 3 + 3 years, of which 2 recalled; 6 districts and counties
    assert rows_of(warehouse, sql, ["innovative_city"]) == [(107, 0, 0, 6, 2, 98, 35, 16, 2, 0)]


def test_the_mart_has_the_smart_cities_of_the_list(warehouse: Path) -> None:
    rows = rows_of(warehouse, "select city_code, list(policy_post order by year) from innovative_city group by all")
    assert dict(rows) == {code: _exposure(warehouse, "smart_city")[city][2] for city, code in CODES.items()}


def test_high_ranks_are_capitals_planned_cities_and_special_zones(warehouse: Path) -> None:
    high = rows_of(warehouse, "select distinct city_code from innovative_city where is_high_rank order by 1")
    named = ("石家庄市", "大连市", "合肥市", "深圳市", "珠海市", "三亚市")
    assert [code for (code,) in high] == sorted(CODES[city] for city in named)


def test_the_sample_flow_counts_treated_years_that_rest_on_memory(warehouse: Path) -> None:
    steps = dict(rows_of(warehouse, "select step, observations from sample_flow where study = 'innovative_city'"))
    assert steps["treated city-years"] == 16
    assert steps["treated city-years that rest on a recalled year"] == 2
    assert steps["city-years of unknown treatment (var policy_confidence)"] == 0


# Without a list, and without recalled years


def test_without_a_list_nothing_is_known_of_smart_cities(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write_manifest(data, _figures(data))
    models = ("--select", "+policy_quality", "+innovative_city", "--exclude-resource-type", "test")
    warehouse = built(data, tmp_path / "regional.duckdb", *models)
    assert rows_of(warehouse, "select count(*), count(policy_post), count(treat_post) from innovative_city") == [
        (32, 0, 32)
    ]
    assert rows_of(warehouse, "select distinct policy from policy_exposure") == [("innovative_city",)]
    # 2010 from memory is all that the seed has of Shijiazhuang.
    assert _exposure(warehouse, "innovative_city")["石家庄市"] == (2010, False, [False, True, True, True])


def test_only_sourced_years_make_others_unknown_and_not_untreated(
    warehouse: Path, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "regional.duckdb"
    shutil.copy(warehouse, copy)
    models = ("policy_exposure", "policy_quality", "innovative_city")
    built(folder, copy, "--select", *models, "--vars", "{policy_confidence: sourced}")
    unknown = (None, False, [None] * 4)
    for policy, recalled in (("smart_city", {"合肥市"}), ("innovative_city", {"珠海市"})):
        expected = _exposure(warehouse, policy)
        assert {city for city, (cohort, is_sourced, _) in expected.items() if cohort and not is_sourced} == recalled
        assert _exposure(copy, policy) == {**expected, **dict.fromkeys(recalled, unknown)}
    sql = "select treated_city_years, treated_city_years_unsourced, unknown_city_years from policy_quality"
    assert rows_of(copy, f"{sql} where policy = 'smart_city'") == [(6, 0, 4)]
    mart = "select city_code, treat_post, policy_post, cohort, is_never_treated_or_sourced from innovative_city"
    assert set(rows_of(copy, f"{mart} where city_code = '440400'")) == {("440400", None, False, None, False)}
    assert set(rows_of(copy, f"{mart} where city_code = '460200'")) == {("460200", False, False, None, True)}


# Names that mean two places, and vars that mean nothing


def test_a_name_of_two_places_is_ambiguous_in_lists_and_figures(warehouse: Path, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "regional.duckdb"
    shutil.copy(warehouse, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "insert into reference.place_aliases (alias, place_code, place_level) values ('珠海市', '440500', 'city')"
        )
    models = ("place_resolution", "resolved_cells", "resolved_policy_rows", "policy_listings", "rejects")
    built(folder, copy, "--select", *models, "--exclude-resource-type", "test", "seed")
    sql = "select path, count(*), any_value(message) from ledger.rejects where reject_reason = ? group by path"
    figures, pilots = sorted(rows_of(copy, sql, ["ambiguous place"]))
    assert (figures[:2], pilots[:2]) == (("figures.csv", 8), ("pilots.xlsx", 1))
    assert "make this place name two places in this year; print a longer name" in pilots[2]
    assert rows_of(copy, "select * from staging.policy_listings where place_text = '珠海市'") == []


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ("{policy_confidence: maybe}", "The var policy_confidence is 'maybe': use one of 'all', 'sourced'."),
        (
            "{unassigned_sectors_group: labour}",
            "The var unassigned_sectors_group is 'labour': use one of '', 'laborempl', 'capempl', 'techempl'.",
        ),
        (
            "{outlier_percentile: 1}",
            "The var outlier_percentile is '1': use a number from 0 to below 0.5, such as 0.01.",
        ),
        (
            "{last_data_year: 1900}",
            "The vars first_data_year and last_data_year are '1949' and '1900': use two years, the earlier one first.",
        ),
        ("{placebo_draws: 1}", "The var placebo_draws is '1': use a whole number from 2 on, such as 1000."),
        ("{curve_fits: many}", "The var curve_fits is 'many': use a whole number from 2 on, such as 1000."),
        (
            "{family_vintages: [v1]}",
            "The var family_vintages has 'v1': each entry names a place_level, a family and a vintage",
        ),
        ("{splice_tolerance: '0) or (1 = 1'}", "The var splice_tolerance is '0) or (1 = 1': use a number from 0 on."),
        ("{max_gap_years: 2.5}", "The var max_gap_years is '2.5': use a whole number from 0 on."),
    ],
)
def test_a_wrong_var_stops_the_build_before_a_table_is_made(
    folder: Path, tmp_path: Path, variables: str, sentence: str
) -> None:
    # the check comes before all that was parsed with the var; one case is a command of its own
    is_first = "policy_confidence" in variables
    done = build(folder, tmp_path / "regional.duckdb", "--vars", variables, as_command=is_first)
    assert done.returncode != 0
    assert sentence in done.stdout
    with duckdb.connect(str(tmp_path / "regional.duckdb")) as connection:
        assert connection.sql("select count(*) from information_schema.tables").fetchall() == [(0,)]
