"""What a module of a figure declares, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reporting.figures.sheet import Drawing
from reporting.languages import Language


@dataclass(frozen=True)
class Shapes:
    """A GeoJSON file of places, and the property of its features that holds their six-digit codes.

    Without a property the usual ones are tried: city_code, adcode, code.
    """

    path: Path
    code_property: str | None = None


@dataclass(frozen=True)
class Figure:
    """A kind of figure: what it can be drawn of, and how."""

    #: key of the words that say what it shows
    about: str
    #: what can be drawn on a warehouse, the most telling first
    subjects: Callable[[duckdb.DuckDBPyConnection], list[str]]
    #: draws one of those, in a language
    draw: Callable[[duckdb.DuckDBPyConnection, str, Language, Shapes | None], Drawing]
    #: cannot be drawn without a file of shapes
    needs_shapes: bool = False


def listed(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    """The first column of a query, for the subjects of a figure."""
    return [str(subject) for subject, *_ in connection.execute(query).fetchall()]
