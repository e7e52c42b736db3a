"""Event study: effects by year since adoption, with the interval of each, the band of all, and robust estimators.

Robust estimators (robust_att) are laid over it where their sample lies within that of the event study and has the same
controls: of the samples that most estimators have, the one with most treated units. They have a balanced sample of
their own, which the notes state. Their coefficients before adoption are not all against the same year.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from matplotlib.axes import Axes

from reporting.figures.declaration import Figure, Shapes, listed
from reporting.figures.palette import FAINT, INK, QUIET, look_of
from reporting.figures.sheet import Drawing, Row, Sheet, quiet_grid, short
from reporting.languages import Language
from reporting.warehouse import rows_of

_SUBJECTS = """
select spec_id
from specification_status
where suite = 'event_study' and status = 'estimated'
order by not is_published, contains(spec_id, '_data_'), not ends_with(spec_id, '_cl'), study, spec_id
"""

_QUERY = r"""
with

asked as (
    select
        specifications.*,
        statuses.outcome,
        tests.n,
        tests.n_treated_units,
        tests.pretrend_p_value
    from estimation.full_specifications as specifications
    inner join specification_status as statuses on specifications.spec_id = statuses.spec_id
    inner join pre_trend_tests as tests on specifications.spec_id = tests.spec_id
    where specifications.spec_id = $subject
),

-- estimators of the same outcome and controls on a part of the sample; what is in options besides is the estimator
others as (
    select
        robust.spec_id,
        robust.sample,
        regexp_replace(robust.options, 'estimator = \w+(; )?', '') as other_options,
        statuses.n,
        statuses.n_treated_units
    from asked
    inner join estimation.full_specifications as robust
        on asked.study = robust.study
        and asked.dependent = robust.dependent
        and asked.regressors = robust.regressors
        and robust.suite = 'robust_att'
        and not contains(robust.options, 'two_way')
        and not contains(asked.options, 'cohorts')
        and list_has_all(string_split(robust.sample, ' and '), string_split(asked.sample, ' and '))
    inner join specification_status as statuses on robust.spec_id = statuses.spec_id
    where statuses.status = 'estimated'
),

counted as (
    select
        *,
        count(*) over (partition by sample, other_options) as estimators
    from others
),

overlaid as (
    select *
    from counted
    qualify dense_rank() over (order by estimators desc, n_treated_units desc, sample, other_options) = 1
),

drawn as (
    select
        'two_way' as series,
        events.spec_id,
        asked.n,
        asked.n_treated_units,
        events.relative_year,
        events.is_base,
        events.is_binned,
        events.estimate,
        events.conf_low,
        events.conf_high,
        events.band_low,
        events.band_high
    from event_study as events
    inner join asked on events.spec_id = asked.spec_id
    union all
    select
        effects.estimator,
        effects.spec_id,
        overlaid.n,
        overlaid.n_treated_units,
        effects.relative_year,
        false,
        false,
        effects.estimate,
        effects.conf_low,
        effects.conf_high,
        null,
        null
    from robust_att as effects
    inner join overlaid on effects.spec_id = overlaid.spec_id
    where effects.kind = 'dynamic'
),

spans as (
    select
        min(relative_year) as first_year,
        max(relative_year) as last_year
    from drawn
    where series = 'two_way'
)

select
    drawn.*,
    asked.study,
    asked.label,
    asked.outcome,
    coalesce(columns.label_en, asked.outcome) as outcome_en,
    coalesce(columns.label_zh, asked.outcome) as outcome_zh,
    columns.unit,
    asked.pretrend_p_value,
    (select any_value(confidence_level) from estimation.settings) as confidence_level
