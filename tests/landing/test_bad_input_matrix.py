"""Every kind of bad input ends in its sentence or in its bin; see bad_inputs.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.landing.bad_inputs import (
    INDICATORS,
    PLACES,
    REFUSED,
    ROWS,
    UNITS,
    VALUES,
    WORKBOOK_CELLS,
    YEARS,
    Fate,
    assert_refused,
    folder_of_bad_cells,
)
from tests.landing.test_landing_bad_input import UNUSABLE
from tests.landing.test_yearbook_bad_input import UNUSABLE as UNUSABLE_EDITIONS
from tests.support.warehouse import PANELS, built, rows_of, unbalanced_ledger_rows


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, kind: str) -> None:
    assert_refused(tmp_path, *REFUSED[kind])


@pytest.fixture(scope="module")
def expected_cells(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, str, list[Fate]]], Path]:
    folder = tmp_path_factory.mktemp("matrix")
    expected = folder_of_bad_cells(folder)
    return expected, built(folder, tmp_path_factory.mktemp("matrix_warehouse") / "regional.duckdb", *PANELS)


def test_every_bad_cell_ends_in_its_bin(expected_cells: tuple[list[tuple[str, str, list[Fate]]], Path]) -> None:
    expected, warehouse = expected_cells
    cells = rows_of(
        warehouse,
        """
        select
            trim(files.path || ' ' || cells.sheet),
            case bins.bin
                when 'rejected' then cells.reject_reason when 'used' then cast(cells.value as varchar) else bins.bin
            end as fate
        from staging.resolved_cells as cells
        inner join ledger.cell_bins as bins using (file_id, sheet, row_number, column_number)
        inner join staging.landed_files as files using (file_id)
        where trim(cells.value_text) <> '' or files.path <> 'rows.csv'
        order by files.path, files.place_level, cells.sheet, cells.row_number, cells.column_number
        """,
    )
    found: dict[str, list[str]] = {}
    for path, fate in cells:
        found.setdefault(path, []).append(fate)
    wrong = []
    for kind, path, fates in expected:
        ends = [found[path].pop(0) for _ in fates]
        if ends != [str(fate) for fate in fates]:
            wrong.append((kind, fates, ends))
    assert wrong == []
    assert not any(found.values()), found


def test_no_bad_cell_is_lost_and_no_bad_year_makes_a_row(
    expected_cells: tuple[list[tuple[str, str, list[Fate]]], Path],
) -> None:
    _, warehouse = expected_cells
    assert unbalanced_ledger_rows(warehouse) == []
    assert rows_of(warehouse, "select year from main.city_panel order by year") == [(1949,), (2017,), (2018,), (2019,)]
    assert rows_of(warehouse, "select min(year), max(year) from main.province_panel") == [(1949, 2019)]


def test_every_reject_names_file_cell_and_remedy(
    expected_cells: tuple[list[tuple[str, str, list[Fate]]], Path],
) -> None:
    _, warehouse = expected_cells
    rejects = rows_of(
        warehouse,
        "select path, sheet, cell, remedy, message from ledger.rejects"
        " inner join reference.reject_reasons on reject_reason = reason",
    )
    assert len(rejects) > 150
    for path, sheet, cell, remedy, message in rejects:
        assert message.startswith(f"{path}, sheet {sheet}, cell {cell} (" if sheet else f"{path}, cell {cell} (")
        assert message.endswith(f"; {remedy}.")
    years = rows_of(
        warehouse,
        "select message from ledger.rejects where path = 'city_years.csv' and cell = 'D8'",
    )
    assert years == [
        (
            "city_years.csv, cell D8 (place 苏州, header gdp, year 20O5, value 100): the year heading is no four-digit "
            "year; correct the year in the file.",
        )
    ]


def test_the_matrix_has_the_kinds_that_it_promises() -> None:
    """At least 120, each counted once: what two tables have in common is one kind."""
    of_files = {*REFUSED, *UNUSABLE, *UNUSABLE_EDITIONS}
    of_cells = [*VALUES, *YEARS, *PLACES, *INDICATORS, *UNITS, *ROWS, *(kind for kind, *_ in WORKBOOK_CELLS)]
    print(f"{len(of_files)} kinds of files, sheets and rows that are refused, {len(of_cells)} kinds of rows and cells")
    assert len(of_files) >= 100
    assert len(of_cells) >= 120
