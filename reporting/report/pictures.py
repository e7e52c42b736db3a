"""Figures of the report: drawn once a language, kept beside the pages, told in words for who cannot see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Picture:
    """A drawn figure; texts by language, the path below the folder of the language."""

    path: str
    alternative: dict[str, str]
    caption: dict[str, str]
    width: int
    height: int


@dataclass
class Pictures:
    """The figures of a site, drawn into its folder when they are asked for."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    drawn: dict[tuple[str, str], Picture] = field(default_factory=dict)

    def of(self, place: str) -> list[Picture]:
        """The figures of a page."""
        return []

    def of_study(self, study: str) -> list[Picture]:
        """The figures of a study."""
        return []
