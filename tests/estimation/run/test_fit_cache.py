"""The cache of fits: identical answers, nothing stale, and damage that is repaired."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import estimation
import estimation.run.fit_cache
import estimation.run.runner
from estimation import run_specifications
from tests.support.panels import ROW, made_up_mart

GOOD = {**ROW, "spec_id": "good"}
CLUSTERED = {**GOOD, "spec_id": "clustered", "vcov": "cluster", "cluster_column": "place"}
FAILING = {**GOOD, "spec_id": "failing", "regressors": "x7"}
INSTRUMENTED = {**GOOD, "spec_id": "instrumented", "endogenous": "d", "instruments": "z1"}
ROWS = [GOOD, CLUSTERED, FAILING, INSTRUMENTED]


@pytest.fixture
def mart() -> duckdb.DuckDBPyConnection:
    return made_up_mart()


@pytest.fixture
def solved(monkeypatch) -> list[str]:
    """What was fitted afresh, one entry a fit."""
    made: list[str] = []
    original = estimation.run.runner._Runner.rows_of

    def counted(runner, specification):
        made.append(specification.spec_id)
        return original(runner, specification)

    monkeypatch.setattr(estimation.run.runner._Runner, "rows_of", counted)
    return made


def run(connection: duckdb.DuckDBPyConnection, folder: Path | None, rows=ROWS, level=0.95) -> pd.DataFrame:
    return run_specifications(connection, pd.DataFrame(rows), confidence_level=level, cache_folder=folder)


def figures(output: pd.DataFrame) -> pd.DataFrame:
    """The output without the seconds that a fit took."""
    return output[output["statistic"] != "seconds"].reset_index(drop=True)


def test_what_comes_from_the_cache_is_the_same_to_the_last_bit(mart, tmp_path, solved) -> None:
    plain = run(mart, None)
    solved.clear()
    cold, fitted = run(mart, tmp_path), list(solved)
    warm = run(mart, tmp_path)
    assert sorted(fitted) == sorted(row["spec_id"] for row in ROWS)
    assert solved == fitted
    pd.testing.assert_frame_equal(figures(plain), figures(cold), check_exact=True)
    # the seconds too: they are those of the fit
    pd.testing.assert_frame_equal(cold, warm, check_exact=True)
    assert set(warm.loc[warm["statistic"] == "status", "detail"]) == {"estimated", "not_estimable"}


def test_a_renamed_specification_is_found_under_its_new_name(mart, tmp_path, solved) -> None:
    run(mart, tmp_path, [GOOD])
    renamed = run(mart, tmp_path, [{**GOOD, "spec_id": "renamed"}])
    assert solved == ["good"]
    assert set(renamed["spec_id"]) == {"renamed"}


CHANGES = {
    "a value of the mart": "update made_up set x2 = x2 + 1e-9 where place = 'p01' and year = 2010",
    "a row less": "delete from made_up where place = 'p01' and year = 2010",
    "another column": "alter table made_up add column w double",
    "a function": "create or replace macro lag_years(value, place, moment, years) as value",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_decides_a_fit_makes_another_entry(mart, tmp_path, solved, change: str) -> None:
    run(mart, tmp_path, [GOOD])
    mart.execute(CHANGES[change])
    output = run(mart, tmp_path, [GOOD])
    assert solved == ["good", "good"]
    pd.testing.assert_frame_equal(figures(output), figures(run(mart, None, [GOOD])), check_exact=True)


def test_specification_level_code_and_versions_make_another_entry(mart, tmp_path, solved, monkeypatch) -> None:
    run(mart, tmp_path, [GOOD])
    run(mart, tmp_path, [{**GOOD, "time_effects": "none"}])
    run(mart, tmp_path, [GOOD], 0.9)
    monkeypatch.setattr(estimation.run.fit_cache, "_code_hash", lambda: "another version")
    run(mart, tmp_path, [GOOD])
    assert len(solved) == 4


def test_code_anywhere_in_the_package_counts(tmp_path) -> None:
    """The estimators lie in folders beside that of the cache."""
    code_hash = estimation.run.fit_cache._code_hash.__wrapped__
    package = tmp_path / "estimation"
    shutil.copytree(Path(estimation.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    assert code_hash() == code_hash(package)
    for changed in sorted(package.rglob("*.py")):
        before = code_hash(package)
        changed.write_text(changed.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
        assert code_hash(package) != before, changed


def test_the_order_of_rows_in_the_mart_does_not_count(mart, tmp_path, solved) -> None:
    run(mart, tmp_path, [GOOD])
    mart.execute("create or replace table made_up as select * from made_up order by year desc, place desc")
    run(mart, tmp_path, [GOOD])
    assert solved == ["good"]


@pytest.mark.parametrize("damage", ["cut", "altered", "empty", "text"])
def test_a_damaged_entry_is_fitted_again_and_replaced(mart, tmp_path, solved, damage: str) -> None:
    expected = run(mart, tmp_path, [GOOD])
    (entry,) = tmp_path.rglob("*.json")
    stored = entry.read_bytes()
    altered = stored[:60] + bytes([stored[60] ^ 1]) + stored[61:]
    entry.write_bytes({"cut": stored[:-9], "altered": altered, "empty": b"", "text": b"[]"}[damage])
    output = run(mart, tmp_path, [GOOD])
    assert solved == ["good", "good"]
    pd.testing.assert_frame_equal(figures(output), figures(expected), check_exact=True)
    pd.testing.assert_frame_equal(run(mart, tmp_path, [GOOD]), output, check_exact=True)
    assert solved == ["good", "good"]


def test_a_mart_that_is_not_there_is_not_remembered(mart, tmp_path) -> None:
    row = {**GOOD, "mart": "made_down"}
    assert "there is no mart made_down" in set(run(mart, tmp_path, [row])["detail"])
    assert list(tmp_path.rglob("*.json")) == []
    mart.execute("create table made_down as from made_up")
    assert "estimated" in set(run(mart, tmp_path, [row])["detail"])


def test_the_cache_lies_beside_that_of_landing(monkeypatch) -> None:
    monkeypatch.delenv("REGIONAL_CACHE", raising=False)
    assert estimation.fit_cache_folder() == Path("build/cache/fits")
    monkeypatch.setenv("REGIONAL_CACHE", "/somewhere")
    assert estimation.fit_cache_folder() == Path("/somewhere/fits")
