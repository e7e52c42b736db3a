"""What the explorer asks and makes: against tables of the default, and by hand on a few rows."""

from __future__ import annotations

import asyncio
import csv
import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from reporting.errors import UsageError
from reporting.exploring import (
    changed_specification,
    names,
    panel_files,
    provenance,
    screens,
    series,
    series_figure,
    served,
    shown,
)
from reporting.exploring.called import UNITS
from reporting.exploring.changed_specification import Change
from reporting.exploring.controls import Chosen
from reporting.exploring.names import Choice
from reporting.exploring.provenance import Point
from reporting.languages import LANGUAGES, word
from reporting.warehouse import opened

INCOMES = Choice("province", ("110000", "520000"), ("urban_income",))


@pytest.fixture(scope="module")
def warehouse(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The embedded default, as the explorer opens it."""
    with opened(str(default_warehouse_file)) as connection:
        yield connection


# -- series -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def five_values() -> Iterator[duckdb.DuckDBPyConnection]:
    """One place and indicator: 2000 and 2001, a break, 2002, a year that is absent, 2004 (flagged), and a value of a
    year that the panel does not have."""
    with duckdb.connect() as connection:
        connection.execute("create schema observations; create schema reference")
        connection.execute(
            "create table observations as select 'city' as place_level, 'A' as place_code, 'x' as indicator, "
            "'total' as scope, unnest([2000, 2001, 2002, 2004, 2005]) as year, 1.0 as value, 'reported' as origin, "
            "'first' as vintage"
        )
        connection.execute(
            "create table observations.rival_observations as select * from observations where year = 2001"
        )
        connection.execute(
            "create table city_panel as select 'A' as city_code, unnest([2000, 2001, 2002, 2003, 2004]) as year, "
            "unnest([null, null, 'x_districts', 'x', 'w, x']) as flagged_indicators"
        )
        connection.execute(
            "create table reference.definition_breaks as "
            "select 'city' as place_level, 'x' as indicator, 2002 as first_year, 'why' as description"
        )
        yield connection


def test_a_line_ends_where_a_year_is_absent_or_a_definition_breaks(five_values) -> None:
    rows = series.values(five_values, Choice("city", ("A",), ("x",)))
    assert [row["year"] for row in rows] == [2000, 2001, 2002, 2004]
    first, second, third, fourth = (row["segment"] for row in rows)
    assert first == second
    assert len({second, third, fourth}) == 3
    assert [row["is_flagged"] for row in rows] == [False, False, False, True]
    assert [row["rivals"] for row in rows] == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("choice", "column"),
    [
        (Choice("province", ("110000",), ("gdp",)), "gdp_100m_cny"),
        (Choice("city", ("130100",), ("gdp",)), "gdp_100m_cny"),
        (Choice("city", ("130100",), ("gdp",), "districts"), "gdp_100m_cny_districts"),
    ],
)
def test_values_are_those_of_the_panel(warehouse, choice: Choice, column: str) -> None:
    rows = warehouse.sql(
        f"select year, {column} from {choice.level}_panel "
        f"where {choice.level}_code = '{choice.places[0]}' and {column} is not null order by year"
    ).fetchall()
    assert len(rows) > 10
    assert [(row["year"], row["value"]) for row in series.values(warehouse, choice)] == rows


def test_flags_are_those_of_the_panel(warehouse) -> None:
    """Every flag of an indicator that some city carries, city by city."""
    flagged = warehouse.sql(
        "select city_code, year from city_panel, unnest(string_split(flagged_indicators, ', ')) as flags (name) "
        "where name = 'exp_science' and exp_science_100m_cny is not null order by all"
    ).fetchall()
    choice = Choice("city", tuple({code for code, _ in flagged}), ("exp_science",))
    found = [(row["place_code"], row["year"]) for row in series.values(warehouse, choice) if row["is_flagged"]]
    assert flagged
    assert sorted(found) == flagged


def test_breaks_are_those_of_the_seed(warehouse) -> None:
    (row,) = series.breaks(warehouse, INCOMES)
    assert (row["indicator"], row["first_year"]) == ("urban_income", 2013)
    segments = [
        {row["segment"] for row in series.values(warehouse, INCOMES) if (row["year"] < 2013) is before}
        for before in (True, False)
    ]
    assert segments[0].isdisjoint(segments[1])


def test_rivals_say_where_they_stand_and_whether_they_differ(warehouse) -> None:
    rows = series.rivals(warehouse, Choice("province", ("110000",), ("gdp",)))
    assert {row["chosen_vintage"] for row in rows} == {"simulated"}
    assert rows
    for row in rows:
        assert row["relative_difference"] == pytest.approx(row["value"] / row["chosen_value"] - 1)
        assert row["differs"] == (abs(row["relative_difference"]) > 0.001)
        (text,) = warehouse.execute(
            "select value_text from landing.cells inner join landing.files using (file_id) where path = ? and "
            "contains(year_text, ?) and place_text like '北京%' and row + 1 = regexp_extract(?, '[0-9]+$')::int",
            [row["path"], str(row["year"]), row["cell"]],
        ).fetchall()[0]
        assert float(text) == pytest.approx(row["value"])


def test_cells_are_named_as_provenance_names_them(warehouse) -> None:
    """Every name of a cell that provenance has, from its row and column."""
    named = series._CELL.format(table="cells")
    ((rows, unlike),) = warehouse.sql(
        f"select count(*), count(*) filter (where {named} <> cell) from city_provenance as cells"
    ).fetchall()
    assert (rows > 100_000, unlike) == (True, 0)
    ((wide,),) = warehouse.sql(
        f"select {named} from (select 0 as row_number, 702 as column_number) as cells"
    ).fetchall()
    assert wide == "AAA1"


def test_quarantined_cells_are_outside_the_panel(warehouse) -> None:
    """A district value that is ten times too large: quarantined, drawn, and of no series."""
    choice = Choice("city", ("520100",), ("gdp",), "districts")
    (row,) = series.quarantined(warehouse, choice)
    assert (row["year"], row["differs"]) == (2010, True)
    assert 2010 not in {value["year"] for value in series.values(warehouse, choice)}
    found = [found for found in series.findings(warehouse, choice) if found["year"] == 2010]
    assert ("quarantine", row["cell"]) in {(finding["severity"], finding["cell"]) for finding in found}


def test_boundary_changes_are_of_the_cities_alone(warehouse) -> None:
    changes = series.boundary_changes(warehouse, Choice("city", ("340400",), ("gdp",)))
    assert (2015, "carve_out") in {(row["change_year"], row["event"]) for row in changes}
    assert series.boundary_changes(warehouse, Choice("province", ("340000",), ("gdp",))) == []


# -- provenance -------------------------------------------------------------------------------------------------------
def test_a_value_is_traced_to_the_text_of_its_cell(warehouse) -> None:
    (cell,) = provenance.cells(warehouse, Point("city", "110000", "gdp", 2015))
    ((printed,),) = warehouse.execute(
        "select value_text from landing.cells inner join landing.files using (file_id) "
        'where path = ? and sheet = ? and row = ? and "column" = ?',
        [cell["path"], cell["sheet"], cell["row_number"] - 1, cell["column_number"] - 1],
    ).fetchall()
    assert cell["value_text"] == printed.strip()
    assert float(printed) * cell["unit_factor"] == pytest.approx(cell["value"])
    assert (cell["publisher"], cell["is_simulated"]) == ("simulated", True)
    assert cell["citation"]


def test_a_derived_value_has_the_cells_of_its_parts(warehouse) -> None:
    place, year, indicator = warehouse.sql(
        "select place_code, year, indicator from observations "
        "where origin = 'derived' and place_level = 'province' order by all limit 1"
    ).fetchall()[0]
    cells = provenance.cells(warehouse, Point("province", place, indicator, year))
    parts = warehouse.execute("select part from reference.derivations where indicator = ?", [indicator]).fetchall()
    assert {cell["part"] for cell in cells} <= {part for (part,) in parts}
    assert len(cells) > 1


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (("27832416", "10k_cny", 0.0001, 1.0, 2783.2416), "27832416 10k_cny × 0.0001 = 2783.2416"),
        (("100", "10k_usd", 0.0001, 6.5, 0.065), "100 10k_usd × 0.0001 × 6.5 = 0.065"),
        (("4.1", None, None, None, 4.1), "4.1 = 4.1"),
    ],
)
def test_a_conversion_is_a_line_of_arithmetic(row: tuple[Any, ...], line: str) -> None:
    keys = ("value_text", "source_unit", "unit_factor", "currency_factor", "cell_value")
    assert provenance.conversion(dict(zip(keys, row, strict=True))) == line


# -- names and controls -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", names.LEVELS)
def test_everything_can_be_chosen_by_a_name_of_its_own(warehouse, level: names.Level, language) -> None:
    ((places,),) = warehouse.sql(f"select count(distinct {level}_code) from {level}_panel").fetchall()
    assert len(names.places(warehouse, level, language)) == places
    ((indicators,),) = warehouse.sql(
        f"select count(distinct indicator) from observations where place_level = '{level}' and scope = 'total'"
    ).fetchall()
    assert len(names.indicators(warehouse, level, "total", language)) == indicators


def test_every_unit_has_words(warehouse) -> None:
    for (unit,) in warehouse.sql("select distinct unit from reference.indicators").fetchall():
        assert unit in UNITS
    assert names.unit_text("furlong", "zh") == "furlong"


def test_what_was_chosen_outlives_the_language() -> None:
    chosen = Chosen()
    assert chosen.one("place", {"Beijing": "110000", "Guizhou": "520000"}, first="520000") == "Guizhou"
    chosen.keep("place")("110000")
    assert chosen.one("place", {"贵州省": "520000", "北京市": "110000"}, first="520000") == "北京市"
    # what is no option any more gives way
    assert chosen.one("place", {"贵州省": "520000"}) == "贵州省"
    assert chosen.one("place", {}) is None
    assert chosen.some("places", {"A": 1, "B": 2}, (3, 2)) == ["B"]
    chosen.keep("places")([2, 1])
    assert chosen.some("places", {"甲": 1, "乙": 2}, (3,)) == ["乙", "甲"]


# -- what is shown ----------------------------------------------------------------------------------------------------
def test_the_picture_is_the_same_bytes_for_the_same_rows(warehouse) -> None:
    def picture(choice: Choice) -> series_figure.Picture:
        indicator_names = {key: key for key in choice.indicators}
        drawn = series_figure.Drawn(
            series.values(warehouse, choice), indicator_names, {code: code for code in choice.places}
        )
        return series_figure.picture(warehouse, drawn, "en")

    once, again, other = picture(INCOMES), picture(INCOMES), picture(replace(INCOMES, indicators=("gdp",)))
    assert once == again
    assert once.svg != other.svg
    # the sentence for who cannot see it begins with the warning
    assert once.alternative.startswith(word("simulated", "en"))


def test_the_screen_of_series_says_what_is_known_and_saves_what_it_shows(warehouse) -> None:
    screen = screens.series_screen(warehouse, INCOMES, "en")
    assert screen is not None
    assert screen.known_count == 1
    assert "old-survey" in screen.known
    rows = list(csv.DictReader(io.StringIO(screen.csv.decode("utf-8-sig"))))
    shown_values = [(row["place_code"], int(row["year"]), float(row["value"])) for row in rows]
    values = series.values(warehouse, INCOMES)
    assert shown_values == [(row["place_code"], row["year"], row["value"]) for row in values]
    assert {row["is_simulated"] for row in rows} == {"True"}
    assert screens.file_name(warehouse, "series.csv").startswith("SIMULATED")
    assert screens.series_screen(warehouse, replace(INCOMES, places=()), "zh") is None


@pytest.mark.parametrize("suffix", panel_files.SUFFIXES)
def test_rows_of_the_panel_are_saved_with_labels(warehouse, tmp_path: Path, suffix: str) -> None:
    choice = Choice("city", ("130100", "520100"), ("gdp",), "districts")
    file = tmp_path / f"panel.{suffix}"
    file.write_bytes(panel_files.panel_file(warehouse, choice, "zh", suffix))
    read = pd.read_stata(file) if suffix == "dta" else pd.read_excel(file, engine="openpyxl")
    column = "gdp_100m_cny_districts"
    expected = warehouse.sql(
        f"select year, {column} from city_panel where city_code in ('130100', '520100') order by city_code, year"
    ).fetchall()
    found = [(year, None if pd.isna(value) else value) for year, value in zip(read["year"], read[column], strict=True)]
    assert found == expected
    assert "gdp_per_capita_cny" not in read.columns


def test_series_without_a_value_are_named_and_not_drawn(warehouse) -> None:
    assert screens.absent(warehouse, INCOMES, "en") == ""
    choice = Choice("city", ("110000", "120000"), ("gdp", "emp_of_the_moon"))
    assert word("explorer_absent", "en", names="emp_of_the_moon: Beijing, Tianjin") in screens.absent(
        warehouse, choice, "en"
    )
    assert list(screens.with_values(warehouse, choice, "en").values()) == ["gdp"]
    screen = screens.series_screen(warehouse, choice, "en")
    assert screen is not None
    assert screen.svg == screens.series_screen(warehouse, replace(choice, indicators=("gdp",)), "en").svg


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_of_a_value_shows_its_cell(warehouse, language) -> None:
    point = Point("city", "110000", "gdp", 2015)
    (cell,) = provenance.cells(warehouse, point)
    screen = screens.traced_screen(warehouse, point, language)
    assert screen is not None
    for text in (cell["path"], cell["sheet"], cell["value_text"], cell["citation"], f"{cell['cell']}"):
        assert text in screen.html
    assert provenance.conversion(cell) in screen.html
    (saved,) = csv.DictReader(io.StringIO(screen.csv.decode("utf-8-sig")))
    assert (saved["cell"], float(saved["value"])) == (cell["cell"], cell["value"])
    assert screens.traced_screen(warehouse, replace(point, year=1800), language) is None


def test_text_of_the_data_is_no_html() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    for html in (
        shown.table([hostile], [[hostile]], "en"),
        shown.described([(hostile, hostile)], "en"),
        shown.said(hostile, "en"),
        shown.picture(b"<svg/>", b"<svg/>", f'"{hostile}', "zh"),
    ):
        assert hostile not in html
        assert "&lt;img" in html


# -- a specification changed ------------------------------------------------------------------------------------------
def test_a_specification_that_is_not_changed_gives_the_stored_coefficients(warehouse) -> None:
    before = changed_specification.as_specified(warehouse, "ii_t2_c3")
    table = changed_specification.table(warehouse, "ii_t2_c3", before.change, "en")
    coefficients = table.groups[0]
    assert [title[:3] for title in table.header[1]] == ["(1)", "(2)", "(3)"]
    assert all(texts[0] == texts[1] for _, texts in coefficients)
    assert len(coefficients) == 2 * 9
    assert dict(table.groups[1])["R² (within)"][0] == dict(table.groups[1])["R² (within)"][1]
    assert word("explorer_unchanged", "en") in table.notes
    assert table.notes[0] == word("simulated", "en")


def test_a_changed_specification_stands_beside_the_print(warehouse) -> None:
    before = changed_specification.as_specified(warehouse, "ii_t2_c3").change
    change = replace(before, regressors="ln_import; urban", sample=f"({before.sample}) and year > 2010", vcov="hc1")
    table = changed_specification.table(warehouse, "ii_t2_c3", change, "en")
    ((rows,),) = warehouse.sql(
        f"select count(*) from import_inequality where ({before.sample}) and year > 2010 "
        "and tar is not null and ln_import is not null and urban is not null"
    ).fetchall()
    (printed,) = warehouse.sql(
        "select published_n from replication_scorecard where spec_id = 'ii_t2_c3' limit 1"
    ).fetchall()[0]
    assert dict(table.groups[1])["Observations"] == (str(rows), "360", str(printed))
    labels = [label for label, _ in table.groups[0] if label]
    assert len(labels) == len(set(labels)) == 9
    assert labels[-1] == "Constant"
    # what was taken out is empty in the first column, and in the others it is not
    gone = [texts for label, texts in table.groups[0] if label == "Log GDP per capita"]
    assert gone[0][0] == ""
    assert all(gone[0][1:])
    assert "Changed: regressors, sample, standard errors." in table.notes
    screen = screens.compared_screen(warehouse, "ii_t2_c3", change, "zh")
    assert set(screen.files) == {"csv", "tex", "docx"}
    assert word("simulated", "zh") in screen.html


def test_a_change_that_cannot_be_estimated_says_why(warehouse) -> None:
    before = changed_specification.as_specified(warehouse, "ii_t2_c3").change
    table = changed_specification.table(warehouse, "ii_t2_c3", replace(before, sample="year > 9999"), "en")
    assert all(texts[0] == "" for _, texts in table.groups[0])
    assert any("no row of the mart meets the sample rule" in note for note in table.notes)


@pytest.mark.parametrize(
    "change",
    [
        {"sample": "true; drop table import_inequality"},
        {"sample": "(select count(*) from read_csv('/etc/passwd')) > 0"},
        {"sample": "getenv('HOME') = ''"},
        {"regressors": "x = (select 1)"},
        {"regressors": "x = __import__('os').system('true')"},
        {"regressors": ""},
        {"sample": ""},
        {"vcov": "robust"},
        {"unit_effects": "some"},
        {"regressors": "nowhere"},
    ],
)
def test_what_is_no_expression_over_the_mart_is_refused_in_a_sentence(warehouse, change: dict[str, str]) -> None:
    before = changed_specification.as_specified(warehouse, "ii_t2_c3").change
    with pytest.raises(UsageError) as refused:
        changed_specification.table(warehouse, "ii_t2_c3", replace(before, **change), "en")
    assert "\n" not in str(refused.value)


def test_studies_begin_with_a_printed_and_estimated_specification(warehouse) -> None:
    rows = changed_specification.specifications(warehouse)
    assert rows[0]["study"] == "import_inequality"
    # the fourth study is a question of our own
    assert rows[-1]["data_scope"] == "own question"
    assert screens.first_specification(warehouse, "import_inequality") == "ii_t2_c1"
    with pytest.raises(UsageError, match="nearest"):
        changed_specification.as_specified(warehouse, "ii_t2_c33")
    assert isinstance(changed_specification.as_specified(warehouse, "ii_t2_c1").change, Change)
    ids = [row["spec_id"] for row in rows if row["study"] == "trade_wage_share"]
    assert sorted(screens.specification_names(warehouse, "trade_wage_share", "zh").values()) == sorted(ids)
    html, how_many = screens.columns_screen(warehouse, "import_inequality", "zh")
    assert (how_many, html.count("<tr>")) == (35, 36)


# -- who is let in ----------------------------------------------------------------------------------------------------
def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    with socket.create_server((served.HOST, 0)) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"Port {number} is in use: choose another with --port"):
            served.listening_socket(number)
    with pytest.raises(UsageError, match="Port 70000 cannot be used"):
        served.listening_socket(70000)
    with served.listening_socket(None) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_without_a_port_a_taken_one_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((served.HOST, 0)) as taken:
        monkeypatch.setattr(served, "PORT", taken.getsockname()[1])
        with served.listening_socket(None) as listening:
            assert listening.getsockname()[1] != served.PORT


def answered(kind: str = "http", **headers: str) -> list[dict[str, Any]]:
    """What a guarded app of port 2718 sends to a request with these headers; the inner app answers 200."""
    sent: list[dict[str, Any]] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    listed = [(name.encode(), value.encode()) for name, value in headers.items()]
    asyncio.run(served.guarded(inner, 2718)({"type": kind, "headers": listed}, receive, send))
    return sent


def test_requests_come_from_this_machine_and_its_own_pages() -> None:
    for headers in ({}, {"host": "evil.example:2718"}, {"host": "127.0.0.1:80"}, {"host": "[::1]:2718"}):
        assert answered(**headers)[0]["status"] == 403
    assert answered(host="127.0.0.1:2718", origin="http://evil.example")[0]["status"] == 403
    assert answered("websocket", host="127.0.0.1:2718", origin="http://evil.example")[0]["type"] == "websocket.close"
    for host in ("127.0.0.1:2718", "localhost:2718"):
        (start,) = answered(host=host, origin=f"http://{host}")
        assert start["status"] == 200
    policy = dict(start["headers"])[b"content-security-policy"].decode()
    assert "default-src 'self'" in policy
    assert "http" not in policy
