"""Coverage of a panel: the share of places that have a value, by indicator and year, and what the values are.

Panels (`province/total`, `city/total`, `city/districts`) say what the warehouse has; a study (`study/trade_wage_share`)
says what its mart has, where gaps may be filled: filling is a study's choice and in no panel. The darker a cell, the
more places have a value; a hatched cell has none. A sign says that values are not all as reported: what most of those
others are, where they are at least a twentieth of the values, and whether any is flagged.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import FAINT, INK, PAPER, QUIET, SCALE, readable_on
from reporting.figures.sheet import Drawing, Row, Sheet
from reporting.languages import Language
from reporting.warehouse import rows_of

_SUBJECTS = """
select subject
from (
    select distinct place_level || '/' || scope as subject, 0 as position from ledger.panel_quality
    union all
    select 'study/' || study, 1
    from reference.studies
    where study in (select columns.study from mart_columns as columns where columns.indicators <> '')
)
order by position, subject desc
"""

#: one row an indicator and year: values by origin, flagged ones, and the largest number of places of a year
_PANEL = """
with

places as (
    select max(places) as places
    from (
        select 'province' as place_level, year, count(*) as places from province_panel group by year
        union all
        select 'city', year, count(*) from city_panel group by year
    )
    where place_level = split_part($subject, '/', 1)
),

flagged as (
    select
        unnest(string_split(flagged_indicators, ', ')) as indicator,
        year
    from panel_notes
    where place_level = split_part($subject, '/', 1) and flagged_indicators is not null
),

flags as (
    select
        indicator,
        year,
        count(*) as flagged
    from flagged
    group by indicator, year
)

select
    quality.indicator as item,
    indicators.label_en,
    indicators.label_zh,
    quality.year,
    quality.reported,
    quality.computed,
    quality.derived,
    quality.spliced,
    0 as filled,
    coalesce(flags.flagged, 0) as flagged,
    (quality.reported + quality.computed + quality.derived + quality.spliced) / places.places as share,
    places.places
from ledger.panel_quality as quality
cross join places
inner join reference.indicators as indicators on quality.indicator = indicators.indicator
left join flags
    on quality.indicator || if(quality.scope = 'districts', '_districts', '') = flags.indicator
    and quality.year = flags.year
where
    quality.place_level || '/' || quality.scope = $subject
    and quality.reported + quality.computed + quality.derived + quality.spliced > 0
order by quality.indicator, quality.year
"""

#: the same of a mart, whose name is one of reference.studies; values that are not filled count as reported
_MART = """
with

mart as (
    select
        year,
        ', ' || coalesce(interpolated_columns, '') || ',' as filled_columns,
        columns(* exclude (year, interpolated_columns))::varchar
    from "{mart}"
),

held as (
    unpivot mart on columns(* exclude (year, filled_columns)) into name item value held_value
),

places as (
    select max(places) as places
    from (select year, count(*) as places from mart group by year)
)

select
    held.item,
    columns.label_en,
    columns.label_zh,
    held.year,
    count(*) filter (where not contains(held.filled_columns, ', ' || held.item || ',')) as reported,
    0 as computed,
    0 as derived,
    0 as spliced,
    count(*) filter (where contains(held.filled_columns, ', ' || held.item || ',')) as filled,
    0 as flagged,
    count(*) / any_value(places.places) as share,
    any_value(places.places) as places
