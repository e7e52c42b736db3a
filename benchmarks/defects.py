"""Plant defects into the cells of real yearbooks and count what the detectors find; writes benchmarks/defects.md.

Run from the project root, on a warehouse that this tree has built from the real files:
`python -m benchmarks.defects build/real.duckdb`.

What is planted hangs on the seed alone: cells are drawn from all usable cells of cities in the yearbook workbooks, and
no detector is asked. The change is made to the printed text in `landing.cells` of a copy of the warehouse, as if the
workbook said so; `resolved_cells` and every model of the room `detectors` are then run again from their compiled SQL.
That workbooks are read right is tested elsewhere. Planting is done in rounds so that defects do not crowd: at most
0.3% of the cells in a round of single cells, 20 columns in a round of whole columns. Each finding of a round is held
against those of the copy without a planting.
"""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

RESULTS = Path(__file__).with_name("defects.md")
#: Shares found before the detectors of today, by kind: written once, with the benchmark.
BASELINE = Path(__file__).with_name("defects_baseline.csv")
SEED = 13
CELLS_PER_ROUND = 0.003
COLUMNS_PER_ROUND = 20
FACTORS = (2, 3, 5, 7)

#: Defects a kind; kinds of several cells are counted cell by cell in the results.
SINGLE = 170
COUNTS = {
    "power of ten": SINGLE,
    "decimal point moved": SINGLE,
    **{f"factor {factor}": SINGLE for factor in FACTORS},
    "digit lost": SINGLE,
    "digit doubled": SINGLE,
    "currency of one cell": SINGLE,
    "scope": SINGLE,
    "previous edition's value": SINGLE,
    "sign": SINGLE,
    "neighbouring rows swapped": SINGLE,
    "columns swapped": SINGLE,
    "row copied": 60,
    "rows permuted": 60,
}
COLUMN_COUNTS = {"unit of a column": 40, "stale column": 40}
FOREIGN = ("imports", "exports", "fdi_actual")
#: Cells that a copied row takes with it, and rows that change places.
COPIED_COLUMNS, PERMUTED_ROWS = 6, 4

Key = tuple[str, str, str, str, int]  # file, place, indicator, scope, year


@dataclass(frozen=True)
class Cell:
    """A usable cell of a city: where it stands, what it is, what is printed."""

    file_id: str
    sheet: str
    row: int
    column: int
    place: str
    indicator: str
    scope: str
    year: int
    unit: str
    text: str
    rate: float | None

    @property
    def key(self) -> Key:
        return (self.file_id, self.place, self.indicator, self.scope, self.year)

    @property
    def column_key(self) -> tuple[str, str, str, int]:
        return (self.file_id, self.indicator, self.scope, self.year)


@dataclass(frozen=True)
class Defect:
    """What is done to which cells: new texts of cells."""

    kind: str
    texts: tuple[tuple[Cell, str], ...]


@dataclass
class Findings:
    """Keys of cells (and of columns, with an empty place) by severity, and cells that staging no longer takes."""

    severities: dict[Key, str] = field(default_factory=dict)
    rejected: set[Key] = field(default_factory=set)
    detectors: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))

    def of(self, key: Key) -> str | None:
        """Severity of a cell: its own finding, or that of its column."""
        file_id, _, indicator, scope, year = key
        found = {self.severities.get(key), self.severities.get((file_id, "", indicator, scope, year))}
        if key in self.rejected:
            return "reject"
        return "quarantine" if "quarantine" in found else "flag" if "flag" in found else None


