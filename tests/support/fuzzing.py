"""Fuzzing of the readers: layouts to mutate, mutations, and a count of cells that owes nothing to the readers.

A mutated file must end in a LandingError or be read. Of one that is read, no printed cell may be missing: what stands
in the data rows is counted with the csv module and openpyxl, and held against what the reader returned.
"""

from __future__ import annotations

import csv
import io
import random
import re
import resource
import struct
import time
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pandas as pd

from landing import LandingError, read_manifest
from landing.apart import Apart
from landing.cells import Parsed
from landing.grid import SUFFIXES, TEXTS, read_grids
from landing.manifest import ManifestRow, manifest_of
from landing.matching import files_below, match
from landing.readers import READERS
from landing.records import RECORD_READERS
from tests.support.old_workbooks import FormulaError, write_old_workbook
from tests.support.project import ROOT
from tests.support.warehouse import write_csv, write_manifest
from tests.support.workbooks import edition_name, title_of, write_workbook

#: Files larger than this are mutated rarely: reading one takes a fifth of a second.
SMALL_BYTES = 60_000
REAL_FOLDERS = [ROOT / "data" / "demo", ROOT.parent / "shared" / "data", ROOT.parent / "shared" / "data_more"]
#: What a mutation may put in: marks of the formats, and figures that are none.
TOKENS = [
    *(b'"', b"'", b",", b"\n", b"\r", b"\r\n", b"\t", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b"&", b"/>"),
    *(b"NaN", b"1e400", b"-1", b"99999999999", b"XFD1048576", b"A0", b't="e"', b"<f>1</f>", b"#REF!", b"=1+1"),
    *("年".encode(), "北京".encode(), "年".encode("gb18030"), "注：".encode(), b"2500", b"20O5", b"</row>", b"</c>"),
]
_YEAR = re.compile(r"\s*\d{4}\s*年?\s*")
_NOTE = re.compile(
    r"\s*(?:注|说明|数据来源|资料来源|数据库|note|source|data source|database)\s*[:：0-9.].*", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True)
class Layout:
    """A file to mutate: its name, content and manifest row."""

    name: str
    content: bytes
    row: ManifestRow


@dataclass
class Counts:
    """What the inputs of a run came to."""

    inputs: int = 0
    refused: int = 0
    read: int = 0
    counted: int = 0
    cells: int = 0
    lost: list[str] = field(default_factory=list)
    uncaught: list[str] = field(default_factory=list)
    aborted: int = 0
    longest_seconds: float = 0.0
    #: largest memory of this process and of those it started, in MiB
    mebibytes: tuple[int, int] = (0, 0)

    def __str__(self) -> str:
        return (
            f"{self.inputs} inputs: {self.refused} refused ({self.aborted} of them aborted their reader), {self.read} "
            f"read; {self.cells} printed cells counted in {self.counted} of these, cells lost {len(self.lost)}, "
            f"uncaught exceptions {len(self.uncaught)}; longest {self.longest_seconds:.1f} s, most memory "
            f"{self.mebibytes[0]} MiB here and {self.mebibytes[1]} MiB in a reader"
        )


