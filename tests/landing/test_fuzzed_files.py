"""Fuzzed input of every reader: a sentence or cells, no other exception, no lost cell, bounded memory and time.

REGIONAL_FUZZ_INPUTS is the number of mutated files of the long test (default 600), and a tenth of it that of each
property; `make verify` sets it to thousands.
"""

from __future__ import annotations

import dataclasses
import datetime
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landing import LandingError, land, limits, read_manifest
from landing.apart import Apart
from landing.manifest import COLUMNS, ManifestRow
from landing.readers import READERS
from tests.support.fuzzing import Counts, Layout, count_cells, layouts, mutated, read_one, run
from tests.support.warehouse import PANELS, built, rows_of, unbalanced_ledger_rows, write_csv, write_manifest
from tests.support.workbooks import edition_name, title_of

INPUTS = int(os.environ.get("REGIONAL_FUZZ_INPUTS", "600"))
FEW = 25


def _of_size(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Layout]:
    return layouts(tmp_path_factory.mktemp("layouts"))


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart() as reader:
        yield reader


def _check(counts: Counts) -> None:
    print(f"\n{counts}")
    assert counts.uncaught == []
    assert counts.lost == []
    assert counts.read > 0
    assert counts.cells > 0
    assert counts.longest_seconds < limits.READ_SECONDS / 4
    assert counts.mebibytes[1] < limits.READ_MEMORY_BYTES / limits.MIB


def test_mutated_files_are_refused_or_read_whole(tmp_path: Path, sources: list[Layout]) -> None:
    _check(run(tmp_path, sources, 120, seed=1))


@pytest.mark.long
def test_many_mutated_files_are_refused_or_read_whole(tmp_path: Path, sources: list[Layout]) -> None:
    _check(run(tmp_path, sources, INPUTS, seed=2))


def test_the_count_notices_a_cell_that_is_missing(tmp_path: Path, sources: list[Layout], apart: Apart) -> None:
    """Of each reader and format: one printed cell more than the reader saw is one lost cell."""
    seen = set()
    for layout in sources:
        if len(layout.content) > 12_000:
            continue
        path = tmp_path / layout.name
        path.write_bytes(layout.content)
        counts = Counts()
        parsed = read_one(path, layout.row, apart, counts, layout.name)
        assert parsed is not None
        assert counts.lost == []
        if not counts.counted or not counts.cells:
            continue
        for values in parsed.cells.columns.values():
            del values[0]
        count_cells(path, layout.row, parsed, counts, layout.name)
        assert len(counts.lost) <= 1
        if counts.lost:
            seen.add((layout.row.reader, path.suffix))
    assert seen >= {(reader, ".csv") for reader in READERS if reader != "ccsy_workbook"}
    assert ("ccsy_workbook", ".xlsx") in seen


# Any content at all