class Yearbooks:
    """The usable cells of cities in yearbooks, in an order that does not hang on the run, and ways to their kin."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        rows = connection.execute(
            """
            select
                cells.file_id, cells.sheet, cells.row_number, cells.column_number, cells.place_code, cells.indicator,
                cells.scope, cells.year, cells.source_unit, cells.value_text, rates.cny_per_usd
            from staging.resolved_cells as cells
            inner join staging.landed_files as files on cells.file_id = files.file_id
            left join reference.exchange_rates as rates on cells.year = rates.year
            where files.reader = 'ccsy_workbook' and cells.status = 'usable' and cells.place_level = 'city'
            order by cells.year, cells.file_id, cells.sheet, cells.column_number, cells.row_number
            """
        ).fetchall()
        self.cells = [Cell(*row) for row in rows]
        self.by_key = {cell.key: cell for cell in self.cells}
        self.columns: dict[tuple[str, str, int], list[Cell]] = defaultdict(list)
        self.rows: dict[tuple[str, str, int], list[Cell]] = defaultdict(list)
        self.years: dict[tuple[str, str, str], list[Cell]] = defaultdict(list)
        for cell in self.cells:
            self.columns[cell.file_id, cell.sheet, cell.column].append(cell)
            self.rows[cell.file_id, cell.sheet, cell.row].append(cell)
            self.years[cell.place, cell.indicator, cell.scope].append(cell)

    def previous(self, cell: Cell) -> Cell | None:
        """The same observation in the edition before."""
        series = self.years[cell.place, cell.indicator, cell.scope]
        index = series.index(cell)
        return series[index - 1] if index else None

    def below(self, cell: Cell, count: int) -> list[Cell]:
        """The cell and those of the next places in its column."""
        column = self.columns[cell.file_id, cell.sheet, cell.column]
        index = column.index(cell)
        return column[index : index + count]

    def right(self, cell: Cell, count: int) -> list[Cell]:
        """The cell and the next usable ones of its row."""
        row = self.rows[cell.file_id, cell.sheet, cell.row]
        index = row.index(cell)
        return row[index : index + count]


# Texts


def _number(text: str) -> Decimal | None:
    text = text.strip().replace(",", "")
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def _decimals(text: str) -> int:
    return len(text.strip().partition(".")[2])


def scaled(text: str, factor: float) -> str | None:
    """The number times a factor with the printed decimals; None where rounding takes more than a tenth of it."""
    number = _number(text)
    if not number:
        return None
    exact = number * Decimal(repr(factor))
    new = exact.quantize(Decimal(1).scaleb(-min(_decimals(text), 6)))
    return f"{new:f}" if abs(new / exact - 1) < Decimal("0.1") else None


def shifted(text: str, power: int) -> str | None:
    """The decimal point moved, every digit kept."""
    number = _number(text)
    return f"{number.scaleb(power):f}" if number else None


def without_digit(text: str, position: float) -> str | None:
    """One digit of the integer part lost."""
    whole, point, rest = text.strip().partition(".")
    if _number(text) is None or len(whole) < 2:
        return None
    index = int(position * len(whole))
    return whole[:index] + whole[index + 1 :] + point + rest


def with_digit_twice(text: str, position: float) -> str | None:
    """One digit of the integer part printed twice."""
    whole, point, rest = text.strip().partition(".")
    if _number(text) is None or whole in ("0", "-"):
        return None
    index = int(position * len(whole))
    return whole[: index + 1] + whole[index:] + point + rest


# Kinds: from a drawn cell to a defect, or None where the cell cannot have it


def _single(change: Callable[[Yearbooks, Cell, random.Random], str | None]) -> Callable[..., list[tuple[Cell, str]]]:
    def plant(books: Yearbooks, cell: Cell, draw: random.Random) -> list[tuple[Cell, str]]:
        new = change(books, cell, draw)
        return [(cell, new)] if new is not None else []

    return plant


def _factor(factor: int) -> Callable[[Yearbooks, Cell, random.Random], str | None]:
    return lambda books, cell, draw: scaled(cell.text, factor if draw.random() < 0.5 else 1 / factor)


def _currency(books: Yearbooks, cell: Cell, draw: random.Random) -> str | None:
    if cell.indicator not in FOREIGN or cell.rate is None:
        return None
    is_in_dollars = cell.unit.endswith("usd")
    return scaled(cell.text, cell.rate if is_in_dollars else 1 / cell.rate)


def _scope(books: Yearbooks, cell: Cell, draw: random.Random) -> str | None:
    districts = books.by_key.get((cell.file_id, cell.place, cell.indicator, "districts", cell.year))
    return districts.text if cell.scope == "total" and districts else None


def _previous(books: Yearbooks, cell: Cell, draw: random.Random) -> str | None:
    before = books.previous(cell)
    return before.text if before and before.unit == cell.unit else None


def _swapped_rows(books: Yearbooks, cell: Cell, draw: random.Random) -> list[tuple[Cell, str]]:
    pair = books.below(cell, 2)
    return [(pair[0], pair[1].text), (pair[1], pair[0].text)] if len(pair) == 2 else []


def _swapped_columns(books: Yearbooks, cell: Cell, draw: random.Random) -> list[tuple[Cell, str]]:
    """With the next column of the row that has its scope and its unit."""
    for other in books.right(cell, 40)[1:]:
        if other.scope == cell.scope and other.unit == cell.unit and other.indicator != cell.indicator:
            return [(cell, other.text), (other, cell.text)]
    return []


def _copied_row(books: Yearbooks, cell: Cell, draw: random.Random) -> list[tuple[Cell, str]]:
    """The cell and those beside it hold what is printed one row further down."""
    texts = []
    for own in books.right(cell, COPIED_COLUMNS):
        below = books.below(own, 2)
        if len(below) == 2:
            texts.append((own, below[1].text))
    return texts


def _permuted_rows(books: Yearbooks, cell: Cell, draw: random.Random) -> list[tuple[Cell, str]]:
    """Rows of one column shifted by one, the last to the first place."""
    cells = books.below(cell, PERMUTED_ROWS)
    return [(own, cells[index - 1].text) for index, own in enumerate(cells)] if len(cells) == PERMUTED_ROWS else []


KINDS: dict[str, Callable[[Yearbooks, Cell, random.Random], list[tuple[Cell, str]]]] = {
    "power of ten": _single(lambda books, cell, draw: shifted(cell.text, draw.choice((-3, -2, -1, 1, 2, 3)))),
    "decimal point moved": _single(
        lambda books, cell, draw: shifted(cell.text, draw.choice((-1, 1))) if "." in cell.text else None
    ),
    **{f"factor {factor}": _single(_factor(factor)) for factor in FACTORS},
    "digit lost": _single(lambda books, cell, draw: without_digit(cell.text, draw.random())),
    "digit doubled": _single(lambda books, cell, draw: with_digit_twice(cell.text, draw.random())),
    "currency of one cell": _single(_currency),
    "scope": _single(_scope),
    "previous edition's value": _single(_previous),
    "sign": _single(lambda books, cell, draw: f"-{cell.text.strip()}" if not cell.text.startswith("-") else None),
    "neighbouring rows swapped": _swapped_rows,
    "columns swapped": _swapped_columns,
    "row copied": _copied_row,
    "rows permuted": _permuted_rows,
}


def _changed(texts: Iterable[tuple[Cell, str]]) -> tuple[tuple[Cell, str], ...]:
    return tuple((cell, new) for cell, new in texts if _number(new) is not None and _number(new) != _number(cell.text))


def drawn(books: Yearbooks, seed: int = SEED) -> tuple[list[Defect], list[Defect]]:
    """Defects of cells and of columns, in the order drawn.

    Indicators are drawn first and cells within them, so that indicators of few years count as much as the others.
    """
    draw = random.Random(seed)
    by_indicator: dict[str, list[Cell]] = defaultdict(list)
    for cell in books.cells:
        by_indicator[cell.indicator].append(cell)
    names = sorted(by_indicator)
    taken: set[Key] = set()
    cells: list[Defect] = []
    for kind, count in COUNTS.items():
        of_kind = FOREIGN if kind.startswith("currency") else names
        done = 0
        while done < count:
            cell = draw.choice(by_indicator[draw.choice(of_kind)])
            texts = _changed(KINDS[kind](books, cell, draw))
            if texts and not any(changed.key in taken for changed, _ in texts):
                taken |= {changed.key for changed, _ in texts}
                cells.append(Defect(kind, texts))
                done += 1
    return cells, _drawn_columns(books, draw)


def _drawn_columns(books: Yearbooks, draw: random.Random) -> list[Defect]:
    columns = sorted(books.columns)
    taken: set[tuple[str, str, int]] = set()
    defects = []
    for kind, count in COLUMN_COUNTS.items():
        done = 0
        while done < count:
            column = draw.choice(columns)
            cells = books.columns[column]
            if column in taken or len(cells) < 100:
                continue
            if kind == "stale column":
                texts = [(cell, before.text) for cell in cells if (before := books.previous(cell))]
                if any(before.unit != cell.unit for cell in cells if (before := books.previous(cell))):
                    continue
            else:
                power = draw.choice((-4, -3, -2, -1, 1, 2, 3, 4))
                texts = [(cell, new) for cell in cells if (new := shifted(cell.text, power))]
            changed = _changed(texts)
            if len(changed) > 0.5 * len(cells):
                taken.add(column)
                defects.append(Defect(kind, changed))
                done += 1
    return defects


def rounds(defects: list[Defect], cells: int, draw: random.Random) -> list[list[Defect]]:
    """Defects of all kinds mixed, so that no round plants more than the stated share of cells."""
    shuffled = list(defects)
    draw.shuffle(shuffled)
    result: list[list[Defect]] = [[]]
    planted = 0
    for defect in shuffled:
        if planted + len(defect.texts) > CELLS_PER_ROUND * cells:
            result.append([])
            planted = 0
        result[-1].append(defect)
        planted += len(defect.texts)
    return result


# The warehouse


def compiled_models(warehouse: Path, root: Path = Path()) -> list[tuple[str, str]]:
    """Relation and SQL of resolved_cells and of every detector, each after those it reads."""
    dbt = Path(sys.executable).with_name("dbt")
    command = [str(dbt), "compile", "--quiet", "--select", "resolved_cells", "detectors"]
    with tempfile.TemporaryDirectory() as target:
        environment = {"REGIONAL_WAREHOUSE": str(warehouse), "DBT_TARGET_PATH": target, "PATH": "/usr/bin:/bin"}
        subprocess.run(command, check=True, cwd=root, env=environment, stdout=subprocess.DEVNULL)
        manifest = json.loads((Path(target) / "manifest.json").read_text())
        nodes = {
            name: node
            for name, node in manifest["nodes"].items()
            if node["resource_type"] == "model" and (node["name"] == "resolved_cells" or node["schema"] == "detectors")
        }
        order: list[str] = []

        def visit(name: str) -> None:
            if name in nodes and name not in order:
                for parent in nodes[name]["depends_on"]["nodes"]:
                    visit(parent)
                order.append(name)

        for name in nodes:
            visit(name)
        compiled = Path(target) / "compiled"
        return [
            (
                f"{nodes[name]['schema']}.{nodes[name]['name']}",
                (compiled / nodes[name]["package_name"] / nodes[name]["original_file_path"]).read_text(),
            )
            for name in order
        ]


class Copy:
    """A copy of the warehouse whose landed cells are changed and put back."""

    def __init__(self, warehouse: Path, folder: Path) -> None:
        self.models = compiled_models(warehouse)
        copied = folder / warehouse.name
        shutil.copyfile(warehouse, copied)
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{copied}' as {warehouse.stem}")
        self.connection.execute(f"use {warehouse.stem}")

    def findings(self) -> Findings:
        for relation, sql in self.models:
            self.connection.execute(f"create or replace table {relation} as {sql}")
        found = Findings()
        rows = self.connection.execute(
            "select file_id, coalesce(place_code, ''), indicator, scope, year, severity, detector"
            " from detectors.findings where place_level = 'city'"
        ).fetchall()
        for *key, severity, detector in rows:
            name: Key = tuple(key)
            found.detectors[name].add(detector)
            if found.severities.get(name) != "quarantine":
                found.severities[name] = severity
        found.rejected = set(
            self.connection.execute(
                "select file_id, place_code, indicator, scope, year from staging.resolved_cells"
                " where status = 'rejected' and place_level = 'city'"
            ).fetchall()
        )
        return found

    def write(self, texts: Iterable[tuple[Cell, str]]) -> None:
        rows = [(cell.file_id, cell.sheet, cell.row, cell.column, text) for cell, text in texts]
        self.connection.execute("create or replace temp table changes (f varchar, s varchar, r int, c int, t varchar)")
        self.connection.executemany("insert into changes values (?, ?, ?, ?, ?)", rows)
        ((changed,),) = self.connection.execute(
            'update landing.cells set value_text = t from changes where file_id = f and sheet = s and "row" = r'
            ' and "column" = c'
        ).fetchall()
        assert changed == len(rows), f"{changed} of {len(rows)} cells are in the warehouse"

    def plant(self, defects: list[Defect]) -> Findings:
        texts = [text for defect in defects for text in defect.texts]
        self.write(texts)
        found = self.findings()
        self.write((cell, cell.text) for cell, _ in texts)
        return found


# Figures


@dataclass
class Score:
    planted: int = 0
    #: Found, and planted, each cell counted as often as its indicator has cells; found, and planted, where it matters.
    weighted: tuple[float, float] = (0, 0)
    large: tuple[int, int] = (0, 0)
    quarantined: int = 0
    flagged: int = 0
    rejected: int = 0
    innocent_quarantined: int = 0
    innocent_flagged: int = 0

    @property
    def recall(self) -> float:
        return (self.quarantined + self.flagged + self.rejected) / self.planted

    def row(self, name: str, baseline: dict[str, str]) -> str:
        caught = self.quarantined + self.rejected
        return (
            f"| {name} | {self.planted} | {baseline.get(name, '')} | {100 * self.recall:.0f}% | "
            f"{_of(*self.weighted)} | {_of(*self.large)} | "
            f"{100 * caught / self.planted:.0f}% | "
            f"{100 * self.flagged / self.planted:.0f}% | {_share(caught, self.innocent_quarantined)} | "
            f"{_share(self.flagged, self.innocent_flagged)} |"
        )


def _of(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f}%" if whole else ""


def is_large(cell: Cell, new: str) -> bool:
    """Is the planted value off by more than a factor of 1.5?"""
    old, now = _number(cell.text), _number(new)
    return not old or not now or now / old < 0 or not Decimal(2) / 3 < now / old < Decimal("1.5")


def _share(right: int, wrong: int) -> str:
    return f"{100 * right / (right + wrong):.1f}%" if right + wrong else ""


@dataclass
class Tally:
    """Scores by kind, and findings on innocent cells that came with the planting."""

    cells_of: Counter[str]
    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    detectors: Counter[tuple[str, bool]] = field(default_factory=Counter)
    unplaced: Counter[str] = field(default_factory=Counter)

    def add(self, base: Findings, found: Findings, defects: list[Defect]) -> None:
        planted = {cell.key: defect.kind for defect in defects for cell, _ in defect.texts}
        for defect in defects:
            for cell, new in defect.texts:
                self._count(self.scores[defect.kind], cell, new, found.of(cell.key))
        near = self._near(defects)
        for key, severity in found.severities.items():
            is_planted = key in planted or (not key[1] and key in self._columns(defects))
            for detector in found.detectors[key] - base.detectors.get(key, set()):
                self.detectors[detector, is_planted] += 1
            if is_planted or base.severities.get(key) in (severity, "quarantine"):
                continue
            kind_near = next((near[name] for name in self._kin(key) if name in near), None)
            if kind_near is None:
                self.unplaced[severity] += 1
            elif severity == "quarantine":
                self.scores[kind_near].innocent_quarantined += 1
            else:
                self.scores[kind_near].innocent_flagged += 1

    def _count(self, score: Score, cell: Cell, new: str, severity: str | None) -> None:
        weight, is_found = self.cells_of[cell.indicator], severity is not None
        score.planted += 1
        score.weighted = (score.weighted[0] + weight * is_found, score.weighted[1] + weight)
        score.large = (score.large[0] + (is_found and is_large(cell, new)), score.large[1] + is_large(cell, new))
        score.quarantined += severity == "quarantine"
        score.flagged += severity == "flag"
        score.rejected += severity == "reject"

    @staticmethod
    def _columns(defects: list[Defect]) -> set[Key]:
        return {
            (cell.file_id, "", cell.indicator, cell.scope, cell.year)
            for defect in defects
            if defect.kind in COLUMN_COUNTS
            for cell, _ in defect.texts[:1]
        }

    @staticmethod
    def _kin(key: Key) -> list[tuple[object, ...]]:
        """What a finding may owe to a planted cell: the series, the row, the column; the nearest first."""
        _, place, indicator, scope, year = key
        return [("series", place, indicator), ("row", place, year), ("column", indicator, scope, year)]

    def _near(self, defects: list[Defect]) -> dict[tuple[object, ...], str]:
        near: dict[tuple[object, ...], str] = {}
        for defect in defects:
            for cell, _ in defect.texts:
                for name in self._kin(cell.key):
                    near.setdefault(name, defect.kind)
        return near


def measure(warehouse: Path) -> list[str]:
    """All rounds, and the text of defects.md."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(warehouse, Path(folder))
        books = Yearbooks(copy.connection)
        base = copy.findings()
        cells, columns = drawn(books)
        draw = random.Random(SEED)
        cell_rounds = rounds(cells, len(books.cells), draw)
        draw.shuffle(columns)
        column_rounds = [columns[at : at + COLUMNS_PER_ROUND] for at in range(0, len(columns), COLUMNS_PER_ROUND)]
        tally = Tally(Counter(cell.indicator for cell in books.cells))
        for defects in [*cell_rounds, *column_rounds]:
            tally.add(base, copy.plant(defects), defects)
        count = len(cells) + len(columns)
        kinds = len(COUNTS) + len(COLUMN_COUNTS)
        indicators = len({cell.indicator for cell in books.cells})
        heading = (
            f"Seed {SEED}: {count:,} defects of {kinds} kinds in {len(books.cells):,} usable cells of cities in "
            f"yearbooks, {indicators} indicators in both scopes; {len(cell_rounds)} rounds of cells and "
            f"{len(column_rounds)} of columns."
        )
        return [heading, "", *_report(books, base, tally)]