def layouts(folder: Path, with_real: bool = True) -> list[Layout]:
    """Every reader in every format it reads: files made for the purpose, the embedded default, and real files."""
    made = folder / "layouts"
    made.mkdir()
    rows = [["place", "year", "gdp_亿元", "", "cpi"], ["北京", 2019, 1.5, "x", 101], ["天津", 2018, "—", "", "#N/A"]]
    rows += [["河 北", "2017年", "1,234", "", ""], ["注：无"]]
    years = [["地区", "2019年", "2018年", ""], ["北京", 1, 2, ""], ["天津", 3, "", "y"]]
    export = [
        ["数据库：分省年度数据"],
        ["指标：地区生产总值(亿元)"],
        ["时间：最近20年"],
        *years,
        ["数据来源：国家统计局"],
    ]
    lists = [["place", "policy", "year", "batch", "source", "confidence"], ["苏州", "p", 2012, "1", "s", "sourced"]]
    tidy = [["place", "year", "what", "value", "unit"], ["北京", 2019, "GDP", 5, "亿元"], ["天津", 2019, "", 6, "亿元"]]
    wide_row = {"reader": "wide", "place_column": "place", "year_column": "year"}
    tidy_row = {"reader": "tidy", "place_column": "place", "year_column": "year", "value_column": "value"}
    tidy_row |= {"indicator_column": "what", "unit_column": "unit"}
    bare_row = {"reader": "region_by_year", "indicator": "gdp", "unit": "亿元"}
    manifest = []
    for name, table, row in (
        ("wide", rows, wide_row),
        ("tidy", tidy, tidy_row),
        ("bare", years, bare_row),
        ("export", export, {"reader": "nbs_download"}),
        ("lists", lists, {"reader": "policies", "place_level": "city"}),
    ):
        write_csv(made / f"{name}.csv", table)
        write_csv(
            made / f"{name}_gbk.csv", [[str(cell).replace("—", "-") for cell in line] for line in table], "gb18030"
        )
        write_workbook(made / f"{name}.xlsx", [[cell if cell != "" else None for cell in line] for line in table])
        manifest += [
            {**row, "path": f"{name}.csv"},
            {**row, "path": f"{name}_gbk.csv", "encoding": "gb18030"},
            {**row, "path": f"{name}.xlsx", "sheet": "Sheet1"},
        ]
    frame = pd.DataFrame(rows[1:4], columns=["place", "year", "gdp", "x", "cpi"]).astype(str)
    frame.to_stata(made / "wide.dta", write_index=False, version=118)
    frame.to_parquet(made / "wide.parquet")
    write_old_workbook(made / "wide.xls", [*rows[:3], ["河北", 2016, "#REF!", None, FormulaError("#DIV/0!")]])
    write_old_workbook(made / "export.xls", export)
    manifest += [{**wide_row, "path": "wide.dta"}, {**wide_row, "path": "wide.parquet"}]
    manifest += [{**wide_row, "path": "wide.xls"}, {"reader": "nbs_download", "path": "export.xls"}]
    edition = [
        [title_of(2018), "人口", None, "产值", "=1+1"],
        ["城市", "全市", "市辖区", "全市", None],
        ["北京市", 1, 2, "#DIV/0!", 5],
        ["天津市", "L4", None, "=1+1", 6],
    ]
    write_workbook(made / edition_name(2019), edition, ["B1:C1"])
    manifest.append({"reader": "ccsy_workbook", "path": edition_name(2019), "place_level": "city", "scope": "header"})
    write_manifest(made, *manifest)
    folders = [made, *(folder for folder in REAL_FOLDERS if with_real and folder.is_dir())]
    return [layout for folder in folders for layout in _layouts_of(folder)]


def _layouts_of(folder: Path) -> Iterator[Layout]:
    manifest_path = manifest_of(folder)
    manifest = read_manifest(manifest_path, [*READERS, *RECORD_READERS])
    for relative, row in match(manifest, files_below(folder), folder, manifest_path)[0]:
        if row.reader in READERS:
            yield Layout(Path(relative).name, (folder / relative).read_bytes(), row)


def mutated(content: bytes, suffix: str, random_: random.Random) -> bytes:
    """A file with one to eight bytes or pieces changed; of a workbook, mostly inside one of its parts."""
    if suffix in {".xlsx", ".xlsm"} and random_.random() < 0.8:
        return _mutated_part(content, random_)
    return _mutated_bytes(content, random_)


def _mutated_part(content: bytes, random_: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        sheets = [name for name in names if "sheet" in name.lower() or "shared" in name.lower()]
        chosen = random_.choice(sheets if random_.random() < 0.8 else names)
        for name in names:
            part = old.read(name)
            new.writestr(name, _mutated_bytes(part, random_) if name == chosen else part)
    return out.getvalue()


def _mutated_bytes(content: bytes, random_: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random_.choice([1, 1, 1, 2, 3, 8])):
        at = random_.randrange(len(changed) + 1)
        end = min(len(changed), at + random_.choice([1, 1, 2, 4, 16, 300]))
        kind = random_.randrange(8)
        if kind == 0 and at < len(changed):
            changed[at] ^= 1 << random_.randrange(8)
        elif kind == 1:
            del changed[at:end]
        elif kind == 2:
            changed[at:at] = changed[at:end]
        elif kind == 3:
            changed[at:at] = random_.choice(TOKENS)
        elif kind == 4:
            changed[at:end] = random_.choice(TOKENS)
        elif kind == 5:
            changed[at:end] = random_.randbytes(end - at)
        elif kind == 6:
            changed[at:at] = struct.pack("<I", random_.choice([0, 1, 255, 65535, 2**31 - 1, 2**32 - 1]))
        elif random_.random() < 0.3:
            del changed[at:]
    return bytes(changed)


def run(folder: Path, sources: list[Layout], inputs: int, seed: int) -> Counts:
    """Mutate and read so many files; the same seed makes the same files."""
    random_ = random.Random(seed)
    counts = Counts()
    small = [layout for layout in sources if len(layout.content) <= SMALL_BYTES]
    large = [layout for layout in sources if len(layout.content) > SMALL_BYTES]
    with Apart() as apart:
        for number in range(inputs):
            is_large = large and number % 50 == 49
            layout = random_.choice(large if is_large else small)
            path = folder / layout.name
            path.write_bytes(mutated(layout.content, path.suffix.lower(), random_))
            read_one(path, layout.row, apart, counts, f"seed {seed}, input {number} ({layout.name})")
            path.unlink()
    return counts


def read_one(path: Path, row: ManifestRow, apart: Apart, counts: Counts, what: str) -> Parsed | None:
    """Read one file and add it to the counts."""
    counts.inputs += 1
    start = time.perf_counter()
    parsed = None
    try:
        parsed = READERS[row.reader](read_grids(path, row.encoding, row.sheet, apart), row, path.name)
    except LandingError as error:
        counts.refused += 1
        counts.aborted += "abort" in str(error)
        if "\n" in str(error) or path.name not in str(error):
            counts.uncaught.append(f"{what}: a sentence that is none: {error}")
    except Exception as error:  # the point of it all
        counts.uncaught.append(f"{what}: {error!r}")
    counts.longest_seconds = max(counts.longest_seconds, time.perf_counter() - start)
    counts.mebibytes = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    )
    if parsed is not None:
        counts.read += 1
        count_cells(path, row, parsed, counts, what)
    return parsed


