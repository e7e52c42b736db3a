"""Exports as files: which formats there are, and how a file or folder comes to be, which is in one step."""

from __future__ import annotations

import csv
import importlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reporting.errors import UsageError
from reporting.exports.table import HEADINGS, ExportTable, about, place_year_tables, table_of
from reporting.languages import LANGUAGES, Language, word
from reporting.warehouse import known

#: module of reporting.exports by the suffix of the file
FORMATS = {"dta": "stata", "xlsx": "workbook", "parquet": "parquet", "csv": "csv_text"}
#: by which a folder is known to be of these exports
README, CODEBOOK = "README.md", "codebook.csv"
_HEADING = "# Panels, marts and indices of a warehouse"


@dataclass(frozen=True)
class Written:
    """A file that was written."""

    path: Path
    rows: int
    columns: int
    #: what a reader of the file should know, a sentence each
    remarks: tuple[str, ...]


def destination(table: str, to: str) -> Path:
    """The file that `--to` names: a path with a known suffix, or a format alone, for a file in the current folder."""
    if to in FORMATS:
        return Path(f"{table}.{to}")
    path = Path(to)
    known(path.suffix.removeprefix(".").lower(), FORMATS, "format")
    return path


def export(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, language: Language = "en", *, overwrite: bool = False
) -> Written:
    """Write a table of `main` to a file, in the format of its suffix.

    The file appears when it is complete. Raises UsageError for an unknown table or format, for a file that is there
    already unless `overwrite`, and for values that the format cannot hold.
    """
    if path.is_dir() or (path.exists() and not overwrite):
        raise UsageError(f"{path} is there already: name another file, or add --overwrite.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}: make it first, or name a file in another one.")
    return written(table_of(connection, table, language), path)


def written(table: ExportTable, path: Path) -> Written:
    """Write a table to a file, whether that is there or not; raises UsageError for what the format cannot hold."""
    write: Callable[[ExportTable, Path], None]
    write = importlib.import_module(f"reporting.exports.{FORMATS[path.suffix[1:].lower()]}").write
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        write(table, partial)
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror or error}).") from error
    finally:
        partial.unlink(missing_ok=True)
    return Written(path, table.rows.num_rows, len(table.columns), _remarks(table, path))


def export_all(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    formats: Sequence[str] = tuple(FORMATS),
    language: Language = "en",
    say: Callable[[Written], None] = lambda _: None,
) -> int:
    """Write every panel, mart and index into a folder, with a codebook of all; returns how many tables there are.

    A folder that an earlier export wrote is replaced as a whole; raises UsageError for any other that is there.
    """
    for name in formats:
        known(name, FORMATS, "format")
    if folder.exists() and not is_ours(folder):
        raise UsageError(f"{folder} is there and was not written by an export: name another folder with --to.")
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    try:
        partial.mkdir(parents=True)
        names = place_year_tables(connection)
        rows: list[dict[str, str]] = []
        lines = []
        for name in names:
            table = table_of(connection, name, language)
            for suffix in formats:
                say(written(table, partial / f"{name}.{suffix}"))
            rows += [{"table": name} | row for row in table.codebook()]
            lines.append(f"| `{name}` | {table.rows.num_rows} | {table.definition.replace('|', ' ')} |")
        _write_codebook(partial / CODEBOOK, rows)
        (partial / README).write_text(_readme(connection, lines, formats), encoding="utf-8")
        _put_in_place(partial, folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror or error}).") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return len(names)


def is_ours(folder: Path) -> bool:
    """Whether a folder was written by an export."""
    readme = folder / README
    return readme.is_file() and readme.read_text(encoding="utf-8", errors="replace").startswith(_HEADING)


def _put_in_place(partial: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _remarks(table: ExportTable, path: Path) -> tuple[str, ...]:
    found = []
    renamed = sum(column.stata_name != column.name for column in table.columns)
    if path.suffix.lower() == ".dta" and renamed:
        found.append(
            f"{renamed} names are longer than 32 characters and are abbreviated; "
            "`notes` and `char list` in Stata give the whole ones."
        )
    if path.suffix.lower() == ".csv":
        from reporting.exports.csv_text import formulas  # noqa: PLC0415

        if cells := formulas(table):
            found.append(
                f"{cells} text cells begin with =, +, - or @ and are written as they are: a spreadsheet may take them "
                "for formulas, and with xlsx it does not."
            )
    return tuple(found)


def _write_codebook(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["table", *HEADINGS])
        writer.writeheader()
        writer.writerows(rows)


def _readme(connection: duckdb.DuckDBPyConnection, lines: list[str], formats: Sequence[str]) -> str:
    data = about(connection)
    warnings = "".join(f"**{word('simulated', language)}**\n\n" for language in LANGUAGES) if data.is_simulated else ""
    sources = "".join(f"- {source}\n" for source in data.sources)
    return (
        f"{_HEADING}\n\n{warnings}Run `{data.run_id}`, built {data.made_at:%Y-%m-%d %H:%M}"
        f"{f', version {data.version}' if data.version else ''}. Formats: {', '.join(formats)}. "
        f"`{CODEBOOK}` describes every column and gives its name in Stata.\n\n"
        f"| table | rows | what it holds |\n|---|---|---|\n{chr(10).join(lines)}\n\nSources:\n\n{sources}"
    )
