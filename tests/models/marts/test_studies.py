"""What holds of every study: its mart is known wherever marts are read, and its columns are declared once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.project import ROOT, seed_rows

STUDIES = tuple(row["study"] for row in seed_rows("studies"))
#: the models of the folder of marts that are no mart of a study
OVER_MARTS = {"mart_columns", "sample_flow"}


@pytest.fixture(scope="module")
def nodes(default_warehouse_file: Path) -> dict[str, Any]:
    """The nodes of the project as dbt knows them, by their short name."""
    manifest = default_warehouse_file.with_suffix(".work") / "target" / "manifest.json"
    return {node["name"]: node for node in json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()}


def _declared(study: str) -> list[dict[str, Any]]:
    """The columns of a mart as its YAML declares them."""
    (model,) = yaml.safe_load((ROOT / "models" / "marts" / f"{study}.yml").read_text(encoding="utf-8"))["models"]
    assert model["name"] == study
    return model["columns"]


def test_a_study_is_a_row_a_mart_and_an_entry_of_the_list_of_marts(nodes) -> None:
    assert [row["mart"] for row in seed_rows("studies")] == list(STUDIES)
    assert {path.stem for path in (ROOT / "models" / "marts").glob("*.sql")} == {*STUDIES, *OVER_MARTS}
    listed = [name.split(".")[-1] for name in nodes["mart_columns"]["depends_on"]["nodes"]]
    assert sorted(listed) == sorted(STUDIES), "macro study_marts"


def test_whatever_takes_marts_by_name_comes_after_all_of_them(nodes) -> None:
    marts = {nodes[study]["unique_id"] for study in STUDIES}
    for name in ("sample_flow", "reading_moments", "recomputed_numbers"):
        assert marts <= set(nodes[name]["depends_on"]["nodes"]), name
    python = [node for node in nodes.values() if node["path"].startswith("estimates") and node["path"].endswith(".py")]
    assert python
    for node in python:
        assert not marts & set(node["depends_on"]["nodes"]), f"{node['name']} names a mart: mart_columns stands for all"
        assert nodes["mart_columns"]["unique_id"] in node["depends_on"]["nodes"], node["name"]


@pytest.mark.parametrize("study", STUDIES)
def test_mart_columns_hold_what_the_yaml_of_the_mart_declares(default_warehouse, study: str) -> None:
    rows = default_warehouse.execute("from mart_columns where study = ?", [study]).df().astype(object)
    held = {row.pop("column_name"): row for row in rows.where(rows.notna(), None).to_dict("records")}
    expected = {}
    for column in _declared(study):
        meta = column["config"]["meta"]
        expected[column["name"]] = {
            "study": study,
            "source_columns": ", ".join(meta["source_columns"]),
            "indicators": "; ".join(meta.get("indicators", [])) or None,
            "unit": meta.get("unit"),
            "definition": column["description"],
            "definition_zh": meta["definition_zh"],
            "label_en": meta["label_en"],
            "label_zh": meta["label_zh"],
        }
    assert held == expected
