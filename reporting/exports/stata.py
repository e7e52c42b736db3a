"""Stata (format 118, of Stata 14 and later), with labels, labels of values, and notes.

The writer is that of pandas: it takes the time of the file, so that two exports are the same bytes, and its numbers are
exact. pyreadstat writes labels as well, but the time of now. Neither writes notes, which are characteristics of the
format; they are written here in the place that pandas leaves empty.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pandas.io.stata import StataWriterUTF8  # type: ignore[attr-defined]

from reporting.errors import UsageError
from reporting.exports.table import Column, ExportTable

#: characters of a label
MOST_OF_A_LABEL = 80
_END_OF_A_LABEL = 28
#: bytes beyond which a text is a strL, which takes its own length in each row
_LONG_TEXT = 244
#: whole numbers that a double holds
_EXACT = 2**53
#: the largest double that is not one of Stata's missing values
_LARGEST = 8.988465674311579e307
_NAME_BYTES = 129
_DATASET = "_dta"


def write(table: ExportTable, path: Path) -> None:
    """Write a .dta file; raises UsageError for a number that Stata has no value for."""
    codes = {column.stata_name: column.value_labels(table.language) for column in table.columns}
    frame = pd.DataFrame(
        {column.stata_name: _values(table, column, table.flat.column(column.name)) for column in table.columns}
    )
    writer = _WithNotes(
        path,
        frame,
        convert_dates={
            column.stata_name: {"date": "td", "time": "tc"}[column.kind]
            for column in table.columns
            if column.kind in ("date", "time")
        },
        write_index=False,
        byteorder="little",
        time_stamp=table.about.made_at,
        data_label=_cut(f"{table.about.warning(table.language)} {table.name}".strip()),
        variable_labels={column.stata_name: _label(table, column) for column in table.columns},
        convert_strl=[name for name in frame if _is_long(frame[name])],
        value_labels={name: dict(labels) for name, labels in codes.items() if labels},
    )
    writer.notes = _notes(table)
    writer.write_file()


class _WithNotes(StataWriterUTF8):
    """Writes characteristics: triples of a variable (or the data set), a name and a text."""

    notes: list[tuple[str, str, str]]

    def _write_characteristics(self) -> None:
        self._update_map("characteristics")
        written = b"".join(self._tag(_characteristic(*note), "ch") for note in self.notes)
        self._write_bytes(self._tag(written, "characteristics"))


def _characteristic(variable: str, name: str, text: str) -> bytes:
    names = b"".join(part.encode().ljust(_NAME_BYTES, b"\0") for part in (variable, name))
    content = names + text.encode() + b"\0"
    return struct.pack("<I", len(content)) + content


def _notes(table: ExportTable) -> list[tuple[str, str, str]]:
    described = [f"{heading}: {text}" if heading else text for heading, text in table.described()]
    found = _numbered(_DATASET, described)
    for column, row in zip(table.columns, table.codebook(), strict=True):
        renamed = [f"{column.name}"] if column.stata_name != column.name else []
        texts = [*renamed, *(row[key] for key in ("definition_en", "definition_zh", "years", "source", "breaks"))]
        found += _numbered(column.stata_name, [text for text in texts if text])
        found.append((column.stata_name, "original_name", column.name))
    return found


def _numbered(variable: str, texts: list[str]) -> list[tuple[str, str, str]]:
    """Notes as `notes` of Stata keeps them: note0 is their number."""
    if not texts:
        return []
    notes = [(variable, f"note{number}", text) for number, text in enumerate(texts, start=1)]
    return [(variable, "note0", str(len(texts))), *notes]


def _label(table: ExportTable, column: Column) -> str:
    """The label, with the unit and, where it is another one, the name in the warehouse, as far as there is room."""
    label, titled = column.label.label(table.language), column.titled(table.language)
    named = f"{titled} [{column.name}]" if column.stata_name != column.name else titled
    return next((text for text in (named, titled, label) if len(text) <= MOST_OF_A_LABEL), _cut(label))


def _cut(text: str) -> str:
    """A text without its middle: labels that begin alike differ at their end."""
    if len(text) <= MOST_OF_A_LABEL:
        return text
    return f"{text[: MOST_OF_A_LABEL - _END_OF_A_LABEL - 1]}…{text[-_END_OF_A_LABEL:]}"


def _values(table: ExportTable, column: Column, values: pa.ChunkedArray) -> Any:
    """The values of a column as the writer takes them; missing is `.`, and an empty text for text."""
    if column.kind == "boolean":
        return pd.array(values.to_pylist(), dtype="Int8")
    if column.codes:
        codes = {value: code for value, (code, _) in column.codes.items()}
        return pd.array([codes.get(value) for value in values.to_pylist()], dtype="Int8")
    if column.kind == "whole":
        listed = values.to_pylist()
        if any(value is not None and abs(value) > _EXACT for value in listed):
            return _text(listed)
        return pd.array(listed, dtype="Int64")
    if column.kind == "number":
        numbers = values.to_pandas().astype("float64")
        if (numbers.abs() > _LARGEST).any():
            raise UsageError(
                f"Stata has no value for an infinite number, and {table.name}.{column.name} holds one: "
                "export to parquet or csv."
            )
        return numbers
    if column.kind in ("date", "time"):
        return pd.to_datetime(pd.Series(values.to_pylist(), dtype="object"))
    return _text(values.to_pylist())


def _text(values: list[Any]) -> pd.Series:
    return pd.Series(["" if value is None else str(value) for value in values], dtype="object")


def _is_long(values: pd.Series) -> bool:
    return values.dtype == object and any(len(str(value).encode()) > _LONG_TEXT for value in values)
