"""The matrix of bad input: each kind, and the sentence or the bin that it must end in.

`REFUSED` are files, sheets and rows that stop the build with one sentence. `VALUES`, `YEARS`, `PLACES`, `INDICATORS`,
`UNITS`, `ROWS` and `WORKBOOK_CELLS` are cells of otherwise good files; `folder_of_bad_cells` writes them all in one
folder. What a cell ends in is a number (it is used, as that), a bin of ledger.cell_bins, or a reason of the seed
reject_reasons. The older tables of test_landing_bad_input.py and test_yearbook_bad_input.py count as well
(`test_bad_input_matrix.py` adds them up).
"""

from __future__ import annotations

import io
import os
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from openpyxl.chart import BarChart

from landing import LandingError, land
from tests.support.old_workbooks import FormulaError, write_old_workbook
from tests.support.warehouse import write_csv, write_manifest

WIDE = {"path": "file.csv", "reader": "wide", "place_column": "place", "year_column": "year"}
TIDY = {
    "path": "file.csv",
    "reader": "tidy",
    "place_column": "place",
    "year_column": "year",
    "indicator_column": "what",
    "value_column": "value",
    "unit_column": "unit",
}
BARE = {"path": "file.csv", "reader": "region_by_year", "indicator": "gdp", "unit": "亿元"}
RECORDS = {"path": "file.csv", "reader": "wage_records"}
GOOD = "place,year,gdp_亿元\n北京,2019,100\n"
COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")


def _bytes(folder: Path, content: bytes, name: str = "file.csv", **changes: str) -> None:
    (folder / name).write_bytes(content)
    write_manifest(folder, {**WIDE, "path": name, **changes})


def _text(folder: Path, text: str, row: dict[str, str] = WIDE, **changes: str) -> None:
    (folder / row["path"]).write_text(text, encoding="utf-8", newline="")
    write_manifest(folder, {**row, **changes})


def good_workbook() -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    for line in GOOD.splitlines():
        workbook.active.append([int(field) if field.isdigit() else field for field in line.split(",")])
    return workbook


def _saved(folder: Path, workbook: openpyxl.Workbook, name: str = "file.xlsx", **changes: str) -> Path:
    workbook.save(folder / name)
    write_manifest(folder, {**WIDE, "path": name, **changes})
    return folder / name


