"""dbt docs of a published warehouse: one page, read in a browser, that asks for nothing but itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from regional.command_line import main
from reporting import dbt_docs
from reporting.warehouse import opened
from tests.support.browser import NARROW, browser, is_wider_than_its_window, needs_browser, opened_page


@pytest.fixture(scope="module")
def page(default_warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the embedded default."""
    with opened(str(default_warehouse_file)) as connection:
        return dbt_docs.write(connection, _manifest(default_warehouse_file), tmp_path_factory.mktemp("dbt_docs"))


def _manifest(warehouse: Path) -> dict[str, object]:
    path = warehouse.with_suffix(".work") / "target" / "manifest.json"
    manifest: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def test_two_pages_of_a_warehouse_are_the_same(page: Path, default_warehouse_file: Path, tmp_path: Path) -> None:
    with opened(str(default_warehouse_file)) as connection:
        again = dbt_docs.write(connection, _manifest(default_warehouse_file), tmp_path)
    assert again.read_bytes() == page.read_bytes()


def test_the_page_names_no_place_of_the_machine_and_nobody_who_counts_visits(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert str(Path.cwd()) not in text
    assert "cloudfront" not in text
    assert "fuzzed.getdbt.com" not in text
    assert re.search(r'"send_anonymous_usage_stats": true|"user_id"', text) is None


@needs_browser
def test_the_page_opens_alone_and_shows_models_columns_and_readers(page: Path) -> None:
    with browser() as started:
        opened_one, heard = opened_page(started, page)
        opened_one.get_by_text("The warehouse, model by model").wait_for()
        assert opened_one.get_by_role("note").inner_text().startswith("SIMULATED DATA")
        assert opened_one.get_by_text("数据仓库模型文档").is_visible()
        assert opened_one.locator("strong", has_text="Exposures").is_visible()

        def shown(address: str, heading: str) -> str:
            opened_one.goto(f"{page.as_uri()}#!/{address}")
            opened_one.get_by_role("heading", name=heading).first.wait_for()
            return opened_one.locator("body").inner_text()

        for name, label in (("report", "Report"), ("explorer", "Explorer"), ("exports", "Exports")):
            assert "city_panel" in shown(f"exposure/exposure.regional_inequality.{name}", label)
        panel = shown("model/model.regional_inequality.city_panel", "city_panel")
        assert "Gross regional product: Value added of all resident units at current prices" in panel
        assert "地区生产总值：辖区内全部常住单位按当年价格计算的增加值" in panel
        assert "Unit 单位: 100m CNY" in panel
        assert "Kleibergen-Paap rk Wald F" in shown("model/model.regional_inequality.fits", "fits")
        assert heard.errors == heard.failed == []
        assert {address for address in heard.requests if not address.startswith("data:")} == {page.as_uri()}


@needs_browser
def test_the_page_is_read_on_a_telephone_and_walked_through_by_keyboard(page: Path) -> None:
    with browser() as started:
        narrow, _ = opened_page(started, page, NARROW)
        for address in ("overview", "model/model.regional_inequality.city_trade"):
            narrow.goto(f"{page.as_uri()}#!/{address}")
            content = narrow.locator(".app-content")
            content.wait_for()
            assert not is_wider_than_its_window(narrow)
            assert (content.bounding_box() or {})["width"] == NARROW["width"]

        wide, heard = opened_page(started, page)
        folder = wide.locator(".menu-tree", has_text="Dashboard")
        folder.wait_for()
        while not folder.evaluate("folder => folder === document.activeElement"):
            wide.keyboard.press("Tab")
        wide.keyboard.press("Enter")
        wide.keyboard.press("Tab")
        wide.keyboard.press("Enter")
        wide.get_by_role("heading", name="Report").wait_for()
        assert heard.errors == heard.failed == []


def test_a_warehouse_of_unknown_making_gets_one_sentence(
    default_warehouse_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["docs", "--warehouse", str(default_warehouse_file)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"It is not known what {default_warehouse_file} was made of: build it with make build")
    assert len(said.splitlines()) == 1


def test_the_command_writes_the_page_beside_the_warehouse(
    page: Path, default_warehouse_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse = tmp_path / "regional.duckdb"
    warehouse.symlink_to(default_warehouse_file)
    (tmp_path / "regional.state").mkdir()
    manifest = json.dumps(_manifest(default_warehouse_file))
    (tmp_path / "regional.state" / "manifest.json").write_text(manifest, encoding="utf-8")
    assert main(["docs", "--warehouse", str(warehouse)]) == 0
    written = tmp_path / "regional.dbt_docs" / "index.html"
    assert written.read_bytes() == page.read_bytes()
    assert capsys.readouterr().out == f"dbt docs of {warehouse}: {written}\n"
