"""`regional query`: the rows of a SQL file."""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from reporting.errors import UsageError
from reporting.printing import aligned
from reporting.warehouse import opened

ALLOWED = (
    "one query (select, from, with ...; no other statement) on the one warehouse, read-only: no files but those of "
    "--files-in, no network, no extensions, no settings"
)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    text = "the rows of a SQL file"
    query = commands.add_parser("query", help=text, description=f"Print {text}, which may hold {ALLOWED}.")
    query.add_argument("file", type=Path)
    query.add_argument("--files-in", type=Path, metavar="FOLDER", help="a folder whose files the query may read")
    query.set_defaults(command=_query)


def _query(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise UsageError(f"There is no file {options.file}: name a SQL file, such as one of analysis/.")
    query = _the_query(options.file)
    with opened(options.warehouse, options.files_in) as connection:
        try:
            result = connection.execute(query)
            rows = [["" if value is None else str(value) for value in row] for row in result.fetchall()]
        except duckdb.PermissionException as error:
            raise UsageError(f"{options.file} was stopped ({_line(error)}). It may hold {ALLOWED}.") from error
        except duckdb.Error as error:
            raise UsageError(f"{options.file} cannot be answered: {_line(error)}") from error
        print(aligned([name for name, *_ in result.description or []], rows))
    return 0


def _the_query(file: Path) -> duckdb.Statement:
    """The one query that a file holds; raises UsageError where it holds anything else."""
    try:
        statements = duckdb.extract_statements(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8 text.") from error
    except duckdb.Error as error:
        raise UsageError(f"{file} is no SQL: {_line(error)}") from error
    kinds = [statement.type.name for statement in statements]
    if kinds != ["SELECT"]:
        found = ", ".join(kinds).lower() or "nothing"
        raise UsageError(f"{file} holds {found}, so it was not run. It may hold {ALLOWED}.")
    return statements[0]


def _line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]
