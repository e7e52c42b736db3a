"""The command line: what it prints, and one sentence for what does not exist."""

from __future__ import annotations

import ast
import csv
import importlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from estimation.ground.columns import OUTCOME, TIME, UNIT
from estimation.suites.regression import fit_panel
from regional.command_line import main
from tests.support import models
from tests.support.panels import ROW, random_panel, specification
from tests.support.project import ROOT, seed_rows

#: what the console script does, in an environment in which the project itself is not installed
PROGRAM = (sys.executable, "-c", "import sys; from regional.command_line import main; sys.exit(main())")


def run(capsys: pytest.CaptureFixture[str], warehouse: Path, *arguments: str) -> tuple[int, str, str]:
    status = main(["--warehouse", str(warehouse), *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_run_prints_ours_beside_the_print(capsys, default_warehouse_file: Path, default_warehouse) -> None:
    status, out, _ = run(capsys, default_warehouse_file, "run", "ii_t2_c3")
    ((estimate,),) = default_warehouse.sql(
        "select estimate from estimates where spec_id = 'ii_t2_c3' and term = 'urban'"
    ).fetchall()
    assert status == 0
    (line,) = [line for line in out.splitlines() if line.startswith("urban")]
    assert f"{estimate:.4f}***" in line
    assert "-0.1750***" in line
    assert "SIMULATED" in out
    assert "N 360, units 30, periods 12" in out


def test_a_new_row_gives_what_the_page_on_regressions_shows(
    capsys, default_warehouse_file: Path, tmp_path: Path
) -> None:
    """The row of the section on new robustness checks, in the seed of a copy of the default."""
    text = (ROOT / "docs" / "regressions.md").read_text(encoding="utf-8")
    row, after = text.split("```csv\n")[1].split("\n```", 1)
    shown = after.split("run ic_t2_m4_ordinary\n")[1].split("\n```")[0]
    copy = Path(shutil.copy(default_warehouse_file, tmp_path / "regional.duckdb"))
    values = dict(zip(seed_rows("specifications")[0], next(csv.reader([row])), strict=True))
    given = {name: value or None for name, value in values.items()} | {"is_published": values["is_published"] == "true"}
    full = pd.DataFrame(models.run("full_specifications", specifications=[given])["full_specifications"])
    with duckdb.connect(str(copy)) as connection:
        connection.register("added", full)
        connection.execute("insert into estimation.full_specifications by name select * from added")
    status, out, _ = run(capsys, copy, "run", "ic_t2_m4_ordinary")
    assert (status, out.strip()) == (0, shown.strip())


def test_run_of_available_data_has_nothing_printed_beside_it(capsys, default_warehouse_file: Path) -> None:
    _, out, _ = run(capsys, default_warehouse_file, "run", "ii_trade_t2_c3")
    assert "another regression than the published one" in out
    assert "-0.1750" not in out


def test_table_prints_every_column_with_its_n(capsys, default_warehouse_file: Path) -> None:
    status, out, _ = run(capsys, default_warehouse_file, "table", "import_inequality", "5")
    assert status == 0
    assert [f"({column}) ours" in out for column in (1, 2, 3, 4)] == [True] * 4
    assert "132" in out
    assert "228" in out


def test_table_1_prints_the_descriptive_statistics(capsys, default_warehouse_file: Path) -> None:
    _, out, _ = run(capsys, default_warehouse_file, "table", "import_inequality", "1")
    (line,) = [line for line in out.splitlines() if line.startswith("tar ")]
    assert line.split()[1:3] == ["360", "360"]
    assert "0.1060" in line


def test_tables_of_the_city_studies_keep_the_order_and_the_names_of_their_columns(
    capsys, default_warehouse_file: Path
) -> None:
    status, out, _ = run(capsys, default_warehouse_file, "table", "trade_wage_share", "2")
    assert status == 0
    (header,) = [line for line in out.splitlines() if "(1) ours" in line]
    assert [f"({column}) ours" in header for column in range(1, 9)] == [True] * 8
    assert "-16.3440***" in out
    assert "column 8: ours times 100, as printed: trade" in out
    _, out, _ = run(capsys, default_warehouse_file, "table", "innovative_city", "4")
    (header,) = [line for line in out.splitlines() if "(M8) ours" in line]
    positions = [header.index(name) for name in ("(M8)", "(M9_central)", "(M9_east)", "(M9_west)")]
    assert positions == sorted(positions)
    assert not [line for line in out.splitlines() if line.startswith("constant")]


@pytest.fixture
def small_warehouse(tmp_path: Path) -> Path:
    """A warehouse of one random mart and specifications that no study has: instruments, matching, and a bad one."""
    panel = random_panel(1).rename(columns={UNIT: "place", TIME: "year", OUTCOME: "y"})  # noqa: F841
    described = {"label": "made up", "table_number": 1, "column_number": None, "printed_in": None}
    described |= {"data_scope": "further reading", "r2_kind": "overall"}
    rows = [
        {"spec_id": "two_stages", "endogenous": "d", "instruments": "z1"},
        {"spec_id": "matched", "options": "treated = d > 1; covariates = x1, x2"},
        {"spec_id": "own", "data_scope": "own question", "table_number": None},
        {"spec_id": "unknown", "regressors": "x9"},
    ]
    seed = pd.DataFrame([{**ROW, **described, "reading": None, **row} for row in rows])  # noqa: F841
    path = tmp_path / "small.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema estimation")
        connection.execute("create table estimation.full_specifications as from seed")
        connection.execute("create table made_up as select place, year, y, x1, x2, d, z1 from panel")
        connection.execute("create table estimation_output as select 1 as unused")
        connection.execute("create table fits as select false as is_simulated")
    return path


def test_run_prints_the_first_stage(capsys, small_warehouse: Path) -> None:
    status, out, err = run(capsys, small_warehouse, "run", "two_stages")
    assert (status, err) == (0, "")
    fit = fit_panel(specification(endogenous="d", instruments="z1"), random_panel(1))
    assert f"Cragg-Donald {fit.statistics['cragg_donald_f']:.2f} (Stock-Yogo 10% 16.38)" in out
    low, high = fit.statistics["ar_low"], fit.statistics["ar_high"]
    assert f"Anderson-Rubin set: interval {low:.4f} to {high:.4f}" in out
    assert "said in the text of table 1" in out


def test_run_of_an_own_question_has_no_column_for_the_print(capsys, small_warehouse: Path) -> None:
    status, out, _ = run(capsys, small_warehouse, "run", "own")
    assert status == 0
    assert "own: made up (not printed)" in out
    assert "published" not in out


def test_run_prints_the_balance_of_matched_rows(capsys, small_warehouse: Path) -> None:
    status, out, _ = run(capsys, small_warehouse, "run", "matched")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()[-2:]] == ["x1", "x2"]
    assert "Standardised mean differences" in out


