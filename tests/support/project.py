"""Where things of the project lie, for tests: its root, and seeds and models by their name."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def seed_path(name: str) -> Path:
    """The file of a seed, in whatever folder it lies."""
    return _only(ROOT / "seeds", f"{name}.csv")


def is_seed(name: str) -> bool:
    """Is there a seed of this name?"""
    return any((ROOT / "seeds").rglob(f"{name}.csv"))


def model_path(name: str) -> Path:
    """The SQL of a model, in whatever folder it lies."""
    return _only(ROOT / "models", f"{name}.sql")


@cache
def seed_rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a seed, every value as the text that the file holds."""
    with seed_path(name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _only(folder: Path, file_name: str) -> Path:
    (path,) = folder.rglob(file_name)
    return path
