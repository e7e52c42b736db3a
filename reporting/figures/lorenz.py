"""Lorenz curves of GDP between places in the order of their GDP per person, for the first, middle and last year.

Years count that have values of four fifths of the places of the fullest year; the middle one is the nearest to the
mean of the other two. Inequality within places is not in these curves.
"""

from __future__ import annotations

import duckdb
from matplotlib.ticker import PercentFormatter

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import INK, LOOKS, QUIET
from reporting.figures.sheet import Drawing, Sheet, quiet_grid, short
from reporting.languages import Language
from reporting.warehouse import rows_of

_PLACES = """
select
    'provinces' as subject,
    panel.year,
    panel.province_code as place_code,
    panel.gdp_100m_cny as gdp,
    panel.pop_resident_10k_persons as population
from province_panel as panel
union all
select
    'cities_' || populations.basis,
    panel.year,
    panel.city_code,
    panel.gdp_100m_cny,
    populations.population
from city_panel as panel
inner join (
    select city_code, year, 'registered' as basis, registered_10k_persons as population from city_population
    union all
    select city_code, year, 'resident', resident_10k_persons from city_population
) as populations
    on panel.city_code = populations.city_code and panel.year = populations.year
"""

_SUBJECTS = f"""
select subject
from ({_PLACES})
where gdp > 0 and population > 0
group by subject
order by subject desc
"""

#: one row a place and year, from the poorest up, and one at the origin; Gini by trapezoids
_QUERY = f"""
with

places as (
    select *
    from ({_PLACES})
    where subject = $subject and gdp > 0 and population > 0
),

years as (
    select year, count(*) as places
    from places
    group by year
    qualify count(*) >= 0.8 * max(count(*)) over ()
),

chosen as (
    select year, places
    from years
    where year in (
        (select min(year) from years),
        (select max(year) from years),
        (
            select arg_min(year, abs(year - (select (min(year) + max(year)) / 2 from years)))
            from years
        )
    )
),

shares as (
    select
        places.year,
        chosen.places,
        row_number() over by_income as position,
        sum(places.population) over by_income / sum(places.population) over of_year as population_share,
        sum(places.gdp) over by_income / sum(places.gdp) over of_year as gdp_share
    from places
    inner join chosen on places.year = chosen.year
    window
        of_year as (partition by places.year),
        by_income as (partition by places.year order by places.gdp / places.population, places.place_code)
),

curves as (
    select * from shares
    union all
    select year, places, 0, 0, 0 from chosen
),

steps as (
    select
        *,
        (population_share - lag(population_share) over by_position)
        * (gdp_share + lag(gdp_share) over by_position) as twice_area
    from curves
    window by_position as (partition by year order by position)
)

select
    year,
    places,
    population_share,
    gdp_share,
    1 - sum(twice_area) over (partition by year) as gini
from steps
order by year, position
"""

#: words of the places and population of a subject
_NAMES = {
    "provinces": "figure_theil_provinces",
    "cities_registered": "figure_theil_cities_registered",
    "cities_resident": "figure_theil_cities_resident",
}


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    rows = rows_of(connection, _QUERY, {"subject": subject})
    sheet = Sheet(connection, language, 5.8, 4.9)
    axes = sheet.canvas.add_subplot()
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, label=sheet.word("figure_lorenz_equality"))
    told = []
    for look, year in zip((LOOKS[0], LOOKS[1], LOOKS[3]), sorted({row["year"] for row in rows}), strict=False):
        points = [row for row in rows if row["year"] == year]
        of_year = {"year": year, "gini": short(points[0]["gini"]), "places": points[0]["places"]}
        told.append(sheet.word("figure_lorenz_year", **of_year))
        axes.plot(
            [row["population_share"] for row in points],
            [row["gdp_share"] for row in points],
            color=look.colour,
            linestyle=look.line,
            linewidth=1.8,
            marker=look.marker,
            markersize=4.5,
            markevery=0.12,
            markeredgecolor=INK,
            markeredgewidth=0.5,
            label=told[-1],
            gid=str(year),
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_aspect("equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel(sheet.word("figure_lorenz_population"))
    axes.set_ylabel(sheet.word("figure_lorenz_gdp"))
    quiet_grid(axes, "both")
    sheet.legend(axes, 1)
    places = sheet.word(_NAMES[subject])
    separator = "; " if language == "en" else "；"
    return sheet.finished(
        title=sheet.word("figure_lorenz_title"),
        subtitle=places,
        alternative=sheet.word("figure_lorenz_alternative", places=places, years=separator.join(told)),
        tables=["province_panel"] if subject == "provinces" else ["city_panel", "city_population"],
        notes=[sheet.word("figure_lorenz_note")],
    )


FIGURE = Figure("figure_about_lorenz", _subjects, _draw)
