"""The pages of what gates found: they stand alone, and a browser shows them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gates.data_docs import write_data_docs

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def pages(default_warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the embedded default."""
    rows = default_warehouse.sql(
        "select cast(to_json(found) as varchar) from (from gates.landing_gate union all from gates.panel_gate"
        " union all from gates.result_gate) as found order by found.gate, found.suite, found.expectation"
    ).fetchall()
    folder = tmp_path_factory.mktemp("data_docs") / "regional.data_docs"
    folder.mkdir()
    (folder / "left by another build.html").touch()
    assert write_data_docs(folder, [json.loads(row) for (row,) in rows]) == folder / "index.html"
    return folder


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.followed: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.followed.append(value or "")
            elif name in ("src", "href"):
                self.loaded.append(value or "")


def links_of(page: Path) -> _Links:
    links = _Links()
    links.feed(page.read_text(encoding="utf-8"))
    return links


def test_a_page_a_suite_and_nothing_of_another_build(pages: Path, default_warehouse) -> None:
    suites = default_warehouse.sql("select distinct gate, suite from expectation_results").fetchall()
    shown = {page.relative_to(pages).parts[1:3] for page in (pages / "validations").rglob("*.html")}
    assert shown == set(suites)
    assert sorted(path.name for path in pages.iterdir()) == ["index.html", "validations"]


def test_pages_load_nothing_and_run_nothing(pages: Path) -> None:
    for page in pages.rglob("*.html"):
        links = links_of(page)
        assert links.loaded == [] and "script" not in links.tags, page
        assert not re.search(r"url\(|@import|https?://", page.read_text(encoding="utf-8")), page


def test_links_of_the_index_lead_to_pages_and_back(pages: Path) -> None:
    followed = links_of(pages / "index.html").followed
    assert len(followed) > 50
    for address in followed:
        page = pages / address
        assert page.is_file()
        back = links_of(page).followed[0]
        assert (page.parent / back).resolve() == (pages / "index.html").resolve()


def test_the_index_names_what_is_not_met(pages: Path, default_warehouse) -> None:
    index = (pages / "index.html").read_text(encoding="utf-8")
    unmet = default_warehouse.sql(
        "select suite, expectation from expectation_results where verdict = 'not met'"
    ).fetchall()
    assert f"Not met: {len(unmet)} of" in index
    for suite, expectation in unmet:
        assert suite.replace("_", " ") in index and expectation.replace("_", " ") in index


def test_pages_built_again_are_the_same(pages: Path, default_warehouse, tmp_path: Path) -> None:
    rows = default_warehouse.sql(
        "select cast(to_json(found) as varchar) from (from gates.result_gate) as found order by suite, expectation"
    ).fetchall()
    parsed = [json.loads(row) for (row,) in rows]
    for name in ("one", "other"):
        write_data_docs(tmp_path / name, parsed)
    one, other = ((tmp_path / name / "index.html").read_bytes() for name in ("one", "other"))
    assert one == other


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
def test_a_browser_shows_the_suites(pages: Path, tmp_path: Path) -> None:
    def shown(page: Path) -> str:
        assert BROWSER is not None
        command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", "--dump-dom"]
        return subprocess.run([*command, page.as_uri()], capture_output=True, text=True, timeout=120, check=True).stdout

    index = shown(pages / "index.html")
    assert "What the gates found" in index and "accounting identities" in index
    suite = next((pages / "validations" / "panel" / "city_wages").rglob("*.html"))
    assert "wage_share" in shown(suite)
