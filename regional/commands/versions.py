"""`regional versions | rollback`: the versions of a warehouse that are kept, and the way back to one of them."""

from __future__ import annotations

import argparse
import datetime
import sys

from regional.dbt_runs import BuildFailed
from regional.places import Places
from regional.versions import Version, kept
from reporting.errors import UsageError
from reporting.printing import aligned


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this group to the parser."""
    commands.add_parser("versions", help="the versions that are kept").set_defaults(command=_versions)
    parser = commands.add_parser("rollback", help="publish a kept version again")
    parser.add_argument(
        "--to", metavar="VERSION", help="one that `versions` lists (default the one published before the present)"
    )
    parser.set_defaults(command=_rollback)


def _versions(options: argparse.Namespace) -> int:
    places = Places.of(options.warehouse)
    try:
        versions = kept(places)
    except OSError as error:
        raise UsageError(f"{places.versions} cannot be read ({error.strerror}).") from error
    if not versions:
        raise UsageError(f"No version of {places.warehouse} is kept: a build publishes the first.")
    header = ["version", "", "last published", "data", "simulated", "run", "code", "MB"]
    print(aligned(header, [_line(version) for version in versions]))
    return 0


def _line(version: Version) -> list[str]:
    described = version.description
    moment = datetime.datetime.fromtimestamp(version.moment, datetime.UTC)
    return [
        version.name,
        ", ".join(["current"] * version.is_current + ["written into since"] * (not version.is_as_built)),
        "now" if version.is_current else f"{moment:%Y-%m-%d %H:%M:%S} UTC",
        f"{described.data or 'unknown'} ({described.data_hash[:8] or 'unknown'})",
        {True: "yes", False: "no", None: "unknown"}[described.is_simulated],
        described.run_id[:8] or "unknown",
        described.code_hash[:8] or "unknown",
        f"{version.size / 1e6:,.1f}",
    ]


def _rollback(options: argparse.Namespace) -> int:
    # imports dbt's surroundings, which takes a second, and the other command never asks
    from regional.publication import roll_back  # noqa: PLC0415

    places = Places.of(options.warehouse)
    try:
        before, after = roll_back(places, options.to or None, say=lambda line: print(line, flush=True))
    except BuildFailed as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{places.warehouse} is {after.name}, made {after.description.made_at or 'at an unknown time'}.")
    if before is not None:
        print(f"{before.name} is kept: `regional rollback --to {before.name}` goes back to it.")
    return 0
