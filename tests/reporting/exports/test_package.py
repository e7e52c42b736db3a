"""A package of a study: what is in it, what is not, and that it gives the same numbers again."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from reporting.errors import UsageError
from reporting.exports.package import Packed, package
from reporting.exports.raw_files import RawFile, shared_contents
from reporting.exports.replication import Paths, replicate
from reporting.warehouse import opened
from tests.support.project import ROOT

STUDY = "city_convergence"
#: the headings of the template of the Social Science Data Editors
HEADINGS = [
    "## Overview",
    "## Data Availability and Provenance Statements",
    "### Statement about Rights",
    "### Summary of Availability",
    "### Details on each Data Source",
    "## Dataset list",
    "## Computational requirements",
    "### Software Requirements",
    "### Controlled Randomness",
    "### Memory, Runtime, Storage Requirements",
    "## Description of programs/code",
    "### License for Code",
    "## Instructions to Replicators",
    "## List of tables and programs",
    "## References",
]


def packed(warehouse: Path, path: Path, study: str = STUDY) -> Packed:
    with opened(str(warehouse)) as connection:
        return package(connection, study, path, [ROOT / "data" / "demo"])


@pytest.fixture(scope="module")
def folder(default_warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of a study of the default, unpacked."""
    place = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(packed(default_warehouse_file, place / "one.zip").path) as file:
        file.extractall(place)
    return place / f"replication-{STUDY}"


