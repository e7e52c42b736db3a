"""Published against ours: every coefficient of a table as printed and as estimated here, with 95% intervals.

Terms differ in size by orders of magnitude, so that a row is measured in its own printed standard error: print stands
at zero with its interval of 1.96 to both sides, ours as far from it as it is, and a cross shows where a coefficient of
zero would lie. The scale is linear up to 5 printed standard errors and logarithmic beyond. The numbers beside are in
the printed unit.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from matplotlib.axes import Axes

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import FAINT, INK, LOOKS, QUIET
from reporting.figures.sheet import Drawing, Row, Sheet, short
from reporting.languages import Language
from reporting.printing import STARS
from reporting.warehouse import rows_of

_SUBJECTS = """
select study || '/' || table_number as subject
from replication_scorecard
where estimate is not null
group by study, table_number
order by study, table_number
"""

_QUERY = r"""
select
    scorecard.study,
    scorecard.table_number,
    scorecard.column_number,
    scorecard.term,
    case when scorecard.term <> 'constant' then coalesce(columns.label_en, scorecard.term) end as label_en,
    case when scorecard.term <> 'constant' then coalesce(columns.label_zh, scorecard.term) end as label_zh,
    scorecard.published_estimate,
    scorecard.published_standard_error,
    scorecard.published_stars,
    scorecard.published_n,
    scorecard.estimate,
    scorecard.standard_error,
    scorecard.stars,
    scorecard.n,
    scorecard.verdict,
    scorecard.reason,
    - scorecard.published_estimate / nullif(scorecard.published_standard_error, 0) as zero,
    scorecard.difference_in_published_se as ours,
    (scorecard.conf_low - scorecard.published_estimate) / nullif(scorecard.published_standard_error, 0) as ours_low,
    (scorecard.conf_high - scorecard.published_estimate) / nullif(scorecard.published_standard_error, 0) as ours_high,
    scorecard.conf_low <= scorecard.published_estimate + 1.96 * scorecard.published_standard_error
    and scorecard.conf_high >= scorecard.published_estimate - 1.96 * scorecard.published_standard_error as overlaps,
    scorecard.verdict in ('reproduced', 'same sign and significance') as agrees
from replication_scorecard as scorecard
left join estimation.full_specifications as specifications on scorecard.spec_id = specifications.spec_id
left join mart_columns as columns on scorecard.study = columns.study and scorecard.term = columns.column_name
where scorecard.study || '/' || scorecard.table_number = $subject
order by
    cast(regexp_extract(scorecard.column_number, '\d+') as integer),
    scorecard.column_number,
    scorecard.term = 'constant',
    coalesce(scorecard.term <> specifications.main_variable, true),
    scorecard.term