from held
cross join places
inner join mart_columns as columns on held.item = columns.column_name and columns.study = split_part($subject, '/', 2)
where columns.indicators <> ''
group by held.item, columns.label_en, columns.label_zh, held.year
order by held.item, held.year
"""

#: what a value may be besides reported: its marker and its words
_SIGNS = {
    "computed": ("s", "figure_coverage_computed"),
    "derived": ("o", "figure_coverage_derived"),
    "spliced": ("D", "figure_coverage_spliced"),
    "filled": ("P", "figure_coverage_filled"),
}
_ENOUGH = 0.05
_ROW = 0.155


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    level, _slash, study = subject.partition("/")
    query = _PANEL
    if level == "study":
        ((mart,),) = connection.execute("select mart from reference.studies where study = ?", [study]).fetchall()
        query = _MART.format(mart=mart.replace('"', '""'))
    rows = rows_of(connection, query, {"subject": subject})
    items = list(dict.fromkeys(row["item"] for row in rows))
    years = list(range(min(row["year"] for row in rows), max(row["year"] for row in rows) + 1))
    sheet = Sheet(connection, language, 8.4, 0.8 + _ROW * len(items))
    axes = sheet.canvas.add_subplot()
    _cells(axes, sheet, rows, items, years)
    signs = _signs(axes, sheet, rows, items, years)
    absent = Patch(
        facecolor=PAPER, edgecolor=QUIET, hatch="///", linewidth=0, label=sheet.word("figure_coverage_absent")
    )
    sheet.legend(axes, 4, handles=[absent, *signs])
    shares = [row["share"] for row in rows]
    numbers = {
        "items": len(items),
        "first": years[0],
        "last": years[-1],
        "places": rows[0]["places"],
        "absent": len(items) * len(years) - len(rows),
        "cells": len(items) * len(years),
        "full": sum(share >= 0.9 for share in shares),
    }
    return sheet.finished(
        title=sheet.word("figure_coverage_title", panel=_name(sheet, subject)),
        subtitle=sheet.word("figure_coverage_subtitle", **numbers),
        alternative=sheet.word("figure_coverage_alternative", panel=_name(sheet, subject), **numbers),
        tables=["ledger.panel_quality", "panel_notes"] if level != "study" else [study],
        notes=[sheet.word("figure_coverage_note_study" if level == "study" else "figure_coverage_note")],
    )


def _name(sheet: Sheet, subject: str) -> str:
    level, _slash, study = subject.partition("/")
    return sheet.word("figure_coverage_study", study=study) if level == "study" else sheet.word(_PANELS[subject])


_PANELS = {
    "province/total": "figure_coverage_provinces",
    "city/total": "figure_coverage_cities",
    "city/districts": "figure_coverage_districts",
}


def _cells(axes: Axes, sheet: Sheet, rows: Sequence[Row], items: Sequence[str], years: Sequence[int]) -> None:
    shares = [[float("nan")] * len(years) for _ in items]
    for row in rows:
        shares[items.index(row["item"])][row["year"] - years[0]] = min(row["share"], 1.0)
    axes.patch.set(facecolor=PAPER, edgecolor=FAINT, hatch="///////")
    edges = [year - 0.5 for year in (*years, years[-1] + 1)]
    scale = Normalize(0, 1)
    axes.pcolormesh(
        edges,
        [place - 0.5 for place in range(len(items) + 1)],
        shares,
        cmap=SCALE,
        norm=scale,
        edgecolor=PAPER,
        linewidth=0.4,
        gid="shares",
    )
    labels = {row["item"]: row[f"label_{sheet.language}"] or row["item"] for row in rows}
    axes.set_yticks(range(len(items)), [labels[item] for item in items], fontsize=7)
    step = 1 if len(years) <= 26 else 2
    axes.set_xticks(years[::step], [str(year) for year in years[::step]], fontsize=7, rotation=60)
    axes.tick_params(length=0, pad=2)
    axes.set_ylim(len(items) - 0.5, -0.5)
    axes.set_xlabel(sheet.word("figure_year"))
    bar = sheet.canvas.colorbar(
        ScalarMappable(scale, SCALE), ax=axes, aspect=30, pad=0.01, shrink=min(1, 18 / len(items))
    )
    bar.ax.yaxis.set_major_formatter(PercentFormatter(1))
    bar.ax.tick_params(labelsize=7)
    bar.set_label(sheet.word("figure_coverage_share"), fontsize=8)


def _signs(axes: Axes, sheet: Sheet, rows: Sequence[Row], items: Sequence[str], years: Sequence[int]) -> list[Line2D]:
    """Draw the signs; what stands for them in the legend."""
    of_kind: dict[str, list[Row]] = {kind: [] for kind in (*_SIGNS, "flagged")}
    for row in rows:
        values = row["reported"] + sum(row[kind] for kind in _SIGNS)
        kind = max(_SIGNS, key=lambda name: row[name])
        if row[kind] and row[kind] >= _ENOUGH * values:
            of_kind[kind].append(row)
        if row["flagged"]:
            of_kind["flagged"].append(row)
    handles = []
    for kind, (marker, key) in {**_SIGNS, "flagged": ("|", "figure_coverage_flagged")}.items():
        chosen = of_kind[kind]
        if not chosen:
            continue
        places = [items.index(row["item"]) for row in chosen]
        shift = 0.32 if kind == "flagged" else 0.0
        inks = [readable_on(SCALE(min(row["share"], 1.0))) for row in chosen]
        axes.scatter(
            [row["year"] + shift for row in chosen],
            places,
            marker=marker,
            s=16 if kind == "flagged" else 9,
            c=inks,
            linewidth=1.1 if kind == "flagged" else 0,
            gid=kind,
        )
        look = {"marker": marker, "linestyle": "none", "color": INK, "markersize": 6 if kind == "flagged" else 4}
        handles.append(Line2D([], [], label=sheet.word(key), **look))  # type: ignore[arg-type]
    return handles


FIGURE = Figure("figure_about_panel_coverage", _subjects, _draw)
