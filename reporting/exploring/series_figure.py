"""Series as a picture: one axes an indicator, one line a place, marks for where a value comes from."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reporting.exploring.called import ORIGINS, joined
from reporting.figures.palette import LOOKS, PAPER, QUIET
from reporting.figures.sheet import Drawing, Sheet, quiet_grid, styled, wrapped
from reporting.languages import Language, word

Row = dict[str, Any]

MOST_PLACES = len(LOOKS)
#: what is said against a value, on lines of any colour
FLAG = "#c00000"
#: settings of matplotlib are of the whole process, and an explorer may be open twice
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Drawn:
    """What a picture shows, as rows of `reporting.exploring.series`; names by indicator and by place code."""

    values: Sequence[Row]
    indicator_names: Mapping[str, str]
    place_names: Mapping[str, str]
    breaks: Sequence[Row] = field(default=())
    rivals: Sequence[Row] = field(default=())
    quarantined: Sequence[Row] = field(default=())
    boundary_changes: Sequence[Row] = field(default=())


@dataclass(frozen=True)
class Picture:
    """A picture as SVG, and what it shows in a sentence."""

    svg: bytes
    alternative: str


def picture(
    connection: duckdb.DuckDBPyConnection, drawn: Drawn, language: Language, *, narrow: bool = False
) -> Picture:
    """The picture, the same bytes for the same rows; `narrow` is for a telephone.

    Raises UsageError where the language needs a font that the machine has not.
    """
    with _ONE_AT_A_TIME, styled(language):
        drawing = _drawing(connection, drawn, language, narrow)
        return Picture(drawing.svg(), drawing.alternative)


def _drawing(connection: duckdb.DuckDBPyConnection, drawn: Drawn, language: Language, narrow: bool) -> Drawing:
    width, height, columns = (4.3, 2.9, 2) if narrow else (9.6, 3.0, 4)
    shown = list(drawn.indicator_names)
    sheet = Sheet(connection, language, width, height * len(shown))
    every = sheet.canvas.subplots(len(shown), 1, squeeze=False, sharex=True)[:, 0]
    for axes, indicator in zip(every, shown, strict=True):
        _draw(axes, drawn, indicator)
        axes.set_title("\n".join(wrapped(drawn.indicator_names[indicator], 9.5, width - 0.9)))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6 if narrow else 12))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        axes.tick_params(labelbottom=True)
        quiet_grid(axes)
    sheet.legend(every[0], columns, handles=[*_place_handles(drawn), *_mark_handles(drawn, language)])
    years = [row["year"] for row in drawn.values]
    return sheet.finished(
        title=joined([*drawn.place_names.values()], language),
        subtitle=f"{min(years)}–{max(years)}",
        alternative=sheet.word(
            "explorer_figure",
            indicators=joined([*drawn.indicator_names.values()], language),
            places=joined([*drawn.place_names.values()], language),
            first=min(years),
            last=max(years),
        ),
        tables=["observations", "rival_observations", "panel_notes", "definition_breaks"],
    )


def _draw(axes: Axes, drawn: Drawn, indicator: str) -> None:
    for number, place in enumerate(drawn.place_names):
        look: dict[str, Any] = {"color": LOOKS[number].colour}
        rows = [row for row in drawn.values if row["indicator"] == indicator and row["place_code"] == place]
        for segment in dict.fromkeys(row["segment"] for row in rows):
            points = [row for row in rows if row["segment"] == segment]
            axes.plot(*_xy(points), linestyle=LOOKS[number].line, linewidth=1.4, **look)
        for origin, marker in MARKERS.items():
            points = [row for row in rows if row["origin"] == origin]
            axes.plot(*_xy(points), linestyle="", markersize=4, **marker, **look)
        axes.plot(*_xy([row for row in rows if row["is_flagged"]]), linestyle="", **_FLAGGED)
        others = [row for row in _of(drawn.rivals, indicator, place) if row["differs"]]
        axes.plot(*_xy(others), linestyle="", **_RIVAL, **look)
        changed = {row["row_year"] for row in drawn.boundary_changes if row["place_code"] == place}
        axes.plot(*_xy([row for row in rows if row["year"] in changed]), linestyle="", **_BOUNDARY, **look)
    _draw_outliers(axes, [row for row in drawn.quarantined if row["indicator"] == indicator and row["differs"]])
    for row in drawn.breaks:
        if row["indicator"] == indicator and axes.lines:
            axes.axvline(row["first_year"] - 0.5, **_BREAK)


def _draw_outliers(axes: Axes, rows: Iterable[Row]) -> None:
    """What was proved wrong may be a thousand times too large: it never sets the scale, and sits at the edge then."""
    axes.autoscale_view()
    low, high = axes.get_ylim()
    for row in rows:
        axes.plot(row["year"], min(max(row["value"], low), high), linestyle="", clip_on=False, **_QUARANTINED)
    axes.set_ylim(low, high)


def _of(rows: Iterable[Row], indicator: str, place: str) -> list[Row]:
    return [row for row in rows if row["indicator"] == indicator and row["place_code"] == place]


def _xy(rows: Sequence[Row]) -> tuple[list[int], list[float]]:
    return [row["year"] for row in rows], [row["value"] for row in rows]


#: where a value comes from, by its mark: filled as reported, hollow as worked out, a diamond from another vintage
MARKERS: dict[str, dict[str, Any]] = {
    "reported": {"marker": "o"},
    "computed": {"marker": "s", "markerfacecolor": PAPER},
    "derived": {"marker": "o", "markerfacecolor": PAPER},
    "spliced": {"marker": "D", "markerfacecolor": PAPER},
}
_FLAGGED: dict[str, Any] = {
    "marker": "o",
    "markersize": 10,
    "markerfacecolor": "none",
    "markeredgecolor": FLAG,
    "markeredgewidth": 1.3,
}
_RIVAL: dict[str, Any] = {"marker": "x", "markersize": 4, "alpha": 0.6, "markeredgewidth": 0.9}
_BOUNDARY: dict[str, Any] = {"marker": "^", "markersize": 9, "markerfacecolor": "none"}
_QUARANTINED: dict[str, Any] = {"marker": "+", "markersize": 8, "color": FLAG, "markeredgewidth": 1.4}
_BREAK: dict[str, Any] = {"color": QUIET, "linewidth": 1, "linestyle": (0, (6, 3))}


def _place_handles(drawn: Drawn) -> list[Line2D]:
    return [
        Line2D([], [], color=LOOKS[number].colour, linestyle=LOOKS[number].line, label=name)  # type: ignore[arg-type]
        for number, name in enumerate(drawn.place_names.values())
    ]


def _mark_handles(drawn: Drawn, language: Language) -> list[Line2D]:
    """A line of the legend for each mark that is in the picture, and for no other."""
    origins = {row["origin"] for row in drawn.values}
    found = [
        (word(ORIGINS[origin], language), {"markersize": 4, "color": QUIET, **marker})
        for origin, marker in MARKERS.items()
        if origin in origins
    ]
    if any(row["is_flagged"] for row in drawn.values):
        found.append((word("explorer_mark_flagged", language), _FLAGGED))
    if any(row["differs"] for row in drawn.rivals):
        found.append((word("explorer_mark_rival", language), {**_RIVAL, "color": QUIET}))
    if any(row["differs"] for row in drawn.quarantined):
        found.append((word("explorer_mark_quarantined", language), _QUARANTINED))
    if drawn.boundary_changes:
        found.append((word("explorer_mark_boundary", language), {**_BOUNDARY, "color": QUIET}))
    handles = [Line2D([], [], linestyle="", label=name, **look) for name, look in found]
    if drawn.breaks:
        handles.append(Line2D([], [], label=word("explorer_mark_break", language), **_BREAK))
    return handles
