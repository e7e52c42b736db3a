"""What stands on the screen for a choice: pictures and tables as HTML, and the same as files to take away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from reporting.exploring import changed_specification, names, provenance, series, series_figure, shown
from reporting.exploring.called import KINDS, ORIGINS, joined
from reporting.exploring.names import Choice
from reporting.exploring.provenance import Point
from reporting.languages import Language, word
from reporting.tables.rendering import docx_bytes
from reporting.warehouse import banner, rows_of

Row = dict[str, Any]

_VALUES = ("place_code", "indicator", "year", "value", "origin", "vintage", "is_flagged", "rivals")
_CELLS = (
    *("part", "path", "sheet", "row_number", "column_number", "cell", "header_text", "value_text", "source_unit"),
    *("unit_factor", "currency_factor", "cell_value", "value", "origin", "vintage"),
    *("publisher", "citation", "licence", "is_simulated"),
)
#: what is shown of a cell, one line each
_OF_A_CELL = (
    *("explorer_part", "explorer_file", "explorer_sheet", "explorer_cell", "explorer_header"),
    *("explorer_printed_text", "explorer_conversion", "explorer_publisher", "explorer_citation", "explorer_licence"),
)
_KNOWN = ("explorer_kind", "explorer_indicator", "explorer_place", "explorer_year", "explorer_what")


@dataclass(frozen=True)
class Series:
    """The screen of some series. known: what is known against them, as a table, with the count of its rows."""

    picture: str
    known: str
    known_count: int
    values: str
    values_count: int
    csv: bytes
    svg: bytes


@dataclass(frozen=True)
class Traced:
    """The screen of one value: its cells, rivals and findings, and the cells as CSV."""

    html: str
    csv: bytes


@dataclass(frozen=True)
class Compared:
    """The screen of a changed specification, and its table as files by suffix (csv, tex, docx)."""

    html: str
    files: Mapping[str, bytes]


def heading(connection: duckdb.DuckDBPyConnection, warehouse: str, language: Language) -> str:
    """What is open, and that it is simulated where it is."""
    (run,) = rows_of(connection, "select run_id, strftime(started_at, '%Y-%m-%d') as day from runs where is_current")
    said = word("explorer_warehouse", language, name=warehouse, run=run["run_id"], started=run["day"])
    parts = [shown.said(word("explorer_title", language), language, "h1"), shown.said(said, language)]
    if banner(connection):
        parts.insert(0, shown.said(word("simulated", language), language, "p", "explorer-simulated"))
    return "".join(parts)


def file_name(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The name of a file to take away, which says where it is simulated."""
    return f"SIMULATED_{name}" if banner(connection) else name


def series_screen(connection: duckdb.DuckDBPyConnection, choice: Choice, language: Language) -> Series | None:
    """The screen of a choice; None where the panel has no value of it. Raises UsageError as the picture does."""
    values = series.values(connection, choice)
    if not values:
        return None
    indicator_names, place_names = _names(connection, choice, language)
    drawn = series_figure.Drawn(
        values,
        # an indicator without a value has no axes, and is named below the picture
        {key: name for name, key in with_values(connection, choice, language).items()},
        {key: place_names[key] for key in choice.places},
        series.breaks(connection, choice),
        series.rivals(connection, choice),
        series.quarantined(connection, choice),
        series.boundary_changes(connection, choice),
    )
    wide = series_figure.picture(connection, drawn, language)
    narrow = series_figure.picture(connection, drawn, language, narrow=True)
    known = _known(connection, choice, language, indicator_names, place_names)
    simulated = bool(banner(connection))
    return Series(
        picture=shown.picture(wide.svg, narrow.svg, wide.alternative, language),
        known=_known_table(known, language),
        known_count=len(known),
        values=_values_table(values, language, indicator_names, place_names),
        values_count=len(values),
        csv=shown.as_csv(
            [*_VALUES, "place", "label", "is_simulated"],
            [
                [
                    *(row[name] for name in _VALUES),
                    place_names[row["place_code"]],
                    indicator_names[row["indicator"]],
                    simulated,
                ]
                for row in values
            ],
        ),
        svg=wide.svg,
    )


def place_name(connection: duckdb.DuckDBPyConnection, choice: Choice, code: str, language: Language) -> str:
    """The name of a place of a choice."""
    return _names(connection, choice, language)[1][code]


def with_values(connection: duckdb.DuckDBPyConnection, choice: Choice, language: Language) -> dict[str, str]:
    """Indicators of a choice that the panel has a value of: name with its unit -> indicator."""
    found = {row["indicator"] for row in series.values(connection, choice)}
    called = _names(connection, choice, language)[0]
    return {called[indicator]: indicator for indicator in choice.indicators if indicator in found}


