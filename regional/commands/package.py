"""`regional package`: what it takes to repeat a study, as one zip."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from reporting.errors import UsageError
from reporting.warehouse import banner, opened


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    text = "a replication package of a study: data that may be shared, code, specifications, results, README"
    package = commands.add_parser("package", help=text, description=f"Write {text}, as one zip.")
    package.add_argument("study")
    package.add_argument(
        "--to", metavar="FILE", help="a .zip file (default: replication-STUDY.zip beside the warehouse, replaced)"
    )
    default = os.environ.get("REGIONAL_DATA") or "data/demo"
    package.add_argument(
        "--data",
        default=default,
        help=f"data folder of the warehouse, or several with {os.pathsep!r} between (default {default})",
    )
    package.add_argument("--overwrite", action="store_true", help="replace the file if it is there")
    package.set_defaults(command=_package)


def _package(options: argparse.Namespace) -> int:
    # imports that take a second, and the other commands never ask
    from reporting.exports.package import package  # noqa: PLC0415

    path = Path(options.to) if options.to else Path(options.warehouse).with_name(f"replication-{options.study}.zip")
    if path.suffix.lower() != ".zip":
        raise UsageError(f"A package is one zip file, and {path} does not end in .zip.")
    if options.to and path.exists() and not options.overwrite:
        raise UsageError(f"{path} is there already: name another file, or add --overwrite.")
    folders = [Path(folder) for folder in options.data.split(os.pathsep) if folder]
    with opened(options.warehouse) as connection:
        packed = package(connection, options.study, path, folders)
        print(banner(connection), end="")
    print(f"{packed.path}: {packed.specifications} specifications, {packed.bytes / 1e6:.1f} MB.")
    print(f"Raw files: {packed.shared} copied, {packed.not_shared} listed and not copied (no licence to share them).")
    if packed.absent:
        print(f"{packed.absent} files may be shared and were not found in {options.data}: name their folder by --data.")
    print("Unzip it and run `make replicate` in it: every number is estimated again and compared.")
    return 0
