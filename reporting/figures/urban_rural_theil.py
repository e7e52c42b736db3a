"""Urban-rural Theil index over time: the mean over the provinces of each region, weighted by residents."""

from __future__ import annotations

import duckdb
from matplotlib.ticker import MaxNLocator

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import INK, look_of
from reporting.figures.sheet import Drawing, Sheet, quiet_grid, short
from reporting.languages import Language
from reporting.warehouse import rows_of

_SUBJECTS = """
select groupings.grouping
from reference.groupings as groupings
where
    groupings.place_level = 'province'
    and exists (select inequality.theil from province_inequality as inequality where inequality.theil is not null)
order by groupings.grouping <> 'region3', groupings.grouping
"""

#: one row a region and year, and one a year for all provinces
_QUERY = """
with

provinces as (
    select
        inequality.year,
        coalesce(members.group_name, 'not listed') as region,
        inequality.theil,
        panel.pop_resident_10k_persons as residents
    from province_inequality as inequality
    inner join province_panel as panel
        on inequality.province_code = panel.province_code and inequality.year = panel.year
    left join reference.place_groups as members
        on inequality.province_code = members.place_code and members.grouping = $subject
    where inequality.theil is not null and panel.pop_resident_10k_persons > 0
),

means as (
    select
        year,
        coalesce(region, 'all') as region,
        fsum(theil * residents) / fsum(residents) as theil,
        count(*) as places
    from provinces
    group by grouping sets ((year, region), (year))
)

select
    means.*,
    groupings.label_en as grouping_en,
    groupings.label_zh as grouping_zh
from means
cross join reference.groupings as groupings
where groupings.grouping = $subject
order by means.region <> 'all', means.region, means.year
"""

_REGIONS = {
    "all": "figure_region_all",
    "east": "figure_region_east",
    "central": "figure_region_central",
    "west": "figure_region_west",
    "coastal": "figure_region_coastal",
    "inland": "figure_region_inland",
    "not listed": "figure_region_not_listed",
}


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    rows = rows_of(connection, _QUERY, {"subject": subject})
    sheet = Sheet(connection, language, 7.4, 3.8)
    axes = sheet.canvas.add_subplot()
    told = []
    for number, region in enumerate(dict.fromkeys(row["region"] for row in rows)):
        look = look_of(number)
        points = [row for row in rows if row["region"] == region]
        name = sheet.word(_REGIONS[region]) if region in _REGIONS else region
        first, last = points[0], points[-1]
        told.append(
            sheet.word("figure_urban_rural_path", name=name, start=short(first["theil"]), end=short(last["theil"]))
        )
        axes.plot(
            [row["year"] for row in points],
            [row["theil"] for row in points],
            color=look.colour,
            marker=look.marker,
            linestyle=look.line,
            linewidth=2.2 if region == "all" else 1.5,
            markeredgecolor=INK,
            markeredgewidth=0.5,
            markersize=5,
            label=f"{name} ({last['places']})",
            gid=region,
        )
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=16))
    axes.set_xlabel(sheet.word("figure_year"))
    axes.set_ylabel(sheet.word("figure_urban_rural_index"))
    quiet_grid(axes)
    sheet.legend(axes, 4)
    years = [row["year"] for row in rows]
    grouping = rows[0][f"grouping_{language}"]
    separator = "; " if language == "en" else "；"
    return sheet.finished(
        title=sheet.word("figure_urban_rural_title"),
        subtitle=sheet.word("figure_urban_rural_subtitle", grouping=grouping),
        alternative=sheet.word(
            "figure_urban_rural_alternative",
            first=min(years),
            last=max(years),
            grouping=grouping,
            paths=separator.join(told),
        ),
        tables=["province_inequality", "province_panel"],
    )


FIGURE = Figure("figure_about_urban_rural_theil", _subjects, _draw)