def absent(connection: duckdb.DuckDBPyConnection, choice: Choice, language: Language) -> str:
    """A paragraph that names the series of which the panel has no value; '' where it has one of each."""
    found = {(row["place_code"], row["indicator"]) for row in series.values(connection, choice)}
    indicator_names, place_names = _names(connection, choice, language)
    missing = {
        indicator: [place_names[place] for place in choice.places if (place, indicator) not in found]
        for indicator in choice.indicators
    }
    listed = [
        f"{indicator_names.get(indicator, indicator)}: {joined(names_of_places, language)}"
        for indicator, names_of_places in missing.items()
        if names_of_places
    ]
    return shown.said(word("explorer_absent", language, names="; ".join(listed)), language) if listed else ""


def traced_screen(connection: duckdb.DuckDBPyConnection, point: Point, language: Language) -> Traced | None:
    """The way of one value from its cells; None where the panel has no such value."""
    cells = provenance.cells(connection, point)
    if not cells:
        return None
    indicator_names, place_names = _names(connection, point.choice, language)
    said = word(
        "explorer_traced",
        language,
        place=place_names[point.place],
        year=point.year,
        indicator=indicator_names[point.indicator],
        value=_plain(cells[0]["value"]),
        origin=word(ORIGINS[cells[0]["origin"]], language),
    )
    parts = [shown.said(said, language, "p", "explorer-answer")]
    if len(cells) > 1:
        parts.append(shown.said(word("explorer_derived_from", language, count=len(cells)), language))
    labels = _indicator_labels(connection, language)
    header = [word(name, language) for name in _OF_A_CELL]
    parts.extend(
        shown.described(list(zip(header, _cell_texts(row, labels, language), strict=True)), language) for row in cells
    )
    parts.extend(_rivals_and_findings(connection, point, language))
    return Traced("".join(parts), shown.as_csv(_CELLS, [[row[name] for name in _CELLS] for row in cells]))


def compared_screen(
    connection: duckdb.DuckDBPyConnection,
    spec_id: str,
    change: changed_specification.Change,
    language: Language,
) -> Compared:
    """A changed specification beside the one as specified and the print; raises UsageError as its table does."""
    table = changed_specification.table(connection, spec_id, change, language)
    files = {name: table.text(name).encode("utf-8-sig" if name == "csv" else "utf-8") for name in ("csv", "tex")}
    return Compared(table.text("html"), {**files, "docx": docx_bytes(table)})


def columns_screen(connection: duckdb.DuckDBPyConnection, mart: str, language: Language) -> tuple[str, int]:
    """The columns of a mart that a specification may name, and how many they are."""
    rows = changed_specification.mart_columns(connection, mart)
    header = [word(name, language) for name in ("explorer_column", "explorer_label", "explorer_unit", "explorer_what")]
    listed = [
        [row["column_name"], row[f"label_{language}"] or "", row["unit"] or "", row["definition"] or ""] for row in rows
    ]
    return shown.table(header, listed, language), len(rows)


def specification_names(connection: duckdb.DuckDBPyConnection, study: str, language: Language) -> dict[str, str]:
    """Specifications of a study: what people read -> spec_id."""
    return {
        _specification_name(row, language): row["spec_id"]
        for row in changed_specification.specifications(connection)
        if row["study"] == study
    }


def first_specification(connection: duckdb.DuckDBPyConnection, study: str) -> str | None:
    """The specification of a study to begin with."""
    rows = changed_specification.specifications(connection)
    return changed_specification.first_of([row for row in rows if row["study"] == study])


def _specification_name(row: Row, language: Language) -> str:
    where = word("explorer_not_printed", language)
    if row["column_number"] is not None:
        where = word("explorer_table_column", language, table=row["table_number"], column=row["column_number"])
    status = "" if row["status"] == "estimated" else f" [{word('explorer_not_estimable', language)}]"
    return f"{row['spec_id']}: {row['label']} ({where}){status}"


