"""The report of the embedded default, of one city and without figures: whole, in two languages, and equal to tables."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from regional.command_line import main
from reporting.errors import UsageError
from reporting.languages import word
from reporting.report.frame import decimals, in_words, percent, quantity, terms
from reporting.report.model import model_of
from reporting.report.pages.places import MARKS
from reporting.report.pages.studies import texts
from reporting.report.replacing import replaced
from reporting.report.run import RUN_FILE, run_of
from reporting.report.site import write
from reporting.warehouse import opened
from tests.support.pages import Read, read_all
from tests.support.project import ROOT, seed_rows

CITY = "420100"


@pytest.fixture(scope="module")
def connection(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(str(default_warehouse_file)) as held:
        yield held


@pytest.fixture(scope="module")
def site(connection: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "site"
    write(connection, folder, "regional.duckdb", cities=[CITY], with_figures=False)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Read]:
    return read_all(site)


@pytest.fixture(scope="module")
def page(site: Path, pages: dict[Path, Read]) -> Any:
    return lambda path: pages[(site / path).resolve()]


def test_every_link_leads_to_a_place_of_the_site(pages: dict[Path, Read]) -> None:
    ids = {path: set(page.ids) for path, page in pages.items()}
    others = {path for page in pages.values() for path, _ in page.targets} - set(ids)
    assert [path for path in others if not path.is_file()] == []
    for page in pages.values():
        missing = [(path, place) for path, place in page.targets if place and place not in ids.get(path, ())]
        assert missing == [], page.path


def test_every_page_is_there_in_both_languages(site: Path, pages: dict[Path, Read]) -> None:
    english = {path.relative_to(site / "en") for path in (site / "en").rglob("*.html")}
    assert english == {path.relative_to(site / "zh") for path in (site / "zh").rglob("*.html")}
    for path in english:
        for language, other in (("en", "zh"), ("zh", "en")):
            page = pages[(site / language / path).resolve()]
            assert page.lang == {"en": "en", "zh": "zh-Hans"}[language]
            assert ((site / other / path).resolve(), "") in page.targets


def test_no_page_can_be_taken_for_real(pages: dict[Path, Read]) -> None:
    for page in pages.values():
        language = "zh" if page.lang == "zh-Hans" else "en"
        assert word("simulated", language) in page.text[:400], page.path
        assert page.title.startswith(word("report.simulated_title", language)), page.path


def test_pages_are_in_order(pages: dict[Path, Read]) -> None:
    """One first heading, none that skips a level, no id twice, none of our keys left."""
    for page in pages.values():
        assert page.headings.count(1) == 1
        assert page.headings[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(page.headings)), page.path
        assert len(page.ids) == len(set(page.ids)), page.path
        assert "report." not in page.title
        assert not re.search(r"\bNone\b(?! was found)", page.text.split("Specifications")[0]), page.path


def test_a_panel_value_leads_to_its_cell(connection: duckdb.DuckDBPyConnection, page: Any) -> None:
    """Every GDP of a city: the value in the panel, the row below it, and the heading in the file."""
    found = page(f"en/city/{CITY}.html")
    rows = connection.execute(
        "select panel.year, panel.gdp_100m_cny, cells.value_text, cells.cell, cells.header_text, cells.path "
        "from city_panel as panel inner join city_provenance as cells using (city_code, year) "
        "where city_code = ? and cells.panel_column = 'gdp_100m_cny' and cells.scope = 'total' "
        "and cells.origin = 'reported'",
        [CITY],
    ).fetchall()
    assert len(rows) > 10
    label = next(row["label_en"] for row in seed_rows("indicators") if row["panel_column"] == "gdp_100m_cny")
    (panel,) = [row for row in found.rows if row and row[0].startswith(f"{label} 100 million CNY")]
    years = found.rows[0][1:]
    for year, value, printed, cell, header, path in rows:
        assert panel[1 + years.index(str(year))].startswith(quantity(value))
        (row,) = [row for key, row in found.row_of.items() if key.endswith(f"-{year}") and row[4] == cell]
        assert row[1] == quantity(value)
        assert row[5].strip() == printed
        file = next(key for key, _ in found.targets if key.name == f"{row[3]}.html" and key.parent.name == "files")
        of_file = Read(file)
        assert path.endswith(of_file.title.split(" · ")[1])
        headings = [link for link in found.links if link.startswith(f"../files/{row[3]}.html#h")]
        assert any(of_file.row_of[link.partition("#")[2]][1] == header for link in headings)


def test_a_derived_value_shows_its_parts(connection: duckdb.DuckDBPyConnection, page: Any) -> None:
    """The urbanisation rate of Beijing is derived from two populations, each with a line and a cell."""
    found = page("en/province/110000.html")
    ((value,),) = connection.execute(
        "select urbanisation_rate_pct from province_panel where province_code = '110000' and year = 2019"
    ).fetchall()
    (row,) = [row for key, row in found.row_of.items() if key.endswith("-2019") and row[1] == quantity(value)]
    assert row[2] == MARKS["derived"]
    after = found.rows[found.rows.index(row) + 1]
    assert {row[5].split()[0], after[5].split()[0]} == {"pop_rural", "pop_urban"}


def test_studies_say_how_far_the_data_carry(connection: duckdb.DuckDBPyConnection, page: Any) -> None:
    rows = connection.execute(
        "select study, count(*), count(*) filter (where fits.status = 'estimated') from fits "
        "inner join estimation.full_specifications using (study, spec_id) where is_published group by study"
    ).fetchall()
    for study, printed, carried in rows:
        told = word(
            "report.carried.invented", "en", carried=carried, printed=printed, share=percent(carried / printed, 0)
        )
        assert told in " ".join(page(f"en/studies/{study}.html").text.split())
    both = sum(row[1] for row in rows), sum(row[2] for row in rows)
    assert f"{both[1]} of {both[0]} printed" in page("en/index.html").text


def test_a_study_shows_its_contradictions_claims_and_specifications(
    connection: duckdb.DuckDBPyConnection, page: Any
) -> None:
    for language in ("en", "zh"):
        found = page(f"{language}/studies/innovative_city.html")
        for (arithmetic,) in connection.sql(
            "select arithmetic from published_audit where study = 'innovative_city' and verdict = 'contradiction'"
        ).fetchall():
            assert arithmetic in found.text
        for claim, verdict in connection.sql(
            "select claim_id, verdict_in_data from claims_check where study = 'innovative_city'"
        ).fetchall():
            assert found.row_of[claim][3] == terms()["claim_verdict", verdict][language]
        rows = connection.sql(
            "select spec_id, estimate from estimates where spec_id like 'ic_t2%' and term = 'treat_post'"
        ).fetchall()
        assert len(rows) > 4
        assert all(found.row_of[spec_id][6] == decimals(estimate) for spec_id, estimate in rows)


def test_printed_tables_are_those_of_the_package_of_tables(page: Any) -> None:
    (row,) = [row for row in page("en/studies/import_inequality.html").rows if row[:1] == ["Urbanisation"]][:1]
    assert "-0.204***" in row  # printed in column 1 of table 2


def test_a_question_without_a_print_has_a_page(page: Any) -> None:
    found = page("en/studies/city_convergence.html")
    assert "cc_beta_conditional" in found.row_of
    assert "tables" not in found.ids
    assert "audit" not in found.ids


def test_every_file_and_bin_is_on_the_page_of_data(connection: duckdb.DuckDBPyConnection, page: Any) -> None:
    rows = page("zh/data/index.html").rows
    for path, used, rejected in connection.sql(
        "select file_name, used, ledger.rejected from landing.files inner join ledger.ledger using (file_id)"
    ).fetchall():
        (row,) = [row for row in rows if len(row) > 2 and row[1] == path]
        assert (row[5], row[-1]) == (quantity(used), quantity(rejected))


def test_findings_rejects_identities_and_gates_are_all_there(connection: duckdb.DuckDBPyConnection, page: Any) -> None:
    counts = connection.sql(
        "select (select count(*) from detectors.findings), (select count(*) from ledger.rejects), "
        "(select count(*) from expectation_results), (select count(*) from identity_findings)"
    ).fetchall()[0]
    found = page("en/data/findings.html")
    ((detectors,),) = connection.sql("select count(distinct (detector, severity)) from detectors.findings").fetchall()
    # a row of headings a table, and the table of detectors
    assert len(found.rows) == counts[0] + detectors * 2 + 1
    assert sum(len(row) == 6 and "Cell" not in row for row in page("en/data/rejects.html").rows) == counts[1]
    assert len(page("en/data/gates.html").rows) - 11 == counts[2]
    identities = connection.sql(
        "select count(distinct (identity, place_level, scope)) + 1 from panel_identities where vintage = 'panel'"
    ).fetchall()[0][0]
    broken = connection.sql("select count(distinct identity) from identity_findings").fetchall()[0][0]
    assert len(page("en/data/identities.html").rows) == identities + broken + counts[3]


def test_indices_are_those_of_the_tables(connection: duckdb.DuckDBPyConnection, page: Any) -> None:
    rows = page("en/indices.html").rows
    for year, total, between in connection.sql(
        "select year, theil_t, theil_t_between from province_income_theil where grouping = 'region3'"
    ).fetchall():
        assert [str(year), decimals(total), decimals(between)] in [row[:3] for row in rows]


def test_the_codebook_has_every_column(connection: duckdb.DuckDBPyConnection, page: Any) -> None:
    columns = connection.sql(
        "select table_name, column_name from duckdb_columns() where schema_name = 'main' and not internal"
    ).fetchall()
    assert len(columns) > 1000
    for table in {table for table, _ in columns}:
        expected = {column for name, column in columns if name == table}
        assert expected <= set(page(f"zh/codebook/{table}.html").row_of)


def test_the_page_on_citing_names_run_and_sources(connection: duckdb.DuckDBPyConnection, page: Any) -> None:
    ((run,),) = connection.sql("select run_id from runs where is_current").fetchall()
    for language in ("en", "zh"):
        found = page(f"{language}/citing.html").text
        assert run in found
        for (citation,) in connection.sql("select distinct citation from landing.files").fetchall():
            assert citation in found
    assert run in page(f"en/city/{CITY}.html").text


@pytest.mark.long
def test_two_reports_are_the_same_bytes(
    site: Path, connection: duckdb.DuckDBPyConnection, default_warehouse_file: Path, tmp_path: Path
) -> None:
    """A second connection, so that nothing rests on an order that one happens to have."""
    with opened(str(default_warehouse_file)) as again:
        write(again, tmp_path / "site", "regional.duckdb", cities=[CITY], with_figures=False)
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(tmp_path / "site") for path in (tmp_path / "site").rglob("*.*"))
    assert [path for path in files if (site / path).read_bytes() != (tmp_path / "site" / path).read_bytes()] == []


def test_a_report_takes_the_place_of_an_older_one_and_of_nothing_else(tmp_path: Path) -> None:
    def make(text: str) -> Any:
        def write_to(folder: Path) -> str:
            folder.mkdir()
            (folder / RUN_FILE).write_text(text)
            return text

        return write_to

    def fail(folder: Path) -> None:
        folder.mkdir()
        raise OSError(28, "No space left on device")

    place = tmp_path / "report"
    assert replaced(place, RUN_FILE, make("first")) == "first"
    replaced(place, RUN_FILE, make("second"))
    with pytest.raises(UsageError, match="No space left"):
        replaced(place, RUN_FILE, fail)
    assert (place / RUN_FILE).read_text() == "second"
    assert list(tmp_path.iterdir()) == [place]
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.tex").touch()
    with pytest.raises(UsageError, match="something else than a report"):
        replaced(other, RUN_FILE, make("third"))
    with pytest.raises(UsageError, match="no folder of its own"):
        replaced(other / "chapter.tex", RUN_FILE, make("third"))
    assert [path.name for path in other.iterdir()] == ["chapter.tex"]


def test_summary_tells_an_older_report(
    site: Path, default_warehouse_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse = tmp_path / "regional.duckdb"
    warehouse.symlink_to(default_warehouse_file)
    report = tmp_path / "regional.report"
    shutil.copytree(site, report)
    assert main(["--warehouse", str(warehouse), "summary"]) == 0
    assert f"Pages on what it holds: {report / 'index.html'}" in capsys.readouterr().out
    told = json.loads((report / RUN_FILE).read_text(encoding="utf-8"))
    (report / RUN_FILE).write_text(json.dumps(told | {"run_id": "0123456789abcdef"}), encoding="utf-8")
    main(["--warehouse", str(warehouse), "summary"])
    assert "is of another run (0123456789abcdef, this is" in capsys.readouterr().out
    (report / RUN_FILE).write_text("[]", encoding="utf-8")
    assert run_of(report) is None


def test_numbers_for_people() -> None:
    assert [quantity(value) for value in (None, 0, 7, 1234567, 1234567.8, 0.000123456789, float("nan"))] == (
        ["–", "0", "7", "1,234,567", "1,234,568", "0.000123457", "–"]
    )
    assert [percent(value, 0) for value in (1, 0.999, 0, None)] == ["100%", "99%", "0%", "–"]
    assert decimals(-0.00005) == "-0.0001"
    assert in_words({"label_en": "GDP", "label_zh": None}, "label") == {"en": "GDP", "zh": "GDP"}


def test_the_model_of_a_specification() -> None:
    row = dict.fromkeys(("endogenous", "instruments", "unit_effects", "time_effects"), None) | {
        "spec_id": "x",
        "dependent": "y = ln(z)",
        "regressors": "a; b = b_as_published; c; d; e",
        "main_variable": "b",
    }
    model = model_of(row)
    assert (model.dependent, model.written_out, model.controls) == ("y", ("b",), ("a", "c", "d", "e"))
    assert model_of(row, ["c", "a"]).written_out == ("a", "c")
    instrumented = model_of(row | {"endogenous": "t", "instruments": "z", "unit_effects": "absorbed"}, ["t"])
    assert (instrumented.endogenous, instrumented.instruments, instrumented.has_unit_effects) == ("t", ("z",), True)
    assert not instrumented.has_time_effects


def test_texts_are_of_studies_and_words_of_values_are_used() -> None:
    """Words that no page asks for, a study that does not exist, a specification that it does not have."""
    assert set(texts()) <= {row["study"] for row in seed_rows("studies")}
    specifications = {row["spec_id"] for row in seed_rows("specifications")}
    assert {text["model"] for text in texts().values()} <= specifications
    folder = ROOT / "reporting" / "report"
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.suffix in (".html", ".py"))
    asked = set(re.findall(r'told\("(\w+)"|told\(language, "(\w+)"', code))
    kinds = {first or second for first, second in asked} | {"bin"}
    assert {kind for kind, _ in terms()} <= kinds
    assert all(row["en"] and row["zh"] for row in terms().values())
