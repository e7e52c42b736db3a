"""Tables of the embedded default: every number is that of the warehouse, every printed one that of the print."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reporting import tables
from reporting.errors import UsageError
from reporting.languages import word
from reporting.tables.labels import Labels, labels_of
from reporting.warehouse import opened
from tests.support.read_tables import read_back


@pytest.fixture(scope="module")
def connection(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(str(default_warehouse_file)) as made:
        yield made


def column_of(table: tables.Table, *headings: str) -> list[str]:
    """The texts of the one column that has these headings below each other."""
    (position,) = [
        number for number, texts in enumerate(zip(*table.header, strict=True)) if set(headings) <= set(texts)
    ]
    return [texts[position] for group in table.groups for _, texts in group]


def row_of(table: tables.Table, label: str) -> tuple[str, ...]:
    (texts,) = [texts for group in table.groups for found, texts in group if found == label]
    return texts


def test_every_published_table_is_listed_and_made(connection) -> None:
    listed = tables.published_tables(connection)
    assert len(listed) == 18
    for position, (study, number) in enumerate(listed):
        # each way of showing a table in turn
        for shows in tables.SHOWS[position % 3 :][:1]:
            table = tables.published(connection, study, number, shows, "zh")
            assert table.simulated == (shows != "print")
            assert (table.notes[0] == word("simulated", "zh")) == table.simulated
            assert all(len(texts) == len(table.header[0]) for group in table.groups for _, texts in group)


def _printed(connection: duckdb.DuckDBPyConnection, study: str, number: int) -> dict[str, list[tuple[str, ...]]]:
    """What the study prints, column by column in the order of the print: estimate with stars, number in brackets."""
    rows = connection.execute(
        "select column_number, printed, paren_kind from reference.published_estimates "
        "where study = ? and table_number = ?",
        [study, number],
    ).fetchall()
    found: dict[str, list[tuple[str, ...]]] = {}
    for column, printed, kind in rows:
        estimate, bracket = printed.replace("−", "-").rsplit(" ", 1)
        found.setdefault(column, []).append((estimate, bracket if kind == "se" else ""))
    return found


def _value(text: str) -> float:
    return abs(float(text.strip("()*")))


def test_the_print_is_shown_as_it_is_printed(connection) -> None:
    """Estimates and stars to the letter; standard errors by their value, since some are printed with a minus sign."""
    compared = 0
    for study, number in tables.published_tables(connection):
        printed = _printed(connection, study, number)
        if not printed:
            continue
        table = tables.published(connection, study, number, "print")
        for column, cells in printed.items():
            shown = column_of(table, f"({column.replace('_', ' ')})")
            estimates = len(table.groups[0])
            pairs = [pair for pair in zip(shown[:estimates:2], shown[1:estimates:2], strict=True) if pair[0]]
            assert sorted(estimate for estimate, _ in pairs) == sorted(
                estimate if "." in estimate else f"{float(estimate):.3f}" for estimate, _ in cells
            )
            errors = sorted(_value(error) for _, error in cells if error)
            if errors:
                assert sorted(_value(error) for _, error in pairs) == errors
            compared += len(cells)
    assert compared == _count(connection, "replication_scorecard") > 200


def test_ours_is_the_scorecard_in_the_digits_of_the_print(connection) -> None:
    for study, number, language in (("trade_wage_share", 2, "zh"), ("innovative_city", 4, "en")):
        table = tables.published(connection, study, number, "both", language)
        ours = word("ours", language)
        rows = connection.execute(
            "select column_number, estimate, standard_error, stars from replication_scorecard "
            "where study = ? and table_number = ?",
            [study, number],
        ).fetchall()
        digits = 3 if study == "trade_wage_share" else 4
        for column in {row[0] for row in rows}:
            heading = f"({column.replace('_', ' ')})"
            shown = column_of(table, heading, ours)[: len(table.groups[0])]
            expected = {
                (f"{estimate:.{digits}f}{'*' * stars}", f"({error:.{digits}f})")
                for name, estimate, error, stars in rows
                if name == column
            }
            pairs = {pair for pair in zip(shown[::2], shown[1::2], strict=True) if pair[0]}
            assert pairs == expected, column


def test_statistics_stand_below_with_the_kind_of_r2_of_the_study(connection) -> None:
    table = tables.published(connection, "import_inequality", 2)
    ((r2, n_units),) = connection.sql("select r2, n_units from fits where spec_id = 'ii_t2_c1'").fetchall()
    assert row_of(table, "R² (within)")[:2] == (f"{r2:.3f}", "0.808")
    assert row_of(table, "Observations")[:2] == ("360", "360")
    assert row_of(table, "Places")[:2] == (str(n_units), "")
    assert row_of(table, "Province effects") == ("Yes",) * 6
    assert row_of(table, "Standard errors")[0] == "classical"
    city = tables.published(connection, "innovative_city", 2, language="zh")
    assert row_of(city, "城市固定效应") == ("否", "否", "否", "否", "是", "是", "是", "是")


def test_instruments_get_their_first_stage(connection) -> None:
    table = tables.published(connection, "trade_wage_share", 2, "ours")
    ((first, low, high),) = connection.sql(
        "select first_stage_f, ar_low, ar_high from fits where spec_id = 'tw_t2_c8'"
    ).fetchall()
    assert row_of(table, "First-stage F")[-1] == f"{first:.2f}"
    assert row_of(table, "Anderson-Rubin 95% set")[-1] == f"{low:.4f} to {high:.4f}"


def test_variables_that_stand_for_others_and_units_are_said(connection) -> None:
    notes = tables.published(connection, "trade_wage_share", 3).notes
    assert any("(1), (2), (3), (4): ours times 100, as printed: Trade balance." in note for note in notes)
    assert any("Column (1): Trade balance is Trade balance, winsorised, lagged." in note for note in notes)
    labels = [label for label, _ in tables.published(connection, "innovative_city", 4).groups[0]]
    assert labels == ["Treatment", "", "High rank × Treatment", ""]


def test_a_column_that_cannot_be_estimated_is_empty_and_says_why(default_warehouse_file: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(default_warehouse_file, tmp_path / "regional.duckdb"))
    reason = "no value in the sample: ln_import, urban"
    with duckdb.connect(str(copy)) as made:
        made.execute(
            "update fits set status = 'not_estimable', reason = ?, n = null where spec_id = 'ii_t2_c2'", [reason]
        )
        made.execute("delete from estimates where spec_id = 'ii_t2_c2'")
        made.execute(
            "update replication_scorecard set status = 'not_estimable', reason = ?, n = null, estimate = null, "
            "standard_error = null, stars = null where spec_id = 'ii_t2_c2'",
            [reason],
        )
    with opened(str(copy)) as connection:
        both = tables.published(connection, "import_inequality", 2)
        stored = tables.of_fits(connection, ["ii_t2_c1", "ii_t2_c2"], "zh")
    assert [level.count("(2)") for level in both.header] == [0, 2, 0]
    shown = column_of(both, "(2)", "Ours")
    assert set(shown[: len(both.groups[0])]) == {""}
    assert "not estimable" in shown
    assert any(
        note == "Column (2) not estimable on these data: no value in the sample of Log imports, Urbanisation."
        for note in both.notes
    )
    assert set(column_of(stored, "ii_t2_c2")[: len(stored.groups[0])]) == {""}
    assert any(
        note == "第 (2) 列在现有数据下无法估计：样本中以下变量没有取值：进口总额对数、城镇化水平。"
        for note in stored.notes
    )


def test_stored_fits_stand_side_by_side(connection) -> None:
    table = tables.of_fits(connection, ["ii_t2_c3", "ii_t2_c3_cl"])
    rows = connection.sql("select estimate, standard_error from estimates where spec_id = 'ii_t2_c3_cl'").fetchall()
    shown = column_of(table, "ii_t2_c3_cl")[: len(table.groups[0])]
    assert {(f"{estimate:.4f}", f"({error:.4f})") for estimate, error in rows} == {
        (estimate.strip("*"), error) for estimate, error in zip(shown[::2], shown[1::2], strict=True)
    }
    assert "Clustered by province." in table.notes
    assert row_of(table, "Standard errors") == ("classical", "clustered")


@pytest.mark.parametrize(
    ("spec_ids", "sentence"),
    [
        (["ii_t2c3"], "There is no specification 'ii_t2c3': the nearest are ii_t2_c3"),
        (["ii_t2_c1", "tw_t2_c1"], "of several marts"),
        (["ic_event_2010"], "is of the suite event_study"),
        ([], "at least one"),
    ],
)
def test_what_is_no_column_gets_one_sentence(connection, spec_ids: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=re.escape(sentence)):
        tables.of_fits(connection, spec_ids)


def test_unknown_studies_and_tables_get_the_nearest(connection) -> None:
    with pytest.raises(UsageError, match="no study 'import_inequalty': the nearest are import_inequality"):
        tables.published(connection, "import_inequalty", 2)
    with pytest.raises(UsageError, match="There is no table '9'"):
        tables.published(connection, "import_inequality", 9)
    for function in (tables.descriptives, tables.scorecard, tables.audit_findings, tables.claims):
        with pytest.raises(UsageError, match="There is no study"):
            function(connection, "nothing")


def test_descriptives_are_ours_beside_the_print(connection) -> None:
    table = tables.descriptives(connection, "trade_wage_share")
    ((mean, printed),) = connection.sql(
        "select mean, published_mean from descriptives where study = 'trade_wage_share' and variable = 'trade'"
    ).fetchall()
    assert row_of(table, "Trade balance")[2:4] == (f"{mean:.3f}", f"{printed:.3f}")
    assert any("Trade balance: the print times 100" in note for note in table.notes)
    ((variables,),) = connection.sql("select count(*) from descriptives where study = 'trade_wage_share'").fetchall()
    assert sum(len(group) for group in table.groups) == variables


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    ((found,),) = connection.sql(f"select count(*) from {query}").fetchall()
    return int(found)


def test_findings_have_a_row_each(connection) -> None:
    study = "innovative_city"
    cards = tables.scorecard(connection, study)
    assert sum(map(len, cards.groups)) == _count(connection, f"replication_scorecard where study = '{study}'")
    by_table = tables.scorecard_by_table(connection)
    assert sum(map(len, by_table.groups)) == _count(connection, "scorecard_by_table")
    audit = tables.audit_findings(connection, study, "zh")
    bad = "verdict in ('contradiction', 'implausible')"
    assert sum(map(len, audit.groups)) == _count(connection, f"published_audit where study = '{study}' and {bad}")
    assert {texts[2] for group in audit.groups for _, texts in group} == {"矛盾", "不合理"}
    # what is printed was not simulated
    assert not audit.simulated
    everything = tables.audit_findings(connection, study, verdicts=())
    assert sum(map(len, everything.groups)) == _count(connection, f"published_audit where study = '{study}'")
    claims = tables.claims(connection, study)
    assert sum(map(len, claims.groups)) == _count(connection, f"claims_check where study = '{study}'")


def test_every_value_that_is_called_something_has_its_words(connection) -> None:
    """Verdicts and kinds of checks of the warehouse in Chinese, none left as it stands in the table."""
    for (study,) in connection.sql("select distinct study from published_audit").fetchall():
        audit = tables.audit_findings(connection, study, "zh", verdicts=())
        cells = [(label, texts[2]) for group in audit.groups for label, texts in group]
        claims = tables.claims(connection, study, "zh")
        cells += [(texts[3], texts[4]) for group in claims.groups for _, texts in group]
        cards = tables.scorecard(connection, study, "zh")
        cells += [(texts[5], texts[5]) for group in cards.groups for _, texts in group]
        assert all(not re.search(r"[a-z_]{3,}", text) for pair in cells for text in pair)


@pytest.mark.parametrize("kind", ["published", "scorecard_by_table"])
def test_chinese_labels_are_in_every_format(connection, kind: str, tmp_path: Path) -> None:
    made: dict[str, Any] = {
        "published": lambda: tables.published(connection, "innovative_city", 2, language="zh"),
        "scorecard_by_table": lambda: tables.scorecard_by_table(connection, language="zh"),
    }
    table = made[kind]()
    written = read_back(table, tmp_path)
    expected = table.cells()
    for format_, grid in written.items():
        assert grid == expected, format_
    assert any("城" in cell or "系数" in cell for row in expected for cell in row)


def test_labels_are_made_of_expressions(connection) -> None:
    english = labels_of(connection, "innovative_city", "en")
    chinese = labels_of(connection, "innovative_city", "zh")
    for name, expression, label in (
        ("open", "", "Openness"),
        ("constant", "", "Constant"),
        ("ais", "ais_as_published", "Upgrading, quality"),
        ("x", "open ^ 2", "Openness, squared"),
        ("x", "open * open", "Openness, squared"),
        ("x", "open**2", "Openness, squared"),
        ("x", "ln(gov)", "Government (log)"),
        ("x", "cast(is_high_rank and treat_post as integer)", "High rank × Treatment"),
        ("x", "centred_product(open, gov)", "Openness × Government, centred"),
        ("x", "(open) * ln(gov)", "Openness × Government (log)"),
        ("x", "lag_years(open, city_code, year, 1)", "Openness, lagged"),
        ("x", "open - 0.5", "Openness - 0.5"),
        ("no_such", "", "no_such"),
    ):
        assert english.of(name, expression) == label
    assert chinese.of("x", "open ^ 2") == "对外开放度的平方"
    assert Labels({}, "en").of("x", "a ** 3") == "a ** 3"


def test_a_codebook_labels_what_no_study_calls_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "small.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("create schema reference")
        made.execute("create table reference.indicators (panel_column text, label_en text, label_zh text)")
        made.execute("insert into reference.indicators values ('a', 'A', '甲'), ('b', 'B', '乙')")
        made.execute("create table reference.studies as select 's' as study, 'm' as mart")
        made.execute(
            "create table mart_columns as select 's' as study, 'c' as column_name, 'C' as label_en, '丙' label_zh"
        )
        made.execute(
            "create table codebook as select 'm' as table_name, unnest(['b', 'c']) as column_name, "
            "unnest(['B of it', 'not shown']) as label_en, '乙' as label_zh"
        )
        labels = labels_of(made, "m", "en")
    assert [labels.of(name) for name in "abc"] == ["A", "B of it", "C"]
