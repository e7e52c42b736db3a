"""`regional explore`: the explorer on a published warehouse, in the browser of this machine."""

from __future__ import annotations

import argparse

from reporting.warehouse import opened

DESCRIPTION = (
    "Open the explorer on a warehouse: series with breaks, flags and rivals, the cell behind a value, a specification "
    "changed. Only this machine and this user reach it, nothing is asked from elsewhere, and nothing is written."
)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    explore = commands.add_parser("explore", help="the explorer, in a browser", description=DESCRIPTION)
    explore.add_argument("--port", type=int, help="where it listens on 127.0.0.1 (default 2718, or a free one)")
    explore.add_argument("--headless", action="store_true", help="print the address and open no browser")
    explore.set_defaults(command=_explore)


def _explore(options: argparse.Namespace) -> int:
    # one sentence now, and not a page that says it
    opened(options.warehouse).close()
    # Heavy, and the other commands never ask.
    from reporting.exploring.served import serve  # noqa: PLC0415

    serve(options.warehouse, options.port, headless=options.headless)
    return 0
