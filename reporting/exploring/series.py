"""A series of a panel and what is known against it: breaks, flags, rivals, quarantined cells, boundary changes."""

from __future__ import annotations

from typing import Any

import duckdb

from reporting.exploring.names import Choice, Level
from reporting.warehouse import rows_of

Row = dict[str, Any]

#: a rival this near its chosen value says the same, and is not drawn (share of the chosen value)
SAME = 0.001

_PANEL_KEYS: dict[Level, tuple[str, str]] = {
    "province": ("province_panel", "province_code"),
    "city": ("city_panel", "city_code"),
}
#: parameters: level, scope, places, indicators
_CHOSEN = "place_level = ? and scope = ? and list_contains(?, place_code) and list_contains(?, indicator)"
#: the name of a cell in a workbook, A1 for row 0 and column 0, as the provenance tables of the warehouse write it
_CELL = """
    case
        when {table}.column_number >= 702 then chr(cast(65 + ({table}.column_number - 702) // 676 as integer)) else ''
    end
    || case
        when {table}.column_number >= 26 then chr(cast(65 + ({table}.column_number - 26) // 26 % 26 as integer)) else ''
    end
    || chr(cast(65 + {table}.column_number % 26 as integer)) || ({table}.row_number + 1)
"""


def values(connection: duckdb.DuckDBPyConnection, choice: Choice) -> list[Row]:
    """The values of the panel, one row a place, indicator and year, in this order.

    Columns: place_code, indicator, year, value, origin (reported, derived, computed, spliced), vintage, is_flagged (a
    detector or an identity says something against it), rivals (how many values were not chosen), segment: it changes
    where a year is absent or a definition breaks, so that no line is drawn across.
    """
    panel, key = _PANEL_KEYS[choice.level]
    return rows_of(
        connection,
        f"""
        with
        chosen as (select * from observations where {_CHOSEN}),
        rivals as (
            select place_code, indicator, year, count(*) as rivals
            from observations.rival_observations where {_CHOSEN}
            group by all
        ),
        noted as (
            select
                chosen.place_code,
                chosen.indicator,
                chosen.year,
                chosen.value,
                chosen.origin,
                chosen.vintage,
                coalesce(list_contains(
                    string_split(panel.flagged_indicators, ', '),
                    chosen.indicator || case chosen.scope when 'districts' then '_districts' else '' end
                ), false) as is_flagged,
                coalesce(rivals.rivals, 0) as rivals,
                (
                    select count(*) from reference.definition_breaks as breaks
                    where breaks.place_level = chosen.place_level
                        and breaks.indicator = chosen.indicator
                        and breaks.first_year <= chosen.year
                ) as breaks_behind
            from chosen
            inner join {panel} as panel on chosen.place_code = panel.{key} and chosen.year = panel.year
            left join rivals
                on chosen.place_code = rivals.place_code
                and chosen.indicator = rivals.indicator
                and chosen.year = rivals.year
        )
        select
            * exclude (breaks_behind),
            breaks_behind || '/' || (
                year - row_number() over (partition by place_code, indicator order by year)
            ) as segment
        from noted
        order by indicator, place_code, year
        """,
        [*_chosen(choice), *_chosen(choice)],
    )


def breaks(connection: duckdb.DuckDBPyConnection, choice: Choice) -> list[Row]:
    """Definition breaks of the indicators: indicator, first_year (the first of the new definition), description."""
    return rows_of(
        connection,
        "select indicator, first_year, description from reference.definition_breaks "
        "where place_level = ? and list_contains(?, indicator) order by all",
        [choice.level, list(choice.indicators)],
    )


