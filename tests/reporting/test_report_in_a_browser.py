"""The report in Chromium: every kind of page, wide and narrow, says nothing to its console and asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reporting.languages import word
from reporting.report.frame import SECTIONS
from reporting.report.site import write
from reporting.warehouse import opened
from tests.support.browser import (
    NARROW,
    WIDE,
    Browser,
    browser,
    is_wider_than_its_window,
    needs_browser,
    opened_page,
    reached_by_keyboard,
)
from tests.support.pages import read_all

pytestmark = [pytest.mark.long, needs_browser]

#: a page of each template, below the folder of a language
KINDS = (
    *SECTIONS.values(),
    *(f"data/{part}.html" for part in ("coverage", "identities", "findings", "rejects", "gates")),
    *("province/110000.html", "city/420100.html", "files/1.html", "codebook/city_panel.html"),
    *(f"studies/{study}.html" for study in ("import_inequality", "innovative_city", "city_convergence")),
)


@pytest.fixture(scope="module")
def site(default_warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the embedded default with all its figures, and with pages of three cities."""
    folder = tmp_path_factory.mktemp("report") / "site"
    with opened(str(default_warehouse_file)) as connection:
        write(connection, folder, "regional.duckdb", cities=["110000", "420100", "440300"])
    return folder


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def test_the_whole_site_holds_together(site: Path) -> None:
    """Links and images of every page, figures included; SIMULATED on each."""
    pages = read_all(site)
    ids = {path: set(page.ids) for path, page in pages.items()}
    assert len(pages) > 300
    images = 0
    for page in pages.values():
        targets = {path for path, _ in page.targets} - set(ids)
        assert [path for path in targets if not path.is_file()] == [], page.path
        assert [(path, place) for path, place in page.targets if place and place not in ids[path]] == [], page.path
        assert page.title.startswith(("SIMULATED", "模拟数据")), page.path
        for image in page.images:
            images += 1
            assert word("simulated", "zh" if page.lang == "zh-Hans" else "en") in image["alt"]
            assert int(image["width"]) > 300
    assert images > 30


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("zh", NARROW)], ids=["wide", "narrow"])
def test_every_kind_of_page_reads_at_either_width(
    site: Path, chromium: Browser, language: str, size: dict[str, int]
) -> None:
    for kind in (*KINDS, "../index.html"):
        page, heard = opened_page(chromium, site / language / kind, size)
        assert (heard.errors, heard.failed) == ([], []), kind
        assert [address for address in heard.requests if not address.startswith(("file:", "data:"))] == [], kind
        assert not is_wider_than_its_window(page), kind
        assert page.get_by_role("note").first.is_visible(), kind
        page.close()


def test_navigation_is_reached_by_keyboard(site: Path, chromium: Browser) -> None:
    for kind in (*SECTIONS.values(), "city/420100.html", "studies/innovative_city.html"):
        page, _ = opened_page(chromium, site / "zh" / kind)
        reached = reached_by_keyboard(page, 12)
        links = page.eval_on_selector_all("header a", "links => links.map(link => link.getAttribute('href'))")
        assert len(links) == len(SECTIONS) + 2
        assert reached[0] == "#main", kind
        assert set(links) <= set(reached), kind
        page.close()


def test_a_value_is_followed_to_the_heading_of_its_cell(site: Path, chromium: Browser) -> None:
    """As a reader does: from the panel to the row of its cell, and on to the file."""
    page, _ = opened_page(chromium, site / "en" / "city" / "420100.html")
    value = page.locator("#panel td a").first
    text = value.inner_text()
    value.click()
    row = page.locator("tr:target")
    assert text in row.inner_text()
    row.get_by_role("link").first.click()
    page.wait_for_url("**/files/*.html#h*")
    assert page.locator("tr:target").is_visible()
    page.close()
