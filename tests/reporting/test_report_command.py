"""`regional report`: where it writes, and what it leaves alone; and figures on a machine without Chinese fonts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regional.command_line import main
from reporting.errors import UsageError
from reporting.report import pictures, site
from reporting.report.run import RUN_FILE
from reporting.warehouse import opened


@pytest.fixture
def short_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """One page in place of hundreds."""

    def write(connection: Any, folder: Path, warehouse: str) -> site.Written:
        folder.mkdir()
        (folder / RUN_FILE).write_text(f'{{"run_id": "{warehouse}"}}')
        return site.Written("a run", 1, 2_000_000)

    monkeypatch.setattr(site, "write", write)


def test_it_writes_beside_the_warehouse_or_where_it_is_told(
    short_site: None, default_warehouse_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse = tmp_path / "regional.duckdb"
    warehouse.symlink_to(default_warehouse_file)
    assert main(["--warehouse", str(warehouse), "report"]) == 0
    printed = capsys.readouterr().out
    assert "SIMULATED" in printed
    assert "1 pages (2.0 MB) of run a run are written." in printed
    assert (tmp_path / "regional.report" / RUN_FILE).is_file()
    folder = tmp_path / "报告 of mine"
    assert main(["--warehouse", str(warehouse), "report", "--to", str(folder)]) == 0
    assert f"Open {folder / 'index.html'}" in capsys.readouterr().out


def test_it_leaves_other_folders_and_a_missing_warehouse_alone(
    short_site: None, default_warehouse_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").touch()
    asked = ["--warehouse", str(default_warehouse_file), "report", "--to", str(tmp_path / "thesis")]
    assert main(asked) == 2
    assert "holds something else than a report" in capsys.readouterr().err
    assert main(["--warehouse", str(tmp_path / "none.duckdb"), "report"]) == 2
    assert "There is no warehouse" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis"]


def test_without_chinese_glyphs_a_figure_is_in_english(
    default_warehouse_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = pictures.drawn

    def without_glyphs(connection: Any, name: str, subject: str, language: Any) -> Any:
        if language == "zh":
            raise UsageError("No font has Chinese glyphs.")
        return draw(connection, name, subject, language)

    monkeypatch.setattr(pictures, "drawn", without_glyphs)
    with opened(str(default_warehouse_file)) as connection:
        drawn = pictures.Pictures(connection, tmp_path, pictures.load_choices())
        (picture,) = drawn.of("overview")
    assert (tmp_path / "en" / picture.path).read_bytes() == (tmp_path / "zh" / picture.path).read_bytes()
    assert picture.alternative["zh"] == picture.alternative["en"]
