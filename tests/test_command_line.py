"""The command line: what it prints, and one sentence for what does not exist."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from estimation.__main__ import main


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


def test_list_prints_every_specification(capsys, default_warehouse_file: Path, default_warehouse) -> None:
    _, out, _ = run(capsys, default_warehouse_file, "list")
    names = [name for (name,) in default_warehouse.sql("select spec_id from reference.specifications").fetchall()]
    assert all(any(line.startswith(f"{name} ") for line in out.splitlines()) for name in names)


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
