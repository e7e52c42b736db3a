"""`regional export` and `regional package`: where they write, what they refuse, and that a folder is replaced whole."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from regional.command_line import main
from reporting.exports import writing


def run(capsys: pytest.CaptureFixture[str], warehouse: Path, *arguments: str) -> tuple[int, str, str]:
    status = main(["--warehouse", str(warehouse), *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_format_alone_is_a_file_in_the_current_folder(
    capsys, default_warehouse_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    warehouse = default_warehouse_file.absolute()
    status, out, _ = run(capsys, warehouse, "export", "province_inequality", "--to", "dta", "--labels", "zh")
    assert (status, [path.name for path in tmp_path.iterdir()]) == (0, ["province_inequality.dta"])
    assert "SIMULATED" in out
    assert "province_inequality.dta: 465 rows, 6 columns" in out
    assert pd.io.stata.StataReader("province_inequality.dta").variable_labels()["province_code"] == "省份代码"


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(capsys, default_warehouse_file: Path, tmp_path) -> None:
    path = tmp_path / "mine.CSV"
    path.write_text("mine")
    command = ("export", "province_inequality", "--to", str(path))
    status, _, error = run(capsys, default_warehouse_file, *command)
    assert (status, error) == (2, f"{path} is there already: name another file, or add --overwrite.\n")
    assert path.read_text() == "mine"
    assert run(capsys, default_warehouse_file, *command, "--overwrite")[0] == 0
    assert path.read_text(encoding="utf-8-sig").startswith('"province_code","year"')


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("no_such", "--to", "dta"), "There is no table 'no_such': the nearest are "),
        (("city_panel", "--to", "city.doc"), "There is no format 'doc': the nearest are "),
        (("city_panel", "--to", "absent/city.dta"), "There is no folder absent: make it first, or name a file in "),
        (("city_panel",), "Say where to with --to: a file, or one of dta,xlsx,parquet,csv."),
        ((), "Name a table to export, or say --all."),
        (("city_panel", "--all"), "Name a table to export, or say --all."),
        (("--all", "--formats", "doc"), "There is no format 'doc': the nearest are "),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(
    capsys, default_warehouse_file: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    status, out, error = run(capsys, default_warehouse_file, "export", *arguments)
    assert (status, out) == (2, "")
    assert error.startswith(sentence)
    assert error.count("\n") == 1


def test_all_tables_come_as_one_folder_that_is_replaced_as_a_whole(
    capsys, default_warehouse_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "place_year_tables", lambda _: ["province_inequality", "province_trade"])
    folder = tmp_path / "exports"
    command = ("export", "--all", "--to", str(folder), "--formats", "csv, parquet")
    status, out, _ = run(capsys, default_warehouse_file, *command)
    names = [f"province_{name}.{suffix}" for name in ("inequality", "trade") for suffix in ("csv", "parquet")]
    assert (status, sorted(path.name for path in folder.iterdir())) == (
        0,
        sorted([*names, "README.md", "codebook.csv"]),
    )
    assert f"{folder}: 2 tables as csv, parquet" in out
    assert "SIMULATED" in (folder / "README.md").read_text(encoding="utf-8")
    codebook = pd.read_csv(folder / "codebook.csv")
    assert list(codebook["table"].value_counts().sort_index().items()) == [
        ("province_inequality", 6),
        ("province_trade", 6),
    ]
    (folder / "left").touch()
    assert run(capsys, default_warehouse_file, *command)[0] == 0
    assert not (folder / "left").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]


def test_a_folder_of_somebody_else_is_not_replaced(capsys, default_warehouse_file: Path, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Mine")
    status, _, error = run(capsys, default_warehouse_file, "export", "--all", "--to", str(tmp_path))
    assert status == 2
    assert error == f"{tmp_path} is there and was not written by an export: name another folder with --to.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("no_study",), "There is no study 'no_study': the nearest are "),
        (("import_inequality", "--to", "package.tar"), "A package is one zip file, and package.tar does not end in "),
    ],
)
def test_a_package_that_cannot_be_made_is_one_sentence(
    capsys, default_warehouse_file: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    status, _, error = run(capsys, default_warehouse_file, "package", *arguments)
    assert status == 2
    assert error.startswith(sentence)


def test_a_package_says_what_is_in_it(capsys, default_warehouse_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "one.zip"
    status, out, _ = run(capsys, default_warehouse_file, "package", "import_inequality", "--to", str(path))
    assert (status, path.is_file()) == (0, True)
    assert f"{path}: 72 specifications" in out
    assert "SIMULATED" in out
    assert "Raw files: 42 copied, 0 listed and not copied" in out
    with zipfile.ZipFile(path) as file:
        table = file.read("replication-import_inequality/results/tables/table_2.md").decode()
    assert "SIMULATED" in table
    status, _, error = run(capsys, default_warehouse_file, "package", "import_inequality", "--to", str(path))
    assert (status, error) == (2, f"{path} is there already: name another file, or add --overwrite.\n")