def count_cells(path: Path, row: ManifestRow, parsed: Parsed, counts: Counts, what: str) -> None:
    """Count the printed cells of a file, and those of them that were not returned."""
    grids = printed_grids(path, row)
    if grids is None:
        return
    found = {(cell.sheet, cell.row, cell.column): cell.value_text for cell in parsed.cells}
    if row.reader == "policies":
        found = dict.fromkeys(found, "x")
    read = {sheet for sheet, _, _ in found}
    for sheet, grid in grids.items():
        if sheet not in read and (read or len(grids) > 1):
            continue
        first_data_row = min((line for name, line, _ in found if name == sheet), default=0)
        try:
            printed = list(printed_cells(grid, row, first_data_row))
        except (IndexError, ValueError):
            if path.suffix.lower() in TEXTS:
                raise
            return  # openpyxl sees less of a damaged sheet than the reader does
        for place, text in printed:
            counts.cells += 1
            if not found.get((sheet, *place), "").strip():
                counts.lost.append(f"{what}: {place} {text[:40]!r}")
    counts.counted += 1


def printed_grids(path: Path, row: ManifestRow) -> dict[str, list[list[str]]] | None:
    """Sheet -> rows of printed text, read without the readers; None where that cannot be."""
    if path.suffix.lower() in TEXTS:
        text = path.read_bytes().decode(row.encoding or "utf-8").removeprefix("\ufeff")
        delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
        return {"": list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))}
    if path.suffix.lower() not in SUFFIXES - {".xls", ".dta", ".parquet"}:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(path)
    except Exception:  # it reads less than the reader does
        return None
    return {
        sheet.title: [
            ["" if cell is None else str(cell) for cell in line] for line in sheet.iter_rows(values_only=True)
        ]
        for sheet in workbook.worksheets
        if not row.sheet or sheet.title == row.sheet
    }


def printed_cells(
    grid: list[list[str]], row: ManifestRow, first_data_row: int
) -> Iterator[tuple[tuple[int, int], str]]:
    """Row, column and text of every cell of the data rows that is not blank and that the reader has to return."""
    if row.reader == "ccsy_workbook":
        header = first_data_row - 1
        # names of cities, and their English names
        names = {0} | {
            column
            for line in grid[: header + 1]
            for column, text in enumerate(line[:3])
            if re.fullmatch(r"\s*(?:city|cities)\s*", text, re.IGNORECASE)
        }
        wanted = None
    elif row.reader in {"nbs_download", "region_by_year"}:
        headers = [
            number
            for number, line in enumerate(grid)
            if any(map(_YEAR.fullmatch, line[1:])) and not _YEAR.fullmatch(line[0])
        ]
        header = headers[0]
        first = next(column for column, text in enumerate(grid[header]) if text.strip())
        names = {first - 1 if _YEAR.fullmatch(grid[header][first]) else first}
        wanted = None
    else:
        header = [any(text.strip() for text in line) for line in grid].index(True)
        titles = [text.strip().split("|")[0] for text in grid[header]]
        names = {titles.index(row.place_column), titles.index(row.year_column)} if row.reader == "wide" else set()
        wanted = {"tidy": row.value_column, "policies": "place"}.get(row.reader)
        wanted = titles.index(wanted) if wanted else None
    for number, line in enumerate(grid[header + 1 :], start=header + 1):
        filled = [text for text in line if text.strip()]
        if len(filled) == 1 and _NOTE.fullmatch(filled[0]):
            continue
        for column, text in enumerate(line):
            if text.strip() and column not in names and wanted in {None, column}:
                yield (number, column), text
