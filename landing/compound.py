"""What is inside an old .xls file: the error values, which the reader of spreadsheets returns as blank.

An .xls is a compound file, a small file system of sectors, whose stream 'Workbook' is a sequence of records (BIFF8).
Only as much of it is read as finding the error values takes: [MS-CFB] for the sectors, [MS-XLS] for the records. A
formula in such a file always has a stored result, so that there are no others to find.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from landing.packages import Lost

_END_OF_CHAIN = 0xFFFFFFFA  # and everything above it
_BOUNDSHEET, _BOOL_OR_ERROR, _FORMULA, _BEGIN, _END, _ENCRYPTED = 0x85, 0x205, 0x06, 0x809, 0x0A, 0x2F
_BIFF8 = 0x0600
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def errors_of(path: Path) -> dict[str, Lost]:
    """The error values of each sheet, by its name; nothing of a file that is damaged, encrypted or older than BIFF8."""
    try:
        stream = _stream(path.read_bytes(), ("workbook", "book"))
        if struct.unpack_from("<HHH", stream)[::2] != (_BEGIN, _BIFF8):
            return {}
        sheets = {}
        for kind, record in _records(stream, 0):
            if kind == _ENCRYPTED:
                return {}
            if kind == _BOUNDSHEET:
                offset, letters, is_wide = struct.unpack_from("<IxxBB", record)
                text = record[8 : 8 + letters * (1 + (is_wide & 1))]
                sheets[text.decode("utf-16-le" if is_wide & 1 else "latin-1")] = offset
        return {name: _errors(stream, offset) for name, offset in sheets.items()}
    except (struct.error, IndexError, ValueError):
        return {}


def _errors(stream: bytes, offset: int) -> Lost:
    found: Lost = {}
    depth = 0
    for kind, record in _records(stream, offset):
        # a chart inside the sheet has cells of its own
        depth += {_BEGIN: 1, _END: -1}.get(kind, 0)
        if depth == 0:
            break
        code = None
        if depth == 1 and kind == _BOOL_OR_ERROR and record[7]:
            code = record[6]
        elif depth == 1 and kind == _FORMULA and record[6] == 2 and record[12:14] == b"\xff\xff":
            code = record[8]
        if code is not None:
            row, column = struct.unpack_from("<HH", record)
            found[row, column] = _ERRORS.get(code, "#ERROR!")
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each record from an offset to the end of its part, nested parts included."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        depth += {_BEGIN: 1, _END: -1}.get(kind, 0)
        at += 4 + size
        if depth <= 0:
            break


def _stream(content: bytes, names: tuple[str, ...]) -> bytes:
    """The first stream of a compound file with one of some names; raises ValueError where there is none."""
    sector = 1 << struct.unpack_from("<H", content, 30)[0]
    if sector not in {512, 4096}:
        raise ValueError("no size of a sector")
    directory, cutoff, first_small, _, first_more, _ = struct.unpack_from("<I4xIIIII", content, 48)
    # where the table of sectors lies: 109 numbers in the header, and a chain of sectors with more
    tables = list(struct.unpack_from("<109I", content, 76))
    for _ in range(len(content) // sector):
        if first_more >= _END_OF_CHAIN:
            break
        *more, first_more = struct.unpack_from(f"<{sector // 4}I", content, (first_more + 1) * sector)
        tables += more
    table = b"".join(
        content[(number + 1) * sector : (number + 2) * sector] for number in tables if number < _END_OF_CHAIN
    )
    entries = _chain(content, table, directory, sector, sector)
    root = None
    for at in range(0, len(entries), 128):
        entry = entries[at : at + 128]
        letters = struct.unpack_from("<H", entry, 64)[0]
        start, size = struct.unpack_from("<II", entry, 116)
        if entry[66] == 5 and root is None:
            root = _chain(content, table, start, sector, sector)
        elif entry[66] == 2 and entry[: max(letters - 2, 0)].decode("utf-16-le").lower() in names:
            if size >= cutoff:
                return _chain(content, table, start, sector, sector)[:size]
            small = _chain(content, table, first_small, sector, sector)
            return _chain(root or b"", small, start, 64, 0)[:size]
    raise ValueError("no such stream")


def _chain(content: bytes, table: bytes, start: int, sector: int, before: int) -> bytes:
    """The sectors that a table chains from one on; `before` bytes stand in front of the first."""
    pieces = []
    for _ in range(len(content) // sector + 1):
        if start >= _END_OF_CHAIN:
            break
        at = before + start * sector
        pieces.append(content[at : at + sector])
        start = struct.unpack_from("<I", table, start * 4)[0]
    return b"".join(pieces)