ROWS_OF = {
    "wide": {"place_column": "place", "year_column": "year"},
    "tidy": {"place_column": "place", "year_column": "year", "value_column": "value"},
    "region_by_year": {"indicator": "gdp", "unit": "亿元"},
    "nbs_download": {},
    "policies": {"place_level": "city"},
    "ccsy_workbook": {},
}
#: the lines with which a text of the reader begins
HEADERS = {
    "wide": [["place", "year", "gdp", "", "cpi", ""]],
    "tidy": [["place", "year", "value"]],
    "region_by_year": [["地区", "2019年", "", "2018"]],
    "nbs_download": [["数据库：年度"], ["指标：GDP"], ["地区", "2019年", "", "2018"]],
    "policies": [["place", "policy", "year", "batch", "source", "confidence"]],
}
SUFFIX_OF = {"text": ".csv", "workbook": ".xlsx", "old": ".xls", "stata": ".dta", "parquet": ".parquet", "tabs": ".tsv"}
FIELDS = st.one_of(
    st.sampled_from(
        ["北京", "2019", "1.5", "", " ", "-", "注：x", "=1", "#REF!", "a\nb", '"', ",", "1,5", "2019年", "\ufeff"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(datetime.datetime(1900, 3, 1), datetime.datetime(2100, 1, 1)),
    st.sampled_from(["#REF!", "#N/A", "=1+1", "北京", " ", "2019", "注：x", "12 13", "'1"]),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=12),
)


def _row(folder: Path, reader: str, path: str, **changes: str) -> ManifestRow:
    return read_manifest(
        write_manifest(folder, {"path": path, "reader": reader, **ROWS_OF[reader], **changes}), list(READERS)
    )[0]


def _any_bytes(tmp_path: Path, apart: Apart, examples: int) -> Counts:
    """Any bytes under any suffix, and as characters below the header of a reader."""
    counts = Counts()

    @_of_size(examples)
    @given(
        st.sampled_from(sorted(READERS)),
        st.sampled_from(sorted(SUFFIX_OF.values())),
        st.booleans(),
        st.binary(max_size=300),
    )
    def check(reader: str, suffix: str, has_header: bool, content: bytes) -> None:
        path = tmp_path / f"file{suffix}"
        if has_header and reader in HEADERS:
            path = write_csv(tmp_path / "file.csv", HEADERS[reader])
            content = path.read_bytes() + content.decode("latin-1").replace("\x00", ",").encode()
        path.write_bytes(content)
        read_one(path, _row(tmp_path, reader, path.name), apart, counts, repr(content))

    check()
    return counts


def _any_fields(tmp_path: Path, apart: Apart, examples: int) -> Counts:
    """Rows of any fields below the header of each reader, written as CSV in either encoding."""
    counts = Counts()

    @_of_size(examples)
    @given(
        st.sampled_from(sorted(HEADERS)),
        st.sampled_from(["utf-8", "gb18030"]),
        st.lists(st.lists(FIELDS, max_size=8), max_size=6),
    )
    def check(reader: str, encoding: str, rows: list[list[str]]) -> None:
        path = write_csv(tmp_path / "file.csv", [*HEADERS[reader], *rows], encoding)
        read_one(path, _row(tmp_path, reader, path.name, encoding=encoding), apart, counts, repr(rows))

    check()
    return counts


def _any_values(tmp_path: Path, apart: Apart, examples: int) -> Counts:
    """Rows of any values below the header of each reader, written as a workbook."""
    counts = Counts()
    headers = {
        **HEADERS,
        "ccsy_workbook": [[title_of(2018), "人口", None, "产值"], ["城市", "全市", None, "全市"], ["北京", 1]],
    }

    @_of_size(examples)
    @given(st.sampled_from(sorted(headers)), st.lists(st.lists(VALUES, max_size=6), max_size=6))
    def check(reader: str, rows: list[list[object]]) -> None:
        workbook = openpyxl.Workbook()
        assert workbook.active is not None
        for line in [*headers[reader], *rows]:
            workbook.active.append([None if value == "" else value for value in line])
        path = tmp_path / edition_name(2019)
        workbook.save(path)
        read_one(path, _row(tmp_path, reader, path.name), apart, counts, repr(rows))

    check()
    return counts


PROPERTIES: list[Callable[[Path, Apart, int], Counts]] = [_any_bytes, _any_fields, _any_values]


@pytest.mark.parametrize("make", PROPERTIES)
def test_any_content_is_refused_or_read_whole(
    tmp_path: Path, apart: Apart, make: Callable[[Path, Apart, int], Counts]
) -> None:
    counts = make(tmp_path, apart, FEW)
    assert counts.uncaught == []
    assert counts.lost == []


@pytest.mark.long
@pytest.mark.parametrize("make", PROPERTIES)
def test_much_content_is_refused_or_read_whole(
    tmp_path: Path, apart: Apart, make: Callable[[Path, Apart, int], Counts]
) -> None:
    counts = make(tmp_path, apart, max(INPUTS // 2, 10 * FEW))
    print(f"\n{counts}")
    assert counts.uncaught == []
    assert counts.lost == []
    assert counts.read > counts.inputs / 10


@_of_size(FEW)
@given(st.lists(st.lists(FIELDS, max_size=6), max_size=4), st.dictionaries(st.sampled_from(sorted(COLUMNS)), FIELDS))
def test_any_manifest_is_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]], fields: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("manifest")
    for path in (
        write_csv(folder / "any.csv", lines),
        write_manifest(folder, {"path": "x.csv", "reader": "wide", **fields}),
    ):
        try:
            read_manifest(path, list(READERS))
        except LandingError as error:
            assert "\n" not in str(error)


# Through the warehouse


@pytest.mark.long
def test_the_cells_of_mutated_files_are_in_their_bins(
    tmp_path: Path, sources: list[Layout], apart: Apart, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Mutated files that can be read, all in one folder: the build goes through, and each printed cell is in a bin."""
    folder = tmp_path_factory.mktemp("mutated")
    random_ = random.Random(3)
    small = [layout for layout in sources if len(layout.content) < 12_000 and not layout.name.endswith(".parquet")]
    counts = Counts()
    rows = []
    seen = set()
    wanted = max(INPUTS // 15, 40)
    while counts.read < wanted:
        layout = random_.choice(small)
        place = folder / str(counts.inputs)
        place.mkdir()
        path = place / layout.name
        content = mutated(layout.content, path.suffix, random_)
        path.write_bytes(content)
        before = counts.read
        read_one(path, layout.row, apart, counts, f"input {counts.inputs}")
        # a file of which no cell is left is refused by the landing, and one that is there twice is read once
        if counts.read > before and content not in seen:
            seen.add(content)
            rows.append(_as_text(layout.row) | {"path": f"{place.name}/{layout.name}"})
    write_manifest(folder, *_landable(folder, rows))
    warehouse = built(folder, tmp_path / "regional.duckdb", *PANELS)
    assert unbalanced_ledger_rows(warehouse) == []
    ((files, cells, lost),) = rows_of(
        warehouse,
        """
        select count(*), cast(sum(cells) as bigint), cast(sum(
            cells - used - rival - not_requested - check_row - blank - quarantined - rejected
        ) as bigint) from ledger.ledger
        """,
    )
    print(f"\n{files} mutated files in one warehouse, {cells} cells, cells in no bin {lost}; before that, {counts}")
    assert files > wanted // 2
    assert lost == 0
    assert counts.lost == []
    assert counts.uncaught == []


def _as_text(row: ManifestRow) -> dict[str, str]:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(row) if field.name in COLUMNS}
    return {
        name: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in values.items()
    }


def _landable(folder: Path, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Those of which a landing takes at least a cell."""
    kept = []
    for row in rows:
        write_manifest(folder, row)
        try:
            land(folder)
        except LandingError as error:
            assert "no data row" in str(error)
        else:
            kept.append(row)
    return kept
