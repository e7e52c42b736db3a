"""The audit of dependencies: it finds what is planted, and says what it could not ask."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests import audit_dependencies as audit
from tests.support.project import ROOT

HASHED = " --hash=sha256:" + "0" * 64
LOCK = f"# a remark: see https://example.org\none==1.0 \\\n   {HASHED}\n    # via two\n"
LOCK += f"two==2.0 ; sys_platform == 'linux'{HASHED}\n"
ELSEWHERE = f"three==3.0 ; sys_platform == 'win32'{HASHED}\n"


def test_a_lock_is_read_for_this_platform() -> None:
    assert audit.locked([LOCK, LOCK + ELSEWHERE]) == ({"one": "1.0", "two": "2.0"}, [])


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("three==3.0\n", "three is locked without a version or a hash"),
        (f"three>=3.0{HASHED}\n", "three is locked without a version or a hash"),
        (f"three{HASHED}\n", "three is locked without a version or a hash"),
        (f"one==1.1{HASHED}\n", "the locks disagree on one: 1.0 and 1.1"),
        ("--index-url https://example.org/simple\n", "a lock holds an address: --index-url https://example.org/simple"),
        ("-f folder\n", "a lock holds an address: -f folder"),
        (f"three @ https://example.org/three.whl{HASHED}\n", "a lock holds an address: three @ https"),
    ],
)
def test_what_is_planted_in_a_lock_is_found(planted: str, said: str) -> None:
    assert any(line.startswith(said) for line in audit.locked([LOCK, planted])[1])


def test_an_environment_that_is_not_that_of_the_locks_is_found() -> None:
    versions = {"one": "1.0", "two": "2.0"}
    assert audit.differences({"one": "1.0", "two": "2.0", "pip": "23", "regional-inequality": "0.1.0"}, versions) == []
    assert audit.differences({"one": "1.1", "extra": "9"}, versions) == [
        "extra 9 is installed, and no lock names it",
        "one is installed as 1.1 and locked as 1.0",
        "two is locked and not installed",
    ]


def test_a_withdrawn_release_is_read_from_what_pip_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = (
        "2026-01-01T00:00:00,000 Collecting one==1.0\n"
        "2026-01-01T00:00:00,000 WARNING: The candidate selected for download or install is a yanked version: 'One' "
        "candidate (version 1.0 at somewhere)\nReason for being yanked: broken\n"
        "2026-01-01T00:00:00,000 WARNING: one is old\n"
    )
    assert audit.withdrawn(said + said, {"one": "1.0"}) == ["One 1.0 was withdrawn by its authors"]
    # replaced since, or gone from the lock
    assert audit.withdrawn(said, {"one": "1.1"}) == []
    assert audit.withdrawn(said, {}) == []
    monkeypatch.setattr(audit, "INSTALLED", tmp_path / "pip.log")
    assert audit._withdrawn({"one": "1.0"}) == "what pip said when it installed was not kept"
    audit.INSTALLED.write_text(said, encoding="utf-8")
    assert audit._withdrawn({"one": "1.0"}) == ["One 1.0 was withdrawn by its authors"]


def test_what_pip_says_is_kept_wherever_a_lock_is_installed() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    installs = [line for line in lines if "--require-hashes" in line]
    assert len(installs) == len(audit.LOCKS)
    kept = audit.INSTALLED.relative_to(ROOT).as_posix()
    assert all(f"--log {kept} " in line for line in installs)


def test_known_vulnerabilities_are_read_from_what_pip_audit_says() -> None:
    clean = {"name": "one", "version": "1.0", "vulns": []}
    bad = {"name": "two", "version": "2.0", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}
    skipped = {"name": "three", "skip_reason": "not in the registry"}
    found = audit.vulnerable({"dependencies": [clean, bad, skipped]})
    assert found == ["two 2.0: CVE-1", "two 2.0: CVE-2"]


def test_a_licence_is_read_from_whatever_a_package_states() -> None:
    assert audit.licence(distribution("duckdb")) != audit.NO_LICENCE
    assert audit.licence(distribution("pandas")).startswith("BSD")


@pytest.mark.parametrize("answer", ["nobody kept it", ["one 1.0 was withdrawn by its authors"]])
def test_what_could_not_be_asked_is_said_and_what_is_wrong_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str | list[str]
) -> None:
    monkeypatch.setattr(audit, "_withdrawn", lambda versions: answer)
    monkeypatch.setattr(audit, "_vulnerable", lambda: "pip-audit is not installed")
    monkeypatch.setattr(audit, "distributions", lambda: [])
    monkeypatch.setattr(audit, "differences", lambda installed, versions: [])
    status = audit.main()
    printed = capsys.readouterr().out
    assert "NOT CHECKED: known vulnerabilities, because pip-audit is not installed." in printed
    if isinstance(answer, str):
        assert "NOT CHECKED: withdrawn releases, because nobody kept it." in printed
        assert status == 0
    else:
        assert "WRONG: one 1.0 was withdrawn by its authors" in printed
        assert status == 1


def test_the_locks_of_the_project_are_in_order() -> None:
    versions, wrong = audit.locked((ROOT / name).read_text(encoding="utf-8") for name in audit.LOCKS)
    assert wrong == []
    assert len(versions) > 100


def test_continuous_integration_audits() -> None:
    assert "run make audit" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "python -m tests.audit_dependencies" in Path(ROOT / "Makefile").read_text(encoding="utf-8")
