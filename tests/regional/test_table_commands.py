"""Commands that make tables: printed, as files, and in the width of a terminal."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from regional.command_line import main
from reporting import tables
from reporting.printing import shortened, width
from reporting.warehouse import opened
from tests.support.project import ROOT
from tests.support.read_tables import from_csv, from_docx, from_markdown

#: what the console script does
PROGRAM = f"'{sys.executable}' -c 'import sys; from regional.command_line import main; sys.exit(main())'"


def run(capsys: pytest.CaptureFixture[str], warehouse: Path, *arguments: str) -> tuple[int, str, str]:
    status = main([*arguments, "--warehouse", str(warehouse)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_published_table_is_printed_in_a_format(capsys, default_warehouse_file: Path) -> None:
    with opened(str(default_warehouse_file)) as connection:
        made = tables.published(connection, "innovative_city", 4, "ours", "zh")
    asked = ("table", "innovative_city", "4", "--labels", "zh", "--shows", "ours", "--format")
    for format_ in ("text", "csv", "tex", "md"):
        status, out, err = run(capsys, default_warehouse_file, *asked, format_)
        assert (status, out, err) == (0, made.text(format_), "")
    assert run(capsys, default_warehouse_file, *asked, "html")[1] == made.page()


def test_a_file_has_the_format_of_its_suffix(
    capsys, default_warehouse_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    warehouse = default_warehouse_file.absolute()
    asked = ("table", "innovative_city", "4", "--labels", "zh")
    status, out, _ = run(capsys, warehouse, *asked, "--format", "docx")
    assert (status, out) == (0, "Wrote innovative_city_table_4.docx\n")
    assert run(capsys, warehouse, *asked, "--to", "a.csv")[1] == "Wrote a.csv\n"
    assert run(capsys, warehouse, *asked, "--to", "a.md")[1] == "Wrote a.md\n"
    grid = from_csv(Path("a.csv").read_text(encoding="utf-8"))
    assert grid == from_docx(Path("innovative_city_table_4.docx")) == from_markdown(Path("a.md").read_text("utf-8"))
    assert "政策处理" in [row[0] for row in grid]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--to", "a.pdf"), "a.pdf has no format by its suffix: use one of .txt, .html"),
        (("--to", "none/a.md"), "There is no folder none"),
        (("--to", "a.md", "--format", "csv"), "a.md is no name for the format csv: let it end in .csv"),
        (("--to", "."), ". has no format by its suffix"),
    ],
)
def test_a_file_that_cannot_be_gets_one_sentence(
    capsys, default_warehouse_file: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    status, out, err = run(capsys, default_warehouse_file, "table", "innovative_city", "4", *arguments)
    assert (status, out) == (2, "")
    assert sentence in err
    assert len(err.strip().splitlines()) == 1


def test_fit_prints_and_saves_an_answer(capsys, default_warehouse_file: Path, tmp_path: Path) -> None:
    question = ("fit", "--mart", "innovative_city", "--formula", "theil ~ urban + gov | city_code + year")
    status, out, _ = run(capsys, default_warehouse_file, *question, "--where", "region = 'east'", "--vcov", "hc1")
    assert status == 0
    assert "SIMULATED DATA" in out
    assert "sample: region = 'east'; mart: innovative_city." in out
    assert any(line.split() == ["City", "effects", "Yes"] for line in out.splitlines())
    path = tmp_path / "own.docx"
    status, out, _ = run(capsys, default_warehouse_file, *question, "--labels", "zh", "--to", str(path))
    assert (status, out) == (0, f"Wrote {path}\n")
    assert "城镇化率" in [row[0] for row in from_docx(path)]


def test_what_was_found_of_a_study_is_a_table(capsys, default_warehouse_file: Path) -> None:
    status, out, _ = run(capsys, default_warehouse_file, "table", "trade_wage_share", "audit", "--labels", "zh")
    assert (status, out.splitlines()[0]) == (0, "trade_wage_share：原文自相矛盾之处")
    status, _, err = run(capsys, default_warehouse_file, "table", "trade_wage", "claims", "--format", "md")
    assert (status, err) == (2, "There is no study 'trade_wage': the nearest are trade_wage_share.\n")


def test_any_single_regression_is_a_table(capsys, default_warehouse_file: Path) -> None:
    status, out, _ = run(capsys, default_warehouse_file, "run", "cc_beta_conditional", "--format", "csv")
    assert status == 0
    grid = from_csv(out)
    assert [row[0] for row in grid if row[1] == "No"] == ["City effects"]
    assert "GDP per registered person, lagged (log)" in [row[0] for row in grid]
    status, _, err = run(capsys, default_warehouse_file, "run", "ic_event_2010", "--format", "csv")
    assert status == 2
    assert "of the suite event_study: only single regressions make a table" in err


def test_the_page_on_tables_shows_what_the_commands_print(capsys, default_warehouse_file: Path) -> None:
    page = (ROOT / "docs" / "paper_tables.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```\n\$ \.venv/bin/regional (.*)\n((?:.*\n)*?)```$", page, flags=re.MULTILINE)
    assert [shlex.split(command)[0] for command, _ in shown] == ["table", "fit"]
    for command, printed in shown:
        assert run(capsys, default_warehouse_file, *shlex.split(command)) == (0, printed, "")


def test_fit_says_what_is_wrong_in_one_sentence(capsys, default_warehouse_file: Path) -> None:
    status, out, err = run(
        capsys, default_warehouse_file, "fit", "--mart", "innovative_city", "--formula", "theil ~ urbn"
    )
    assert (status, out) == (2, "")
    assert err == "There is no column of innovative_city 'urbn': the nearest are urban, rank, region.\n"


@pytest.mark.parametrize("listing", ["list", "causal"])
def test_listings_fit_a_terminal_and_are_whole_when_asked(
    capsys, default_warehouse_file: Path, default_warehouse, listing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, narrow, _ = run(capsys, default_warehouse_file, listing)
    assert max(map(width, narrow.splitlines())) <= 120
    _, wide, _ = run(capsys, default_warehouse_file, listing, "--wide")
    condition = "" if listing == "list" else "where suite <> 'regression'"
    rows = default_warehouse.sql(f"select spec_id, label, status from specification_status {condition}").fetchall()
    for spec_id, label, status in rows:
        for out in (narrow, wide):
            (line,) = [line for line in out.splitlines() if spec_id in line.split()]
            assert f"{status[:10]}" in line
        assert label in line


def test_texts_are_cut_in_the_order_that_is_said() -> None:
    rows = [["a", "a long text", "其他估计方法的结果"]]
    assert shortened(["", "x", "y"], rows, 100, {2: 5, 1: 5}) == rows
    assert shortened(["", "x", "y"], rows, 24, {2: 5, 1: 5}) == [["a", "a long text", "其他估…"]]
    assert shortened(["", "x", "y"], rows, 15, {2: 5, 1: 5}) == [["a", "a lo…", "其他…"]]


def _behind_a_pipe(warehouse: Path, command: str, reader: str) -> str:
    shell = f"{PROGRAM} --warehouse '{warehouse}' {command} | {reader}"
    return subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize("command", ["list --wide", "causal", "summary"])
def test_a_reader_that_has_seen_enough_sees_no_traceback(default_warehouse_file: Path, command: str) -> None:
    assert _behind_a_pipe(default_warehouse_file, command, "head -1") == ""
    assert _behind_a_pipe(default_warehouse_file, command, "true") == ""


@pytest.mark.long
@pytest.mark.parametrize(
    "command",
    [
        "run ii_t2_c3",
        "table import_inequality 2 --format html",
        "table import_inequality 2",
        "query analysis/theil_by_region_and_year.sql",
        "fit --mart innovative_city --formula 'theil ~ urban'",
    ],
)
def test_no_command_that_prints_shows_a_traceback_behind_head(default_warehouse_file: Path, command: str) -> None:
    assert _behind_a_pipe(default_warehouse_file, command, "head -1") == ""
    assert _behind_a_pipe(default_warehouse_file, command, "head") == ""
