"""`regional docs`: dbt docs of a published warehouse, as a page that opens without a network."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from regional import state
from regional.places import Places
from reporting.errors import UsageError
from reporting.warehouse import opened


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    text = "write dbt docs of the warehouse beside it: every model, its columns, what it reads and who reads it"
    docs = commands.add_parser("docs", help=text, description=f"{text[0].upper()}{text[1:]}.")
    docs.set_defaults(command=_docs)


def _docs(options: argparse.Namespace) -> int:
    # reads a page of dbt's and the manifest of the build
    from reporting import dbt_docs  # noqa: PLC0415

    places = Places.of(options.warehouse)
    with opened(options.warehouse) as connection:
        try:
            page = dbt_docs.write(connection, _manifest(places), places.dbt_docs)
        except OSError as error:
            raise UsageError(f"{places.dbt_docs} could not be written ({error.strerror or error}).") from error
    print(f"dbt docs of {options.warehouse}: {page}")
    return 0


def _manifest(places: Places) -> dict[str, object]:
    """The project as dbt knew it when the warehouse was built; raises UsageError where that is not known."""
    path: Path = places.state / state.MANIFEST
    try:
        manifest: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"It is not known what {places.warehouse} was made of: build it with make build or make update."
        ) from error
    return manifest
