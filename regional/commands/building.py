"""`regional build`: a warehouse from a data folder, published when it is complete."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from regional.commands.overview import print_summary
from regional.dbt_runs import BuildFailed
from regional.errors import UsageError
from regional.places import Places
from regional.software import ROOT

#: DuckDB names the catalogue after the file, and dbt's plugin sources write that name into SQL as it is.
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*(\.|$)", re.ASCII)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("build", help="build a warehouse from nothing")
    default = os.environ.get("REGIONAL_DATA") or "data/demo"
    parser.add_argument("--data", default=default, help=f"data folder (default {default})")
    parser.set_defaults(command=_build)


def _build(options: argparse.Namespace) -> int:
    from regional.publication import build  # noqa: PLC0415

    places = _places(options)
    try:
        build(places, options.data)
    except BuildFailed:
        return _failed(places)
    print_summary(options.warehouse)
    return 0


def _places(options: argparse.Namespace) -> Places:
    if not Path.cwd().samefile(ROOT):
        raise UsageError(f"This command builds the project in {ROOT}: run it there.")
    places = Places.of(options.warehouse)
    if not _PLAIN_NAME.match(places.warehouse.name):
        raise UsageError(
            f"{places.warehouse.name} cannot be the name of a warehouse: use letters, digits and underscores, first a "
            "letter, such as mine.duckdb. Its folder is free."
        )
    return places


def _failed(places: Places) -> int:
    print(f"The build failed, so nothing was published: {places.warehouse} is as it was.", file=sys.stderr)
    return 1
