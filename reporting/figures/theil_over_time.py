"""Theil index of GDP per person over time: its parts between and within areas, stacked to the total.

The places that have values differ from year to year, so their number stands below each year, and a year with less than
four fifths of the places of the fullest year is drawn pale: its index is of other places. One with less than half of
them is not drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import INK, LOOKS
from reporting.figures.sheet import Drawing, Row, Sheet, quiet_grid, short
from reporting.languages import Language
from reporting.warehouse import rows_of

#: the place level and population of a subject, and the grouping: `provinces/region3`, `cities_resident/yreb`
_INDICES = """
select
    'provinces/' || grouping as subject,
    grouping,
    year,
    theil_t,
    theil_t_between as between_groups,
    cast(null as double) as between_provinces,
    theil_t_within as within,
    places
from province_income_theil
union all
select
    'cities_' || population_basis || '/' || grouping,
    grouping,
    year,
    theil_t,
    theil_t_between,
    theil_t_between_provinces,
    coalesce(theil_t_within_provinces, theil_t_within),
    places
from city_income_theil
"""

_SUBJECTS = f"""
select subject
from ({_INDICES})
where theil_t is not null
group by subject, grouping
order by not starts_with(subject, 'provinces'), grouping <> 'region3', subject desc
"""

_QUERY = f"""
select
    indices.*,
    indices.places < 0.8 * max(indices.places) over () as is_thin,
    groupings.label_en as grouping_en,
    groupings.label_zh as grouping_zh
from ({_INDICES}) as indices
inner join reference.groupings as groupings on indices.grouping = groupings.grouping
where indices.subject = $subject and indices.theil_t is not null
qualify indices.places >= 0.5 * max(indices.places) over ()
order by indices.year
"""

#: parts from the foot of a bar upwards, with their words
_PARTS = {
    "between_groups": "figure_theil_between_groups",
    "between_provinces": "figure_theil_between_provinces",
    "within": "figure_theil_within",
}


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    rows = rows_of(connection, _QUERY, {"subject": subject})
    level = subject.partition("/")[0]
    sheet = Sheet(connection, language, 8, 3.7)
    axes = sheet.canvas.add_subplot()
    _bars(axes, sheet, rows, "figure_theil_within_groups" if level == "provinces" else "figure_theil_within")
    first, last = (next(row for row in order if not row["is_thin"]) for order in (rows, rows[::-1]))
    places = sheet.word(_PLACES[level])
    grouping = first[f"grouping_{language}"]
    return sheet.finished(
        title=sheet.word("figure_theil_title", places=places),
        subtitle=grouping,
        alternative=sheet.word(
            "figure_theil_alternative",
            places=places,
            grouping=grouping,
            first=first["year"],
            start=short(first["theil_t"]),
            start_between=short(first["between_groups"]),
            last=last["year"],
            end=short(last["theil_t"]),
            end_between=short(last["between_groups"]),
        ),
        tables=["province_income_theil" if level == "provinces" else "city_income_theil"],
        notes=[sheet.word("figure_theil_note")],
    )


#: words of the places and population of a subject
_PLACES = {
    "provinces": "figure_theil_provinces",
    "cities_registered": "figure_theil_cities_registered",
    "cities_resident": "figure_theil_cities_resident",
}


def _bars(axes: Axes, sheet: Sheet, rows: Sequence[Row], within: str) -> None:
    years = [row["year"] for row in rows]
    feet = [0.0] * len(rows)
    handles: list[Patch] = []
    shown = [part for part in _PARTS if any(row[part] is not None for row in rows)]
    for part, look in zip(shown, (LOOKS[2], LOOKS[3], LOOKS[4]), strict=False):
        heights = [row[part] or 0.0 for row in rows]
        bars = axes.bar(
            years,
            heights,
            bottom=feet,
            color=look.colour,
            edgecolor=INK,
            linewidth=0.5,
            hatch=look.hatch,
            gid=part,
        )
        text = sheet.word(within if part == "within" else _PARTS[part])
        handles.append(Patch(facecolor=look.colour, edgecolor=INK, linewidth=0.5, hatch=look.hatch, label=text))
        for bar, row in zip(bars, rows, strict=True):
            bar.set_alpha(0.3 if row["is_thin"] else 1.0)
        feet = [foot + height for foot, height in zip(feet, heights, strict=True)]
    for row in rows:
        axes.annotate(
            f"{row['theil_t']:.3f}",
            (row["year"], row["theil_t"]),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            fontsize=7 if len(rows) < 17 else 6,
            gid="total",
        )
    step = 1 if years[-1] - years[0] < 18 or len(years) < 22 else 2
    axes.set_xticks(years[::step], [f"{row['year']}\n{row['places']}" for row in rows][::step], fontsize=7.5)
    axes.tick_params(length=0)
    axes.margins(x=0.02)
    axes.set_xlabel(sheet.word("figure_theil_years"))
    axes.set_ylabel(sheet.word("figure_theil_index"))
    quiet_grid(axes)
    sheet.legend(axes, 4, handles=handles)


FIGURE = Figure("figure_about_theil_over_time", _subjects, _draw)
