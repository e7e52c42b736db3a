"""`regional figure`: the figures of a warehouse, listed, or one drawn as SVG or PNG."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from reporting.languages import LANGUAGES
from reporting.printing import aligned
from reporting.warehouse import banner, opened

if TYPE_CHECKING:
    from reporting.figures import Shapes

#: subjects that the list of all figures shows of each
SHOWN = 3


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    text = "a figure as SVG or PNG; without a name, those that there are"
    figure = commands.add_parser("figure", help=text, description=f"Draw {text}.")
    figure.add_argument("name", nargs="?", help="a figure, such as event_study")
    figure.add_argument("subject", nargs="?", help="what it is drawn of, such as a specification")
    figure.add_argument("--to", type=Path, metavar="FILE", help="the file, .svg or .png (default NAME_SUBJECT.svg)")
    figure.add_argument("--labels", choices=LANGUAGES, default="en", help="the language of the labels (default en)")
    figure.add_argument("--geojson", type=Path, metavar="FILE", help="shapes of places, for city_map")
    figure.add_argument("--code-property", metavar="NAME", help="the property of its features with six-digit codes")
    figure.set_defaults(command=_figure)


def _figure(options: argparse.Namespace) -> int:
    # matplotlib takes its time, and the other commands do not need it
    from reporting.figures import Shapes, drawn, subjects  # noqa: PLC0415

    shapes = Shapes(options.geojson, options.code_property) if options.geojson else None
    with opened(options.warehouse) as connection:
        if options.name is None:
            print(banner(connection))
            print(_all(connection, shapes))
            return 0
        possible = subjects(connection, options.name, shapes)
        if options.subject is None and len(possible) > 1:
            print(banner(connection))
            print(f"Subjects of {options.name}, of which one is to be named:\n" + "\n".join(possible))
            return 0
        subject = options.subject or (possible[0] if possible else "")
        drawing = drawn(connection, options.name, subject, options.labels, shapes)
    target = options.to or Path(f"{options.name}_{subject.replace('/', '_')}.svg")
    drawing.save(target)
    print(f"{drawing.alternative}\n{target} is written.")
    return 0


def _all(connection: duckdb.DuckDBPyConnection, shapes: Shapes | None) -> str:
    from reporting.figures import FIGURES, about, subjects  # noqa: PLC0415

    rows = []
    for name, figure in FIGURES.items():
        found = subjects(connection, name, shapes)
        first = ", ".join(found[:SHOWN]) + (", ..." if len(found) > SHOWN else "")
        nothing = "name a GeoJSON with --geojson" if figure.needs_shapes and shapes is None else "nothing to draw"
        rows.append([name, str(len(found)), first or nothing, about(name, "en")])
    names = aligned(["figure", "subjects"], [row[:2] for row in rows]).splitlines()
    texts = ["such as", "", *(f"{row[2]}" for row in rows)]
    listed = "\n".join(f"{name}  {text}".rstrip() for name, text in zip(names, texts, strict=True))
    return listed + "\n\n" + "\n".join(f"{row[0]}: {row[3]}" for row in rows)
