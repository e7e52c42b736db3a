"""A browser without a window: what a page says to its console, asks for and shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")

#: a telephone held upright
NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}


@dataclass
class Heard:
    """What went wrong while a page was open: errors on its console, and requests that failed."""

    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    #: every address that was asked for
    requests: list[str] = field(default_factory=list)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, for as many pages as a test opens; to be used in tests marked `needs_browser`."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


def opened_page(started: Browser, address: str | Path, size: dict[str, int] | None = None) -> tuple[Page, Heard]:
    """A page at an address (a path is a file), loaded, and what went wrong until now."""
    size = size or WIDE
    page = started.new_page(viewport={"width": size["width"], "height": size["height"]})
    heard = Heard()
    page.on("console", lambda message: heard.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.errors.append(str(error)))
    page.on("requestfailed", lambda request: heard.failed.append(request.url))
    page.on("request", lambda request: heard.requests.append(request.url))
    page.goto(address.absolute().as_uri() if isinstance(address, Path) else address)
    return page, heard


def is_wider_than_its_window(page: Page) -> bool:
    """Whether the page as a whole has to be moved sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def reached_by_keyboard(page: Page, most: int = 400) -> list[str]:
    """The addresses of links and names of other elements in the order in which the tabulator reaches them."""
    page.evaluate("document.body.focus()")
    found: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "(() => { const e = document.activeElement; return e === document.body ? '' :"
            " e.getAttribute('href') || e.id || e.tagName; })()"
        )
        if not name:
            break
        found.append(name)
    return found
