"""Style, types and SQL, side by side: `python -m tests.lint`, the first step of `make test`.

Types take one processor a good while, and so does the SQL; neither waits for the other. A file of SQL that was clean
with the macros, the settings and the linter as they are is not read again: build/cache/sqlfluff.json keeps their
hashes, as mypy keeps its own.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from tests.support.project import ROOT

KNOWN = ROOT / "build" / "cache" / "sqlfluff.json"
FOLDERS = ("models", "analysis", "tests/sql")


def hashes(root: Path = ROOT) -> dict[str, str]:
    """What decides the answer for each file of SQL: its text, every macro, the settings, the version of the linter."""
    shared = hashlib.sha256(version("sqlfluff").encode())
    for path in [root / ".sqlfluff", *sorted((root / "macros").rglob("*.sql"))]:
        shared.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    files = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.sql"))
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(shared.digest() + path.read_bytes()).hexdigest()
        for path in files
    }


def to_read(files: Mapping[str, str], known: object) -> list[str]:
    """The files that are not known to be clean as they are."""
    clean = known if isinstance(known, dict) else {}
    return [name for name, found in files.items() if clean.get(name) != found]


def _known() -> object:
    try:
        return json.loads(KNOWN.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _lint_sql(names: Iterable[str]) -> int:
    listed = list(names)
    if not listed:
        return 0
    command = ["lint", *listed, "--disable-progress-bar", "--processes", "2"]
    return subprocess.run([sys.executable, "-m", "sqlfluff", *command], cwd=ROOT, check=False).returncode


def main() -> int:
    """Run them all, whatever one of them says; returns 1 where one found something."""
    with subprocess.Popen(
        [sys.executable, "-m", "mypy"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as types:
        statuses = [
            subprocess.run([sys.executable, "-m", "ruff", *command], cwd=ROOT, check=False).returncode
            for command in (("check", "."), ("format", "--check", "."))
        ]
        files = hashes()
        statuses.append(_lint_sql(to_read(files, _known())))
        if statuses[-1] == 0:
            KNOWN.parent.mkdir(parents=True, exist_ok=True)
            KNOWN.write_text(json.dumps(files), encoding="utf-8")
        said, _ = types.communicate()
        print(said, end="")
    return int(any([*statuses, types.returncode]))


if __name__ == "__main__":
    sys.exit(main())
