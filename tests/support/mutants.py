"""Deliberate mistakes in formulas, each of which a test must notice; they are listed in mutants.yml.

A mutant is one text of one file, replaced. The text must stand there exactly once, so that no mutant rots unseen when a
formula is rewritten. `equivalent` gives the reason why a mutant changes no result; such a mutant must survive.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml


class Mutant(NamedTuple):
    """One replacement in one file, and what it breaks; a reason if it breaks nothing."""

    file: str
    text: str
    replacement: str
    breaks: str
    equivalent: str = ""


MUTANTS = tuple(
    Mutant(file, **row)
    for file, rows in yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")).items()
    for row in rows
)