def test_run_says_why_a_specification_cannot_be_estimated(capsys, small_warehouse: Path) -> None:
    status, out, _ = run(capsys, small_warehouse, "run", "unknown")
    assert status == 0
    assert out.splitlines()[-1] == "not estimable on this data: the mart made_up has no column x9"


def test_list_prints_every_specification(capsys, default_warehouse_file: Path, default_warehouse) -> None:
    _, out, _ = run(capsys, default_warehouse_file, "list")
    names = [name for (name,) in default_warehouse.sql("select spec_id from estimation.full_specifications").fetchall()]
    assert all(any(line.startswith(f"{name} ") for line in out.splitlines()) for name in names)


def test_the_first_query_prints_what_the_readme_shows(capsys, default_warehouse_file: Path) -> None:
    shown = (ROOT / "README.md").read_text(encoding="utf-8").split("$ make query QUERY=")[1].split("\n```")[0]
    file, _, table = shown.partition("\n")
    status, out, _ = run(capsys, default_warehouse_file, "query", file)
    assert (status, out.strip()) == (0, table.strip())


def test_query_prints_the_rows_of_a_file(capsys, default_warehouse_file: Path) -> None:
    status, out, _ = run(capsys, default_warehouse_file, "query", "analysis/theil_by_region_and_year.sql")
    assert status == 0
    assert out.splitlines()[0].split() == ["year", "east", "central", "west"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run", "ii_t2c3"), "There is no specification 'ii_t2c3': the nearest are ii_t2_c3"),
        (("table", "import_inequalty", "2"), "There is no study 'import_inequalty': the nearest are import_inequality"),
        (("table", "import_inequality", "9"), "There is no table '9': the nearest are 1, 2, 3"),
        (("query", "nothing.sql"), "There is no file nothing.sql"),
    ],
)
def test_a_wrong_name_gets_one_sentence_with_the_nearest(
    capsys, default_warehouse_file: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    status, out, err = run(capsys, default_warehouse_file, *arguments)
    assert status == 2
    assert sentence in err
    assert len(err.strip().splitlines()) == 1
    assert out == ""


def test_a_missing_or_foreign_warehouse_gets_one_sentence(capsys, tmp_path: Path) -> None:
    assert "run make build" in run(capsys, tmp_path / "none.duckdb", "list")[2]
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    assert "holds no regressions" in run(capsys, tmp_path / "empty.duckdb", "list")[2]
    (tmp_path / "text.duckdb").write_text("this is no database")
    assert "cannot be opened as a warehouse" in run(capsys, tmp_path / "text.duckdb", "list")[2]


def test_a_warehouse_may_be_named_before_or_after_the_command(capsys, default_warehouse_file: Path) -> None:
    before = run(capsys, default_warehouse_file, "list")
    assert before[0] == 0
    assert run(capsys, Path("none.duckdb"), "list", "--warehouse", str(default_warehouse_file)) == before


def test_the_console_script_is_the_command_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["scripts"]["regional"].partition(":")
    assert getattr(importlib.import_module(module), function) is main


@pytest.mark.parametrize("command", ["list", "causal"])
def test_a_reader_that_has_seen_enough_gets_no_traceback(default_warehouse_file: Path, command: str) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with subprocess.Popen(
        [*PROGRAM, "--warehouse", str(default_warehouse_file), command],
        cwd=ROOT,
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(write_end)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, "")


def test_looking_at_tables_imports_no_estimator(default_warehouse_file: Path) -> None:
    asked = "import sys; from regional.command_line import main; assert main(sys.argv[1:]) == 0; print(*sys.modules)"
    warehouse = ("--warehouse", str(default_warehouse_file))
    for arguments in (("list",), ("causal",), ("summary",), ("table", "import_inequality", "2")):
        done = subprocess.run(
            [sys.executable, "-c", asked, *warehouse, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        )
        modules = set(done.stdout.splitlines()[-1].split())
        assert "reporting.printing" in modules
        assert not modules & {"pandas", "pyfixest", "estimation", "dbt"}, arguments


@pytest.mark.parametrize("command", ["build", "update"])
def test_a_build_that_cannot_be_gets_one_sentence(
    capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    for name in ("my?file.duckdb", "a#b.duckdb", "a\\b.duckdb"):
        status, _, err = run(capsys, tmp_path / name, command)
        assert (status, err.count("\n")) == (2, 1)
        assert "cannot be the path of a warehouse" in err
    monkeypatch.chdir(tmp_path)
    assert "run it there" in run(capsys, tmp_path / "w.duckdb", command)[2]
    assert list(tmp_path.iterdir()) == []


def imported_by(path: Path) -> set[str]:
    """The packages that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


#: A package imports those before it and none after.
PACKAGES = ("landing", "estimation", "reporting", "regional", "gates", "simulation")


def test_packages_are_read_one_way() -> None:
    for number, package in enumerate(PACKAGES):
        for path in sorted((ROOT / package).rglob("*.py")):
            assert not imported_by(path) & set(PACKAGES[number + 1 :]), path


def test_what_people_see_and_the_estimation_layer_meet_in_one_module() -> None:
    meeting = {
        path.name
        for package in ("reporting", "regional")
        for path in (ROOT / package).rglob("*.py")
        if "estimation" in imported_by(path) and not path.name.endswith("_plugin.py")
    }
    assert meeting == {"estimation_layer.py"}
