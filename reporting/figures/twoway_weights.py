"""Weights behind a two-way coefficient: on the effect of every treated place and year, sorted, and by cohort and year.

A negative weight means that a place whose outcome the policy raised lowers the coefficient.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import FAINT, INK, LOOKS, SCALE, readable_on
from reporting.figures.sheet import Drawing, Row, Sheet, quiet_grid, short
from reporting.languages import Language
from reporting.warehouse import rows_of

_SUBJECTS = """
select statuses.spec_id
from specification_status as statuses
where statuses.suite = 'twfe_weights' and statuses.status = 'estimated'
order by not is_published, contains(spec_id, '_data_'), study, spec_id
"""

_QUERY = """
select
    row_number() over (order by cells.weight, cells.unit, cells.time) as position,
    cells.unit,
    cells.time,
    cells.cohort,
    cells.weight,
    sum(cells.weight) over (partition by cells.cohort, cells.time) as cohort_weight,
    weights.study,
    weights.estimate,
    weights.atts,
    weights.atts_negative,
    weights.sum_positive,
    weights.sum_negative,
    weights.sigma_zero,
    statuses.label,
    coalesce(columns.label_en, statuses.outcome) as outcome_en,
    coalesce(columns.label_zh, statuses.outcome) as outcome_zh
from twfe_weights_by_cell as cells
inner join twfe_weights as weights on cells.spec_id = weights.spec_id
inner join specification_status as statuses on cells.spec_id = statuses.spec_id
left join mart_columns as columns on statuses.study = columns.study and statuses.outcome = columns.column_name
where cells.spec_id = $subject
order by position
"""


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    rows = rows_of(connection, _QUERY, {"subject": subject})
    first = rows[0]
    cohorts = sorted({row["cohort"] for row in rows})
    table = 0.34 * len(cohorts) + 0.55
    sheet = Sheet(connection, language, 7.6, 2.6 + table)
    above, below = sheet.canvas.subplots(2, 1, height_ratios=[2.2, table])
    _sorted(above, sheet, rows)
    _by_cohort(below, sheet, rows, cohorts)
    sheet.legend(above, 2)
    outcome = first[f"outcome_{language}"]
    numbers = {
        "cells": first["atts"],
        "negative": first["atts_negative"],
        "sum_negative": short(first["sum_negative"]),
        "estimate": short(first["estimate"]),
        "sigma": short(first["sigma_zero"]),
    }
    return sheet.finished(
        title=sheet.word("figure_weights_title", outcome=outcome),
        subtitle=first["label"] if language == "en" else subject,
        alternative=sheet.word("figure_weights_alternative", outcome=outcome, **numbers),
        tables=["twfe_weights_by_cell", "twfe_weights"],
        of_what=sheet.word("figure_source_specification", specification=subject, study=first["study"]),
        notes=[sheet.word("figure_weights_note", **numbers)],
    )


def _sorted(axes: Axes, sheet: Sheet, rows: Sequence[Row]) -> None:
    for negative, key in ((False, "figure_weights_positive"), (True, "figure_weights_negative")):
        look = LOOKS[1 if negative else 2]
        chosen = [row for row in rows if (row["weight"] < 0) is negative]
        axes.bar(
            [row["position"] for row in chosen],
            [row["weight"] for row in chosen],
            width=1,
            color=look.colour,
            label=sheet.word(key, cells=len(chosen)),
            gid="negative" if negative else "positive",
        )
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.set_xlim(0, len(rows) + 1)
    axes.set_xlabel(sheet.word("figure_weights_order"))
    axes.set_ylabel(sheet.word("figure_weights_weight"))
    quiet_grid(axes)


def _by_cohort(axes: Axes, sheet: Sheet, rows: Sequence[Row], cohorts: Sequence[int]) -> None:
    years = sorted({row["time"] for row in rows})
    weights = {(row["cohort"], row["time"]): row["cohort_weight"] for row in rows}
    largest = max(weights.values())
    for (cohort, year), weight in weights.items():
        corner = (years.index(year) - 0.5, cohorts.index(cohort) - 0.5)
        colour = SCALE(weight / largest) if weight >= 0 else "white"
        axes.add_patch(
            Rectangle(
                corner,
                1,
                1,
                facecolor=colour,
                edgecolor="white" if weight >= 0 else LOOKS[1].colour,
                hatch="" if weight >= 0 else "////",
                linewidth=0.8,
            )
        )
        axes.text(
            corner[0] + 0.5,
            corner[1] + 0.5,
            f"{100 * weight:.2f}",
            ha="center",
            va="center",
            fontsize=7.5,
            color=readable_on(colour),
            fontweight="normal" if weight >= 0 else "bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8} if weight < 0 else None,
        )
    axes.set_facecolor(FAINT)
    axes.set_xlim(-0.5, len(years) - 0.5)
    axes.set_ylim(len(cohorts) - 0.5, -0.5)
    axes.set_xticks(range(len(years)), [str(year) for year in years])
    axes.set_yticks(range(len(cohorts)), [str(cohort) for cohort in cohorts])
    axes.tick_params(length=0)
    axes.set_xlabel(sheet.word("figure_year"))
    axes.set_ylabel(sheet.word("figure_weights_cohort"))
    axes.set_title(sheet.word("figure_weights_table"))


FIGURE = Figure("figure_about_twoway_weights", _subjects, _draw)
