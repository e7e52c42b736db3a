"""How tables are made: in one transaction, with their comments; a model that fails leaves its table as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tests.support.warehouse import rows_of

PROJECT = {
    "dbt_project.yml": """
        name: small
        profile: small
        flags: {send_anonymous_usage_stats: false}
        models: {+materialized: table, +persist_docs: {relation: true}}
    """,
    "profiles.yml": """
        small:
          target: file
          outputs: {file: {type: duckdb, path: small.duckdb, threads: 2}}
    """,
    "models/models.yml": """
        models:
          - name: promised
            description: One row. It's a table.
            config: {contract: {enforced: true}}
            columns:
              - {name: a, data_type: integer}
              - {name: b, data_type: double}
          - name: loose
            description: One row, without a contract.
          - {name: from_python, description: One row from Python.}
    """,
    "models/promised.sql": "select 1 as a, cast(2 as double) as b",
    "models/loose.sql": "{{ config(materialized='view') }} select 1 as a",
    "models/from_python.py": """
        def model(dbt, session):
            return session.sql("select 1 as a, cast(2 as double) as b").df()
    """,
}


def change(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).strip() + "\n", encoding="utf-8")


def build(root: Path) -> bool:
    """Does dbt end without an error?"""
    dbt = str(Path(sys.executable).with_name("dbt"))
    options = ("--no-use-colors", "build", "--profiles-dir", str(root))
    return subprocess.run([dbt, *options], cwd=root, env=os.environ, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with the macros of this one, built once, when `loose` was a view."""
    root = tmp_path_factory.mktemp("small")
    for name, text in PROJECT.items():
        change(root, name, text)
    (root / "macros").mkdir()
    shutil.copy(ROOT / "macros" / "materializations.sql", root / "macros")
    assert build(root)
    return root


def test_tables_come_with_their_comments_and_stay_when_their_model_fails(project: Path) -> None:
    warehouse = project / "small.duckdb"
    assert rows_of(warehouse, "from promised") == rows_of(warehouse, "from from_python") == [(1, 2.0)]

    change(project, "models/loose.sql", "select 4 as a")
    change(project, "models/promised.sql", "select 3 as a, cast(4 as double) as b")
    assert build(project)
    # a view that became a table, and tables made anew where there was one
    assert rows_of(warehouse, "from loose") == [(4,)]
    assert rows_of(warehouse, "from promised") == [(3, 4.0)]
    tables = "select table_name, comment from duckdb_tables() order by all"
    before = rows_of(warehouse, tables)
    assert ("promised", "One row. It's a table.") in before

    change(project, "models/loose.sql", "select error('it cannot be made') as a")
    change(project, "models/promised.sql", "select 5 as a, error('nor can this')::double as b")
    change(project, "models/from_python.py", "def model(dbt, session):\n    raise ValueError('nor that')")
    assert not build(project)
    assert rows_of(warehouse, "from loose") == [(4,)]
    assert rows_of(warehouse, "from promised") == [(3, 4.0)]
    assert rows_of(warehouse, "from from_python") == [(1, 2.0)]
    assert rows_of(warehouse, tables) == before
