"""What is inside an .xlsx file, looked at before a reader of spreadsheets unfolds it: sizes, extents, lost results.

A workbook is a zip archive of XML parts. Its directory states sizes and can lie, so that every part is unpacked here
and counted; what is counted stays below `landing.limits`, whatever the file says. The sheets are scanned for how far
their cells reach, and for what the reader of spreadsheets returns as blank though something stands there: error
values, and formulas without a stored result.
"""

from __future__ import annotations

import os
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from landing import limits
from landing.errors import LandingError

_CHUNK = 2**20
# Patterns that find what every program writes, in a tenth of the time that reading the sheet takes. A sheet that hides
# its extent from them costs the process that reads it (landing.apart), and no more.
_LETTERS = re.compile(rb' r="([A-Z]{1,3})')
_ROW_NUMBER = re.compile(rb'row\s[^>]*?\br="(\d{1,7})"')
_CELLS = (b"<c ", b":c ")
_PERHAPS_FORMULA = re.compile(rb"f[ />]")
#: a cell with an error value, and one with a formula (which stands before its value), each with its content
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.DOTALL)
_FORMULA_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>(\s*<(?:\w+:)?f\b.*?)</(?:\w+:)?c>", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Za-z]{1,3})(\d{1,7})"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]*)</)")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


#: 0-based row and column of a cell that a reader leaves blank -> what is printed in it
Lost = dict[tuple[int, int], str]


def looked_into(path: Path) -> dict[str, Lost]:
    """What is lost of each sheet of a workbook, by its name; raises LandingError beyond a limit.

    A file that is no zip archive has no sheets: its reader says what is wrong with it.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return {}
    with archive, open(path, "rb") as file:
        parts = archive.infolist()
        if len(parts) > limits.PARTS:
            raise LandingError(
                f"{path.name} is an archive of {len(parts):,} parts, and a workbook has at most {limits.PARTS:,}: "
                "save it again in a spreadsheet program, or download it again."
            )
        names = _sheet_names(archive)
        sheets, unpacked = {}, 0
        for part in parts:
            sheet = names.get(part.filename)
            is_sheet = sheet is not None or part.filename.startswith("xl/worksheets/sheet")
            content = bytearray()
            size = 0
            for piece in _unpacked(file, part):
                size += len(piece)
                unpacked += len(piece)
                _check_size(path.name, sheet or part.filename, size, unpacked, part.compress_size)
                if is_sheet:
                    content += piece
            if is_sheet:
                sheets[sheet or part.filename] = _scanned(bytes(content), path.name, sheet or part.filename)
    return sheets


def _check_size(file_name: str, part: str, size: int, unpacked: int, packed: int) -> None:
    if unpacked > limits.UNPACKED_BYTES:
        raise LandingError(
            f"{file_name} unfolds to more than {limits.UNPACKED_BYTES // limits.MIB} MB (in {part}): delete the sheets "
            "and rows without data and save it again, or save the table as CSV."
        )
    if size > limits.RATIO_BYTES and size > limits.UNPACKED_RATIO * packed:
        raise LandingError(
            f"{file_name} holds a part that unfolds to more than {limits.UNPACKED_RATIO} times its size ({part}): "
            "delete the rows and columns without data and save it again, or save the table as CSV."
        )


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part -> name of the sheet that it holds; empty where the workbook does not say so as it should."""
    try:
        texts = []
        for name in ("xl/_rels/workbook.xml.rels", "xl/workbook.xml"):
            with archive.open(name) as part:
                text = part.read(limits.RATIO_BYTES + 1)
            if len(text) > limits.RATIO_BYTES:
                return {}
            texts.append(ElementTree.fromstring(text))
    # RuntimeError: the part is encrypted, or packed in a way of its own
    except (LookupError, ValueError, SyntaxError, zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError):
        return {}
    relations, workbook = texts
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    return {
        posixpath.normpath(posixpath.join("/xl", targets.get(sheet.get(_RELATION)) or "")).lstrip("/"): sheet.get(
            "name", ""
        )
        for sheet in workbook.iter()
        if sheet.tag.endswith("}sheet")
    }


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part in pieces, as it unpacks and not as the directory states it; nothing of damaged ones."""
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return
    # the name and an extra field stand between the header and the content
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), os.SEEK_CUR)
    left = part.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0:
        packed = file.read(min(_CHUNK, left))
        if not packed:
            return
        left -= len(packed)
        if part.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        try:
            while packed:
                yield inflate.decompress(packed, _CHUNK)
                packed = inflate.unconsumed_tail
        except zlib.error:
            return


def _scanned(content: bytes, file_name: str, name: str) -> Lost:
    letters = max(set(_LETTERS.findall(content)), key=_column, default=b"A")
    height = max(map(int, _ROW_NUMBER.findall(content)), default=0)
    if height * _column(letters) > limits.SHEET_CELLS:
        raise LandingError(too_far(file_name, name, height, _column(letters), f"{letters.decode()}{height}"))
    if sum(content.count(beginning) for beginning in _CELLS) > limits.SHEET_CELLS:
        raise LandingError(
            f"{file_name}, sheet {name}, has more than {limits.SHEET_CELLS:,} cells: save the table as CSV, or as "
            "several files."
        )
    if b't="e"' in content or _PERHAPS_FORMULA.search(content):
        return _lost(content)
    return {}


def too_far(file_name: str, sheet: str, height: int, width: int, corner: str) -> str:
    """The sentence on a sheet that is larger than the limit."""
    return (
        f"{file_name}, sheet {sheet}, reaches to row {height:,} and column {width:,} (cell {corner}), more than "
        f"{limits.SHEET_CELLS:,} cells: delete the rows and columns beyond the table and save the file again."
    )


def _lost(content: bytes) -> Lost:
    """The error values of a sheet, and the formulas whose result is not stored; of cells that state where they are."""
    lost: Lost = {}
    for attributes, inside in _FORMULA_CELL.findall(content):
        kind, value = _TYPE.search(attributes), _VALUE.search(inside)
        # An empty text ('str') is a result; an empty number is none.
        if not (value and value[1].strip()) and (kind is None or kind[1] != b"str"):
            formula = _FORMULA.search(inside)
            _note(lost, attributes, "=" + (_text(formula[1] or b"") if formula else ""))
    for attributes, inside in _ERROR_CELL.findall(content):
        value = _VALUE.search(inside)
        _note(lost, attributes, _text(value[1]).strip() if value else "#ERROR!")
    return lost


def _note(lost: Lost, attributes: bytes, text: str) -> None:
    reference = _REFERENCE.search(attributes)
    if reference:
        lost[int(reference[2]) - 1, _column(reference[1]) - 1] = text


def _column(letters: bytes) -> int:
    """1-based number of a column: A is 1, XFD is 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(xml: bytes) -> str:
    text = xml.decode("utf-8", "replace")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text
