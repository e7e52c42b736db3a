"""Stata and Parquet files to printed text. Runs in the process of `landing.worker`, which imports it when one comes."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet

from landing import limits
from landing.errors import LandingError
from landing.printing import number_text


def read_table(path: Path) -> list[list[str]]:
    """A header line of names, and the rows; raises LandingError."""
    frame: pd.DataFrame
    labels: dict[str, str] = {}
    try:
        if path.suffix.lower() == ".parquet":
            with pyarrow.parquet.ParquetFile(path) as file:
                _check_size(path, file.metadata)
            frame = pd.read_parquet(path)
        else:
            # Codes stay codes: a value label is an interpretation, and a year that is stored as a date of Stata's
            # kind %ty would come back as the first of January.
            with pd.read_stata(path, iterator=True, convert_categoricals=False, convert_dates=False) as reader:
                frame = reader.read()  # type: ignore[attr-defined]
                labels = reader.variable_labels()
    except (LandingError, MemoryError):
        raise
    except Exception as error:
        raise LandingError(
            f"{path.name} cannot be read ({' '.join(str(error).split())}): the file is damaged or of another format, "
            "download it again."
        ) from error
    _check_cells(path, len(frame), len(frame.columns))
    names = [_heading(str(name), labels.get(str(name), "")) for name in frame]
    # Column by column, since iterating rows would widen 32-bit numbers and print digits that are not there.
    columns = [[printed(value) for value in frame.iloc[:, number].to_numpy()] for number in range(len(names))]
    return [names, *(list(row) for row in zip(*columns, strict=True))]


def printed(value: object) -> str:
    """A stored value as text: '' for missing, no trailing '.0' on whole numbers."""
    if type(value) is float:
        return number_text(value)
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, np.datetime64) and np.isnat(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        return number_text(float(value), value)
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return str(value)


def _check_size(path: Path, metadata: pyarrow.parquet.FileMetaData) -> None:
    _check_cells(path, metadata.num_rows, metadata.num_columns)
    size = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    if size > limits.FILE_BYTES:
        raise LandingError(
            f"{path.name} unfolds to more than {limits.FILE_BYTES // limits.MIB} MB: keep the columns and rows that "
            "the warehouse needs, or save it as several files."
        )


def _check_cells(path: Path, rows: int, columns: int) -> None:
    if rows * columns > limits.TABLE_CELLS:
        raise LandingError(
            f"{path.name} has {rows:,} rows and {columns:,} columns, more than {limits.TABLE_CELLS:,} cells: keep the "
            "columns and rows that the warehouse needs, or save it as several files."
        )


def _heading(name: str, label: str) -> str:
    """The heading of a Stata variable, which has a name and may have a label: 'name|label'."""
    return f"{name}|{label}" if label not in {"", name} else name
