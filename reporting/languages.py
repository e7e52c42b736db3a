"""The two languages of what people look at: our own words stand in `words/`, names of data in the warehouse.

A file `words/<part>.csv` has the columns key, en and zh; a key is written once, in one file. What names a variable, an
indicator or a place is not here: its labels come from the seeds, by way of the table `codebook`.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_WORDS = Path(__file__).with_name("words")


def word(key: str, language: Language, **values: object) -> str:
    """The words of that key in that language, `{name}` replaced by its value; raises KeyError for an unknown key."""
    text = words()[key][language]
    return text.format(**values) if values else text


@cache
def words() -> dict[str, dict[str, str]]:
    """Every key with its words by language; raises ValueError where a key stands twice or lacks a language."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(_WORDS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = row.pop("key")
                if key in found or not all(row[language] for language in LANGUAGES):
                    raise ValueError(f"{path.name}: the key {key} stands twice or lacks a language.")
                found[key] = {language: row[language] for language in LANGUAGES}
    return found
