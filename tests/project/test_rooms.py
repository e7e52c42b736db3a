"""The rooms of the project: the graph of models goes one way, schemas follow folders, a study comes in few files."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from regional.places import Places
from tests.support.project import ROOT

#: A room reads those before it and none after.
ROOMS = [
    *("staging", "gates/landing", "detectors", "observations", "panels", "ledger", "micro/records", "micro"),
    *("indices", "policies", "marts", "gates/panels"),
    *("estimates", "estimates/status", "estimates/regressions", "estimates/causal"),
    *("audit", "replication", "claims", "history", "gates/results", "gates", "codebook"),
]
#: what analysts want stays in main; a room that is not named here has a schema of its own name
SCHEMAS = dict.fromkeys(("panels", "micro", "indices", "policies", "marts", "replication", "claims"), "main")
SCHEMAS |= dict.fromkeys(("history", "codebook"), "main")
SCHEMAS |= {
    "estimates": "estimation",
    "estimates/status": "main",
    "estimates/regressions": "main",
    "estimates/causal": "main",
}
SCHEMAS |= {"micro/records": "micro", "gates": "main"}
SCHEMAS |= dict.fromkeys(("gates/landing", "gates/panels", "gates/results"), "gates")


@pytest.fixture(scope="module")
def models(default_warehouse_file: Path) -> dict[str, dict[str, Any]]:
    """The models of dbt's manifest by unique id."""
    path = default_warehouse_file.with_suffix(".work") / "target" / "manifest.json"
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    return {name: node for name, node in nodes.items() if node["resource_type"] == "model"}


def room(node: dict[str, Any]) -> str:
    return Path(node["original_file_path"]).parent.relative_to("models").as_posix()


def arrows_against(order: list[str], arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Arrows (from a room to one that it reads) that go to a later room."""
    return {(reader, read) for reader, read in arrows if order.index(read) > order.index(reader)}


def test_a_room_reads_those_before_it_and_none_after(models) -> None:
    arrows = {
        (room(node), room(models[needed]))
        for node in models.values()
        for needed in node["depends_on"]["nodes"]
        if needed in models
    }
    assert {name for arrow in arrows for name in arrow} == set(ROOMS)
    assert arrows_against(ROOMS, arrows) == set()


def test_an_arrow_back_is_found() -> None:
    assert arrows_against(["a", "b"], {("b", "a"), ("a", "a"), ("a", "b")}) == {("a", "b")}


def test_the_schema_of_a_model_is_that_of_its_room(models) -> None:
    assert {node["name"]: node["schema"] for node in models.values()} == {
        node["name"]: SCHEMAS.get(room(node), room(node)) for node in models.values()
    }


def test_no_model_sets_a_schema_of_its_own() -> None:
    for path in (ROOT / "models").rglob("*.*"):
        if path.name != "sources.yml":
            assert not re.search(r"schema\s*[:=]\s*['\"]?\w", path.read_text(encoding="utf-8")), path


def test_the_page_on_the_flow_names_the_rooms_in_their_order() -> None:
    page = (ROOT / "docs" / "flow.md").read_text(encoding="utf-8")
    named = re.findall(r"^ models/(\w+) ", page, flags=re.MULTILINE)
    assert named == [name for name in ROOMS if "/" not in name]


#: what came in one commit, as the recipes of CONTRIBUTING have it: what to look for, and at most so many files
ADDED = {
    "a specification": (("-S", "cc_beta_conditional_to_2012", "--", "seeds/specifications"), 1),
    "a suite": (("--diff-filter=A", "--", "estimation/suites/leave_one_period_out.py"), 5),
    "an index": (("--diff-filter=A", "--", "models/indices/city_fiscal.sql"), 6),
    "a study": (("--diff-filter=A", "--", "models/marts/city_convergence.sql"), 8),
}


@pytest.mark.parametrize("what", ADDED)
def test_what_can_be_added_came_in_few_files(what: str) -> None:
    search, most = ADDED[what]
    commits = _git("log", "--format=%H", *search).split()
    if not commits:
        pytest.skip(f"the commit that added {what} is not here (no git, or a shallow clone)")
    files = _git("show", "--name-only", "--format=", commits[-1]).split()
    assert 1 <= len(files) <= most, files
    if what == "a study":
        assert [name for name in files if name.endswith(".py") and not name.startswith("tests/")] == []


def _git(*arguments: str) -> str:
    try:
        return subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
        ).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return ""


def test_no_catalogue_has_the_name_of_a_schema(models) -> None:
    """A file of that name would make `gates.landing_gate` mean two things."""
    for schema in {node["schema"] for node in models.values()} | {"landing", "history", "reference"}:
        assert Places.of(f"build/{schema}.duckdb").file_name == "warehouse.duckdb"