def rivals(connection: duckdb.DuckDBPyConnection, choice: Choice) -> list[Row]:
    """Values that were not chosen, with where they stand.

    Columns: place_code, indicator, year, value, chosen_value (NULL where none was chosen), relative_difference,
    vintage, chosen_vintage, origin, path, sheet, cell, differs (by more than SAME).
    """
    return rows_of(
        connection,
        f"""
        with rivals as (select * from observations.rival_observations where {_CHOSEN})
        select
            rivals.place_code,
            rivals.indicator,
            rivals.year,
            rivals.value,
            rivals.chosen_value,
            rivals.relative_difference,
            rivals.vintage,
            rivals.chosen_vintage,
            rivals.origin,
            files.path,
            rivals.sheet,
            {_CELL.format(table="rivals")} as cell,
            coalesce(abs(rivals.relative_difference) > ?, true) as differs
        from rivals
        left join landing.files as files on rivals.file_id = files.file_id
        order by rivals.indicator, rivals.place_code, rivals.year, rivals.vintage, files.path, cell
        """,
        [*_chosen(choice), SAME],
    )


def quarantined(connection: duckdb.DuckDBPyConnection, choice: Choice) -> list[Row]:
    """Cells that were proved wrong, by a detector or by evidence of the seeds, so that no panel has them.

    Columns: place_code, indicator, year, value, vintage, path, sheet, cell, differs (from the value of the panel by
    more than SAME, or the panel has none).
    """
    return rows_of(
        connection,
        f"""
        with
        cells as (select * from staging.resolved_cells where {_CHOSEN}),
        chosen as (select * from observations where {_CHOSEN})
        select
            cells.place_code,
            cells.indicator,
            cells.year,
            cells.value,
            cells.vintage,
            files.path,
            cells.sheet,
            {_CELL.format(table="cells")} as cell,
            coalesce(abs(cells.value - chosen.value) > ? * abs(chosen.value), true) as differs
        from cells
        inner join ledger.cell_bins as bins using (file_id, sheet, row_number, column_number)
        left join chosen
            on cells.place_code = chosen.place_code
            and cells.indicator = chosen.indicator
            and cells.year = chosen.year
        left join landing.files as files on cells.file_id = files.file_id
        where bins.bin = 'quarantined' and cells.value is not null
        order by cells.indicator, cells.place_code, cells.year, cells.vintage, files.path, cell
        """,
        [*_chosen(choice), *_chosen(choice), SAME],
    )


def exclusions(connection: duckdb.DuckDBPyConnection, choice: Choice) -> list[Row]:
    """Columns of files that the seed source_overrides excludes: indicator, first_year, last_year, cells, evidence,
    path, sheet."""
    return rows_of(
        connection,
        f"""
        select
            cells.indicator,
            min(cells.year) as first_year,
            max(cells.year) as last_year,
            count(*) as cells,
            cells.exclude_evidence as evidence,
            files.path,
            cells.sheet
        from (select * from staging.resolved_cells where {_CHOSEN}) as cells
        left join landing.files as files on cells.file_id = files.file_id
        where cells.status = 'excluded'
        group by cells.indicator, cells.exclude_evidence, files.path, cells.sheet
        order by all
        """,
        _chosen(choice),
    )


def findings(connection: duckdb.DuckDBPyConnection, choice: Choice) -> list[Row]:
    """What detectors say of these series, of a cell or (place_code NULL) of a whole column of a file.

    Columns: place_code, indicator, year, detector, severity (flag: stays in the panel; quarantine: does not), vintage,
    message, path, sheet, cell.
    """
    return rows_of(
        connection,
        """
        select place_code, indicator, year, detector, severity, vintage, message, path, sheet, cell
        from detectors.findings
        where place_level = ? and scope = ? and list_contains(?, indicator)
            and (place_code is null or list_contains(?, place_code))
        order by indicator, year, place_code, detector, path, cell
        """,
        [choice.level, choice.scope, list(choice.indicators), list(choice.places)],
    )


def boundary_changes(connection: duckdb.DuckDBPyConnection, choice: Choice) -> list[Row]:
    """Whole counties that came or went: place_code, change_year, row_year (the first row of the panel that shows it),
    event, from_name, to_name. Provinces have none."""
    if choice.level != "city":
        return []
    return rows_of(
        connection,
        "select city_code as place_code, change_year, row_year, event, from_name, to_name from boundary_changes "
        "where list_contains(?, city_code) order by all",
        [list(choice.places)],
    )


def _chosen(choice: Choice) -> list[object]:
    return [choice.level, choice.scope, list(choice.places), list(choice.indicators)]
