"""Files of records: one row a person or a shipment, millions of them. They are not turned into cells.

Such a file is opened, checked and listed here, and read by SQL: the table record_files says where it lies, how it is
laid out and which of its columns hold place, year, value and weight. What the columns mean is decided in SQL.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from landing.delimited import holds_a_row
from landing.errors import LandingError
from landing.manifest import COLUMNS, ManifestRow, names_by_default
from landing.worker import unreadable

#: Longer than the clock of any common file system takes for a step.
_TICK_NS = 20_000_000

#: reader name -> manifest column -> name of the column in the file where the manifest leaves it empty
RECORD_READERS: dict[str, dict[str, str]] = {name: names_by_default(name) for name in ("wage_records",)}

_TEXT = pa.string()
RECORD_FILE_SCHEMA = pa.schema(
    [(name, _TEXT) for name in ("file_id", "reader", "location", "format", "delimiter", "stored_columns")]
    + [(name, _TEXT) for name in ("place_column", "year_column", "value_column", "weight_column")]
    + [(name, _TEXT) for name in ("year_kind", "value_kind", "weight_kind")]
    + [("records", pa.int64())]
)


@dataclass(frozen=True)
class RecordFile:
    """One file of records, checked as a whole; text fields are '' where there is nothing to say.

    location: absolute path. format: parquet or csv. stored_columns: JSON list of [name, type] in the order of the file.
    *_kind: text, integer or number, as stored. records: how many the file holds.
    """

    file_id: str
    reader: str
    location: str
    format: str
    delimiter: str
    stored_columns: str
    place_column: str
    year_column: str
    value_column: str
    weight_column: str
    year_kind: str
    value_kind: str
    weight_kind: str
    records: int


def as_table(files: Iterable[RecordFile]) -> pa.Table:
    """The landed table record_files: one row a file of records."""
    return pa.Table.from_pylist([asdict(file) for file in files], schema=RECORD_FILE_SCHEMA)


def digest(path: Path) -> tuple[str, int, str]:
    """SHA-256, size in bytes and state of a file, which may be larger than memory.

    Raises LandingError for a file that cannot be read, or that changes meanwhile.
    """
    try:
        with open(path, "rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            # A change within one tick of the file system's clock would leave its times as they were.
            since_change = time.time_ns() - before.st_ctime_ns
            if 0 <= since_change < _TICK_NS:
                time.sleep((_TICK_NS - since_change) / 1e9)
            content = hashlib.file_digest(file, "sha256").hexdigest()
            after = os.fstat(file.fileno())
    except OSError as error:
        raise LandingError(unreadable(path.name, error)) from error
    if _state(before) != _state(after):
        raise LandingError(f"{path.name} changed while it was being read: run again when it is complete.")
    return content, after.st_size, _state(after)


def check_states(states: Mapping[str, str]) -> None:
    """Check that files of records are as they were when they were hashed; raises LandingError for one that is not.

    They are read by SQL, and more than once, long after they were hashed, and hashing gigabytes again after each would
    cost more than reading them. Size, times and identity say it as well: writing to a file sets the time of its change
    (ctime), which no program can set back, and one put in its place is another file.
    """
    for location, state in states.items():
        try:
            now = _state(os.stat(location))
        except OSError as error:
            raise LandingError(unreadable(Path(location).name, error)) from error
        if now != state:
            raise LandingError(
                f"{location} changed after the build had begun to read it: run again when it is complete."
            )


def _state(stat: os.stat_result) -> str:
    return f"{stat.st_dev}-{stat.st_ino}-{stat.st_size}-{stat.st_mtime_ns}-{stat.st_ctime_ns}"


def inspect(path: Path, row: ManifestRow, file_id: str) -> RecordFile:
    """Check that a file of records can be read, and say how.

    A Parquet file is opened; a CSV is read through once, since only then is it known to be text with as many fields
    in each line as in its header. Raises LandingError for a file of another format, one that cannot be read, one
    without records, and a column that is missing, there twice, or of a type that cannot be what it is named for.
    """
    if row.sheet:
        raise LandingError(f"{path.name} has no sheets, but the manifest names sheet {row.sheet!r}: leave sheet empty.")
    if row.unit:
        raise LandingError(
            f"{path.name} has the unit {row.unit!r} in the manifest, and values of {row.reader} are not converted: "
            "store them in the unit that docs/manifest.md names, and leave unit empty."
        )
    if path.stat().st_size == 0:
        raise LandingError(f"{path.name} is an empty file: download it again, or take it off the manifest.")
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        schema, records = _parquet(path)
    elif suffix in {".csv", ".tsv", ".txt"}:
        schema, records = _csv(path, row)
    else:
        raise LandingError(
            f"{path.name} is to be read by {row.reader}, which reads Parquet and CSV, not {suffix!r}: "
            "save it as one of them, or give it another reader in the manifest."
        )
    if not records:
        raise LandingError(
            f"{path.name} has a header but no data row below it: download it again, or take it off the manifest."
        )
    chosen = _chosen_columns(path.name, schema, row)
    return RecordFile(
        file_id=file_id,
        reader=row.reader,
        location=str(path.resolve()),
        format="parquet" if suffix == ".parquet" else "csv",
        delimiter="" if suffix == ".parquet" else _delimiter(path),
        stored_columns=json.dumps([[field.name, str(field.type)] for field in schema], ensure_ascii=False),
        **chosen,
        year_kind=_kind(schema, chosen["year_column"]),
        value_kind=_kind(schema, chosen["value_column"]),
        weight_kind=_kind(schema, chosen["weight_column"]),
        records=records,
    )


def _parquet(path: Path) -> tuple[pa.Schema, int]:
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            return file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise LandingError(
            f"{path.name} cannot be read as Parquet ({error}): the file is damaged or of another format, "
            "download it again."
        ) from error


def _csv(path: Path, row: ManifestRow) -> tuple[pa.Schema, int]:
    if row.encoding.lower().replace("_", "-") not in {"", "utf-8", "utf8", "utf-8-sig", "ascii"}:
        raise LandingError(
            f"{path.name} is declared as {row.encoding}, and records are read as UTF-8 only: save it as UTF-8 CSV or "
            "Parquet, and leave encoding empty."
        )
    names = _header(path)
    schema = pa.schema([(name, _TEXT) for name in names])
    # By position, so that a name that is there twice is told as such later.
    positions = [str(number) for number in range(len(names))]
    try:
        with pyarrow.csv.open_csv(
            path,
            read_options=pyarrow.csv.ReadOptions(column_names=positions, skip_rows=1),
            parse_options=pyarrow.csv.ParseOptions(delimiter=_delimiter(path), newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(positions, _TEXT)),
        ) as batches:
            records = 0
            for batch in batches:
                _check_quotations(path, batch, records)
                records += batch.num_rows
            return schema, records
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return schema, 0
        raise LandingError(
            f"{path.name} cannot be read as UTF-8 CSV ({' '.join(str(error).split())}): give every line as many fields "
            "as the header, put fields with commas in quotation marks, and save the file as UTF-8."
        ) from error


def _check_quotations(path: Path, batch: pa.RecordBatch, before: int) -> None:
    """Refuse a field in which other records stand, behind so many records; see landing.delimited."""
    for position, column in enumerate(batch.columns):
        spans_lines = pc.match_substring(column, "\n")
        if not pc.any(spans_lines).as_py():
            continue
        for number in pc.indices_nonzero(spans_lines).to_pylist():
            text = column[number].as_py()
            if holds_a_row(text, position, batch.num_columns, _delimiter(path), batch.num_columns):
                raise LandingError(
                    f"{path.name} has a quotation mark that is not closed where it should be, in record "
                    f"{before + number + 1} (other records stand inside a quotation): close the quotation mark, or "
                    'write "" for one that is part of the text.'
                )


def _header(path: Path) -> list[str]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file, delimiter=_delimiter(path)), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise LandingError(
            f"{path.name} cannot be read as UTF-8 CSV ({error}): save it as UTF-8 CSV or as Parquet."
        ) from error


def _delimiter(path: Path) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else ","


def _chosen_columns(file_name: str, schema: pa.Schema, row: ManifestRow) -> dict[str, str]:
    """Manifest column -> column of the file; '' where the file has no weights."""
    chosen = {}
    for role, default in RECORD_READERS[row.reader].items():
        name = getattr(row, role) or default
        # Case does not count in SQL, where Wage and wage would be one column.
        times = sum(other.lower() == name.lower() for other in schema.names)
        if COLUMNS[role].else_means and not getattr(row, role) and not times:
            chosen[role] = ""
            continue
        if times != 1 or name not in schema.names:
            problem = "more than one column" if times > 1 else "no column"
            raise LandingError(
                f"{file_name} has {problem} {name!r} in its header: it has {', '.join(schema.names)}; "
                f"correct the file, or name the column in the manifest column {role}."
            )
        _check_kind(file_name, role, name, schema)
        chosen[role] = name
    return chosen


def _check_kind(file_name: str, role: str, name: str, schema: pa.Schema) -> None:
    allowed = {"text", "integer"} if role == "place_column" else {"text", "integer", "number"}
    if _kind(schema, name) not in allowed:
        holds = "text or whole numbers" if role == "place_column" else "numbers or text"
        raise LandingError(
            f"{file_name} holds {schema.field(name).type} in its column {name!r}: store it as {holds}, "
            f"or name another column in the manifest column {role}."
        )


def _kind(schema: pa.Schema, name: str) -> str:
    """How a column is stored: text, integer, number, '' for no column, other for what is none of these."""
    if not name:
        return ""
    stored = schema.field(name).type
    stored = stored.value_type if pa.types.is_dictionary(stored) else stored
    if pa.types.is_string(stored) or pa.types.is_large_string(stored) or pa.types.is_string_view(stored):
        return "text"
    if pa.types.is_integer(stored):
        return "integer"
    return "number" if pa.types.is_floating(stored) or pa.types.is_decimal(stored) else "other"
