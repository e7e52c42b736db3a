"""Placebo policies: the density of the estimates of drawn policies, with the true estimate and its p value."""

from __future__ import annotations

import duckdb

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import INK, LOOKS, QUIET
from reporting.figures.sheet import Drawing, Sheet, quiet_grid, short
from reporting.languages import Language
from reporting.warehouse import rows_of

_SUBJECTS = """
select statuses.spec_id
from specification_status as statuses
where statuses.suite = 'placebo' and statuses.status = 'estimated'
order by not is_published, contains(spec_id, '_data_'), study, spec_id
"""

#: one row a bin of equal width between the extremes of the draws; a density, so that the bars have the area one
_QUERY = """
with

draws as (
    select estimate
    from placebo_draws
    where spec_id = $subject and estimate is not null
),

edges as (
    select
        min(estimate) as lowest,
        (max(estimate) - min(estimate)) / 40 as width,
        count(*) as drawn
    from draws
),

counted as (
    select
        least(cast(floor((draws.estimate - edges.lowest) / edges.width) as integer), 39) as bin,
        count(*) as draws_in_bin
    from draws
    cross join edges
    group by bin
)

select
    edges.lowest + bins.bin * edges.width as low,
    edges.width,
    coalesce(counted.draws_in_bin, 0) / edges.drawn / edges.width as density,
    summary.study,
    summary.draws_estimated,
    summary.estimate,
    summary.p_value,
    summary.mean,
    summary.sd,
    summary.p2_5,
    summary.p97_5,
    statuses.label,
    coalesce(columns.label_en, statuses.outcome) as outcome_en,
    coalesce(columns.label_zh, statuses.outcome) as outcome_zh,
    columns.unit
from (select unnest(range(40)) as bin) as bins
cross join edges
inner join placebo_summary as summary on summary.spec_id = $subject
inner join specification_status as statuses on summary.spec_id = statuses.spec_id
left join counted on bins.bin = counted.bin
left join mart_columns as columns on summary.study = columns.study and statuses.outcome = columns.column_name
order by low
"""


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    rows = rows_of(connection, _QUERY, {"subject": subject})
    first = rows[0]
    sheet = Sheet(connection, language, 7, 3.6)
    axes = sheet.canvas.add_subplot()
    axes.bar(
        [row["low"] for row in rows],
        [row["density"] for row in rows],
        first["width"],
        align="edge",
        color=LOOKS[2].colour,
        edgecolor="white",
        linewidth=0.4,
        gid="draws",
        label=sheet.word("figure_placebo_draws", draws=first["draws_estimated"]),
    )
    for name, label in (("p2_5", sheet.word("figure_placebo_range")), ("p97_5", None)):
        axes.axvline(first[name], color=QUIET, linestyle=":", linewidth=1.4, label=label)
    axes.axvline(
        first["estimate"],
        color=LOOKS[1].colour,
        linewidth=2.4,
        gid="estimate",
        label=sheet.word("figure_placebo_estimate", estimate=short(first["estimate"]), p=short(first["p_value"])),
    )
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_xlabel(
        sheet.word("figure_placebo_coefficient", unit=first["unit"] or sheet.word("figure_unit_of_outcome"))
    )
    axes.set_ylabel(sheet.word("figure_placebo_density"))
    axes.margins(x=0.06)
    quiet_grid(axes)
    sheet.legend(axes, 3)
    outcome = first[f"outcome_{language}"]
    return sheet.finished(
        title=sheet.word("figure_placebo_title", outcome=outcome),
        subtitle=first["label"] if language == "en" else subject,
        alternative=sheet.word(
            "figure_placebo_alternative",
            outcome=outcome,
            **{name: short(first[name]) for name in ("estimate", "p_value", "p2_5", "p97_5", "sd")},
            draws=first["draws_estimated"],
        ),
        tables=["placebo_draws", "placebo_summary"],
        of_what=sheet.word("figure_source_specification", specification=subject, study=first["study"]),
        notes=[sheet.word("figure_placebo_note", mean=short(first["mean"]), sd=short(first["sd"]))],
    )


FIGURE = Figure("figure_about_placebo", _subjects, _draw)
