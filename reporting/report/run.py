"""Which run a report is of, as a file in its folder says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RUN_FILE = "run.json"
_NAMES = ("run_id", "version", "data_hash", "code_hash", "is_simulated")


def write_run(folder: Path, run: Mapping[str, Any], warehouse: str) -> None:
    """Say in the folder of a report which run it is of; `run` is the present row of runs."""
    told = {"warehouse": warehouse, **{name: run[name] for name in _NAMES}, "started_at": run["started_at"].isoformat()}
    (folder / RUN_FILE).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def run_of(folder: Path) -> str | None:
    """The run that the report in a folder is of; None where it does not say."""
    try:
        found = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        return str(found["run_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
