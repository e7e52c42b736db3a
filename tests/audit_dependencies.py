"""What the project depends on, audited: `make audit`.

Whatever can be known without the network is a failure where it is wrong: packages that do not fit together, a version
that is not the locked one, a package that no lock names, a lock without hashes or with addresses. Of a release that was
withdrawn pip warns when it installs, and its log is read; pip-audit, where it is installed, is asked for known
vulnerabilities. What is not known is said in words, and never passed over. Licences are listed, for people to read.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions
from importlib.util import find_spec

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.project import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
#: what an environment has without a lock: the project itself, and what installs
UNLOCKED = frozenset({"regional-inequality", "pip"})
NO_LICENCE = "says none"
#: what pip said when it installed the locks (Makefile)
INSTALLED = ROOT / ".venv" / "pip.log"
#: seconds that the registry has to answer
TIME_LIMIT = 300


def locked(texts: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Versions by name that locks hold for this platform, and what is wrong with the locks."""
    versions: dict[str, str] = {}
    wrong: list[str] = []
    for text in texts:
        wrong += [f"a lock holds an address: {line.strip()}" for line in text.splitlines() if _is_address(line)]
        for entry in _entries(text):
            requirement = Requirement(re.split(r"\s--", entry)[0])
            ((operator, version),) = [(one.operator, one.version) for one in requirement.specifier] or [("", "")]
            if operator != "==" or "--hash=sha256:" not in entry:
                wrong.append(f"{requirement.name} is locked without a version or a hash")
            if requirement.marker is None or requirement.marker.evaluate():
                known = versions.setdefault(canonicalize_name(requirement.name), version)
                if known != version:
                    wrong.append(f"the locks disagree on {requirement.name}: {known} and {version}")
    return versions, wrong


def _entries(text: str) -> Iterator[str]:
    """One line a package: its lines end in a backslash, remarks are left out."""
    for entry in re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", text)).splitlines():
        if entry.strip() and not entry.startswith("-"):
            yield entry


def _is_address(line: str) -> bool:
    if line.lstrip().startswith("#"):
        return False
    return "://" in line or re.match(r"\s*(-i|-f|--(extra-)?index|--find)", line) is not None


def differences(installed: Mapping[str, str], versions: Mapping[str, str]) -> list[str]:
    """Where an environment is not that of the locks."""
    wrong = [f"{name} is locked and not installed" for name in versions.keys() - installed.keys()]
    for name in sorted(installed.keys() - UNLOCKED):
        if name not in versions:
            wrong.append(f"{name} {installed[name]} is installed, and no lock names it")
        elif installed[name] != versions[name]:
            wrong.append(f"{name} is installed as {installed[name]} and locked as {versions[name]}")
    return sorted(wrong)


def withdrawn(log: str, versions: Mapping[str, str]) -> list[str]:
    """Locked releases that pip warned of as withdrawn when it installed them."""
    warned = set(re.findall(r"WARNING: .*yanked version: '([^']+)' candidate \(version (\S+)", log))
    return [
        f"{name} {version} was withdrawn by its authors"
        for name, version in sorted(warned)
        if versions.get(canonicalize_name(name)) == version
    ]


def vulnerable(report: Mapping[str, object]) -> list[str]:
    """What a report of pip-audit says is vulnerable."""
    listed = report["dependencies"]
    assert isinstance(listed, list)
    return [f"{one['name']} {one['version']}: {found['id']}" for one in listed for found in one.get("vulns", [])]


def licence(package: Distribution) -> str:
    """The licence that a package states: an expression, a class, or the first line of a text."""
    stated = package.metadata
    classes = [name.rpartition(" :: ")[2] for name in stated.get_all("Classifier") or [] if name.startswith("License")]
    text = (stated.get("License-Expression") or ", ".join(classes) or stated.get("License") or NO_LICENCE).strip()
    return text.splitlines()[0][:60] if text else NO_LICENCE


def _asked(*command: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", *command]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False, timeout=TIME_LIMIT)


def _withdrawn(versions: Mapping[str, str]) -> list[str] | str:
    """Releases that were withdrawn when they were installed; or why that is not known."""
    try:
        log = INSTALLED.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "what pip said when it installed was not kept"
    return withdrawn(log, versions)


def _vulnerable() -> list[str] | str:
    """What pip-audit finds in this environment; or why it could not look."""
    if find_spec("pip_audit") is None:
        return "pip-audit is not installed"
    try:
        return vulnerable(json.loads(_asked("pip_audit", "--local", "--format", "json").stdout))
    except (ValueError, KeyError, subprocess.TimeoutExpired):
        return "their database could not be reached"


def main() -> int:
    """Print what was found; returns 1 where something is wrong."""
    packages = {canonicalize_name(package.name): package for package in distributions()}
    versions, wrong = locked((ROOT / name).read_text(encoding="utf-8") for name in LOCKS)
    wrong += differences({name: package.version for name, package in packages.items()}, versions)
    checked = _asked("pip", "check")
    wrong += checked.stdout.splitlines() if checked.returncode else []
    print(f"{len(versions)} packages are locked with hashes; {len(packages)} are installed.")

    asked = {"withdrawn releases": _withdrawn(versions), "known vulnerabilities": _vulnerable()}
    for question, found in asked.items():
        if isinstance(found, str):
            print(f"NOT CHECKED: {question}, because {found}.")
        else:
            print(f"{question.capitalize()}: {len(found)}.")
            wrong += found

    by_licence: dict[str, list[str]] = {}
    for name in sorted(packages):
        by_licence.setdefault(licence(packages[name]), []).append(name)
    print("Licences as the packages state them:")
    for text, names in sorted(by_licence.items()):
        print(f"  {text}: {', '.join(names)}")
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
