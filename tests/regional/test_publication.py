"""Publication: what a reader finds after a build and after a failure; in a project of six tables."""

from __future__ import annotations

import os
import shutil
import textwrap
from pathlib import Path

import duckdb
import pytest

from regional.dbt_runs import BuildFailed
from regional.places import Places
from regional.publication import build
from tests.support.warehouse import rows_of, write_csv, write_manifest

PROJECT = {
    "dbt_project.yml": """
        name: small
        profile: small
        flags: {indirect_selection: cautious, send_anonymous_usage_stats: false}
        test-paths: [tests/sql]
        on-run-start: "create or replace macro trebled(x) as {{ trebled('x') }}"
        vars: {factor: 1}
        models: {+materialized: table}
    """,
    "profiles.yml": """
        small:
          target: file
          outputs:
            file:
              type: duckdb
              path: "{{ env_var('REGIONAL_WAREHOUSE') }}"
              threads: 2
              plugins: [{module: landing.plugin, alias: landing}]
    """,
    "models/sources.yml": """
        sources:
          - name: landing
            config: {plugin: landing}
            tables: [{name: cells}, {name: files}, {name: record_files}, {name: notices}]
    """,
    "models/landed.sql": """
        select 'cells' as name, count(*) as n from {{ source('landing', 'cells') }}
        union all select 'files', count(*) from {{ source('landing', 'files') }}
        union all select 'record_files', count(*) from {{ source('landing', 'record_files') }}
        union all select 'notices', count(*) from {{ source('landing', 'notices') }}
    """,
    # a mark is another one after every build of its table
    "models/run_identity.sql": "select uuid() as mark",
    "models/doubled.sql": "select name, {{ doubled('value') }} as value, uuid() as mark from {{ ref('numbers') }}",
    "models/untouched.sql": "select 1 as value, uuid() as mark",
    "models/passing.sql": "select 1 as value",
    "macros/doubled.sql": "{% macro doubled(x) %}2 * {{ x }} * {{ var('factor') }}{% endmacro %}",
    "macros/trebled.sql": "{% macro trebled(x) %}({{ x }} * 3){% endmacro %}",
    "seeds/numbers.csv": "name,value\none,1\ntwo,2\n",
    # of a table that an update builds and one that it does not
    "tests/sql/doubled_above_untouched.sql": """
        select value from {{ ref('doubled') }} where value <= (select min(value) from {{ ref('untouched') }})
    """,
    "landing/reader.py": "READERS = 1",
    "estimation/suites/placebo.py": "DRAWS = 1",
}
PLACES = Places.of("build/small.duckdb")


@pytest.fixture(scope="module")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, its data folder and a warehouse built from it, in folders with spaces in their names."""
    root = tmp_path_factory.mktemp("small") / "a project"
    for name, text in PROJECT.items():
        change(root / name, text)
    (root / "my data").mkdir()
    write_csv(root / "my data" / "gdp.csv", [["region", "2010"], ["Beijing", 1]])
    row = {"path": "gdp.csv", "reader": "region_by_year", "indicator": "gdp", "unit": "100m_cny"}
    write_manifest(root / "my data", row | {"place_level": "province"})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("REGIONAL_CACHE", str(root / "cache"))
        build(PLACES, "my data")
    return Path(shutil.copytree(root, root.with_name("as it was built")))


@pytest.fixture
def project(built_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project as it was built, and the present folder; always the same, since dbt parses anew in another."""
    root = built_project.with_name("a project")
    shutil.rmtree(root)
    shutil.copytree(built_project, root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("REGIONAL_CACHE", str(root / "cache"))
    return root


def change(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).strip() + "\n", encoding="utf-8")


def test_places_of_a_warehouse() -> None:
    for path in ("build/regional.duckdb", "build/.working/regional.duckdb"):
        places = Places.of(path)
        assert places.warehouse == Path("build/regional.duckdb")
        assert places.working == Path("build/.working/regional.duckdb")
        assert places.state == Path("build/regional.state")
        assert places.history == Path("build/regional.history")
    assert Places.of("w").state == Path("w.state")


def test_a_build_is_published(project: Path) -> None:
    assert rows_of(PLACES.warehouse, "select name, value from doubled order by name") == [("one", 2), ("two", 4)]
    assert [path.name for path in PLACES.working.parent.iterdir()] == ["small.target"]
    assert sorted(path.name for path in PLACES.warehouse.parent.iterdir()) == [
        ".working",
        "small.duckdb",
    ]


def test_a_build_that_fails_publishes_nothing(project: Path) -> None:
    before = PLACES.warehouse.read_bytes()
    change(project / "models" / "doubled.sql", "select name, no_column as value from {{ ref('numbers') }}")
    with pytest.raises(BuildFailed):
        build(PLACES, "my data")
    assert PLACES.warehouse.read_bytes() == before
    assert PLACES.working.is_file()
    assert "REGIONAL_WAREHOUSE" not in os.environ


def test_an_open_reader_is_not_in_the_way(project: Path) -> None:
    with duckdb.connect(str(PLACES.warehouse), read_only=True) as reader:
        change(project / "seeds" / "numbers.csv", "name,value\none,10\n")
        build(PLACES, "my data")
        assert reader.sql("select count(*) from doubled").fetchall() == [(2,)]
    assert rows_of(PLACES.warehouse, "select count(*) from doubled") == [(1,)]
