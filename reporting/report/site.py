"""The whole site: pages of every section in both languages, written into a folder that is new."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from reporting.languages import LANGUAGES
from reporting.report.frame import LANG, STYLE, Page, Site, front, written
from reporting.report.pages import citing, codebook, data, indices, overview, places, studies
from reporting.report.pictures import Pictures, load_choices
from reporting.report.queries import asked
from reporting.report.run import write_run


@dataclass(frozen=True)
class Written:
    """What was written."""

    run_id: str
    pages: int
    size: int


def write(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    warehouse: str,
    cities: Sequence[str] | None = None,
    with_figures: bool = True,
) -> Written:
    """Write the site of a warehouse into a new folder; `cities`: the codes of those that get a page, all unless given.

    Raises OSError where the folder cannot be written, duckdb.Error where a table is not as expected.
    """
    folder.mkdir(parents=True)
    (run,) = asked(connection, "run")
    (holdings,) = asked(connection, "holdings")
    pictures = Pictures(connection, folder, load_choices() if with_figures else {})
    pages = _pages(connection, run, pictures, cities)
    site = Site(run, holdings, warehouse, frozenset(page.path for page in pages))
    for language in LANGUAGES:
        for page in pages:
            path = folder / language / page.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(written(page, site, language), encoding="utf-8", newline="\n")
    (folder / "index.html").write_text(front(site), encoding="utf-8", newline="\n")
    shutil.copyfile(Path(__file__).with_name(STYLE), folder / STYLE)
    write_run(folder, run, warehouse)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Written(run["run_id"], len(pages) * len(LANG), sum(path.stat().st_size for path in files))


def _pages(
    connection: duckdb.DuckDBPyConnection, run: dict[str, Any], pictures: Pictures, cities: Sequence[str] | None
) -> list[Page]:
    files = data.Files.of(connection)
    told = studies.told_studies(connection)
    return [
        *overview.pages(told, pictures),
        *data.pages(connection, files, pictures),
        *places.pages(connection, files, cities),
        *indices.pages(connection, pictures),
        *studies.pages(connection, told, pictures),
        *codebook.pages(connection),
        *citing.pages(connection, run, told),
    ]
