"""One `dbt build` of the embedded default: where its wall time goes, and its peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MEMORY_TARGET_MB = 1024
ESTIMATION = "estimation_output"
LANDING = "on-run-start-0"
SHOWN = 5


@dataclass(frozen=True)
class Node:
    """A node of the build, with the seconds since process start between which it ran."""

    name: str
    kind: str
    start: float
    end: float


@dataclass(frozen=True)
class Build:
    """One measured build."""

    wall: float
    peak_mb: float
    nodes: list[Node]


def report(builds: int = 3) -> list[str]:
    """The sections of results.md."""
    with tempfile.TemporaryDirectory() as folder:
        # The first one fills the caches (parsed project, landed files, fits) and is not counted.
        measured = [measured_build(Path(folder)) for _ in range(builds + 1)][1:]
    middle = sorted(measured, key=lambda build: build.wall)[builds // 2]
    return [*_time(middle, builds), "", *_slowest(middle), "", *_memory(measured)]


def measured_build(folder: Path, *arguments: str, data: Path | None = None) -> Build:
    """Run a build in a process of its own; its files go to the folder, never to the project's.

    `data` None is the embedded default; `arguments` are those of `dbt build`.
    """
    names = {"REGIONAL_WAREHOUSE": "bench.duckdb", "REGIONAL_CACHE": "cache"}
    environment = {name: value for name, value in os.environ.items() if name != "REGIONAL_DATA"}
    environment |= {name: str(folder / file) for name, file in names.items()}
    environment |= {} if data is None else {"REGIONAL_DATA": str(data)}
    command = [sys.executable, "-m", "dbt.cli.main", "build", *arguments]
    command += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    began, start = time.time(), time.perf_counter()
    with open(folder / "output.txt", "w+b") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        if process.returncode:
            raise SystemExit(f"dbt build failed, so there is nothing to measure:\n{output.read().decode()[-3000:]}")
    results = json.loads((folder / "target/run_results.json").read_text())["results"]
    return Build(wall, _megabytes(usage.ru_maxrss), [_node(result, began) for result in results if result["timing"]])


def _node(result: dict[str, Any], began: float) -> Node:
    kind, _, name = result["unique_id"].split(".", 2)
    times = [datetime.fromisoformat(step[end]) for step in result["timing"] for end in ("started_at", "completed_at")]
    seconds = sorted(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - began for moment in times)
    return Node(name, kind, seconds[0], seconds[-1])


def _megabytes(peak: int) -> float:
    """ru_maxrss is in kilobytes on Linux and in bytes on macOS."""
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _time(build: Build, builds: int) -> list[str]:
    landing, estimation = (_seconds(build, ending) for ending in (LANDING, ESTIMATION))
    first, last = min(node.start for node in build.nodes), max(node.end for node in build.nodes)
    parts = {
        "dbt start-up (process start to the first node)": first,
        f"landing (the hook {LANDING})": landing,
        "SQL (from the first node to the last, less landing and estimation)": last - first - landing - estimation,
        f"estimation (the node {ESTIMATION}; SQL may run beside it)": estimation,
        "closing (after the last node)": build.wall - last,
    }
    return [
        "## Build: where the wall time goes",
        "",
        f"Embedded default (data/demo), caches warm, {len(build.nodes)} nodes; the middle one of {builds} builds, "
        f"{build.wall:.1f} s.",
        "",
        "| part | share of wall time |",
        "|---|---|",
        *(f"| {name} | {seconds / build.wall:.1%} |" for name, seconds in parts.items()),
    ]


def _seconds(build: Build, ending: str) -> float:
    """Wall time of the one node whose name ends so; a renamed node must not pass as no time at all."""
    (node,) = (node for node in build.nodes if node.name.endswith(ending))
    return node.end - node.start


def _slowest(build: Build) -> list[str]:
    total = sum(node.end - node.start for node in build.nodes)
    kinds: defaultdict[str, float] = defaultdict(float)
    for node in build.nodes:
        kinds[node.kind] += node.end - node.start
    slowest = sorted(build.nodes, key=lambda node: node.start - node.end)[:SHOWN]
    return [
        f"The {SHOWN} slowest nodes, and all nodes by kind, as shares of the summed node time "
        f"({total / build.wall:.0%} of wall time; nodes run in parallel):",
        "",
        "| node | share of node time |",
        "|---|---|",
        *(f"| {node.name} | {(node.end - node.start) / total:.1%} |" for node in slowest),
        *(
            f"| all of kind {kind} | {seconds / total:.1%} |"
            for kind, seconds in sorted(kinds.items(), key=lambda item: -item[1])
        ),
    ]


def _memory(builds: list[Build]) -> list[str]:
    peak = max(build.peak_mb for build in builds)
    return [
        "## Build: peak memory",
        "",
        "| | share of the target of 1 GB | peak, MB |",
        "|---|---|---|",
        f"| largest resident set of the dbt process, highest of {len(builds)} builds "
        f"| {peak / MEMORY_TARGET_MB:.0%} | {peak:.0f} |",
    ]
