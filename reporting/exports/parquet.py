"""Parquet with the types of the warehouse; labels, units and definitions stand in the metadata of its schema."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reporting.exports.table import ExportTable


def write(table: ExportTable, path: Path) -> None:
    """Write a .parquet file."""
    path.write_bytes(bytes_of(described(table)))


def bytes_of(rows: pa.Table) -> bytes:
    """The content of a .parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, compression="zstd")
    return bytes(sink.getvalue())


def described(table: ExportTable) -> pa.Table:
    """The rows, with what is said of the table and its columns in the metadata of their schema."""
    fields = [
        table.rows.schema.field(column.name).with_metadata({key: value for key, value in row.items() if value})
        for column, row in zip(table.columns, table.codebook(), strict=True)
    ]
    about = {
        "table": table.name,
        "definition": table.definition,
        "is_simulated": str(table.about.is_simulated).lower(),
        "run_id": table.about.run_id,
        "version": table.about.version,
        "vintages": table.about.vintages,
        "sources": "\n".join(table.about.sources),
    }
    if table.about.is_simulated:
        about["warning"] = table.about.warning(table.language)
    rows = table.rows.cast(pa.schema(fields)) if table.columns else table.rows
    return rows.replace_schema_metadata(about)
