"""The figures that there are: every module of reporting.figures that declares one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path

import duckdb

from reporting.errors import UsageError
from reporting.figures.declaration import Figure, Shapes
from reporting.figures.sheet import Drawing, styled
from reporting.languages import Language, word
from reporting.warehouse import known


def _declared() -> dict[str, Figure]:
    names = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    modules = [importlib.import_module(f"reporting.figures.{name}") for name in names if name != "registry"]
    return {module.__name__.rpartition(".")[2]: module.FIGURE for module in modules if hasattr(module, "FIGURE")}


#: figures by name, in alphabetical order
FIGURES: Mapping[str, Figure] = _declared()


def subjects(connection: duckdb.DuckDBPyConnection, name: str, shapes: Shapes | None = None) -> list[str]:
    """What the figure of that name can be drawn of on this warehouse, the most telling first; empty where nothing.

    A figure that needs shapes of places has no subjects without them. Raises UsageError for an unknown name.
    """
    figure = FIGURES[known(name, FIGURES, "figure")]
    return figure.subjects(connection) if shapes is not None or not figure.needs_shapes else []


def drawn(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    subject: str,
    language: Language = "en",
    shapes: Shapes | None = None,
) -> Drawing:
    """The figure of that name and subject; raises UsageError where there is none, or no font for the language."""
    figure = FIGURES[known(name, FIGURES, "figure")]
    if figure.needs_shapes and shapes is None:
        raise UsageError(f"The figure {name} needs the shapes of places: name a GeoJSON with --geojson.")
    possible = figure.subjects(connection)
    if not possible:
        raise UsageError(f"This warehouse has nothing for the figure {name}.")
    known(subject, possible, f"subject of the figure {name}")
    with styled(language):
        return figure.draw(connection, subject, language, shapes)


def about(name: str, language: Language) -> str:
    """What the figure of that name shows, in a line."""
    return word(FIGURES[known(name, FIGURES, "figure")].about, language)
