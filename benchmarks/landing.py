"""Landing from the cache against parsing: the same folder, in turns, in one process and in fresh ones."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from landing import land

TARGET = 20
REAL = Path("../shared/data/province")
DEMO = Path("data/demo")

#: A first landing also compiles patterns and loads file formats; imports of the package are not counted.
_ONCE = """
import sys, time
from pathlib import Path
from landing import land
start = time.perf_counter()
land(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2] else None)
print(time.perf_counter() - start)
"""


@dataclass(frozen=True)
class Comparison:
    """Seconds of paired runs, in the order in which they were made."""

    parsed: list[float]
    from_cache: list[float]

    @property
    def ratio(self) -> float:
        return statistics.median(self.parsed) / statistics.median(self.from_cache)

    @property
    def range(self) -> tuple[float, float]:
        pairs = sorted(slow / fast for slow, fast in zip(self.parsed, self.from_cache, strict=True))
        return pairs[0], pairs[-1]


def report(runs: int = 31, processes: int = 7) -> list[str]:
    """The section of results.md."""
    folder, name = (REAL, "the public province downloads") if REAL.is_dir() else (DEMO, f"{DEMO} (simulated)")
    with tempfile.TemporaryDirectory() as cache:
        landed = land(folder, Path(cache))
        lines = [
            "## Landing: from the cache against parsing",
            "",
            f"Data: {name}, {landed.files.num_rows} files, {landed.cells.num_rows:,} cells. "
            f"Target: at least {TARGET} times faster. From the cache, every listed file is still read and hashed "
            "and the manifest read and matched.",
            "",
            "| | times faster | lowest to highest pair | runs | parsing, ms | from cache, ms |",
            "|---|---|---|---|---|---|",
            _row("landing again in one process", _in_one_process(folder, Path(cache), runs)),
            _row("first landing of a process", _in_fresh_processes(folder, cache, processes)),
        ]
    return lines


def _in_one_process(folder: Path, cache: Path, runs: int) -> Comparison:
    comparison = Comparison([], [])
    for _ in range(runs):
        for cache_folder, seconds in ((None, comparison.parsed), (cache, comparison.from_cache)):
            start = time.perf_counter()
            land(folder, cache_folder)
            seconds.append(time.perf_counter() - start)
    return comparison


def _in_fresh_processes(folder: Path, cache: str, processes: int) -> Comparison:
    comparison = Comparison([], [])
    for _ in range(processes):
        for cache_folder, seconds in (("", comparison.parsed), (cache, comparison.from_cache)):
            command = [sys.executable, "-c", _ONCE, str(folder), cache_folder]
            seconds.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return comparison


def _row(label: str, comparison: Comparison) -> str:
    low, high = comparison.range
    parsed, cached = (1000 * statistics.median(seconds) for seconds in (comparison.parsed, comparison.from_cache))
    return (
        f"| {label} | {comparison.ratio:.1f} | {low:.1f} to {high:.1f} | {len(comparison.parsed)} "
        f"| {parsed:.0f} | {cached:.1f} |"
    )
