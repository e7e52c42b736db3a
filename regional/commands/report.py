"""`regional report`: a site of plain pages on the warehouse, beside it or in a folder of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from regional.places import Places
from reporting.report.run import RUN_FILE
from reporting.warehouse import banner, opened


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    text = "a site of plain pages on the warehouse, in English and Chinese"
    report = commands.add_parser("report", help=text, description=f"Write {text}; a report that is there is replaced.")
    report.add_argument("--to", type=Path, metavar="FOLDER", help="the folder (default beside the warehouse)")
    report.set_defaults(command=_report)


def _report(options: argparse.Namespace) -> int:
    # templates and figures take their time, and the other commands do not need them
    from reporting.report.replacing import replaced  # noqa: PLC0415
    from reporting.report.site import write  # noqa: PLC0415

    folder = options.to or Places.of(options.warehouse).report
    name = Path(options.warehouse).name
    with opened(options.warehouse) as connection:
        written = replaced(folder, RUN_FILE, lambda new: write(connection, new, name))
        print(banner(connection), end="")
    print(f"{written.pages} pages ({written.size / 1e6:,.1f} MB) of run {written.run_id} are written.")
    print(f"Open {folder / 'index.html'} in a browser.")
    return 0
