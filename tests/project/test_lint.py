"""What the linter of SQL is spared: nothing whose text, macros or settings changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import lint
from tests.support.project import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The SQL of the project, in a folder of its own."""
    for folder in ("macros", *lint.FOLDERS):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / ".sqlfluff", tmp_path)
    return tmp_path


def test_every_file_of_sql_is_read_once(project: Path) -> None:
    files = lint.hashes(project)
    assert set(files) == {
        path.relative_to(project).as_posix() for folder in lint.FOLDERS for path in (project / folder).rglob("*.sql")
    }
    assert len(files) > 150
    assert lint.to_read(files, None) == lint.to_read(files, []) == list(files)
    assert lint.to_read(files, files) == []


@pytest.mark.parametrize("changed", ["macros/lags.sql", ".sqlfluff"])
def test_a_change_of_what_all_share_reads_every_file_again(project: Path, changed: str) -> None:
    before = lint.hashes(project)
    (project / changed).write_text((project / changed).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert lint.to_read(lint.hashes(project), before) == list(before)


def test_a_changed_file_and_a_new_one_are_read(project: Path) -> None:
    before = lint.hashes(project)
    (project / "models" / "marts" / "sample_flow.sql").write_text("select 1 as one\n", encoding="utf-8")
    (project / "models" / "marts" / "new.sql").write_text("select 1 as one\n", encoding="utf-8")
    assert lint.to_read(lint.hashes(project), before) == ["models/marts/new.sql", "models/marts/sample_flow.sql"]


def test_another_version_of_the_linter_reads_every_file_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lint.hashes(project)
    monkeypatch.setattr(lint, "version", lambda package: "another")
    assert lint.to_read(lint.hashes(project), before) == list(before)


def test_what_is_found_is_not_remembered_as_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = tmp_path / "cache" / "sqlfluff.json"
    monkeypatch.setattr(lint, "KNOWN", known)
    monkeypatch.setattr(lint.subprocess, "run", lambda *_, **__: lint.subprocess.CompletedProcess([], 0))
    monkeypatch.setattr(lint.subprocess, "Popen", _Types)
    answers = iter([1, 0, 0])
    asked: list[int] = []

    def lint_sql(names: list[str]) -> int:
        asked.append(len(names))
        return next(answers)

    monkeypatch.setattr(lint, "_lint_sql", lint_sql)
    assert lint.main() == 1
    assert not known.exists()
    assert lint.main() == 0
    assert known.exists()
    _Types.returncode = 1
    assert lint.main() == 1
    assert asked[0] == asked[1] > 150
    assert asked[2] == 0


class _Types:
    """mypy, as far as its answer counts."""

    returncode = 0

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self) -> _Types:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def communicate(self) -> tuple[str, None]:
        return "", None
