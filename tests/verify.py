"""The full versions of the statistical tests, too long for every change: `make verify`.

Runs them with many more draws, with thousands of mutated files, and with every edition of the yearbook left out in turn,
then puts every mutant into the formulas, and writes what they print to docs/verification.md, with command and date.
"""

from __future__ import annotations

import datetime
import os
import subprocess
import sys

from tests.support.project import ROOT

PAGE = ROOT / "docs" / "verification.md"
DRAWS = 2000
CITY_DRAWS = 300
FUZZ_INPUTS = 5000


def main() -> int:
    """Run the tests marked long at full size and every mutant; the exit status is 0 if both pass."""
    command = [sys.executable, "-m", "pytest", "-m", "long", "-v", "-s", "--no-header", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ
        | {
            "REGIONAL_RECOVERY_DRAWS": str(DRAWS),
            "REGIONAL_CITY_RECOVERY_DRAWS": str(CITY_DRAWS),
            "REGIONAL_ALL_EDITIONS": "1",
            "REGIONAL_WHOLE_TRUTH": "1",
            "REGIONAL_WHOLE_BUILDS": "1",
            "REGIONAL_ALL_FAULTS": "1",
            "REGIONAL_FUZZ_INPUTS": str(FUZZ_INPUTS),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout + done.stderr)
    mutation = subprocess.run(
        [sys.executable, "-m", "tests.support.mutation"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    print(mutation.stdout + mutation.stderr)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    PAGE.write_text(
        "# Verification\n\n"
        f"`make verify` on {today}, {DRAWS} draws (seeds 1 to {DRAWS}):\n\n```\n{done.stdout.strip()}\n```\n\n"
        "## Mutants of the formulas\n\n"
        "Each is a deliberate mistake in a formula, and the test that notices it:\n\n"
        f"```\n{mutation.stdout.strip()}\n```\n",
        encoding="utf-8",
    )
    return done.returncode or mutation.returncode


if __name__ == "__main__":
    sys.exit(main())
