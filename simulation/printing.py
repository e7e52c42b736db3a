"""Bytes of simulated files: CSV text and workbooks that say SIMULATED and do not carry the time of writing."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

MARK = "SIMULATED 模拟数据，非统计数据；见 docs/simulation.md"
NOTE = f"注：{MARK}"
NOTE_EN = "Note: SIMULATED data, not statistics; see docs/simulation.md"
FIXED_TIME = datetime.datetime(2000, 1, 1)


def csv_text(rows: Sequence[Sequence[str]], line_end: str) -> str:
    """Rows as CSV text."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator=line_end).writerows(rows)
    return stream.getvalue()


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write rows as a UTF-8 CSV with plain line ends."""
    path.write_bytes(csv_text(rows, "\n").encode("utf-8"))


def write_workbook(path: Path, workbook: Workbook) -> None:
    """Save a workbook with the note in its properties, byte for byte by content."""
    workbook.properties.title = NOTE_EN
    workbook.properties.creator = "simulated"
    workbook.properties.created = FIXED_TIME
    stream = io.BytesIO()
    workbook.save(stream)
    path.write_bytes(_with_fixed_times(stream.getvalue()))


def _with_fixed_times(workbook: bytes) -> bytes:
    """The same workbook without the time of writing, which openpyxl puts in its parts and properties."""
    stream = io.BytesIO()
    modified = f"{FIXED_TIME:%Y-%m-%dT%H:%M:%SZ}</dcterms:modified>".encode()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"[^<>]*</dcterms:modified>", modified, content)
            part = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, content)
    return stream.getvalue()