"""

_LINEAR = 5
_ROW = 0.205


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    rows = rows_of(connection, _QUERY, {"subject": subject})
    columns = list(dict.fromkeys(row["column_number"] for row in rows))
    places = _places(rows)
    lines = len(rows) + len(columns)
    sheet = Sheet(connection, language, 8, 0.75 + _ROW * lines)
    axes = sheet.canvas.add_subplot()
    _scale(axes, sheet, rows, lines)
    _points(axes, sheet, rows, places)
    _names(axes, sheet, rows, places)
    sheet.legend(axes, 3)
    estimated = [row for row in rows if row["estimate"] is not None]
    counts = {
        "rows": len(rows),
        "estimated": len(estimated),
        "agrees": sum(row["agrees"] for row in estimated),
        "overlaps": sum(bool(row["overlaps"]) for row in estimated),
    }
    study, table = rows[0]["study"], rows[0]["table_number"]
    return sheet.finished(
        title=sheet.word("figure_published_title", study=study, table=table),
        subtitle=sheet.word("figure_published_subtitle", **counts),
        alternative=sheet.word("figure_published_alternative", study=study, table=table, **counts),
        tables=["replication_scorecard"],
        of_what=sheet.word("figure_source_study", study=study),
        notes=[
            sheet.word("figure_published_note"),
            *([sheet.word("figure_published_no_distance")] if any(row["zero"] is None for row in rows) else []),
            *_reasons(rows),
        ],
    )


def _places(rows: Sequence[Row]) -> list[float]:
    """The height of each row, from the top down, with a line for the head of each column of the table."""
    places: list[float] = []
    height, column = 0.0, None
    for row in rows:
        height -= 2 if row["column_number"] != column else 1
        column = row["column_number"]
        places.append(height)
    return places


def _scale(axes: Axes, sheet: Sheet, rows: Sequence[Row], lines: int) -> None:
    axes.set_xscale("symlog", linthresh=_LINEAR, linscale=1.5)
    values = [abs(row[name]) for row in rows for name in ("ours_low", "ours_high", "zero") if row[name] is not None]
    furthest = max([2 * _LINEAR, *values]) * 1.3
    axes.set_xlim(-furthest, furthest)
    steps = [step for step in (2, 5, 20, 100, 1000, 10000) if step < furthest]
    axes.set_xticks([*(-step for step in steps), 0, *steps], [*(f"-{step}" for step in steps), "0", *map(str, steps)])
    axes.minorticks_off()
    axes.set_ylim(-lines - 0.7, -0.4)
    axes.set_xlabel(sheet.word("figure_published_distance"))
    axes.axvspan(-1.96, 1.96, color=FAINT, linewidth=0, label=sheet.word("figure_published_print"))
    axes.axvline(0, color=INK, linewidth=1)
    axes.grid(axis="x")


def _points(axes: Axes, sheet: Sheet, rows: Sequence[Row], places: Sequence[float]) -> None:
    look = LOOKS[1]
    measured = [(row["zero"], place) for row, place in zip(rows, places, strict=True) if row["zero"] is not None]
    axes.plot(
        [zero for zero, _ in measured],
        [place for _, place in measured],
        marker="x",
        linestyle="none",
        color=QUIET,
        markersize=4.5,
        gid="zero",
        label=sheet.word("figure_published_zero"),
    )
    both = [(row, place) for row, place in zip(rows, places, strict=True) if row["ours"] is not None]
    axes.hlines(
        [place for _, place in both],
        [row["ours_low"] for row, _ in both],
        [row["ours_high"] for row, _ in both],
        color=look.colour,
        linewidth=1.6,
    )
    for agrees, key in ((True, "figure_published_agrees"), (False, "figure_published_differs")):
        chosen = [(row, place) for row, place in both if row["agrees"] is agrees]
        axes.plot(
            [row["ours"] for row, _ in chosen],
            [place for _, place in chosen],
            marker="o" if agrees else "D",
            linestyle="none",
            markersize=5.5,
            color=look.colour,
            markerfacecolor=look.colour if agrees else "white",
            gid="agrees" if agrees else "differs",
            label=sheet.word(key),
        )


def _names(axes: Axes, sheet: Sheet, rows: Sequence[Row], places: Sequence[float]) -> None:
    """Terms to the left; to the right, in the printed unit, print and ours."""
    terms = [row[f"label_{sheet.language}"] or sheet.word("figure_published_constant") for row in rows]
    axes.set_yticks(places, terms)
    axes.tick_params(length=0)
    numbers = axes.secondary_yaxis("right")
    numbers.set_yticks(places, [_numbers(sheet, row) for row in rows])
    numbers.tick_params(length=0, labelsize=7.5)
    numbers.spines["right"].set_visible(False)
    before = None
    for row, place in zip(rows, places, strict=True):
        if row["column_number"] != before:
            before = row["column_number"]
            counts = sheet.word(
                "figure_published_column", column=before, n=row["n"] or 0, published_n=row["published_n"]
            )
            axes.text(
                0.01,
                place + 1,
                counts,
                transform=axes.get_yaxis_transform(),
                fontsize=8,
                fontweight="bold",
                va="center",
            )


def _numbers(sheet: Sheet, row: Row) -> str:
    published = _number(row["published_estimate"], row["published_standard_error"], row["published_stars"])
    if row["estimate"] is None:
        return f"{published} | {sheet.word('figure_not_estimable')}"
    return f"{published} | {_number(row['estimate'], row['standard_error'], row['stars'])}"


def _number(estimate: float, error: float, stars: int | None) -> str:
    return f"{short(estimate)}{STARS[stars or 0]} ({short(error, 2)})"


def _reasons(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(f"{row['column_number']}: {row['reason']}" for row in rows if row["reason"]))


FIGURE = Figure("figure_about_published_against_ours", _subjects, _draw)
