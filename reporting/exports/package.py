"""A replication package: one study with its data, code, specifications and results, as one zip.

Two packages of the same warehouse and code are the same bytes. What lies where is said by the README in it
(reporting.exports.readme) and by reporting.exports.replication.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from reporting.errors import UsageError
from reporting.exports import csv_text, parquet, readme
from reporting.exports.raw_files import raw_files, shared_contents
from reporting.exports.replication import Paths
from reporting.exports.table import HEADINGS, ExportTable, about, all_tables, table_of
from reporting.tables import published, published_tables
from reporting.warehouse import known, rows_of

PROJECT = Path(__file__).resolve().parents[2]
#: what a study needs of the project: no tests but those of a build, and nothing that is built
_FOLDERS = (
    *("analysis", "docs", "estimation", "gates", "landing", "macros", "models", "regional", "reporting", "seeds"),
    *("simulation", "tests/sql"),
)
_FILES = (
    *("CHANGELOG.md", "CITATION.cff", "LICENSE", "dbt_project.yml", "profiles.yml", "pyproject.toml"),
    *("requirements-dev.lock", "requirements.lock"),
)
_LEFT_OUT = {"__pycache__", ".DS_Store"}
_REPLICATE_TARGET = """
.PHONY: replicate
replicate: .venv/installed
\t@$(BIN)/python replicate.py
"""
_REPLICATE = '''"""Estimate every specification of this study again, from its mart alone, and compare with results/."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))

from reporting.exports.replication import replicate  # noqa: E402

if __name__ == "__main__":
    sys.exit(1 if replicate(FOLDER) else 0)
