"""What a session makes once, whatever the number of its processes: the parsed project, and the embedded default."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import duckdb
import pytest
from threadpoolctl import threadpool_limits

from regional.software import files_hash
from regional.state import MadeOf
from tests.support.warehouse import ROOT, build, once, parsed_once

# Two processes of tests share two processors: a second thread of BLAS only waits for the first. The variable is for
# what is imported later, and for the processes that tests start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
threadpool_limits(int(os.environ["OPENBLAS_NUM_THREADS"]), user_api="blas")

REAL_FILES = ROOT.parent / "shared"

#: Files with the longest tests, longest first: they start first, so that no process waits for another at the end.
LONGEST = (
    *("test_city_files.py", "test_real_cities.py", "test_second_implementation.py", "test_mutants.py"),
    *("test_history.py", "test_causal_robust_att.py", "test_real_incomes.py", "test_publication.py", "test_faults.py"),
    *("test_fuzzed_files.py", "test_update.py", "test_simulation.py", "test_gates_of_a_build.py"),
    *("test_causal_recovery.py", "test_city_recovery.py", "test_cells_to_panel.py", "test_policy_lists.py"),
    *("test_bad_input_matrix.py", "test_detectors.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    positions = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: positions.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A temporary folder that all processes of a session share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def parsed_project(session_folder: Path) -> Iterator[None]:
    """Builds of the session fork from a parsed project."""
    with parsed_once(session_folder / "parsed"):
        yield


@pytest.fixture(scope="session")
def kept_folder() -> Path:
    """A folder that sessions share for as long as nothing changes that a build is made of."""
    data = files_hash(ROOT, [], ("data/demo",), {path.suffix for path in (ROOT / "data" / "demo").iterdir()})
    real = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(REAL_FILES.rglob("*.*"))]
    made_of = f"{MadeOf.now(ROOT)} {data} {real} {version('great-expectations')}"
    folder = ROOT / "build" / "tests" / hashlib.sha256(made_of.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    folder.touch()
    # of those before, one stays: a session may just be using it
    for old in sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime)[:-2]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


@pytest.fixture(scope="session")
def default_warehouse_file(kept_folder: Path) -> Path:
    """The embedded default, built by dbt; fits that a build of the same content made before come from its cache."""

    def make(folder: Path) -> None:
        done = build(
            ROOT / "data" / "demo", folder / "regional.duckdb", cache=ROOT / "build" / "cache", as_command=True
        )
        assert done.returncode == 0, done.stdout

    return once(kept_folder, "default", make) / "regional.duckdb"


@pytest.fixture(scope="session")
def default_warehouse(default_warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The embedded default, opened read-only with the reference seeds in reach."""
    with duckdb.connect(str(default_warehouse_file), read_only=True) as connection:
        yield connection
