"""`regional build | update`: a warehouse from a data folder, published when it is complete."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from regional.commands.overview import print_summary
from regional.dbt_runs import BuildFailed
from regional.places import Places
from regional.software import ROOT
from regional.versions import DEFAULT_KEEP, number_kept
from reporting.errors import UsageError


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
        parser.add_argument(
            "--keep",
            metavar="N",
            help=f"versions to keep beside the published one (default REGIONAL_KEEP or {DEFAULT_KEEP})",
        )
        parser.set_defaults(command=command)


def _build(options: argparse.Namespace) -> int:
    from regional.publication import build  # noqa: PLC0415

    places = _places(options)
    try:
        build(places, options.data, say=lambda line: print(line, flush=True), keep=number_kept(options.keep))
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
        update(places, options.data, say=lambda line: print(line, flush=True), keep=number_kept(options.keep))
    except BuildFailed as error:
        return _failed(places, error)
    print(f"{time.perf_counter() - start:.1f} s")
    return 0


def _places(options: argparse.Namespace) -> Places:
    if not Path.cwd().samefile(ROOT):
        raise UsageError(f"This command builds the project in {ROOT}: run it there.")
    places = Places.of(options.warehouse)
    return places


def _failed(places: Places, error: BuildFailed) -> int:
    if str(error):
        print(error, file=sys.stderr)
    if places.working_docs.is_dir():
        print(f"What its gates saw is in {places.working_docs}.", file=sys.stderr)
    print(f"The build failed, so nothing was published: {places.warehouse} is as it was.", file=sys.stderr)
    return 1
