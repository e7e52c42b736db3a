"""`regional export`: a table as a file for another program, or all panels, marts and indices as a folder of files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from reporting.errors import UsageError
from reporting.languages import LANGUAGES
from reporting.warehouse import banner, opened

if TYPE_CHECKING:
    from reporting.exports.writing import Written

_FORMATS = "dta,xlsx,parquet,csv"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    text = "a table as a Stata, Excel, Parquet or CSV file, or all panels, marts and indices"
    export = commands.add_parser("export", help=text, description=f"Write {text}.")
    export.add_argument("table", nargs="?", help="a table of the schema main")
    export.add_argument(
        "--to", metavar="FILE", help=f"a file (its suffix is the format), or one of {_FORMATS}; with --all a folder"
    )
    export.add_argument("--labels", choices=LANGUAGES, default="en", help="language of labels (default en)")
    export.add_argument("--overwrite", action="store_true", help="replace the file if it is there")
    export.add_argument("--all", action="store_true", help="every panel, mart and index, into a folder")
    export.add_argument("--formats", default=_FORMATS, help=f"with --all: which formats (default {_FORMATS})")
    export.set_defaults(command=_export)


def _export(options: argparse.Namespace) -> int:
    if options.all == bool(options.table):
        raise UsageError("Name a table to export, or say --all.")
    return _all(options) if options.all else _one(options)


def _one(options: argparse.Namespace) -> int:
    # imports that take a second, and the other commands never ask
    from reporting.exports.writing import destination, export  # noqa: PLC0415

    if not options.to:
        raise UsageError(f"Say where to with --to: a file, or one of {_FORMATS}.")
    with opened(options.warehouse) as connection:
        path = destination(options.table, options.to)
        written = export(connection, options.table, path, options.labels, overwrite=options.overwrite)
        print(banner(connection), end="")
    _say(written)
    for remark in written.remarks:
        print(remark)
    return 0


def _all(options: argparse.Namespace) -> int:
    from reporting.exports.writing import export_all  # noqa: PLC0415

    warehouse = Path(options.warehouse)
    folder = (
        Path(options.to) if options.to else warehouse.with_name(f"{warehouse.name.removesuffix('.duckdb')}.exports")
    )
    formats = [name.strip() for name in options.formats.split(",")]
    with opened(options.warehouse) as connection:
        tables = export_all(connection, folder, formats, options.labels, _say)
        print(banner(connection), end="")
    print(f"{folder}: {tables} tables as {', '.join(formats)}; README.md and codebook.csv say what is in them.")
    return 0


def _say(written: Written) -> None:
    print(f"{written.path.name}: {written.rows} rows, {written.columns} columns", flush=True)
