"""Warehouses that several test files read, each built once a session, whatever the number of processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from tests.support.warehouse import ROOT, build

#: Files with the longest tests, longest first: they start first, so that no process waits for another at the end.
LONGEST = (
    "test_real_cities.py",
    "test_history.py",
    "test_update.py",
    "test_policy_lists.py",
    "test_cells_to_panel.py",
    "test_landing_bad_input.py",
    "test_simulation.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    places = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="session")
def default_warehouse_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded default, built by dbt; fits that a build of the same content made before come from its cache."""
    session = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        session = session.parent
    path = session / "default" / "regional.duckdb"
    with FileLock(session / "default.lock"):
        if not path.exists():
            done = build(ROOT / "data" / "demo", path, cache=ROOT / "build" / "cache")
            assert done.returncode == 0, done.stdout
    return path


@pytest.fixture(scope="session")
def default_warehouse(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The embedded default, opened read-only with the reference seeds in reach."""
    with duckdb.connect(str(default_warehouse_file), read_only=True) as connection:
        yield connection
