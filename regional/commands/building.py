"""`regional build | update`: a warehouse from a data folder, published when it is complete."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from pathlib import Path

from regional.commands.overview import print_summary
from regional.dbt_runs import BuildFailed
from regional.errors import UsageError
from regional.places import Places
from regional.software import ROOT

#: DuckDB names the catalogue after the file, and dbt's plugin sources write that name into SQL as it is.
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*(\.|$)", re.ASCII)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this group to the parser."""
    for name, command, text in (
        ("build", _build, "build a warehouse from nothing"),
        ("update", _update, "build what changed since, and what depends on it"),
    ):
        parser = commands.add_parser(name, help=text)
        default = os.environ.get("REGIONAL_DATA") or "data/demo"
        parser.add_argument(
            "--data", default=default, help=f"data folder, or several with {os.pathsep!r} between (default {default})"
        )
        parser.set_defaults(command=command)


def _build(options: argparse.Namespace) -> int:
    from regional.publication import build  # noqa: PLC0415

    places = _places(options)
    try:
        build(places, options.data, say=lambda line: print(line, flush=True))
    except BuildFailed as error:
        return _failed(places, error)
    print_summary(options.warehouse)
    return 0


def _update(options: argparse.Namespace) -> int:
    # imports what reads data files, which takes seconds, and the other commands never ask
    from regional.publication import update  # noqa: PLC0415

    places = _places(options)
    start = time.perf_counter()
    try:
        update(places, options.data, say=lambda line: print(line, flush=True))
    except BuildFailed as error:
        return _failed(places, error)
    print(f"{time.perf_counter() - start:.1f} s")
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


def _failed(places: Places, error: BuildFailed) -> int:
    if str(error):
        print(error, file=sys.stderr)
    print(f"The build failed, so nothing was published: {places.warehouse} is as it was.", file=sys.stderr)
    return 1
