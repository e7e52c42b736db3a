"""Map of cities: polygons of a GeoJSON that the user names, coloured by a value of the latest year with most cities.

The project has no map: boundaries change and are somebody's. The file needs features with six-digit codes (GB/T 2260),
see reporting.figures.shapes.
"""

from __future__ import annotations

import math

import duckdb
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from reporting.errors import UsageError
from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import FAINT, PAPER, QUIET, SCALE
from reporting.figures.shapes import Ring, rings_by_code
from reporting.figures.sheet import Drawing, Row, Sheet, short
from reporting.languages import Language
from reporting.warehouse import rows_of

#: values of cities; the latest year counts that has four fifths of the cities of the fullest one
_LATEST = """
values_of_cities as (
    select
        'urban_rural_theil' as subject,
        city_code,
        year,
        theil as value
    from city_inequality
    union all
    select
        'income_ratio',
        city_code,
        year,
        income_ratio
    from city_inequality
    union all
    select
        'gdp_per_resident',
        panel.city_code,
        panel.year,
        panel.gdp_100m_cny * 10000 / nullif(populations.resident_10k_persons, 0)
    from city_panel as panel
    inner join city_population as populations
        on panel.city_code = populations.city_code and panel.year = populations.year
),

years as (
    select
        subject,
        year
    from values_of_cities
    where value is not null
    group by subject, year
    qualify count(*) >= 0.8 * max(count(*)) over (partition by subject)
),

latest as (
    select
        subject,
        max(year) as year
    from years
    group by subject
)
"""

_SUBJECTS = f"""
with
{_LATEST}
select subject
from latest
order by subject <> 'urban_rural_theil', subject
"""

_QUERY = f"""
with
{_LATEST}
select
    held.city_code,
    cities.name_en,
    cities.name_zh,
    held.year,
    held.value
from values_of_cities as held
inner join latest on held.subject = latest.subject and held.year = latest.year
inner join reference.cities as cities on held.city_code = cities.city_code
where held.subject = $subject and held.value is not null
order by held.value desc, held.city_code
"""

_TITLES = {
    "urban_rural_theil": "figure_map_theil",
    "income_ratio": "figure_map_ratio",
    "gdp_per_resident": "figure_map_gdp",
}
_TABLES = {"gdp_per_resident": ["city_panel", "city_population"]}


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, shapes: Shapes | None) -> Drawing:
    assert shapes is not None, "the registry asks for shapes"
    rings = rings_by_code(shapes)
    rows = rows_of(connection, _QUERY, {"subject": subject})
    shown = [row for row in rows if row["city_code"] in rings]
    if not shown:
        raise UsageError(
            f"No code of {shapes.path} is that of a city with a value, such as {rows[0]['city_code']}: "
            f"it has {', '.join(sorted(rings)[:3])}."
        )
    sheet = Sheet(connection, language, 7.6, 5.4)
    axes = sheet.canvas.add_subplot()
    _map(axes, sheet, rings, shown)
    without = len(rings) - len(shown)
    title = sheet.word(_TITLES[subject])
    return sheet.finished(
        title=title,
        subtitle=str(rows[0]["year"]),
        alternative=sheet.word(
            "figure_map_alternative",
            what=title,
            year=rows[0]["year"],
            cities=len(shown),
            highest=shown[0][f"name_{language}"],
            high=short(shown[0]["value"]),
            lowest=shown[-1][f"name_{language}"],
            low=short(shown[-1]["value"]),
            without=without,
        ),
        tables=_TABLES.get(subject, ["city_inequality"]),
        notes=[sheet.word("figure_map_note", file=shapes.path.name, without=without, missing=len(rows) - len(shown))],
    )


def _map(axes: Axes, sheet: Sheet, rings: dict[str, list[Ring]], shown: list[Row]) -> None:
    scale = Normalize(shown[-1]["value"], shown[0]["value"])
    values = {row["city_code"]: row["value"] for row in shown}
    for code, of_place in rings.items():
        known = code in values
        axes.add_patch(
            PathPatch(
                _outline(of_place),
                facecolor=SCALE(scale(values[code])) if known else PAPER,
                edgecolor=PAPER if known else FAINT,
                hatch="" if known else "////",
                linewidth=0.4,
                gid=code,
            )
        )
    corners = [corner for of_place in rings.values() for ring in of_place for corner in ring]
    latitude = math.radians(sum(y for _, y in corners) / len(corners))
    axes.set_aspect(1 / max(math.cos(latitude), 0.1))
    axes.autoscale_view()
    axes.axis("off")
    sheet.legend(
        axes, 1, handles=[Patch(facecolor=PAPER, edgecolor=QUIET, hatch="////", label=sheet.word("figure_map_without"))]
    )
    bar = sheet.canvas.colorbar(ScalarMappable(scale, SCALE), ax=axes, shrink=0.6, aspect=22, pad=0.01)
    bar.ax.tick_params(labelsize=7.5)


def _outline(rings: list[Ring]) -> Path:
    """One path of several rings; holes come out empty where they turn the other way, as GeoJSON says they do."""
    return Path.make_compound_path(*(Path([*ring, ring[0]], closed=True) for ring in rings if ring))


FIGURE = Figure("figure_about_city_map", _subjects, _draw, needs_shapes=True)
