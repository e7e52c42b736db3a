"""`regional query`: the rows of a SQL file."""

from __future__ import annotations

import argparse
from pathlib import Path

from regional.errors import UsageError
from regional.printing import aligned
from regional.warehouse import opened


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    query = commands.add_parser("query", help="the rows of a SQL file")
    query.add_argument("file", type=Path)
    query.set_defaults(command=_query)


def _query(options: argparse.Namespace) -> int:
    with opened(options.warehouse) as connection:
        if not options.file.is_file():
            raise UsageError(f"There is no file {options.file}: name a SQL file, such as one of analysis/.")
        result = connection.sql(options.file.read_text(encoding="utf-8"))
        rows = [["" if value is None else str(value) for value in row] for row in result.fetchall()]
        print(aligned(result.columns, rows))
    return 0
