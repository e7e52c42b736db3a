"""Warehouses that several test files read, each built once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support.warehouse import ROOT, build


@pytest.fixture(scope="session")
def default_warehouse_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded default, built by dbt; fits that a build of the same content made before come from its cache."""
    path = tmp_path_factory.mktemp("default") / "regional.duckdb"
    done = build(ROOT / "data" / "demo", path, cache=ROOT / "build" / "cache")
    assert done.returncode == 0, done.stdout
    return path


@pytest.fixture(scope="session")
def default_warehouse(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The embedded default, opened read-only with the reference seeds in reach."""
    with duckdb.connect(str(default_warehouse_file), read_only=True) as connection:
        yield connection
