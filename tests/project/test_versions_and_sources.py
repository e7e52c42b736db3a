"""One version everywhere, a source for every seed, and two READMEs that say the same."""

from __future__ import annotations

import re
import tomllib

import pytest

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


def commands_and_tables(name: str) -> tuple[list[str], list[str]]:
    """The lines inside code fences, and the names between back quotes in order of first appearance."""
    text = text_of(name)
    fenced = "\n".join(re.findall(r"^```\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL))
    commands = [re.sub(r"\s+#.*", "", line) for line in fenced.splitlines() if line.strip()]
    return commands, sorted(set(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))))


def test_the_chinese_readme_has_the_commands_tables_links_and_pictures_of_the_english_one() -> None:
    assert commands_and_tables("README.zh.md") == commands_and_tables("README.md")
    links = [re.findall(r"\]\(([^)]+)\)", text_of(name)) for name in ("README.md", "README.zh.md")]
    own = ({"README.md"}, {"README.zh.md"})
    assert set(links[0]) - own[1] == set(links[1]) - own[0]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_links_and_pictures_of_a_readme_are_there(name: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text_of(name)) if "://" not in link]
    assert len(links) > 20
    assert [link for link in links if not (ROOT / link.partition("#")[0]).exists()] == []
