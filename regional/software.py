"""What results depend on beside data and vars: versions of the project and of packages, the code of the project."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

#: Packages that data pass through on their way to an estimate.
PACKAGES = (
    "dbt-core",
    "dbt-duckdb",
    "diff-diff",
    "duckdb",
    "numpy",
    "pandas",
    "pyarrow",
    "pyfixest",
    "python-calamine",
    "scipy",
)
PROJECT = "regional-inequality"
ROOT = Path(__file__).resolve().parents[1]
_CODE = ("models", "macros", "seeds", "landing", "estimation")
_KINDS = {".sql", ".yml", ".csv", ".py"}


def project_version(root: Path = ROOT) -> str:
    """The version of the project, from dbt_project.yml: plain `dbt build` runs where the project is not installed."""
    (found,) = re.findall(r'^version: "(.+)"$', (root / "dbt_project.yml").read_text(encoding="utf-8"), re.MULTILINE)
    return str(found)


@cache
def software() -> str:
    """The versions of the project and of PACKAGES, as JSON."""
    return json.dumps({PROJECT: project_version(), **{name: version(name) for name in PACKAGES}}, sort_keys=True)


def code_hash(root: Path = ROOT) -> str:
    """A hash of every file of the project that decides results, by path and content."""
    return files_hash(root, ["dbt_project.yml"], _CODE, _KINDS)


def files_hash(root: Path, names: Iterable[str], folders: Iterable[str], kinds: Container[str]) -> str:
    """A hash of files by path and content: `names`, and those of `kinds` (suffixes) below `folders`, all in `root`."""
    paths = [root / name for name in names]
    paths += [path for folder in folders for path in (root / folder).rglob("*") if path.suffix in kinds]
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
