"""Figures of the report: drawn once a language, kept beside the pages, told in words for who cannot see them.

Which figures a page has stands in `figures.toml`, by the page; one that a warehouse has nothing for is left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from reporting.errors import UsageError
from reporting.figures import FIGURES, Drawing, drawn, subjects
from reporting.languages import LANGUAGES, Language

CHOICES = Path(__file__).with_name("figures.toml")
#: CSS pixels of an inch
_PIXELS = 96


@dataclass(frozen=True)
class Picture:
    """A drawn figure; the path is below the folder of a language, texts and height are by language."""

    path: str
    alternative: dict[str, str]
    caption: dict[str, str]
    width: int
    height: dict[str, int]


@dataclass
class Pictures:
    """The figures of a site, drawn into its folder when they are first asked for."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    #: figures by page, as load_choices() has them
    choices: dict[str, list[dict[str, Any]]]
    _drawn: dict[tuple[str, str], Picture] = field(default_factory=dict)
    _subjects: dict[str, list[str]] = field(default_factory=dict)

    def of(self, page: str) -> list[Picture]:
        """The figures of a page, by its name in `figures.toml`."""
        return self._chosen(page, lambda choice, subject: subject.startswith(choice.get("of", "")))

    def of_study(self, study: str, spec_ids: Collection[str]) -> list[Picture]:
        """The figures of a study: those of itself, of its tables and of its specifications."""
        own = {study, *spec_ids}
        return self._chosen("study", lambda _, subject: not own.isdisjoint(subject.split("/")))

    def _chosen(self, page: str, fits: Callable[[dict[str, Any], str], bool]) -> list[Picture]:
        return [
            self._picture(choice["figure"], subject, choice.get("format", "svg"))
            for choice in self.choices.get(page, [])
            for subject in _first(choice.get("most", 1), choice, self._subjects_of(choice["figure"]), fits)
        ]

    def _subjects_of(self, name: str) -> list[str]:
        if name not in self._subjects:
            self._subjects[name] = subjects(self.connection, name) if name in FIGURES else []
        return self._subjects[name]

    def _picture(self, name: str, subject: str, format_: str) -> Picture:
        if (name, subject) not in self._drawn:
            self._drawn[name, subject] = self._draw(name, subject, format_)
        return self._drawn[name, subject]

    def _draw(self, name: str, subject: str, format_: str) -> Picture:
        path = f"figures/{name}_{re.sub(r'[^A-Za-z0-9_-]', '-', subject)}.{format_}"
        drawings = {language: self._drawing(name, subject, language) for language in LANGUAGES}
        sizes = {}
        for language, drawing in drawings.items():
            file = self.folder / language / path
            file.parent.mkdir(parents=True, exist_ok=True)
            drawing.save(file)
            sizes[language] = [round(inches * _PIXELS) for inches in drawing.canvas.get_size_inches()]
        return Picture(
            path,
            {language: drawing.alternative for language, drawing in drawings.items()},
            {language: drawing.caption for language, drawing in drawings.items()},
            sizes[LANGUAGES[0]][0],
            {language: height for language, (_, height) in sizes.items()},
        )

    def _drawing(self, name: str, subject: str, language: Language) -> Drawing:
        try:
            return drawn(self.connection, name, subject, language)
        except UsageError:
            # no font of this machine has its glyphs: a figure in English is worth more than none
            return drawn(self.connection, name, subject, LANGUAGES[0])


def load_choices() -> dict[str, list[dict[str, Any]]]:
    """The figures of each page, from `figures.toml`."""
    with CHOICES.open("rb") as file:
        return tomllib.load(file)


def _first(
    most: int, choice: dict[str, Any], found: Iterable[str], fits: Callable[[dict[str, Any], str], bool]
) -> list[str]:
    return [subject for subject in found if fits(choice, subject)][:most]
