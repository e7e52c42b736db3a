"""`make` hands what it is given to the command line as it is: nothing in it is read by make or by the shell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import ROOT

#: Paths that a shell, make, SQL or a template would read otherwise.
HOSTILE = (
    "my data",
    "it's",
    'a "quoted" one',
    "数据",
    "-rf",
    "a; touch harmed",
    "$(touch harmed)",
    "`touch harmed`",
    "$HOME",
    "$$",
    "$(shell touch harmed)",
    "a*b?[c]",
    "100%",
    "a\\b",
    "a\nb",
    "{{ 1 / 0 }}",
    "a&b|c>d",
    "#a",
    "a ",
)
_RECORDS = """#!{python}
import json, sys
json.dump(sys.argv[1:], open({path!r}, "w"))
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the Makefile, an installed environment, and a `regional` that says what it was given."""
    shutil.copyfile(ROOT / "Makefile", tmp_path / "Makefile")
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    program = tmp_path / ".venv" / "bin" / "regional"
    program.parent.mkdir(parents=True)
    program.write_text(_RECORDS.format(python=sys.executable, path=str(tmp_path / "given.json")))
    program.chmod(0o755)
    (tmp_path / ".venv" / "installed").touch()
    # what `rm -f my` would have removed
    (tmp_path / "my").write_text("mine")
    return tmp_path


def given(place: Path, *arguments: str, **environment: str) -> list[str]:
    """What `regional` got from `make` with these arguments."""
    done = subprocess.run(
        ["make", "-s", *arguments], cwd=place, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads((place / "given.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("command", ["build", "update"])
def test_paths_reach_the_command_line_as_they_are(place: Path, command: str, name: str) -> None:
    before = sorted(place.iterdir())
    warehouse = f"build/{name}/regional.duckdb"
    expected = [command, f"--data={name}", f"--warehouse={warehouse}"]
    if "\n" not in name:
        assert given(place, command, f"DATA={name}", f"WAREHOUSE={warehouse}") == expected
    assert given(place, command, DATA=name, WAREHOUSE=warehouse) == expected
    assert sorted(place.iterdir()) == sorted([*before, place / "given.json"])
    assert (place / "my").read_text() == "mine"


def test_the_other_commands_get_theirs(place: Path) -> None:
    assert given(place, "build") == ["build", "--data=data/demo", "--warehouse=build/regional.duckdb"]
    assert given(place, "build", "KEEP=5")[-1] == "--keep=5"
    name = "$(touch harmed) 'a\" b"
    assert given(place, "query", f"QUERY={name}", f"WAREHOUSE={name}") == ["query", f"--warehouse={name}", "--", name]
    assert given(place, "versions", f"WAREHOUSE={name}") == ["versions", f"--warehouse={name}"]
    assert given(place, "rollback", f"TO={name}") == ["rollback", "--warehouse=build/regional.duckdb", f"--to={name}"]
    assert given(place, "rollback") == ["rollback", "--warehouse=build/regional.duckdb", "--to="]
    assert given(place, "export") == ["export", "--all", "--warehouse=build/regional.duckdb"]
    assert given(place, "export", f"TO={name}", "LABELS=zh")[2:] == [
        "--warehouse=build/regional.duckdb",
        f"--to={name}",
        "--labels=zh",
    ]
    packed = ["package", "--warehouse=build/regional.duckdb"]
    assert given(place, "package", f"STUDY={name}") == [*packed, "--data=data/demo", "--", name]
    assert given(place, "package", f"STUDY={name}", f"TO={name}", "DATA=my data") == [
        *packed,
        "--data=my data",
        f"--to={name}",
        "--",
        name,
    ]
    assert not (place / "harmed").exists()