'''
_FIRST_DATE_OF_A_ZIP = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Packed:
    """A package that was written."""

    path: Path
    bytes: int
    specifications: int
    shared: int
    not_shared: int
    #: files that might be shared, and are not in the folders that were named
    absent: int


def package(connection: duckdb.DuckDBPyConnection, study: str, path: Path, folders: Sequence[Path]) -> Packed:
    """Write the package of a study to a zip, which appears when it is complete.

    `folders` are the data folders of the warehouse, in which the files are looked for that may be shared. Raises
    UsageError for an unknown study, and where the project that this code belongs to is not at hand as source files.
    """
    studies = {row["study"]: row for row in rows_of(connection, "from reference.studies")}
    chosen = studies[known(study, studies, "study")]
    if not all((PROJECT / name).exists() for name in (*_FOLDERS, *_FILES, "Makefile", "README.md")):
        raise UsageError("A package holds the source of the project: run this command in a checkout of it.")
    files = raw_files(connection)
    shared, absent = shared_contents(files, folders)
    contents = {**_code(), **shared, **_study(connection, chosen)}
    results = _results(connection, chosen)
    contents |= {f"results/{name}.csv": text for name, text in results.items()}
    contents |= _printed_tables(connection, study)
    facts = readme.Facts(connection, chosen, files, absent, contents, tuple(results), PROJECT)
    contents["README.md"] = readme.text(facts).encode()
    _write_zip(path, f"replication-{study}", contents, about(connection).made_at.timetuple()[:6])
    ((specifications,),) = connection.execute(
        "select count(*) from estimation.full_specifications where study = ?", [study]
    ).fetchall()
    return Packed(
        path,
        path.stat().st_size,
        specifications,
        sum(file.may_be_shared for file in files) - len(absent),
        sum(not file.may_be_shared for file in files),
        len(absent),
    )


def _code() -> dict[str, bytes]:
    found = {name: (PROJECT / name).read_bytes() for name in _FILES}
    for folder in _FOLDERS:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and not _LEFT_OUT & set(path.parts) and path.suffix != ".pyc":
                found[path.relative_to(PROJECT).as_posix()] = path.read_bytes()
    found["PROJECT.md"] = (PROJECT / "README.md").read_bytes()
    found["Makefile"] = (PROJECT / "Makefile").read_bytes() + _REPLICATE_TARGET.encode()
    found["replicate.py"] = _REPLICATE.encode()
    return found


def _study(connection: duckdb.DuckDBPyConnection, study: dict[str, Any]) -> dict[str, bytes]:
    """What reporting.exports.replication reads, and the tables of the study for other programs."""
    paths = Paths(Path())
    mart = study["mart"]
    tables = [table_of(connection, name, "en") for name in (mart, f"{study['place_level']}_panel")]
    found: dict[Path, bytes] = {paths.folder / "study" / "mart" / f"{mart}.parquet": _written(tables[0], "parquet")}
    for table in tables:
        for suffix in ("parquet", "csv"):
            found[paths.data / f"{table.name}.{suffix}"] = _written(table, suffix)
    found[paths.data / "codebook.csv"] = _codebook(tables)
    query, parameters = "from estimation.full_specifications where study = ? order by all", [study["study"]]
    found[paths.specifications] = parquet.bytes_of(connection.sql(query, params=parameters).to_arrow_table())
    found[paths.specifications.with_suffix(".csv")] = csv_text.bytes_of(connection, query, parameters)
    found[paths.settings] = csv_text.bytes_of(connection, "from estimation.settings")
    found[paths.functions] = _functions(connection).encode()
    return {path.as_posix(): text for path, text in found.items()}


def _functions(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.sql(
        "select function_name, array_to_string(parameters, ', '), macro_definition from duckdb_functions() "
        "where not internal and function_type = 'macro' and database_name = current_database() order by all"
    ).fetchall()
    return "".join(f"create or replace macro {name}({parameters}) as ({text});\n" for name, parameters, text in rows)


def _results(connection: duckdb.DuckDBPyConnection, study: dict[str, Any]) -> dict[str, bytes]:
    """Every result table, as far as it is about the study; those with no row are left out, but for the estimates."""
    own = "select spec_id from estimation.full_specifications where study = ?"
    queries = {"estimation_output": f"from estimation.estimation_output where spec_id in ({own}) order by all"}
    for name in all_tables(connection):
        columns = {column for column, *_ in connection.sql(f'describe main."{name}"').fetchall()}
        if name != "mart_columns" and columns & {"study", "spec_id"}:
            condition = "study = ?" if "study" in columns else f"spec_id in ({own})"
            queries[name] = f'from main."{name}" where {condition} order by all'
    parameters = [study["study"]]
    return {
        name: csv_text.bytes_of(connection, query, parameters)
        for name, query in queries.items()
        if name == "estimates" or connection.execute(f"select 1 from ({query}) limit 1", parameters).fetchall()
    }


def _printed_tables(connection: duckdb.DuckDBPyConnection, study: str) -> dict[str, bytes]:
    """Every table that the study prints, ours beside the print, to be read and to be taken into a paper."""
    numbers = [number for name, number in published_tables(connection) if name == study]
    return {
        f"results/tables/table_{number}.{suffix}": published(connection, study, number).text(suffix).encode()
        for number in numbers
        for suffix in ("md", "tex")
    }


def _written(table: ExportTable, suffix: str) -> bytes:
    if suffix == "csv":
        return csv_text.text_of(table).encode("utf-8")
    return parquet.bytes_of(parquet.described(table))


def _codebook(tables: Sequence[ExportTable]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["table", *HEADINGS])
    writer.writeheader()
    writer.writerows({"table": table.name} | row for table in tables for row in table.codebook())
    return text.getvalue().encode("utf-8-sig")


def _write_zip(path: Path, folder: str, contents: dict[str, bytes], made_at: tuple[int, ...]) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with zipfile.ZipFile(partial, "w") as file:
            for name in sorted(contents):
                entry = zipfile.ZipInfo(f"{folder}/{name}", max(made_at, _FIRST_DATE_OF_A_ZIP))  # type: ignore[arg-type]
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                file.writestr(entry, contents[name], compresslevel=6)
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror or error}).") from error
    finally:
        partial.unlink(missing_ok=True)
