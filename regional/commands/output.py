"""Where a table goes: printed as text or in a format, or to a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from reporting.errors import UsageError
from reporting.languages import LANGUAGES

if TYPE_CHECKING:
    from reporting.tables.table import Table

FORMATS = ("text", "html", "tex", "docx", "typ", "md", "csv")


def add_output_to(command: argparse.ArgumentParser) -> None:
    """Add --format, --labels and --to to a command that makes a table."""
    command.add_argument("--format", choices=FORMATS, help="default text, or by the suffix of --to")
    command.add_argument("--labels", choices=LANGUAGES, help="language of labels, default en")
    command.add_argument("--to", type=Path, metavar="FILE", help="write this file and print nothing else than its name")


def is_plain(options: argparse.Namespace) -> bool:
    """Was nothing asked for but the text?"""
    return options.format is None and options.labels is None and options.to is None


def put_out(table: Table, options: argparse.Namespace) -> None:
    """Print the table, or write its file and say so; raises UsageError for a format that the suffix is not of."""
    from reporting.tables import SUFFIXES  # noqa: PLC0415

    format_, path = options.format, options.to
    if path is None and format_ != "docx":
        print(table.page() if format_ == "html" else table.text(format_ or "text"), end="")
        return
    path = path or Path(f"{table.name}.docx")
    if format_ is not None and SUFFIXES.get(path.suffix.lower()) != format_:
        (suffix,) = [suffix for suffix, named in SUFFIXES.items() if named == format_]
        raise UsageError(f"{path} is no name for the format {format_}: let it end in {suffix}.")
    try:
        table.save(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from error
    print(f"Wrote {path}")
