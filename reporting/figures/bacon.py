"""Goodman-Bacon decomposition: comparisons of two cohorts that a two-way coefficient averages, and their weights."""

from __future__ import annotations

import duckdb
from matplotlib.ticker import PercentFormatter

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import INK, look_of
from reporting.figures.sheet import Drawing, Sheet, quiet_grid, short
from reporting.languages import Language
from reporting.warehouse import rows_of

_SUBJECTS = """
select statuses.spec_id
from specification_status as statuses
where statuses.suite = 'goodman_bacon' and statuses.status = 'estimated'
order by contains(spec_id, '_data_'), study, spec_id
"""

_QUERY = """
select
    comparisons.*,
    of_kind.weight as kind_weight,
    of_kind.estimate as kind_estimate,
    overall.estimate as overall_estimate,
    statuses.label,
    statuses.n,
    coalesce(columns.label_en, statuses.outcome) as outcome_en,
    coalesce(columns.label_zh, statuses.outcome) as outcome_zh,
    columns.unit
from goodman_bacon as comparisons
inner join goodman_bacon_summary as of_kind
    on comparisons.spec_id = of_kind.spec_id and comparisons.kind = of_kind.kind
inner join goodman_bacon_summary as overall
    on comparisons.spec_id = overall.spec_id and overall.kind = 'all'
inner join specification_status as statuses on comparisons.spec_id = statuses.spec_id
left join mart_columns as columns on statuses.study = columns.study and statuses.outcome = columns.column_name
where comparisons.spec_id = $subject
order by of_kind.weight desc, comparisons.kind, comparisons.weight desc
"""

_KINDS = {
    "treated_vs_never": "figure_bacon_never",
    "earlier_vs_later": "figure_bacon_earlier",
    "later_vs_earlier": "figure_bacon_later",
    "treated_vs_always": "figure_bacon_always",
}
#: comparisons whose cohort is written beside the point
_NAMED = 0.02
_TICKS = (0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1)


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    rows = rows_of(connection, _QUERY, {"subject": subject})
    first = rows[0]
    sheet = Sheet(connection, language, 7.4, 4)
    axes = sheet.canvas.add_subplot()
    axes.axhline(0, color=INK, linewidth=0.8)
    told = []
    for number, kind in enumerate(dict.fromkeys(row["kind"] for row in rows), start=1):
        look = look_of(number)
        points = [row for row in rows if row["kind"] == kind]
        text = sheet.word(
            "figure_bacon_kind",
            kind=sheet.word(_KINDS[kind]),
            weight=f"{points[0]['kind_weight']:.1%}",
            estimate=short(points[0]["kind_estimate"]),
        )
        told.append(text)
        axes.scatter(
            [row["weight"] for row in points],
            [row["estimate"] for row in points],
            marker=look.marker,
            s=46,
            color=look.colour,
            edgecolor=INK,
            linewidth=0.6,
            label=text,
            zorder=3,
            gid=kind,
            clip_on=False,
        )
    for row in rows:
        if row["weight"] >= _NAMED:
            axes.annotate(
                "/".join(str(cohort) for cohort in (row["treated_cohort"], row["control_cohort"]) if cohort),
                (row["weight"], row["estimate"]),
                xytext=(-6, -3) if row["control_cohort"] else (6, 4),
                ha="right" if row["control_cohort"] else "left",
                textcoords="offset points",
                fontsize=8,
            )
    axes.axhline(
        first["overall_estimate"],
        color=INK,
        linewidth=1.6,
        linestyle="--",
        label=sheet.word("figure_bacon_overall", estimate=short(first["overall_estimate"])),
    )
    # most weights are tiny: a square-root scale keeps them apart
    axes.set_xscale("function", functions=(lambda share: abs(share) ** 0.5, lambda root: root**2))
    axes.set_xlim(0, max(row["weight"] for row in rows) * 1.2)
    axes.set_xticks([tick for tick in _TICKS if tick < axes.get_xlim()[1]])
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xlabel(sheet.word("figure_bacon_weight"))
    axes.set_ylabel(sheet.word("figure_bacon_estimate", unit=first["unit"] or sheet.word("figure_unit_of_outcome")))
    quiet_grid(axes)
    sheet.legend(axes, 1)
    outcome = first[f"outcome_{language}"]
    separator = "; " if language == "en" else "；"
    return sheet.finished(
        title=sheet.word("figure_bacon_title", outcome=outcome),
        subtitle=sheet.word(
            "figure_bacon_subtitle", label=first["label"] if language == "en" else subject, n=first["n"]
        ),
        alternative=sheet.word(
            "figure_bacon_alternative",
            outcome=outcome,
            estimate=short(first["overall_estimate"]),
            comparisons=len(rows),
            kinds=separator.join(told),
        ),
        tables=["goodman_bacon", "goodman_bacon_summary"],
        of_what=sheet.word("figure_source_specification", specification=subject, study=first["study"]),
        notes=[sheet.word("figure_bacon_note")],
    )


FIGURE = Figure("figure_about_bacon", _subjects, _draw)
