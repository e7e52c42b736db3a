"""The city yearbooks: parsing against openpyxl, the cache against parsing, and the memory of cells to panels."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import openpyxl

from benchmarks.build import measured_build
from landing import land
from tests.support.warehouse import PANELS

DATA = Path("../shared/data")
EDITIONS = DATA / "ccsy"
HEADING = "## City yearbooks"
OPENPYXL_TARGET = 8
CACHE_TARGET = 20
MEMORY_TARGET_MB = 2048


def report(runs: int = 5) -> list[str]:
    """The section of results.md."""
    if not EDITIONS.is_dir():
        return [HEADING, "", f"Not measured: the real editions are not there (expected the folder {EDITIONS})."]
    with tempfile.TemporaryDirectory() as cache:
        landed = land(EDITIONS, Path(cache))
        parsing = _seconds(None, runs)
        from_cache = _seconds(Path(cache), runs)
    with_openpyxl, values = _openpyxl_seconds()
    with tempfile.TemporaryDirectory() as folder:
        panels = measured_build(Path(folder), *PANELS, data=DATA)
    parsed, cached = statistics.median(parsing), statistics.median(from_cache)
    return [
        HEADING,
        "",
        f"Data: {landed.files.num_rows} workbooks of the China City Statistical Yearbook, {landed.cells.num_rows:,} "
        f"cells. openpyxl reads the same files once, with merges and values only, and visits {values:,} cells; "
        f"the others are medians of {runs} runs in one process. Parsing ends in cells with header paths, openpyxl in "
        "bare values.",
        "",
        "| | measured | target |",
        "|---|---|---|",
        f"| parsing, times faster than openpyxl | {with_openpyxl / parsed:.1f} "
        f"({with_openpyxl:.1f} s to {parsed:.2f} s) | {OPENPYXL_TARGET} |",
        f"| from the cache, times faster than parsing | {parsed / cached:.1f} "
        f"({1000 * parsed:.0f} ms to {1000 * cached:.0f} ms) | {CACHE_TARGET} |",
        f"| cells to panels of all real files (provinces as well): largest resident set of the dbt process, MB "
        f"| {panels.peak_mb:.0f} | below {MEMORY_TARGET_MB} |",
    ]


def _seconds(cache: Path | None, runs: int) -> list[float]:
    """Seconds of each landing of the editions; `cache` None parses."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        land(EDITIONS, cache)
        seconds.append(time.perf_counter() - start)
    return seconds


def _openpyxl_seconds() -> tuple[float, int]:
    """Seconds in which openpyxl reads all sheets with their merges, and the cells it visits."""
    visited = 0
    start = time.perf_counter()
    for path in sorted(EDITIONS.glob("*.xlsx")):
        workbook = openpyxl.load_workbook(path, read_only=False, data_only=True)
        for sheet in workbook.worksheets:
            visited += sum(1 for line in sheet.iter_rows(values_only=True) for _ in line)
            list(sheet.merged_cells.ranges)
    return time.perf_counter() - start, visited
