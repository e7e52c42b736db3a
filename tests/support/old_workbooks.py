"""Helpers of the tests: write an old .xls workbook, which no library at hand writes any more."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}


class FormulaError(str):
    """An error that is the result of a formula."""

    __slots__ = ()


def write_old_workbook(path: Path, lines: Sequence[Sequence[object]], sheet: str = "Sheet1") -> Path:
    """Lines of cells from A1 on: numbers, texts, the error values of `ERRORS`, None."""
    cells = b"".join(
        _cell(row, column, value)
        for row, line in enumerate(lines)
        for column, value in enumerate(line)
        if value is not None
    )
    width = max(map(len, lines))
    body = _begin(0x10) + _record(0x200, struct.pack("<IIHHH", 0, len(lines), 0, width, 0)) + cells + _record(0x0A)
    name = sheet.encode("utf-16-le")
    before = _begin(0x05) + _record(0x42, struct.pack("<H", 1200))
    entry = bytes([len(sheet), 1]) + name
    offset = len(before) + len(_record(0x85, bytes(6) + entry)) + len(_record(0x0A))
    stream = before + _record(0x85, struct.pack("<IBB", offset, 0, 0) + entry) + _record(0x0A) + body
    path.write_bytes(_compound(stream))
    return path


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))


def _cell(row: int, column: int, value: object) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, FormulaError):
        result = bytes([2, 0, ERRORS[value], 0, 0, 0, 0xFF, 0xFF])
        return _record(0x06, place + result + struct.pack("<HIH", 0, 0, 0))
    if isinstance(value, str) and value in ERRORS:
        return _record(0x205, place + bytes([ERRORS[value], 1]))
    if isinstance(value, str):
        return _record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    assert isinstance(value, int | float)
    return _record(0x203, place + struct.pack("<d", value))


def _compound(stream: bytes) -> bytes:
    """A compound file of one stream: the sectors are the table, the directory, and the stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, _END, *range(3, sectors + 2), _END]
    assert len(table) <= 128
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    directory = _entry("Root Entry", 5, _END, 0, 1) + _entry("Workbook", 2, 2, len(stream), _FREE)
    return header + struct.pack("<128I", *table, *[_FREE] * (128 - len(table))) + directory.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    letters = name.encode("utf-16-le")
    return (
        letters.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(letters) + 2, kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