def readme(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")


def test_the_readme_has_the_parts_that_editors_ask_for(folder: Path) -> None:
    text = readme(folder)
    assert [line for line in text.splitlines() if line in HEADINGS] == HEADINGS
    assert text.index("SIMULATED DATA") < text.index("## Overview")
    assert "| Simulated data, not statistics: docs/simulation.md | simulated | CC0-1.0 | 42 | yes |" in text
    assert "- duckdb " in text and "numpy 2" in text
    assert "{{" not in text and "None" not in text


def test_every_output_is_linked_to_a_program_that_is_there(folder: Path) -> None:
    parts = readme(folder).split("## List of tables and programs")[1].split("## References")[0]
    rows = [line.strip("| ").split(" | ") for line in parts.splitlines() if line.startswith("| ") and "`" in line]
    outputs = [row for row in rows if len(row) == 4]
    results = [row for row in rows if len(row) == 2]
    for name in {name for row in outputs for name in row[1].strip("`").split("`, `")} | {
        row[1].strip("`") for row in results
    }:
        assert (folder / name).is_file(), name
    assert {row[0].strip("`") for row in results} == {
        f"results/{path.name}" for path in (folder / "results").glob("*.csv")
    }
    with (folder / "study" / "specifications.csv").open(encoding="utf-8", newline="") as file:
        specifications = [row["spec_id"] for row in csv.DictReader(file) if not row["twin_of"]]
    assert sorted(spec_id for row in outputs for spec_id in row[2].split(", ") if spec_id) == sorted(specifications)


def test_data_that_may_be_shared_are_there_as_they_are(folder: Path) -> None:
    for path in (ROOT / "data" / "demo").iterdir():
        copied = folder / "data" / "demo" / path.name
        assert hashlib.sha256(copied.read_bytes()).digest() == hashlib.sha256(path.read_bytes()).digest()
    assert {path.name for path in Paths(folder).data.iterdir()} == {
        *(f"{name}.{suffix}" for name in (STUDY, "city_panel") for suffix in ("csv", "parquet")),
        "codebook.csv",
    }


def test_code_is_there_and_nothing_that_is_built_or_tests_it(folder: Path) -> None:
    for name in ("LICENSE", "Makefile", "replicate.py", "models", "macros", "seeds", "estimation/suites/regression.py"):
        assert (folder / name).exists(), name
    assert "replicate: .venv/installed" in (folder / "Makefile").read_text(encoding="utf-8")
    assert [path.name for path in (folder / "tests").iterdir()] == ["sql"]
    assert not (folder / "build").exists()
    assert list(folder.rglob("*.pyc")) == []


@pytest.mark.long
def test_two_packages_are_the_same_bytes(default_warehouse_file: Path, tmp_path: Path) -> None:
    one, other = (
        packed(default_warehouse_file, tmp_path / f"{name}.zip", "import_inequality").path.read_bytes()
        for name in ("one", "other")
    )
    assert one == other


@pytest.mark.long
def test_a_package_gives_the_same_numbers_from_nothing_but_itself(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "replicate.py"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert " 0 differ." in done.stdout
    report = Paths(folder).report.read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        ((expected,),) = connection.execute(
            f"select count(*) from read_csv('{Paths(folder).expected}') where statistic <> 'seconds'"
        ).fetchall()
    ((compared),) = [int(word.replace(",", "")) for word in report.split() if word.replace(",", "").isdigit()][1:2]
    assert compared > expected > 500
    assert len(Paths(folder).differences.read_text(encoding="utf-8").splitlines()) == 1


def with_one_specification(folder: Path, place: Path) -> Paths:
    """What `replicate` reads of a package, with one specification alone."""
    paths, own = Paths(folder), Paths(place)
    for name in ("mart", "results"):
        (place / ("study/mart" if name == "mart" else name)).mkdir(parents=True)
    (own.folder / "study" / "mart" / paths.mart.name).write_bytes(paths.mart.read_bytes())
    for path, target in ((paths.settings, own.settings), (paths.functions, own.functions)):
        target.write_bytes(path.read_bytes())
    with duckdb.connect() as connection:
        chosen = f"spec_id = (select min(spec_id) from read_parquet('{paths.specifications}'))"
        connection.execute(f"copy (from '{paths.specifications}' where {chosen}) to '{own.specifications}'")
        for source, target in ((paths.expected, own.expected), (paths.estimates, own.estimates)):
            connection.execute(f"copy (from read_csv('{source}', all_varchar = true) where {chosen}) to '{target}'")
    return own


@pytest.mark.long
def test_what_differs_within_ten_digits_is_told_and_what_differs_after_is_not(folder: Path, tmp_path: Path) -> None:
    paths = with_one_specification(folder, tmp_path)
    rows = list(csv.DictReader(paths.estimates.open(encoding="utf-8", newline="")))
    before = float(rows[0]["estimate"])
    for change, differing in ((1e-12, 0), (1e-8, 1)):
        rows[0]["estimate"] = repr(before * (1 + change))
        with paths.estimates.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        assert replicate(paths.folder, say=lambda _: None) == differing
    (told,) = csv.DictReader(paths.differences.open(encoding="utf-8", newline=""))
    assert (told["spec_id"], told["statistic"]) == (rows[0]["spec_id"], "estimate")
    assert float(told["value_again"]) == pytest.approx(before, rel=1e-10)
    assert "**" in paths.report.read_text(encoding="utf-8")


def file_of(path: str, content: bytes, licence: str) -> RawFile:
    return RawFile(path, hashlib.sha256(content).hexdigest(), len(content), path, "P", "C", licence, "")


@pytest.mark.parametrize(
    ("licence", "is_shared"),
    [("CC0-1.0", True), ("CC-BY-4.0", True), ("none stated", False), ("", False), ("CC-BY-NC-4.0", False)],
)
def test_the_licence_decides_what_is_copied(licence: str, is_shared: bool, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"1")
    (tmp_path / "b.csv").write_bytes(b"2")
    (tmp_path / "manifest.csv").write_text("path,reader\na.csv,tidy\nb.csv,tidy\n", encoding="utf-8")
    files = [file_of("a.csv", b"1", licence), file_of("b.csv", b"2", "CC0-1.0")]
    contents, absent = shared_contents(files, [tmp_path])
    where = f"data/{tmp_path.name}"
    assert absent == []
    assert (f"{where}/a.csv" in contents) is is_shared
    assert contents[f"{where}/b.csv"] == b"2"
    assert (b"a.csv" in contents[f"{where}/manifest.csv"]) is is_shared


def test_a_file_that_is_not_the_one_of_the_build_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"2")
    file = file_of("a.csv", b"1", "CC0-1.0")
    assert shared_contents([file], [tmp_path]) == ({}, [file])
    assert shared_contents([replace(file, licence="none stated")], [tmp_path]) == ({}, [])


def test_an_unknown_study_is_refused(default_warehouse_file: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no study 'convergence': the nearest are city_convergence"):
        packed(default_warehouse_file, tmp_path / "one.zip", "convergence")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def unlicensed(default_warehouse_file: Path, tmp_path: Path) -> Path:
    """The default as if no file had a licence: the view of its files says so."""
    copy = tmp_path / "regional.duckdb"
    copy.write_bytes(default_warehouse_file.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "create or replace view staging.landed_files as from (select * replace ('none stated' as licence) "
            "from landing.files)"
        )
    return copy


@pytest.mark.long
def test_files_without_a_licence_are_listed_and_none_is_copied(unlicensed: Path, tmp_path: Path) -> None:
    done = packed(unlicensed, tmp_path / "one.zip", "import_inequality")
    assert (done.shared, done.not_shared, done.absent) == (0, 42, 0)
    with zipfile.ZipFile(done.path) as file:
        names = file.namelist()
        text = file.read("replication-import_inequality/README.md").decode()
    assert [name for name in names if "/data/" in name and "/study/data/" not in name] == []
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (ROOT / "data" / "demo").glob("*.*")}
    assert sum(found in text for found in hashes) >= 24
    assert "- [X] **No raw data can be made** publicly available by us" in text
    assert "- [ ] Whoever publishes this package" in text
