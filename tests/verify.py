"""The full versions of the long tests, too long for every change: `make verify`, or `python -m tests.verify PART`.

    statistics   recovery of known truths with many draws, every edition of the yearbook left out in turn
    trust        every fault of builds, thousands of mutated files, every attack
    mutants      every deliberate mistake in a formula

Each part writes what it prints to a page of its own below docs, with command and date.
"""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.project import ROOT

DRAWS = 2000
CITY_DRAWS = 300
#: files of each layout with bytes changed
FUZZ_INPUTS = 2000
LONG = ("-m", "pytest", "-m", "long", "-v", "-s", "--no-header", "-p", "no:cacheprovider")
#: the tests of each part that is not mutants; statistics are what trust is not
TRUST = ("tests/regional", "tests/landing", "tests/gates", "tests/estimation/samples")
FULL_SIZE = {
    "REGIONAL_RECOVERY_DRAWS": str(DRAWS),
    "REGIONAL_CITY_RECOVERY_DRAWS": str(CITY_DRAWS),
    "REGIONAL_ALL_EDITIONS": "1",
    "REGIONAL_WHOLE_TRUTH": "1",
    "REGIONAL_WHOLE_BUILDS": "1",
    "REGIONAL_ALL_FAULTS": "1",
    "REGIONAL_FUZZ_INPUTS": str(FUZZ_INPUTS),
}
#: page, title, command by part
PARTS: dict[str, tuple[str, str, Sequence[str]]] = {
    "statistics": (
        *("verification.md", f"Statistics, {DRAWS} draws (seeds 1 to {DRAWS})"),
        (*LONG, *(f"--ignore={folder}" for folder in TRUST)),
    ),
    "trust": ("verification_trust.md", "Faults, hostile input and attacks", (*LONG, *TRUST)),
    "mutants": (
        *("verification_mutants.md", "Mutants: each a deliberate mistake in a formula, and the test that notices it"),
        ("-m", "tests.support.mutation"),
    ),
}


def main(parts: Sequence[str]) -> int:
    """Run the parts named, all if none is; the exit status is 0 if they pass, 2 if there is no such part."""
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        print(f"There is no part {unknown[0]!r} of the verification: there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    return max(_verified(*PARTS[part], part) for part in parts or PARTS)


def _verified(page: str, title: str, command: Sequence[str], part: str) -> int:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | FULL_SIZE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(done.stdout)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    # where the project lies on the machine that verified it is of no concern
    shown = done.stdout.replace(str(ROOT), ".").replace(str(Path.home()), "~").strip()
    (ROOT / "docs" / page).write_text(
        f"# {title}\n\n`make verify`, part {part}, on {today}:\n\n```\n{shown}\n```\n", encoding="utf-8"
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
