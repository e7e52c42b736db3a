"""Provinces of China as tiles, one value a tile: no map file, and every province as large as another.

Positions stand in province_tiles.csv with what they keep of the map (`because`); rows count from the north, columns
from the west. Hong Kong, Macao and Taiwan have no data in the yearbooks and are drawn empty.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import FAINT, INK, PAPER, QUIET, SCALE, readable_on
from reporting.figures.sheet import Drawing, Row, Sheet
from reporting.languages import Language
from reporting.warehouse import rows_of

#: one row a province, subject and year; a year counts that has a value for most provinces
_VALUES = """
select
    'urban_rural_theil' as subject,
    province_code,
    year,
    theil as value
from province_inequality
union all
select
    'income_ratio',
    province_code,
    year,
    income_ratio
from province_inequality
union all
select
    'gdp_per_resident',
    province_code,
    year,
    gdp_per_resident_cny
from province_trade
"""

_LATEST = f"""
latest as (
    select
        province_code,
        subject,
        year,
        value
    from ({_VALUES})
    where value is not null
    qualify count(*) over (partition by subject, year) = (select count(*) from reference.provinces)
),

spans as (
    select
        subject,
        min(year) as first_year,
        max(year) as last_year
    from latest
    group by subject
),

-- the indicators and years that the panel has for any province
requested as (
    select distinct indicator, scope, year
    from observations
    where place_level = 'province'
),

drawn as (
    select
        latest.subject,
        latest.province_code,
        spans.last_year as first_year,
        spans.last_year,
        latest.value
    from latest
    inner join spans on latest.subject = spans.subject and latest.year = spans.last_year
    union all
    select
        latest.subject || '_change',
        latest.province_code,
        spans.first_year,
        spans.last_year,
        latest.value - earlier.value
    from latest
    inner join spans on latest.subject = spans.subject and latest.year = spans.last_year
    inner join latest as earlier
        on latest.subject = earlier.subject
        and latest.province_code = earlier.province_code
        and spans.first_year = earlier.year
    where latest.subject <> 'gdp_per_resident' and spans.first_year < spans.last_year
    union all
    select
        'coverage',
        place_code,
        (select min(year) from requested),
        (select max(year) from requested),
        100 * count(*) / (select count(*) from requested)
    from observations
    where place_level = 'province'
    group by place_code
)
"""

_SUBJECTS = f"""
with
{_LATEST}
select subject
from drawn
group by subject
order by list_position(['urban_rural_theil', 'urban_rural_theil_change', 'coverage'], subject) nulls last, subject
"""

_QUERY = f"""
with
{_LATEST}
select
    provinces.province_code,
    provinces.name_en,
    provinces.short_name_zh as name_zh,
    drawn.value,
    drawn.first_year,
    drawn.last_year
from drawn
inner join reference.provinces as provinces on drawn.province_code = provinces.province_code
where drawn.subject = $subject
order by drawn.value desc, provinces.province_code
"""

#: title of a subject, and decimals of its values
_TITLES = {
    "urban_rural_theil": ("figure_tiles_theil", 3),
    "urban_rural_theil_change": ("figure_tiles_theil_change", 3),
    "income_ratio": ("figure_tiles_ratio", 2),
    "income_ratio_change": ("figure_tiles_ratio_change", 2),
    "gdp_per_resident": ("figure_tiles_gdp", 0),
    "coverage": ("figure_tiles_coverage", 0),
}


@cache
def tiles() -> list[dict[str, str]]:
    """The tiles: code, row and column, names of places that the warehouse does not know, why it stands there."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    rows = rows_of(connection, _QUERY, {"subject": subject})
    key, decimals = _TITLES[subject]
    first, last = rows[0]["first_year"], rows[0]["last_year"]
    sheet = Sheet(connection, language, 7.4, 5.5)
    axes = sheet.canvas.add_subplot()
    _tiles(axes, sheet, rows, decimals)
    title = sheet.word(key)
    said = {
        end: f"{row[f'name_{language}']} {row['value']:,.{decimals}f}"
        for end, row in (("highest", rows[0]), ("lowest", rows[-1]))
    }
    return sheet.finished(
        title=title,
        subtitle=str(last) if first == last else sheet.word("figure_tiles_span", first=first, last=last),
        alternative=sheet.word(
            "figure_tiles_alternative",
            what=title,
            years=last if first == last else f"{first}–{last}",
            provinces=len(rows),
            **said,
        ),
        tables=[_TABLES.get(subject.removesuffix("_change"), "province_inequality")],
        notes=[sheet.word("figure_tiles_note")],
    )


_TABLES = {"gdp_per_resident": "province_trade", "coverage": "observations"}


def _tiles(axes: Axes, sheet: Sheet, rows: Sequence[Row], decimals: int) -> None:
    by_code: dict[str, Row] = {row["province_code"]: row for row in rows}
    scale = Normalize(min(row["value"] for row in rows), max(row["value"] for row in rows))
    for tile in tiles():
        row = by_code.get(tile["province_code"])
        corner = (float(tile["column"]), float(tile["row"]))
        colour: Any = PAPER if row is None else SCALE(scale(row["value"]))
        axes.add_patch(
            Rectangle(
                corner,
                0.95,
                0.95,
                facecolor=colour,
                edgecolor=QUIET,
                linewidth=0.8,
                linestyle="-" if row else ":",
                gid=tile["province_code"],
            )
        )
        name = row[f"name_{sheet.language}"] if row else tile[f"name_{sheet.language}"]
        value = f"{row['value']:,.{decimals}f}" if row else "–"
        ink = INK if row is None else readable_on(colour)
        middle = corner[0] + 0.475
        small = 6.5 if len(name) > 8 else 8
        lines = name.replace(" ", "\n")
        axes.text(middle, corner[1] + 0.33, lines, ha="center", va="center", fontsize=small, color=ink, linespacing=1)
        axes.text(middle, corner[1] + 0.72, value, ha="center", va="center", fontsize=8.5, color=ink, fontweight="bold")
    axes.set_xlim(0.9, 9.05)
    axes.set_ylim(8.05, -0.05)
    axes.set_aspect("equal")
    axes.axis("off")
    bar = sheet.canvas.colorbar(
        ScalarMappable(scale, SCALE), ax=axes, location="right", shrink=0.5, aspect=18, pad=0.01
    )
    bar.outline.set_edgecolor(FAINT)
    bar.ax.tick_params(labelsize=7.5)


FIGURE = Figure("figure_about_province_tiles", _subjects, _draw)
