"""One version everywhere, and a source for every seed."""

from __future__ import annotations

import re
import tomllib

from regional.software import project_version
from tests.support.project import ROOT


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_version_is_the_same_everywhere() -> None:
    versions = {
        "dbt_project.yml": project_version(),
        "pyproject.toml": tomllib.loads(text_of("pyproject.toml"))["project"]["version"],
        "CITATION.cff": re.findall(r"^version: (.+)$", text_of("CITATION.cff"), re.MULTILINE)[0],
        "CHANGELOG.md": re.findall(r"^## ([\d.]+)", text_of("CHANGELOG.md"), re.MULTILINE)[0],
    }
    assert len(set(versions.values())) == 1, versions


def test_the_latest_change_and_the_citation_have_one_date() -> None:
    (cited,) = re.findall(r"^date-released: (.+)$", text_of("CITATION.cff"), re.MULTILINE)
    assert re.findall(r"^## [\d.]+, (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)[0] == cited


def test_a_warehouse_says_which_version_built_it(default_warehouse) -> None:
    rows = default_warehouse.sql("select project_version from runs where is_current").fetchall()
    assert rows == [(project_version(),)]


def test_every_seed_has_a_source_or_is_a_decision_of_ours() -> None:
    named = re.findall(r"`(\w+)`", re.sub(r"column `\w+`", "", text_of("docs/sources.md").split("## Citing")[0]))
    seeds = {path.stem for path in (ROOT / "seeds").rglob("*.csv")}
    assert seeds <= set(named)


def test_the_licence_is_that_of_the_citation() -> None:
    assert text_of("LICENSE").lstrip().startswith("Apache License")
    assert "\nlicense: Apache-2.0\n" in text_of("CITATION.cff")