from drawn
cross join asked
inner join spans on drawn.relative_year between spans.first_year and spans.last_year
left join mart_columns as columns on asked.study = columns.study and asked.outcome = columns.column_name
order by drawn.series <> 'two_way', drawn.series, drawn.relative_year
"""

#: how far the points of the series stand from their year
_OFFSETS = {
    1: (0.0,),
    2: (-0.1, 0.12),
    3: (-0.14, 0.06, 0.22),
    4: (-0.2, 0.0, 0.15, 0.3),
    5: (-0.26, -0.08, 0.07, 0.22, 0.37),
}


def _subjects(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return listed(connection, _SUBJECTS)


def _draw(connection: duckdb.DuckDBPyConnection, subject: str, language: Language, _: Shapes | None) -> Drawing:
    rows = rows_of(connection, _QUERY, {"subject": subject})
    first = rows[0]
    sheet = Sheet(connection, language, 7.6, 4.1)
    axes = sheet.canvas.add_subplot()
    by_series: dict[str, list[Row]] = {}
    for row in rows:
        by_series.setdefault(row["series"], []).append(row)
    _adoption(axes, sheet)
    for number, points in enumerate(by_series.values()):
        _series(axes, sheet, points, number, _OFFSETS[len(by_series)][number])
    _scales(axes, sheet, by_series["two_way"], first)
    outcome = first[f"outcome_{language}"]
    return sheet.finished(
        title=sheet.word("figure_event_title", outcome=outcome),
        subtitle=sheet.word(
            "figure_event_subtitle",
            label=first["label"] if language == "en" else subject,
            n=first["n"],
            treated=first["n_treated_units"],
        ),
        alternative=_alternative(sheet, by_series, outcome),
        tables=["event_study", *(["robust_att"] if len(by_series) > 1 else [])],
        of_what=sheet.word("figure_source_specification", specification=subject, study=first["study"]),
        notes=_notes(sheet, by_series, first),
    )


def _adoption(axes: Axes, sheet: Sheet) -> None:
    axes.axhline(0, color=QUIET, linewidth=0.8, zorder=1)
    axes.axvline(-0.5, color=INK, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    axes.annotate(
        sheet.word("figure_event_adoption"),
        (-0.5, 1),
        xycoords=("data", "axes fraction"),
        xytext=(4, -2),
        textcoords="offset points",
        fontsize=8,
        va="top",
    )


def _series(axes: Axes, sheet: Sheet, points: Sequence[Row], number: int, offset: float) -> None:
    look = look_of(number)
    series = points[0]["series"]
    own = series == "two_way"
    free = [row for row in points if not row["is_base"]]
    places = [row["relative_year"] + offset for row in free]
    if own:
        lows, highs = ([row[name] for row in free] for name in ("band_low", "band_high"))
        axes.vlines(places, lows, highs, color=FAINT, linewidth=7, label=sheet.word("figure_event_band"), zorder=2)
        base = [row for row in points if row["is_base"]]
        axes.plot(
            [row["relative_year"] + offset for row in base],
            [row["estimate"] for row in base],
            marker="o",
            linestyle="none",
            markersize=7,
            markerfacecolor="white",
            markeredgecolor=look.colour,
            label=sheet.word("figure_event_base"),
            zorder=5,
        )
    lows, highs = ([row[name] for row in free] for name in ("conf_low", "conf_high"))
    axes.vlines(places, lows, highs, color=look.colour, linewidth=1.8 if own else 1.0, zorder=3)
    axes.plot(
        places,
        [row["estimate"] for row in free],
        marker=look.marker,
        color=look.colour,
        linestyle="none",
        markersize=6 if own else 4.5,
        markeredgecolor=INK,
        markeredgewidth=0.5,
        zorder=4,
        gid=series,
        label=sheet.word(_NAMES[series]),
    )


#: words of the series
_NAMES = {
    "two_way": "figure_event_two_way",
    "callaway_santanna": "figure_callaway_santanna",
    "sun_abraham": "figure_sun_abraham",
    "imputation": "figure_imputation",
    "dechaisemartin_dhaultfoeuille": "figure_dechaisemartin_dhaultfoeuille",
}


def _scales(axes: Axes, sheet: Sheet, points: Sequence[Row], first: Row) -> None:
    years = [row["relative_year"] for row in points]
    bounds = {years[0]: "≤", years[-1]: "≥"}
    texts = [
        f"{bounds.get(row['relative_year'], '') if row['is_binned'] else ''}{row['relative_year']}" for row in points
    ]
    axes.set_xticks(years, texts)
    axes.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    axes.set_xlabel(sheet.word("figure_event_years"))
    unit = first["unit"] or sheet.word("figure_unit_of_outcome")
    axes.set_ylabel(sheet.word("figure_coefficient", unit=unit))
    quiet_grid(axes)
    sheet.legend(axes, 3)


def _notes(sheet: Sheet, by_series: dict[str, list[Row]], first: Row) -> list[str]:
    notes = [sheet.word("figure_event_intervals", level=f"{first['confidence_level']:.0%}")]
    if first["pretrend_p_value"] is not None:
        notes.append(sheet.word("figure_event_pretrend", p=short(first["pretrend_p_value"])))
    others = [points[0] for series, points in by_series.items() if series != "two_way"]
    if others:
        names = ", ".join(row["spec_id"] for row in others)
        notes.append(
            sheet.word("figure_event_robust", n=others[0]["n"], treated=others[0]["n_treated_units"], names=names)
        )
    return notes


def _alternative(sheet: Sheet, by_series: dict[str, list[Row]], outcome: str) -> str:
    points = by_series["two_way"]
    at_adoption = next((row for row in points if row["relative_year"] >= 0), points[-1])
    last = points[-1]
    before = [row for row in points if row["relative_year"] < 0 and not row["is_base"]]
    return sheet.word(
        "figure_event_alternative",
        outcome=outcome,
        start=short(at_adoption["estimate"]),
        year=last["relative_year"],
        end=short(last["estimate"]),
        low=short(last["conf_low"]),
        high=short(last["conf_high"]),
        before=len(before),
        outside=sum(not row["conf_low"] <= 0 <= row["conf_high"] for row in before),
        others=len(by_series) - 1,
    )


FIGURE = Figure("figure_about_event_study", _subjects, _draw)
