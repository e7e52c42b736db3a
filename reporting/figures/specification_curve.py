"""Specification curve: the estimates of all combinations of choices in their order, and the choices below each."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from matplotlib.axes import Axes

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import FAINT, INK, LOOKS, QUIET
from reporting.figures.sheet import Drawing, Row, Sheet, quiet_grid, short
from reporting.languages import Language
from reporting.warehouse import rows_of

_SUBJECTS = """
select curves.spec_id || '/' || curves.outcome as subject
from specification_curve_summary as curves
inner join specification_status as statuses on curves.spec_id = statuses.spec_id
where curves.fits_estimated > 0
order by
    contains(curves.spec_id, '_data_'),
    curves.study,
    curves.spec_id,
    curves.outcome <> statuses.outcome,
    curves.outcome
"""

#: choices are texts 'kind=option'; those that every fit or no fit has are no choices
_QUERY = """
with

fits as (
    select *
    from specification_curve
    where spec_id || '/' || outcome = $subject and status = 'estimated'
),

chosen as (
    select
        fit,
        unnest(
            list_concat(
                [
                    'effects=' || fixed_effects,
                    'sample=' || coalesce(nullif(sample, ''), 'whole'),
                    'winsorised=' || winsorised,
                    'errors=' || case when vcov = 'cluster' then cluster else vcov end
                ],
                list_transform(
                    string_split(coalesce(nullif(controls, ''), 'none'), '; '),
                    lambda name : 'control=' || name
                )
            )
        ) as choice
    from fits
),

varying as (
    select choice
    from chosen
    group by choice
    having count(*) < (select count(*) from fits)
),

choices as (
    select
        chosen.fit,
        list(chosen.choice order by chosen.choice) as choices
    from chosen
    inner join varying on chosen.choice = varying.choice
    group by chosen.fit
)

select
    row_number() over (order by fits.estimate, fits.fit) as position,
    fits.study,
    fits.outcome,
    fits.treatment,
    fits.is_reference,
    fits.estimate,
    fits.conf_low,
    fits.conf_high,
    fits.conf_low > 0 or fits.conf_high < 0 as is_significant,
    coalesce(choices.choices, []) as choices,
    summary.fits_estimated,
    summary.fits_possible,
    summary.median,
    summary.minimum,
    summary.maximum,
    summary.estimate as reference,
    summary.share_same_sign,
    summary.share_same_sign_significant,
    statuses.label,
    coalesce(outcomes.label_en, fits.outcome) as outcome_en,
    coalesce(outcomes.label_zh, fits.outcome) as outcome_zh,
    coalesce(treatments.label_en, fits.treatment) as treatment_en,
    coalesce(treatments.label_zh, fits.treatment) as treatment_zh,
    outcomes.unit,
    (
        select map_from_entries(list((column_name, label_en)))
        from mart_columns
        where mart_columns.study = fits.study and label_en is not null
    ) as labels_en,
    (
        select map_from_entries(list((column_name, label_zh)))
        from mart_columns
        where mart_columns.study = fits.study and label_zh is not null
    ) as labels_zh
