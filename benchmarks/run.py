"""Measure landing, records, estimation and the build; print the results and write them to benchmarks/results.md.

Run from the project root: `python -m benchmarks.run`.
"""

from __future__ import annotations

import os
import platform
from datetime import date
from pathlib import Path

from benchmarks import build, estimation, landing, micro, placebo, specification_curve, yearbook

RESULTS = Path(__file__).with_name("results.md")


def main() -> None:
    """All sections, one after the other: measurements that run side by side disturb each other."""
    # Builds come before what holds much memory here: a process counts what its parent held as its own.
    sections = [landing, yearbook, build, micro, estimation, placebo, specification_curve]
    text = "\n".join(
        line for lines in [_heading(), *(section.report() for section in sections)] for line in [*lines, ""]
    )
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


def _heading() -> list[str]:
    return [
        "# Benchmarks",
        "",
        f"Written by `python -m benchmarks.run` on {date.today().isoformat()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}. What counts are ratios and shares; "
        "absolute figures are of one machine and stand here as context.",
    ]


if __name__ == "__main__":
    main()
