"""The snippets of docs/loading.md run as they are printed, where their program is present.

Each stands in a folder that has what a build leaves in `build`, and estimates what `estimates` has as ic_t2_m1.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from regional import parquet_copies
from tests.support.warehouse import ROOT, once, rows_of

PAGE = (ROOT / "docs" / "loading.md").read_text(encoding="utf-8")
RSCRIPT = shutil.which("Rscript")
STATA = next(filter(None, map(shutil.which, ("stata-mp", "stata-se", "stata"))), None)
SHELL = shutil.which("duckdb")


def snippets(heading: str, language: str) -> list[str]:
    """The blocks of a language under a heading of the page, in their order."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, flags=re.DOTALL)


def has_package(name: str) -> bool:
    """Has R a package?"""
    if RSCRIPT is None:
        return False
    command = [RSCRIPT, "-e", f"quit(status = !requireNamespace('{name}', quietly = TRUE))"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="session")
def copies(default_warehouse_file: Path, session_folder: Path) -> Path:
    """The Parquet copies of the embedded default, as a build publishes them."""
    manifest = default_warehouse_file.with_suffix(".work") / "target" / "manifest.json"

    def make(folder: Path) -> None:
        parquet_copies.write(folder / "regional.parquet", default_warehouse_file, manifest, "run", is_simulated=True)

    return once(session_folder, "copies", make) / "regional.parquet"


@pytest.fixture
def project(
    tmp_path: Path, default_warehouse_file: Path, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A folder like the root of the project after a build, which the test stands in."""
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "regional.duckdb").symlink_to(default_warehouse_file)
    (tmp_path / "build" / "regional.parquet").symlink_to(copies)
    (tmp_path / "analysis").symlink_to(ROOT / "analysis")
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@pytest.fixture
def estimate(default_warehouse_file: Path) -> float:
    """What the warehouse has as the coefficient that the snippets estimate."""
    ((found,),) = rows_of(
        default_warehouse_file, "select estimate from estimates where spec_id = 'ic_t2_m1' and term = 'treat_post'"
    )
    return float(found)


def ran(snippet: str) -> dict[str, Any]:
    """The names that a snippet of Python leaves."""
    names: dict[str, Any] = {}
    exec(compile(snippet, "docs/loading.md", "exec"), names)
    return names


def test_pandas(project: Path, estimate: float, default_warehouse_file: Path) -> None:
    (snippet,) = snippets("pandas", "python")
    left = ran(snippet)
    assert left["coefficient"] == pytest.approx(estimate, rel=1e-9)
    assert len(left["gap"]) == 31
    ((rows,),) = rows_of(default_warehouse_file, "select count(*) from innovative_city")
    assert len(left["panel"]) == rows
    assert left["panel"]["city_code"].str.fullmatch(r"\d{6}").all()


def test_polars(project: Path, estimate: float) -> None:
    if importlib.util.find_spec("polars") is None:
        pytest.skip("polars is not installed")
    (snippet,) = snippets("polars", "python")
    left = ran(snippet)
    assert left["coefficient"] == pytest.approx(estimate, rel=1e-9)
    assert estimate in left["estimates"]["estimate"].to_list()


def written(project: Path) -> Path:
    """The folder of the files for programs that read neither DuckDB nor Parquet, written by their snippet."""
    (snippet,) = snippets("Files for programs that read neither", "python")
    ran(snippet)
    return project / "build"


def test_files_have_every_row_and_value(project: Path, default_warehouse_file: Path) -> None:
    folder = written(project)
    with duckdb.connect(str(default_warehouse_file), read_only=True) as warehouse:
        mart = warehouse.sql("from innovative_city order by city_code, year").df()
    csv = pd.read_csv(folder / "innovative_city.csv", dtype={"city_code": str, "province_code": str})
    csv = csv.sort_values(["city_code", "year"], ignore_index=True)
    stata = pd.read_stata(folder / "innovative_city.dta")
    assert list(csv) == list(mart)
    for read in (csv, stata):
        assert list(read["city_code"]) == list(mart["city_code"])
        for name in ("theil", "ln_agdp", "treat_post"):
            pd.testing.assert_series_equal(read[name].astype(float), mart[name].astype(float), check_exact=False)
    pd.testing.assert_series_equal(
        stata["gdp_real_2010"], mart["gdp_real_chained_100m_cny_2010"], check_names=False, check_exact=True
    )
    assert max(len(name) for name in stata) <= 32


R_SNIPPETS = dict(zip(("duckdb", "arrow", "alone"), snippets("R", "r"), strict=True))


@pytest.mark.parametrize("kind", R_SNIPPETS)
def test_r(kind: str, project: Path, estimate: float) -> None:
    if RSCRIPT is None:
        pytest.skip("R is not there: no Rscript on the path")
    if kind != "alone" and not has_package(kind):
        pytest.skip(f"R has no package {kind}")
    if kind == "alone":
        written(project)
    done = subprocess.run(
        [RSCRIPT, "--vanilla", "-e", R_SNIPPETS[kind]],
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (printed,) = re.findall(r"^\[1\] (\S+)$", done.stdout, flags=re.MULTILINE)
    assert float(printed) == pytest.approx(estimate, rel=1e-8)


@pytest.mark.parametrize("number", [0, 1])
def test_stata(number: int, project: Path, estimate: float) -> None:
    snippet = snippets("Stata", "stata")[number]
    if STATA is None:
        pytest.skip("Stata is not there: no stata on the path")
    written(project)
    treated = "treated" if number == 0 else "treat_post"
    (project / "run.do").write_text(f"{snippet}\ndisplay %18.12f _b[{treated}]\n", encoding="utf-8")
    subprocess.run([STATA, "-b", "do", "run.do"], timeout=60, check=True)
    said = (project / "run.log").read_text(encoding="utf-8")
    (printed,) = re.findall(r"^\s+(-?\d*\.\d{12})$", said, flags=re.MULTILINE)
    assert float(printed) == pytest.approx(estimate, rel=1e-8)


def test_the_columns_that_stata_reads_as_text_are_the_codes(default_warehouse: duckdb.DuckDBPyConnection) -> None:
    """Their numbers stand in the snippet, which cannot be run where Stata is absent."""
    names = [name for name, *_ in default_warehouse.execute("from innovative_city limit 0").description or []]
    (numbers,) = re.findall(r"stringcols\(([\d ]+)\)", snippets("Stata", "stata")[0])
    assert [names[int(number) - 1] for number in numbers.split()] == [name for name in names if name.endswith("_code")]
    used = {"city_code", "year", "theil", "treat_post", "in_published_sample"}
    assert used <= set(names)


def test_the_query_of_the_odbc_snippet_gives_the_estimate(
    default_warehouse: duckdb.DuckDBPyConnection, estimate: float
) -> None:
    (query,) = re.findall(r'exec\("(.*)"\)', snippets("Stata", "stata")[2])
    ((slope,),) = default_warehouse.sql(f"select regr_slope(theil, treat_post) from ({query})").fetchall()
    assert slope == pytest.approx(estimate, rel=1e-9)


def test_the_duckdb_shell(project: Path) -> None:
    if SHELL is None:
        pytest.skip("the DuckDB shell is not there: no duckdb on the path")
    (snippet,) = snippets("The DuckDB shell", "sh")
    done = subprocess.run(["sh", "-ec", snippet], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "110000" in done.stdout