def _report(books: Yearbooks, base: Findings, tally: Tally) -> list[str]:
    baseline = {}
    if BASELINE.is_file():
        with BASELINE.open(encoding="utf-8", newline="") as file:
            baseline = {row["kind"]: row["found"] for row in csv.DictReader(file)}
    total = Score()
    for kind, score in tally.scores.items():
        if kind not in COLUMN_COUNTS:
            for name, value in vars(score).items():
                sofar = getattr(total, name)
                is_pair = isinstance(value, tuple)
                setattr(total, name, (sofar[0] + value[0], sofar[1] + value[1]) if is_pair else sofar + value)
    usable = {cell.key for cell in books.cells}
    standing = Counter(severity for key, severity in base.severities.items() if key in usable)
    columns = Counter(severity for key, severity in base.severities.items() if not key[1])
    return [
        "Found: quarantined, rejected before any detector (out of the valid range), or flagged, at the planted cell "
        "itself or its column. Precision: of the findings that came with the planting and stand in the series, row or "
        "column of such a defect, the share at planted cells.",
        "",
        "Indicators are drawn first and cells within them; weighted counts each cell as often as its indicator has "
        "cells, as if cells had been drawn. Large: cells that the defect moves by more than a factor of 1.5 (a swap of "
        "two neighbours that are alike, or last edition's value, hardly changes anything).",
        "",
        "| kind | planted cells | found before | found | weighted | large | quarantined or rejected | flagged "
        "| precision of quarantine | of flags |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(tally.scores[kind].row(kind, baseline) for kind in [*COUNTS, *COLUMN_COUNTS]),
        total.row("all of single cells", baseline),
        "",
        f"Innocent findings that came with a planting and stand near none of it: {tally.unplaced['quarantine']} "
        f"quarantined, {tally.unplaced['flag']} flagged.",
        "",
        f"Without any planting {standing['quarantine']} cells are quarantined and {standing['flag']} flagged "
        f"({100 * standing['flag'] / len(books.cells):.2f}% of the usable cells; right or wrong, see "
        f"judged_findings.csv), and {columns['quarantine']} columns quarantined, {columns['flag']} flagged.",
        "",
        "New findings by detector, at planted cells and at others:",
        "",
        "| detector | planted | others |",
        "|---|---|---|",
        *(
            f"| {name} | {tally.detectors[name, True]} | {tally.detectors[name, False]} |"
            for name in sorted({name for name, _ in tally.detectors})
        ),
    ]


def main() -> None:
    warehouse = Path(sys.argv[1] if len(sys.argv) > 1 else "build/real.duckdb")
    lines = [
        "# Defects planted into real yearbooks",
        "",
        f"Written by `python -m benchmarks.defects {warehouse}` on {date.today().isoformat()}.",
        "",
        *measure(warehouse),
        "",
    ]
    print("\n".join(lines))
    if len(sys.argv) <= 2:
        RESULTS.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