def rewritten(path: Path, changes: dict[str, bytes | None]) -> Path:
    """The workbook with other contents of some parts; None takes a part away, a new name adds one."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in changes if name not in old.namelist())]:
            content = changes.get(name, b"") if name in changes else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def sheet_xml(rows: str, dimension: str = "A1:C2") -> bytes:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    ).encode()


def _with_rows(folder: Path, rows: str, dimension: str = "A1:C2") -> None:
    rewritten(_saved(folder, good_workbook()), {SHEET: sheet_xml(rows, dimension)})


def _with_lying_directory(folder: Path) -> None:
    """A part of 20 MiB that the directory of the archive states as 100 bytes."""
    path = rewritten(_saved(folder, good_workbook()), {SHEET: sheet_xml(" " * 20 * 2**20)})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        name = archive.getinfo(SHEET).filename.encode()
    at = content.rindex(name) - 46
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    path.write_bytes(content)


def _with_many_parts(folder: Path) -> None:
    path = _saved(folder, good_workbook())
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(10_001):
            archive.writestr(f"xl/media/{number}", b"")


def _with_sheets(folder: Path, *states: str) -> None:
    workbook = good_workbook()
    for state in states:
        workbook.copy_worksheet(workbook.worksheets[0]).sheet_state = state
    _saved(folder, workbook)


def _chart_only(folder: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.create_chartsheet("图").add_chart(BarChart())
    _saved(folder, workbook)


def _parquet(folder: Path, table: pa.Table) -> None:
    pyarrow.parquet.write_table(table, folder / "file.parquet")
    write_manifest(folder, {**WIDE, "path": "file.parquet"})


def _linked(folder: Path, target: str, row: str = "file.csv") -> None:
    outside = folder.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "file.csv").write_text(GOOD, encoding="utf-8")
    (folder / "file.csv").unlink(missing_ok=True)
    os.symlink(target, folder / row.split("/", maxsplit=1)[0])
    write_manifest(folder, {**WIDE, "path": row})


def _linked_manifest(folder: Path) -> None:
    _text(folder, GOOD)
    shutil.move(folder / "manifest.csv", folder.parent / "other.csv")
    os.symlink(folder.parent / "other.csv", folder / "manifest.csv")


def _below(folder: Path) -> None:
    (folder.parent / "above.csv").write_text(GOOD, encoding="utf-8")
    _text(folder, GOOD)
    write_manifest(folder, WIDE, {**WIDE, "path": "../above.csv"})


def _two_sheets_listed(folder: Path, first: str, second: str) -> None:
    workbook = good_workbook()
    workbook.copy_worksheet(workbook.worksheets[0]).title = "B"
    _saved(folder, workbook)
    write_manifest(folder, {**WIDE, "path": "file.xlsx", "sheet": first}, {**WIDE, "path": "*.xlsx", "sheet": second})


def _two_year_sheets(folder: Path) -> None:
    workbook = openpyxl.Workbook()
    for sheet in (workbook.active, workbook.create_sheet("B")):
        assert sheet is not None
        sheet.append(["地区", "2019年"])
        sheet.append(["北京", 1])
    workbook.save(folder / "file.xlsx")
    write_manifest(folder, {**BARE, "path": "file.xlsx"})


def _stata(folder: Path, change: Callable[[bytes], bytes]) -> None:
    path = folder / "file.dta"
    pd.DataFrame({"place": ["北京"], "year": [2019], "gdp": [1.0]}).to_stata(path, write_index=False, version=118)
    path.write_bytes(change(path.read_bytes()))
    write_manifest(folder, {**WIDE, "path": path.name})


ABORTS = "made the program that reads workbooks and tables abort"
DAMAGED = "cannot be opened as a workbook"
OPEN_QUOTE = "has a quotation mark that is not closed where it should be, in the row that begins in line "

#: what is wrong -> (how to make such a folder, what the sentence names, its remedy)
REFUSED: dict[str, tuple[Callable[[Path], object], str, str]] = {
    # files
    "part that unfolds a thousandfold": (
        lambda folder: rewritten(_saved(folder, good_workbook()), {SHEET: sheet_xml(" " * 20 * 2**20)}),
        "file.xlsx holds a part that unfolds to more than 100 times its size (Sheet)",
        "delete the rows and columns without data",
    ),
    "directory of the archive that lies": (
        _with_lying_directory,
        "file.xlsx holds a part that unfolds to more than 100 times",
        "save it again",
    ),
    "archive of too many parts": (_with_many_parts, "file.xlsx is an archive of 10,0", "save it again"),
    "archive that is no workbook": (
        lambda folder: (_saved(folder, good_workbook()), zipfile.ZipFile(folder / "file.xlsx", "w").close()),
        "file.xlsx cannot be opened as a workbook",
        "download it again",
    ),
    "workbook without its table of sheets": (
        lambda folder: rewritten(_saved(folder, good_workbook()), {"xl/workbook.xml": None}),
        "file.xlsx has only empty sheets",
        "download it again",
    ),
    "workbook without its sheet": (
        lambda folder: rewritten(_saved(folder, good_workbook()), {SHEET: None}),
        f"file.xlsx {DAMAGED}",
        "download it again",
    ),
    "sheet that is no XML": (
        lambda folder: rewritten(_saved(folder, good_workbook()), {SHEET: b"\x00\xff<<<"}),
        f"file.xlsx {DAMAGED}",
        "download it again",
    ),
    "entities that multiply": (
        lambda folder: rewritten(
            _saved(folder, good_workbook()),
            {
                "xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
                b'<workbook><sheets><sheet name="&b;"/></sheets></workbook>'
            },
        ),
        "file.xlsx",
        "download it again",
    ),
    "workbook behind a password": (
        lambda folder: _bytes(folder, COMPOUND + bytes(4096), "file.xlsx"),
        "file.xlsx is protected by a password, or an old workbook under a new name",
        "save it as .xlsx without a password",
    ),
    "old workbook that is cut short": (
        lambda folder: _bytes(folder, COMPOUND + bytes(100), "file.xls"),
        f"file.xls {DAMAGED}",
        "download it again",
    ),
    "new workbook under an old name": (
        lambda folder: _bytes(folder, b"PK\x03\x04" + bytes(100), "file.xls"),
        f"file.xls {DAMAGED}",
        "download it again",
    ),
    "workbook under the name of a text": (
        lambda folder: (
            shutil.move(_saved(folder, good_workbook()), folder / "file.csv") and write_manifest(folder, WIDE)
        ),
        "file.csv is not utf-8 text",
        "set its encoding in the manifest",
    ),
    "PDF under the name of a text": (
        lambda folder: _bytes(folder, b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"),
        "file.csv is not utf-8 text (byte 10 cannot be decoded)",
        "set its encoding",
    ),
    "UTF-16 with its mark": (
        lambda folder: _bytes(folder, GOOD.encode("utf-16")),
        "file.csv is not utf-8 text",
        "set its encoding",
    ),
    "NUL characters": (
        lambda folder: _bytes(folder, GOOD.replace("100", "1\x000").encode()),
        "file.csv holds NUL characters",
        "download it again",
    ),
    "text cut inside a character": (
        lambda folder: _bytes(folder, GOOD.encode() + "北".encode()[:2]),
        "file.csv is not utf-8 text",
        "set its encoding",
    ),
    "encoding of bytes that are no text": (
        lambda folder: _bytes(folder, GOOD.encode("gb18030"), encoding="utf-7"),
        "file.csv is not utf-7 text",
        "set its encoding",
    ),
    "encoding that encodes nothing": (
        lambda folder: _text(folder, GOOD, encoding="undefined"),
        "manifest.csv line 2 names the unknown encoding 'undefined'",
        "use utf-8 or gb18030",
    ),
    "folder under the name of a file": (
        lambda folder: ((folder / "file.csv").mkdir(), write_manifest(folder, WIDE)),
        "line 2 lists file.csv, which is a folder",
        "list the files in it",
    ),
    "pipe under the name of a file": (
        lambda folder: (os.mkfifo(folder / "file.csv"), write_manifest(folder, WIDE)),
        "has no such file",
        "add the file",
    ),
    "path that climbs out of the folder": (
        _below,
        "lists ../above.csv, which does not lie below",
        "copy the file here",
    ),
    "path from the root": (
        lambda folder: (_text(folder, GOOD), write_manifest(folder, WIDE, {**WIDE, "path": "/etc/hostname"})),
        "lists /etc/hostname, which does not lie below",
        "copy the file here",
    ),
    "link out of the folder": (
        lambda folder: _linked(folder, "../outside/file.csv"),
        "file.csv is a link to ../outside/file.csv, which lies outside",
        "set REGIONAL_ALLOW_LINKS=true",
    ),
    "link to a file of the machine": (
        lambda folder: _linked(folder, "/etc/passwd"),
        "file.csv is a link to /etc/passwd, which lies outside",
        "copy the file here",
    ),
    "link to nothing": (lambda folder: _linked(folder, "gone.csv"), "has no such file", "add the file"),
    "link to itself": (lambda folder: _linked(folder, "file.csv"), "has no such file", "add the file"),
    "linked folder": (
        lambda folder: _linked(folder, "../outside", "inside/file.csv"),
        "lists inside/file.csv, which lies in a linked folder",
        "name it as a data folder of its own",
    ),
    "linked manifest": (_linked_manifest, "manifest.csv is a link to", "copy the file here"),
    "Stata file that is a text": (
        lambda folder: _stata(folder, lambda content: GOOD.encode()),
        "file.dta cannot be read",
        "download it again",
    ),
    "Stata file of a version that is none": (
        lambda folder: _stata(folder, lambda content: content.replace(b"<release>118", b"<release>999")),
        "file.dta cannot be read",
        "download it again",
    ),
    "Stata file that states more rows than it has": (
        lambda folder: _stata(folder, lambda content: content.replace(b"<N>\x01", b"<N>\xff")),
        "file.dta",
        "download it again",
    ),
    "Parquet file of a billion cells": (
        lambda folder: _parquet(folder, pa.table({"place": pa.nulls(26_000_000, pa.int8())})),
        "file.parquet has 26,000,000 rows and 1 columns, more than 25,000,000 cells",
        "save it as several files",
    ),
    "Parquet file with a damaged page": (
        lambda folder: (
            _parquet(folder, pa.table({"place": ["北京"] * 9, "year": [2019] * 9, "gdp": [1.0] * 9})),
            (folder / "file.parquet").write_bytes(b"PAR1" + bytes(40) + (folder / "file.parquet").read_bytes()[44:]),
        ),
        "file.parquet cannot be read",
        "download it again",
    ),
    # sheets
    "cell in the last corner of a sheet": (
        lambda folder: _with_rows(
            folder,
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "A1:XFD1048576",
        ),
        "file.xlsx, sheet Sheet, reaches to row 1,048,576 and column 16,384 (cell XFD1048576)",
        "delete the rows and columns beyond the table",
    ),
    "far cell below an extent that lies": (
        lambda folder: _with_rows(
            folder, '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "A1"
        ),
        "file.xlsx, sheet Sheet, reaches to row 1,048,576",
        "delete the rows and columns beyond the table",
    ),
    "far cell that hides from a scan": (
        lambda folder: _with_rows(
            folder, "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>", "A1"
        ),
        f"file.xlsx {ABORTS}",
        "open it in a spreadsheet program and save it again",
    ),
    "row beyond the end of a sheet": (
        lambda folder: _with_rows(folder, '<row r="1"><c r="A99999999999"><v>1</v></c></row>'),
        f"file.xlsx {ABORTS}",
        "save it again",
    ),
    "column beyond the end of a sheet": (
        lambda folder: _with_rows(folder, '<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>'),
        "file.xlsx",
        "save",
    ),
    "cell reference without a row": (
        lambda folder: _with_rows(folder, '<row r="1"><c r="A"><v>1</v></c></row>'),
        f"file.xlsx {DAMAGED}",
        "download it again",
    ),
    "cell reference in Chinese": (
        lambda folder: _with_rows(folder, '<row r="1"><c r="北1"><v>1</v></c></row>'),
        f"file.xlsx {DAMAGED}",
        "download it again",
    ),
    "shared text that is not there": (
        lambda folder: _with_rows(folder, '<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
        f"file.xlsx {DAMAGED}",
        "download it again",
    ),
    "chart sheet only": (_chart_only, "file.xlsx has only empty sheets", "download it again"),
    "two data sheets": (
        lambda folder: _with_sheets(folder, "visible"),
        "file.xlsx has several sheets (Sheet, Sheet Copy)",
        "name one in the manifest column sheet",
    ),
    "data sheet and a hidden one": (
        lambda folder: _with_sheets(folder, "hidden"),
        "file.xlsx has several sheets (Sheet, Sheet Copy)",
        "name one in the manifest column sheet",
    ),
    "two sheets of regions by years": (
        _two_year_sheets,
        "file.xlsx has several sheets with years (B, Sheet)",
        "name one in the manifest column sheet",
    ),
    "one sheet listed twice": (
        lambda folder: _two_sheets_listed(folder, "B", "B"),
        "file.xlsx twice (lines 2 and 3)",
        "name another sheet of the workbook in each",
    ),
    "one sheet and the only sheet": (
        lambda folder: _two_sheets_listed(folder, "B", ""),
        "file.xlsx twice (lines 2 and 3)",
        "name another sheet of the workbook in each",
    ),
    # rows
    "quotation mark open to the end": (
        lambda folder: _text(folder, GOOD + '天津,2019,"1\n上海,2019,2\n'),
        f"file.csv {OPEN_QUOTE}3",
        "close the quotation mark in that line",
    ),
    "quotation mark open in the last line": (
        lambda folder: _text(folder, GOOD + '"天津,2019,1'),
        f"file.csv {OPEN_QUOTE}3",
        "close the quotation mark in that line",
    ),
    "quotation mark that the next one closes": (
        lambda folder: _text(folder, GOOD + '"天津,2019,1\n上海,2019,"2"\n重庆,2019,3\n'),
        f"file.csv {OPEN_QUOTE}3",
        "close the quotation mark in that line",
    ),
    "rows between two stray quotation marks": (
        lambda folder: _text(folder, GOOD + '"天津,2019,1\n河北,2019,2\n上海",2019,3\n重庆,2019,3\n'),
        f"file.csv {OPEN_QUOTE}3 (rows stand inside a quotation)",
        "close the quotation mark in that line",
    ),
    "one row between two stray quotation marks": (
        lambda folder: _text(folder, GOOD + '天津,2019,"1\n河北,2019,2"\n重庆,2019,3\n'),
        f"file.csv {OPEN_QUOTE}3 (rows stand inside a quotation)",
        "close the quotation mark in that line",
    ),
    "row whose stray quotation mark is closed in the next line": (
        lambda folder: _text(folder, GOOD + '"天津,2019,1\n",2018,2\n'),
        f"file.csv {OPEN_QUOTE}3 (rows stand inside a quotation)",
        "close the quotation mark in that line",
    ),
    "quoted file with one mark lost": (
        lambda folder: _text(folder, '"place","year","gdp"\n"北京","2019","1\n"天津","2019","2"\n'),
        f"file.csv {OPEN_QUOTE}2",
        "close the quotation mark in that line",
    ),
    "text behind a closing mark": (
        lambda folder: _text(folder, GOOD + '天津,2019,"1"2\n'),
        f"file.csv {OPEN_QUOTE}3",
        'write "" for one that is part of the text',
    ),
    "field that has no end": (
        lambda folder: _text(folder, GOOD + "天津,2019," + "1" * 140_000 + "\n"),
        f"file.csv {OPEN_QUOTE}3 (field larger than field limit (131072))",
        "close the quotation mark",
    ),
    "manifest with a field that has no end": (
        lambda folder: (
            _text(folder, GOOD),
            (folder / "manifest.csv").write_text("path," + "x" * 140_000, encoding="utf-8"),
        ),
        "manifest.csv cannot be read as a table (field larger than field limit",
        "save the manifest as a UTF-8 CSV",
    ),
    "records between two stray quotation marks": (
        lambda folder: _text(
            folder, 'city,year,wage,note\n苏州市,2010,1,\n苏州市,2010,2,"x\n苏州市,2010,3,y\n苏州市,2010,4,"\n', RECORDS
        ),
        "file.csv has a quotation mark that is not closed where it should be, in record 2",
        "close the quotation mark",
    ),
    "records behind a quotation mark that stays open": (
        lambda folder: _text(folder, 'city,year,wage\n苏州市,2010,1\n"苏州市,2010,2\n苏州市,2010,3\n', RECORDS),
        "file.csv cannot be read as UTF-8 CSV",
        "put fields with commas in quotation marks",
    ),
    "metadata and no table": (
        lambda folder: _text(folder, "数据库：年度\n指标：GDP\n", {**BARE, "reader": "nbs_download"}),
        "file.csv has no header row of years",
        "give it another reader",
    ),
}


#: a number, a bin or a reason
Fate = float | str

#: printed value -> what becomes of it, as provincial GDP in 亿元
VALUES: dict[str, Fate] = {
    "100": 100.0,
    " 101 ": 101.0,
    "\t102": 102.0,
    "\u00a0103\u3000": 103.0,
    "\ufeff104": 104.0,
    "\u200b105": 105.0,
    "1,106.5": 1106.5,
    "+107": 107.0,
    "00108": 108.0,
    "1.09e2": 109.0,
    "1.1E+02": 110.0,
    "111.000000000000000000001": 111.0,
    "": "blank",
    " ": "blank",
    "-": "blank",
    "--": "blank",
    "——": "blank",
    "…": "blank",
    "...": "blank",
    "N/A": "blank",
    "NaN": "blank",
    "null": "blank",
    "None": "not a number",
    "无": "not a number",
    "?": "not a number",
    ".": "not a number",
    "１２３": "not a number",
    "١٢٣": "not a number",
    "一百": "not a number",
    "1.234,5": "not a number",
    "1 234": "not a number",
    "1\u00a0234": "not a number",
    "1'234": "not a number",
    "12,34": "not a number",
    "1,2345": "not a number",
    "1.2.3": "not a number",
    ".5": "not a number",
    "5.": "not a number",
    "1e": "not a number",
    "1e5.5": "not a number",
    "0x1F": "not a number",
    "1/2": "not a number",
    "½": "not a number",
    "10^3": "not a number",
    "inf": "not a number",
    "-Infinity": "not a number",
    "1e400": "out of valid range",
    "1e-400": "out of valid range",
    "1" + "0" * 400: "out of valid range",
    "-5": "out of valid range",
    "-0": "out of valid range",
    "- 5": "not a number",
    "−5": "not a number",
    "–5": "not a number",
    "(5)": "not a number",
    "12%": "not a number",
    "￥12": "not a number",
    "12亿": "not a number",
    "约12": "not a number",
    "12*": "not a number",
    "12①": "not a number",
    "1O0": "not a number",
    "l00": "not a number",
    "1_0": "not a number",
    "12;13": "not a number",
    "12 13": "not a number",
    "12\n13": "not a number",
    "2019-01-01": "not a number",
    "TRUE": "not a number",
    "#REF!": "error value",
    "#N/A": "error value",
    "#DIV/0!": "error value",
    "#VALUE!": "error value",
    "#NAME?": "error value",
    "#NUM!": "error value",
    "#NULL!": "error value",
    "#SPILL!": "error value",
    "#1": "error value",
    "=1+1": "formula without a result",
    "=cmd|' /C calc'!A0": "formula without a result",
    "@SUM(1+1)": "not a number",
    "+1+1": "not a number",
    "-1+2": "not a number",
    "'100": "not a number",
    '"100': "not a number",
    "\u200f100": "not a number",
    "100\u202e": "not a number",
    "1\u200b00": "not a number",
    "\x07100": "not a number",
    "100\x7f": "not a number",
    "😀": "not a number",
    "9" * 100_000: "out of valid range",
    "x" * 100_000: "not a number",
    "'; drop table province_panel; --": "not a number",
    "{{ 1 }}": "not a number",
}
#: printed year -> what becomes of a good value of it, in a file of cities and in one of provinces
YEARS: dict[str, Fate] = {
    "2019": 100.0,
    " 2018年 ": 100.0,
    "2017.0": 100.0,
    "1949": 100.0,
    "": "year is not a number",
    " ": "year is not a number",
    "20O5": "year is not a number",
    "2O19": "year is not a number",
    "２０１９": "year is not a number",
    "二〇一九": "year is not a number",
    "20190": "year is not a number",
    "-2019": "year is not a number",
    "2019.5": "year is not a number",
    "2018/19": "year is not a number",
    "2018-2019": "year is not a number",
    "2019E": "year is not a number",
    "2019年度": "year is not a number",
    "2019-12-31": "year is not a number",
    "FY2019": "year is not a number",
    "TRUE": "year is not a number",
    "#REF!": "year is not a number",
    "=2018+1": "year is not a number",
    "9" * 30: "year is not a number",
    "0": "year out of range",
    "19": "year out of range",
    "1800": "year out of range",
    "1948": "year out of range",
    "2036": "year out of range",
    "2100": "year out of range",
    "2500": "year out of range",
}
#: printed place -> what becomes of a good value of it, in a file of provinces
PLACES: dict[str, Fate] = {
    "北京市": 100.0,
    " 天 津 ": 100.0,
    "3.河北": 100.0,
    "SHANXI": 100.0,
    "全国": "check_row",
    "": "unknown place",
    " ": "unknown place",
    "合计": "unknown place",
    "东部地区": "unknown place",
    "亚特兰蒂斯": "unknown place",
    "江苏；浙江": "unknown place",
    "江苏\n浙江": "unknown place",
    "\u202e江苏": "unknown place",
    "苏州市": "unknown place",
    "#REF!": "unknown place",
    "=A1": "unknown place",
    "32": 100.0,
    "32.5": "unknown place",
    "浙" * 10_000: "unknown place",
    "'; drop table province_panel; --": "unknown place",
}
#: printed indicator -> what becomes of a good value of it in 亿元
INDICATORS: dict[str, Fate] = {
    "GDP": 100.0,
    "地区生产总值": 100.0,
    "": "no heading",
    " ": "no heading",
    "|": "unknown indicator",
    "幸福指数": "unknown indicator",
    "((((": "unknown indicator",
    "=GDP": "unknown indicator",
    "#NAME?": "unknown indicator",
    "指" * 10_000: "unknown indicator",
    "'; drop table province_panel; --": "unknown indicator",
}
#: printed unit -> what becomes of a GDP of 100
UNITS: dict[str, Fate] = {
    "亿元": 100.0,
    " 亿元 ": 100.0,
    "": "missing unit",
    "蒲式耳": "unknown unit",
    "((": "unknown unit",
    "#REF!": "unknown unit",
    "万人": "unit of another kind",
    "%": "unit of another kind",
}
#: a row of a text whose header is place,year,gdp_亿元,,cpi_上年=100 -> what becomes of its cells that are not blank
ROWS: dict[str, tuple[str, list[Fate]]] = {
    "row as long as its header": ("北京,2001,100,,101", [100.0, 101.0]),
    "row without the blanks at its end": ("天津,2001,100", [100.0]),
    "row with blanks behind its end": ("河北,2001,100,,101,, ,", [100.0, 101.0]),
    "row with a field too many": ("山西,2001,1,100,,101", ["row longer than header"] * 3),
    "row with many fields too many": ("辽宁,2001,100,,101,5,6,7", ["row longer than header"] * 5),
    "thousands that are not quoted": ("吉林,2001,1,234,,101", ["row longer than header"] * 3),
    "cell below a blank heading": ("上海,2001,100,7,101", [100.0, "no heading", 101.0]),
    "blank mark below a blank heading": ("江苏,2001,100,-,101", [100.0, "blank", 101.0]),
    "header once more": ("place,year,gdp_亿元,,cpi_上年=100", ["unknown place", "unknown place"]),
    "value without a place": (",2001,100,,", ["unknown place"]),
    "value without a year": ("浙江,,100,,", ["year is not a number"]),
    "row of totals": ("合计,2001,100,,", ["unknown place"]),
    "row of the nation": ("全国,2001,100,,", ["check_row"]),
    "row that comes twice": ("安徽,2001,100,,\n安徽,2001,100,,", [100.0, "rival"]),
    "row that contradicts another": (
        "福建,2001,100,,\n福建,2001,101,,",
        ["duplicate with another value", "duplicate with another value"],
    ),
    "row that only a blank separates from a note": ("注：见附录,,100,,", ["unknown place"]),
    "text where a number should stand": ("江西,2001,见注,,", ["not a number"]),
    "row of a line break": ('"山\n东",2001,100,,', [100.0]),
    "blanks behind a closing quotation mark": ('"河南" ,2001,"100"\t,,', [100.0]),
}
#: value of a cell of a workbook -> what becomes of it; formulas are written as the library does, without a result
WORKBOOK_CELLS: list[tuple[str, object, Fate]] = [
    ("number", 100, 100.0),
    ("number with a fraction", 100.25, 100.25),
    ("number as text", "101", 101.0),
    ("truth", True, "not a number"),
    ("date", pd.Timestamp(2019, 1, 2).to_pydatetime(), "not a number"),
    ("time of day", pd.Timestamp(2019, 1, 2, 3, 4).time(), "not a number"),
    ("length of time", pd.Timedelta(hours=30).to_pytimedelta(), "not a number"),
    ("nothing", None, "blank"),
    ("blank text", " ", "blank"),
    ("line break", "\n", "blank"),
    ("error of a reference", "#REF!", "error value"),
    ("error of a lookup", "#N/A", "error value"),
    ("error of a division", "#DIV/0!", "error value"),
    ("formula without a result", "=1+99", "formula without a result"),
    ("formula of text without a result", '="a"&"b"', "formula without a result"),
    ("two numbers", "12 13", "not a number"),
    ("two lines", "12\n13", "not a number"),
    ("largest number", 1.7e308, "out of valid range"),
    ("smallest number", 5e-324, "out of valid range"),
    ("longest text", "9x" * 16_000, "not a number"),
]
_PROVINCES = [
    *("北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海"),
    *("江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南"),
]
ROWS_HEADER = "place,year,gdp_亿元,,cpi_上年=100"


def folder_of_bad_cells(folder: Path) -> list[tuple[str, str, list[Fate]]]:
    """Write all cells of the tables above into one folder: (kind, path and sheet, what its cells become), in order.

    Each row of a file is one kind, but for those of ROWS, which may take several lines.
    """
    expected: list[tuple[str, str, list[Fate]]] = []
    manifest = []
    header = ["place", "year", "what", "value", "unit"]

    def tidy(path: str, rows: list[list[str]], fates: dict[str, Fate], level: str = "province", **row: str) -> None:
        write_csv(folder / path, [header, *rows])
        manifest.append({**TIDY, "path": path, "place_level": level, "scope": "total", **row})
        expected.extend((f"{path}: {text[:20]!r}", path, [fate]) for text, fate in fates.items())

    places = [(place, year) for year in range(2000, 2020) for place in _PROVINCES]
    tidy(
        "values.csv",
        [[place, str(year), "gdp", text, "亿元"] for (place, year), text in zip(places, VALUES, strict=False)],
        VALUES,
    )
    tidy("years.csv", [["湖南", year, "gdp", "100", "亿元"] for year in YEARS], YEARS)
    tidy("city_years.csv", [["苏州", year, "gdp", "100", "亿元"] for year in YEARS], YEARS, level="city")
    tidy("places.csv", [[place, "1990", "gdp", "100", "亿元"] for place in PLACES], PLACES)
    # the one year of a file says nothing in its headers, and a year that is none must not take them with it
    only: dict[str, Fate] = {"20O5": "year is not a number"}
    tidy("one_year.csv", [["北京", "20O5", "GDP", "100", "亿元"]], only)
    provinces = iter(_PROVINCES * 2)
    tidy("indicators.csv", [[next(provinces), "1991", name, "100", "亿元"] for name in INDICATORS], INDICATORS)
    provinces = iter(_PROVINCES * 2)
    tidy("units.csv", [[next(provinces), "1992", "gdp", "100", unit] for unit in UNITS], UNITS)
    (folder / "rows.csv").write_text(
        "\n".join([ROWS_HEADER, *(line for line, _ in ROWS.values())]) + "\n", encoding="utf-8", newline=""
    )
    manifest.append({**WIDE, "path": "rows.csv"})
    expected.extend((f"rows.csv: {kind}", "rows.csv", fates) for kind, (_, fates) in ROWS.items())

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "数据"
    sheet.append(["place", "year", "gdp_亿元"])
    for number, (kind, value, fate) in enumerate(WORKBOOK_CELLS):
        sheet.append([_PROVINCES[number % 18], 1993 + number // 18, value])
        expected.append((f"cells.xlsx: {kind}", "cells.xlsx 数据", [fate]))
    other = workbook.create_sheet("另")
    other.append(["地区", "1995年", None, "1996年"])
    other.append(["北京", 100, 7, "#VALUE!"])
    expected.append(("cells.xlsx: second sheet", "cells.xlsx 另", [100.0, "no heading", "error value"]))
    workbook.save(folder / "cells.xlsx")
    old = [["place", "year", "gdp_亿元", None, "cpi_上年=100"], ["北京", 1996, 100, 7.5, FormulaError("#DIV/0!")]]
    write_old_workbook(folder / "old.xls", [*old, ["天津", "1996年", "#REF!", None, "#N/A"]])
    manifest.append({**WIDE, "path": "old.xls"})
    expected.append(("old.xls: first row", "old.xls Sheet1", [100.0, "no heading", "error value"]))
    expected.append(("old.xls: second row", "old.xls Sheet1", ["error value", "error value"]))
    manifest.append({**WIDE, "path": "cells.xlsx", "sheet": "数据"})
    manifest.append({**BARE, "path": "cells.xlsx", "sheet": "另"})
    write_manifest(folder, *manifest)
    return expected


def assert_refused(tmp_path: Path, make: Callable[[Path], object], name: str, remedy: str) -> None:
    """A folder that `make` fills is refused in one sentence that has the name, and behind it the remedy."""
    folder = tmp_path / "data"
    folder.mkdir()
    make(folder)
    with pytest.raises(LandingError) as raised:
        land(folder, tmp_path / "cache")
    sentence = str(raised.value)
    assert name in sentence
    assert remedy in sentence.partition(name)[2]
    assert sentence.endswith(".")
    assert "\n" not in sentence