def _names(
    connection: duckdb.DuckDBPyConnection, choice: Choice, language: Language
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Names of indicators with their units, and of places, by their keys."""
    found = names.indicators(connection, choice.level, choice.scope, language)
    return {key: name for name, key in found.items()}, names.short_names(connection, choice.level, language)


def _indicator_labels(connection: duckdb.DuckDBPyConnection, language: Language) -> Mapping[str, str]:
    rows = rows_of(connection, "from reference.indicators")
    return {row["indicator"]: row[f"label_{language}"] for row in rows}


def _known(
    connection: duckdb.DuckDBPyConnection,
    choice: Choice,
    language: Language,
    indicator_names: Mapping[str, str],
    place_names: Mapping[str, str],
) -> list[list[str]]:
    """Rows of kind, indicator, place, year and what is said."""
    every = word("explorer_every_place", language)

    def row(kind: str, indicator: str | None, place: str | None, year: object, what: str) -> list[str]:
        shown_kind = word(KINDS[kind], language)
        where = every if place is None else place_names.get(place, place)
        return [shown_kind, "" if indicator is None else indicator_names[indicator], where, str(year), what]

    return [
        *(
            row("break", found["indicator"], None, found["first_year"], found["description"])
            for found in series.breaks(connection, choice)
        ),
        *(
            row("quarantine", found["indicator"], None, f"{found['first_year']}–{found['last_year']}", _excluded(found))
            for found in series.exclusions(connection, choice)
        ),
        *(
            row(found["severity"], found["indicator"], found["place_code"], found["year"], _found(found))
            for found in series.findings(connection, choice)
        ),
        *(
            row("boundary", None, found["place_code"], found["change_year"], _changed(found))
            for found in series.boundary_changes(connection, choice)
        ),
    ]


def _excluded(row: Row) -> str:
    return f"{row['evidence']} ({row['path']})"


def _found(row: Row) -> str:
    at = " ".join(part for part in (row["path"], row["sheet"], row["cell"]) if part)
    return f"{row['detector']}: {row['message']} ({at})"


def _changed(row: Row) -> str:
    return f"{row['event']}: {row['from_name']} → {row['to_name']}"


def _known_table(rows: list[list[str]], language: Language) -> str:
    if not rows:
        return shown.said(word("explorer_nothing_known", language), language)
    header = [word(name, language) for name in _KNOWN]
    return shown.table(header, rows, language)


def _values_table(
    rows: list[Row], language: Language, indicator_names: Mapping[str, str], place_names: Mapping[str, str]
) -> str:
    columns = (
        *("explorer_indicator", "explorer_place", "explorer_year", "explorer_value"),
        *("explorer_origin", "explorer_vintage", "explorer_flagged", "explorer_rivals"),
    )
    yes = word("explorer_yes", language)
    listed = [
        [
            indicator_names[row["indicator"]],
            place_names[row["place_code"]],
            str(row["year"]),
            _plain(row["value"]),
            word(ORIGINS[row["origin"]], language),
            row["vintage"],
            yes if row["is_flagged"] else "",
            str(row["rivals"] or ""),
        ]
        for row in rows
    ]
    return shown.table([word(name, language) for name in columns], listed, language, numbers=(3, 7))


def _cell_texts(row: Row, labels: Mapping[str, str], language: Language) -> list[str]:
    at = word("explorer_cell_at", language, cell=row["cell"], row=row["row_number"], column=row["column_number"])
    texts = [labels.get(row["part"], row["part"]), row["path"], row["sheet"], at, row["header_text"], row["value_text"]]
    texts += [provenance.conversion(row), row["publisher"], row["citation"], row["licence"]]
    return [text or "" for text in texts]


def _rivals_and_findings(connection: duckdb.DuckDBPyConnection, point: Point, language: Language) -> list[str]:
    parts = []
    rivals = provenance.rivals(connection, point)
    if rivals:
        columns = (
            *("explorer_value", "explorer_difference", "explorer_vintage", "explorer_origin"),
            *("explorer_file", "explorer_sheet", "explorer_cell"),
        )
        listed = [
            [
                _plain(row["value"]),
                "" if row["relative_difference"] is None else f"{100 * row['relative_difference']:+.2f}%",
                row["vintage"],
                word(ORIGINS[row["origin"]], language),
                *(row[name] or "" for name in ("path", "sheet", "cell")),
            ]
            for row in rivals
        ]
        header = [word(name, language) for name in columns]
        parts += [shown.said(word("explorer_point_rivals", language), language, "h3")]
        parts += [shown.table(header, listed, language, numbers=(0, 1))]
    findings = provenance.findings(connection, point)
    if findings:
        listed = [[word(KINDS[row["severity"]], language), _found(row)] for row in findings]
        header = [word("explorer_kind", language), word("explorer_what", language)]
        parts += [shown.said(word("explorer_point_findings", language), language, "h3")]
        parts += [shown.table(header, listed, language)]
    return parts


def _plain(value: float) -> str:
    return f"{value:,.10g}"
