"""The explorer as people meet it: as a script, refused in a sentence, and in a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from regional.command_line import main
from reporting.exploring.served import HOST, listening_socket
from reporting.languages import word
from tests.support.browser import NARROW, Heard, browser, is_wider_than_its_window, needs_browser, opened_page
from tests.support.project import ROOT

PROGRAM = (sys.executable, "-c", "import sys; from regional.command_line import main; sys.exit(main())")
#: a machine at work takes its time, and an answer that never comes is found nevertheless
PATIENCE = 60_000


def test_as_a_script_it_runs_every_cell_and_prints_nothing(default_warehouse_file: Path) -> None:
    command = [sys.executable, "-m", "reporting.explorer", "--warehouse", str(default_warehouse_file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_cell_that_fails_fails_the_script(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reporting.explorer", "--warehouse", str(tmp_path / "none.duckdb")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "There is no warehouse" in done.stderr


def test_what_cannot_be_explored_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], default_warehouse_file: Path, tmp_path: Path
) -> None:
    assert main(["--warehouse", str(tmp_path / "none.duckdb"), "explore", "--headless"]) == 2
    assert "run make build, or name one" in capsys.readouterr().err
    with listening_socket(0) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--warehouse", str(default_warehouse_file), "explore", "--headless", "--port", port]) == 2
    assert f"Port {port} is in use" in capsys.readouterr().err


@contextmanager
def served(warehouse: Path) -> Iterator[str]:
    """The address of an explorer of that warehouse on a free port."""
    with listening_socket(0) as free:
        port = free.getsockname()[1]
    command = [*PROGRAM, "--warehouse", str(warehouse), "explore", "--headless", "--port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            (address,) = re.findall(r"http://\S+", server.stdout.readline())
            yield address
        finally:
            server.terminate()


def shows_everything(page: Page) -> None:
    """Wait until every cell has run."""
    expect(page.locator("img.explorer-figure")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Estimate")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".explorer-cell").first).to_be_visible(timeout=PATIENCE)


def asked_elsewhere(heard: Heard) -> list[str]:
    return [url for url in heard.requests if not url.startswith((f"http://{HOST}:", "data:", "blob:"))]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def explored(default_warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of an explorer, and its warehouse, which is of nobody else."""
    copy = tmp_path_factory.mktemp("explored") / "regional.duckdb"
    warehouse = Path(shutil.copy(default_warehouse_file, copy))
    with served(warehouse) as address:
        yield address, warehouse


#: what has the focus, through the shadows that controls stand in: its label, name or text
_FOCUSED = """(() => {
    let e = document.activeElement;
    while (e && e.shadowRoot && e.shadowRoot.activeElement) e = e.shadowRoot.activeElement;
    if (!e) return '';
    const labelled = e.labels && e.labels.length ? e.labels[0].innerText : '';
    return [labelled, e.getAttribute('aria-label') || '', e.innerText || '', e.getAttribute('value') || ''].join(' ');
})()"""


@pytest.mark.long
@needs_browser
def test_on_a_telephone_by_keyboard_and_by_strangers(explored: tuple[str, Path], chromium: Browser) -> None:
    address, _ = explored
    page, heard = opened_page(chromium, address, NARROW)
    shows_everything(page)
    assert not is_wider_than_its_window(page)
    # the page scrolls in an element of its own
    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('#App'))")
    assert page.evaluate("document.querySelector('img.explorer-figure').currentSrc != "
                         "document.querySelector('img.explorer-figure').src")  # fmt: skip
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(_FOCUSED))
    for control in ("中文", "cities", "Places", "Indicators", "Save the values", "Year", "Regressors", "Estimate"):
        assert any(control in name for name in reached), (control, reached)
    assert asked_elsewhere(heard) == []
    assert (heard.errors, heard.failed) == ([], [])

    # who does not know the token gets no page, and who knows it cannot send code
    bare, _, token = address.partition("?access_token=")
    stranger, _ = opened_page(chromium, bare)
    assert stranger.url.startswith(f"{bare}auth/login")
    for path, given in (("api/kernel/run", f"?access_token={token}"), ("api/kernel/set_ui_element_value", "")):
        request = urllib.request.Request(f"{bare}{path}{given}", data=b"{}", method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code in (401, 403)


@pytest.mark.long
@needs_browser
def test_in_a_browser(explored: tuple[str, Path], chromium: Browser) -> None:
    """The last test of the file: it takes the warehouse away."""
    address, warehouse = explored
    page, heard = opened_page(chromium, address)
    page.set_default_timeout(PATIENCE)
    shows_everything(page)
    expect(page.get_by_role("alert")).to_have_text(word("simulated", "en"))

    # another indicator changes the picture
    picture = page.locator("img.explorer-figure")
    before = picture.get_attribute("src")
    page.get_by_label(re.compile("Indicators")).click()
    page.get_by_role("option", name=re.compile("^Exports")).click()
    page.keyboard.press("Escape")
    expect(picture).to_have_attribute("alt", re.compile("Exports"), timeout=PATIENCE)
    assert picture.get_attribute("src") != before

    # a value is traced to its cell
    page.get_by_label("Year", exact=True).select_option("2010")
    expect(page.locator(".explorer-answer").first).to_contain_text("2010", timeout=PATIENCE)
    assert "inc_urban" in page.locator(".explorer-cell").first.inner_text()

    # a specification is changed, and stands beside the print; what is no expression is refused in a sentence
    regressors = page.get_by_label(re.compile("Regressors"))
    regressors.fill("ln_import; urban")
    page.get_by_role("button", name="Estimate").click()
    table = page.locator(".regional-table")
    expect(table).to_contain_text("(3) printed", timeout=PATIENCE)
    expect(table).to_contain_text("Changed: regressors.")
    regressors.fill("x = (select 1)")
    page.get_by_role("button", name="Estimate").click()
    expect(page.locator(".explorer-warning")).to_contain_text("holds a query", timeout=PATIENCE)

    # a warehouse that is published meanwhile leaves the open page with the one that it holds
    warehouse.unlink()
    warehouse.write_bytes(b"not a warehouse")
    page.get_by_text("中文", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(word("simulated", "zh"), timeout=PATIENCE)
    # what was chosen is still chosen
    expect(picture).to_have_attribute("alt", re.compile("出口总额"), timeout=PATIENCE)
    assert asked_elsewhere(heard) == []
    assert (heard.errors, heard.failed) == ([], [])

    # and a page that is opened now says in a sentence that it cannot be opened
    late, _ = opened_page(chromium, address)
    expect(late.locator(".explorer-warning")).to_contain_text("cannot be opened as a warehouse", timeout=PATIENCE)
