"""What the documents say about the code is so."""

from __future__ import annotations

import re

from landing.manifest import COLUMNS
from landing.manifest_page import with_table
from landing.readers import READERS
from landing.records import RECORD_READERS
from tests.support.warehouse import ROOT


def first_cells(text: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)


def test_the_manifest_page_lists_the_columns_and_readers() -> None:
    page = (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8")
    columns, readers = page.split("## Readers")
    assert first_cells(columns) == list(COLUMNS)
    assert first_cells(readers) == [*READERS, *RECORD_READERS]
    assert page == with_table(page), "write it again: python -m landing.manifest_page"


def test_the_manifest_page_gives_the_names_that_columns_of_records_have_by_default() -> None:
    page = (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8")
    meanings = dict(re.findall(r"^\| `(\w+)` \| [^|]*\| (.*) \|$", page, flags=re.MULTILINE))
    for reader, defaults in RECORD_READERS.items():
        for column, name in defaults.items():
            assert f"empty means `{name}`" in meanings[column].partition(f"`{reader}`")[2]


def test_needed_columns_are_marked_on_the_manifest_page() -> None:
    page = (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8")
    marked = dict(re.findall(r"^\| `(\w+)` \| ([^|]*)\|", page.split("## Readers")[0], flags=re.MULTILINE))
    for name, column in COLUMNS.items():
        expected = "yes" if column.is_needed else ", ".join(f"`{reader}`" for reader in column.needed_by)
        assert marked[name].strip() == expected


def test_tables_named_on_their_page_are_in_the_warehouse(default_warehouse) -> None:
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:\w+\.)?\w+)`", "".join(re.findall(r"^\|([^|]*)\|", page, flags=re.MULTILINE))))
    rows = default_warehouse.sql("select table_schema, table_name from information_schema.tables").fetchall()
    present = {table if schema == "main" else f"{schema}.{table}" for schema, table in rows}
    assert named
    assert named <= present


def test_promises_name_tests_that_exist() -> None:
    page = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    promised = re.findall(r"`(test_\w+)`", page)
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    assert promised
    assert set(promised) <= {
        name for text in texts for name in re.findall(r"^def (test_\w+)", text, flags=re.MULTILINE)
    }


def test_every_model_says_its_grain_in_its_first_words() -> None:
    for path in sorted((ROOT / "models").rglob("*/*.yml")):
        for name, description in re.findall(
            r"- name: (\w+)\n    description: (?:>\n\s*)?(.*)", path.read_text(encoding="utf-8")
        ):
            assert description.startswith("One row"), f"{path.name}: {name}"


def test_sums_of_panels_indices_and_marts_have_an_order() -> None:
    """Added in any order, they would differ between builds in the last digits (macro ordered_sum)."""
    folders = [ROOT / "models" / name for name in ("panels", "indices", "marts")]
    paths = [path for folder in folders for path in folder.glob("*.sql")]
    paths += [ROOT / "macros" / f"{name}.sql" for name in ("arithmetic", "decomposition", "lags", "structure")]
    # shares of true and false are counts, exact in any order
    exact = r"case when .* then 1\.0 else 0\.0 end"
    for path in paths:
        text = path.read_text(encoding="utf-8")
        loose = re.findall(rf"\b(?:f?sum|f?avg|stddev\w*|var_\w+|corr)\((?!{exact})(?!.*order by).*", text)
        assert loose == [], path.name


def test_every_model_is_described() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "models").rglob("*.yml"))
    models = [path.stem for folder in ("*.sql", "*.py") for path in (ROOT / "models").rglob(folder)]
    assert models
    for model in models:
        assert f"- name: {model}\n" in text, model


def test_every_model_and_seed_tests_its_grain() -> None:
    for path in sorted([*(ROOT / "models").rglob("*/*.yml"), *(ROOT / "seeds").rglob("*.yml")]):
        for entry in path.read_text(encoding="utf-8").split("\n  - name: ")[1:]:
            assert re.search(r"- sound:[^-]*\bgrain:", entry), f"{path.name}: {entry.splitlines()[0]}"


def test_the_page_on_security_names_tests_that_there_are() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[^`]+)`", page)
    assert len(named) >= 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_page_on_security_names_every_seed_whose_text_is_pasted() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    sources = [*(ROOT / "macros").glob("*.sql"), *(ROOT / "models").rglob("*.sql")]
    texts = "".join(path.read_text(encoding="utf-8") for path in sources)
    checked = {
        seed
        for seed, rest in re.findall(r"seed_rows\(\s*'(\w+)',([^%]*)%}", texts)
        if re.search("names=|expressions=", rest)
    }
    assert {"sample_steps", "claim_values", "families"} <= checked
    assert {seed for seed in checked if f"`{seed}`" not in page} == set()