from fits
inner join specification_curve_summary as summary on fits.spec_id = summary.spec_id and fits.outcome = summary.outcome
inner join specification_status as statuses on fits.spec_id = statuses.spec_id
left join choices on fits.fit = choices.fit
left join mart_columns as outcomes on fits.study = outcomes.study and fits.outcome = outcomes.column_name
left join mart_columns as treatments on fits.study = treatments.study and fits.treatment = treatments.column_name
order by position
"""

#: kinds of choices in the order of the panel, with their words
_KINDS = {
    "effects": "figure_curve_effects",
    "sample": "figure_curve_sample",
    "winsorised": "figure_curve_winsorised",
    "errors": "figure_curve_errors",
    "control": "figure_curve_control",
}
_ROW = 0.165


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    rows = rows_of(connection, _QUERY, {"subject": subject})
    first = rows[0]
    lines = _lines(rows)
    panel = _ROW * len(lines) + 0.3
    sheet = Sheet(connection, language, 8, 2.9 + panel)
    above, below = sheet.canvas.subplots(2, 1, sharex=True, height_ratios=[2.6, panel])
    _estimates(above, sheet, rows)
    _choices(below, sheet, rows, lines)
    sheet.legend(above, 3)
    outcome, treatment = first[f"outcome_{language}"], first[f"treatment_{language}"]
    shares = {name: f"{first[name]:.0%}" for name in ("share_same_sign", "share_same_sign_significant")}
    numbers = {name: short(first[name]) for name in ("minimum", "median", "maximum", "reference")}
    return sheet.finished(
        title=sheet.word("figure_curve_title", treatment=treatment, outcome=outcome),
        subtitle=sheet.word("figure_curve_subtitle", fits=first["fits_estimated"], possible=first["fits_possible"]),
        alternative=sheet.word(
            "figure_curve_alternative",
            fits=first["fits_estimated"],
            treatment=treatment,
            outcome=outcome,
            **numbers,
            **shares,
        ),
        tables=["specification_curve", "specification_curve_summary"],
        of_what=sheet.word(
            "figure_source_specification", specification=subject.partition("/")[0], study=first["study"]
        ),
        notes=[sheet.word("figure_curve_note", **shares)],
    )


def _estimates(axes: Axes, sheet: Sheet, rows: Sequence[Row]) -> None:
    first = rows[0]
    places = [row["position"] for row in rows]
    axes.vlines(
        places,
        [row["conf_low"] for row in rows],
        [row["conf_high"] for row in rows],
        color=FAINT,
        linewidth=max(0.5, 260 / len(rows)),
        label=sheet.word("figure_interval"),
    )
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.axhline(first["median"], color=QUIET, linewidth=1, linestyle=":", label=sheet.word("figure_curve_median"))
    for significant, key in ((True, "figure_curve_significant"), (False, "figure_curve_insignificant")):
        chosen = [row for row in rows if row["is_significant"] is significant]
        axes.plot(
            [row["position"] for row in chosen],
            [row["estimate"] for row in chosen],
            marker="." if significant else "o",
            linestyle="none",
            color=LOOKS[2].colour if significant else LOOKS[3].colour,
            markerfacecolor=LOOKS[2].colour if significant else "white",
            markersize=5 if significant else 3.5,
            markeredgewidth=0.8,
            label=sheet.word(key),
        )
    reference = [row for row in rows if row["is_reference"]]
    axes.plot(
        [row["position"] for row in reference],
        [row["estimate"] for row in reference],
        marker="D",
        linestyle="none",
        color=LOOKS[1].colour,
        markeredgecolor=INK,
        markersize=7,
        label=sheet.word("figure_curve_reference"),
    )
    axes.set_ylabel(sheet.word("figure_coefficient", unit=first["unit"] or sheet.word("figure_unit_of_outcome")))
    quiet_grid(axes)


#: a line of the panel of choices: the head of a kind (no option), or an option of it
Line = tuple[str, str | None]


def _lines(rows: Sequence[Row]) -> list[Line]:
    found = {tuple(choice.split("=", 1)) for row in rows for choice in row["choices"]}
    lines: list[Line] = []
    for kind in _KINDS:
        options = sorted(option for of_kind, option in found if of_kind == kind)
        lines += [(kind, None), *((kind, option) for option in options)] if options else []
    return lines


def _choices(axes: Axes, sheet: Sheet, rows: Sequence[Row], lines: Sequence[Line]) -> None:
    for place, (kind, option) in enumerate(lines):
        if option is None:
            continue
        chosen = [row["position"] for row in rows if f"{kind}={option}" in row["choices"]]
        axes.plot(
            chosen,
            [place] * len(chosen),
            marker="|",
            linestyle="none",
            color=INK,
            markersize=6,
            markeredgewidth=max(0.4, 200 / len(rows)),
            gid=f"{kind}={option}",
        )
    for row in rows:
        if row["is_reference"]:
            axes.axvline(row["position"], color=LOOKS[1].colour, linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(lines)), [_text(sheet, line, rows[0]) for line in lines])
    for tick, (_, option) in zip(axes.get_yticklabels(), lines, strict=True):
        tick.set_fontweight("bold" if option is None else "normal")
    axes.tick_params(length=0, axis="y", labelsize=7.5)
    axes.set_ylim(len(lines) - 0.3, -0.7)
    axes.set_xlim(0, len(rows) + 1)
    axes.set_xlabel(sheet.word("figure_curve_order"))


def _text(sheet: Sheet, line: Line, first: Row) -> str:
    kind, option = line
    labels = first[f"labels_{sheet.language}"]
    if option is None:
        return sheet.word(_KINDS[kind])
    if kind == "winsorised":
        share = float(option)
        return sheet.word("figure_curve_tails", share=f"{share:.0%}") if share else sheet.word("figure_curve_none")
    if option in ("whole", "none", "hc1", "classical"):
        return sheet.word(_FIXED[option])
    if kind == "effects":
        return option.replace("; ", " + ")
    name = labels.get(option, option)
    return sheet.word("figure_curve_clustered", column=name) if kind == "errors" else name


#: options that are no columns
_FIXED = {
    "whole": "figure_curve_whole",
    "none": "figure_curve_none",
    "hc1": "figure_curve_hc1",
    "classical": "figure_curve_classical",
}

FIGURE = Figure("figure_about_specification_curve", _subjects, _draw)
