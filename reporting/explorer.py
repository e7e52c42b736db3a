"""The explorer: a marimo app on a published warehouse, read-only.

`regional explore` serves it; `python -m reporting.explorer --warehouse W` runs all of its cells once and prints
nothing. Cells hold controls and put things on the screen; what is asked and worked out is in `reporting.exploring`.
"""

import marimo

# cells are called by marimo, and what one gives the next has no types
# mypy: ignore-errors

app = marimo.App(width="full", app_title="Regional inequality", css_file="explorer.css")


with app.setup:
    from functools import partial

    import marimo as mo

    from reporting.errors import UsageError
    from reporting.exploring import (
        called,
        changed_specification,
        controls,
        names,
        panel_files,
        provenance,
        screens,
        shown,
    )
    from reporting.languages import word
    from reporting.warehouse import default_warehouse, opened


@app.cell
def _():
    warehouse = str(mo.cli_args().get("warehouse") or default_warehouse())
    # A session keeps the file that it opened: a warehouse published meanwhile is that of the next session.
    try:
        connection = opened(warehouse)
    except UsageError as why:
        if mo.app_meta().mode == "script":
            raise
        mo.stop(True, mo.Html(shown.said(str(why), "en", "p", "explorer-warning")))
    # what was chosen outlives the controls, which are made anew in another language
    chosen = controls.Chosen()
    return chosen, connection, warehouse


@app.cell
def _(connection, language_switch, warehouse):
    language = language_switch.value
    mo.Html(screens.heading(connection, warehouse, language))
    return (language,)


@app.cell
def _():
    language_switch = mo.ui.radio(
        {"English": "en", "中文": "zh"}, value="English", inline=True, label="Language / 语言"
    )
    language_switch
    return (language_switch,)


@app.cell
def _(chosen, language):
    levels = {word(called.LEVELS[level], language): level for level in names.LEVELS}
    level_choice = mo.ui.radio(
        levels,
        value=chosen.one("level", levels),
        on_change=chosen.keep("level"),
        inline=True,
        label=word("explorer_panel", language),
    )
    mo.vstack([mo.Html(shown.said(word("explorer_series", language), language, "h2")), level_choice])
    return (level_choice,)


@app.cell
def _(chosen, language, level_choice):
    scopes = {word(called.SCOPES[scope], language): scope for scope in names.SCOPES[level_choice.value]}
    scope_choice = mo.ui.radio(
        scopes,
        value=chosen.one("scope", scopes),
        on_change=chosen.keep("scope"),
        inline=True,
        label=word("explorer_scope", language),
    )
    scope_choice if len(scopes) > 1 else None
    return (scope_choice,)


@app.cell
def _(chosen, connection, language, level_choice, scope_choice):
    level, scope = level_choice.value, scope_choice.value
    place_names = names.places(connection, level, language)
    indicator_names = names.indicators(connection, level, scope, language)
    places_choice = mo.ui.multiselect(
        place_names,
        value=chosen.some(f"places of {level}", place_names, controls.FIRST_PLACES[level]),
        on_change=chosen.keep(f"places of {level}"),
        max_selections=controls.MOST_PLACES,
        full_width=True,
        label=word("explorer_places", language, most=controls.MOST_PLACES),
    )
    indicators_choice = mo.ui.multiselect(
        indicator_names,
        value=chosen.some(f"indicators of {level}", indicator_names, controls.FIRST_INDICATORS[level]),
        on_change=chosen.keep(f"indicators of {level}"),
        max_selections=controls.MOST_INDICATORS,
        full_width=True,
        label=word("explorer_indicators", language, most=controls.MOST_INDICATORS),
    )
    mo.Html(shown.side_by_side([places_choice.text, indicators_choice.text]))
    return indicators_choice, level, places_choice, scope


@app.cell
def _(connection, indicators_choice, language, level, places_choice, scope):
    choice = names.Choice(level, tuple(places_choice.value), tuple(indicators_choice.value), scope)
    try:
        series_screen = screens.series_screen(connection, choice, language)
    except UsageError as why:
        mo.stop(True, mo.Html(shown.said(str(why), "en", "p", "explorer-warning")))
    mo.stop(series_screen is None, mo.Html(shown.said(word("explorer_nothing", language), language)))
    mo.vstack(
        [
            mo.Html(series_screen.picture),
            mo.Html(screens.absent(connection, choice, language)),
            mo.accordion(
                {
                    word("explorer_known", language, count=series_screen.known_count): mo.Html(series_screen.known),
                    word("explorer_values", language, count=series_screen.values_count): mo.Html(series_screen.values),
                },
                multiple=True,
            ),
            mo.hstack(
                [
                    mo.download(
                        series_screen.csv,
                        screens.file_name(connection, "series.csv"),
                        "text/csv",
                        label=word("explorer_save_values", language),
                    ),
                    mo.download(
                        series_screen.svg,
                        screens.file_name(connection, "series.svg"),
                        "image/svg+xml",
                        label=word("explorer_save_figure", language),
                    ),
                    *(
                        # made when it is asked for
                        mo.download(
                            partial(panel_files.panel_file, connection, choice, language, suffix),
                            screens.file_name(connection, f"{level}_panel.{suffix}"),
                            label=word(called.SAVED_ROWS[suffix], language),
                        )
                        for suffix in panel_files.SUFFIXES
                    ),
                ],
                justify="start",
                wrap=True,
            ),
        ]
    )
    return (choice,)


@app.cell
def _(chosen, choice, connection, language):
    trace_places = {screens.place_name(connection, choice, code, language): code for code in choice.places}
    trace_indicators = screens.with_values(connection, choice, language)
    trace_place = mo.ui.dropdown(
        trace_places,
        value=chosen.one("place", trace_places),
        on_change=chosen.keep("place"),
        full_width=True,
        label=word("explorer_place", language),
    )
    trace_indicator = mo.ui.dropdown(
        trace_indicators,
        value=chosen.one("indicator", trace_indicators),
        on_change=chosen.keep("indicator"),
        full_width=True,
        label=word("explorer_indicator", language),
    )
    mo.Html(
        shown.said(word("explorer_trace", language), language, "h2")
        + shown.side_by_side([trace_place.text, trace_indicator.text])
    )
    return trace_indicator, trace_place


@app.cell
def _(chosen, choice, connection, language, trace_indicator, trace_place):
    one_series = names.Choice(choice.level, (trace_place.value,), (trace_indicator.value,), choice.scope)
    trace_years = {str(year): year for year in provenance.years(connection, one_series)}
    mo.stop(not trace_years, mo.Html(shown.said(word("explorer_nothing", language), language)))
    trace_year = mo.ui.dropdown(
        trace_years,
        value=chosen.one("year", trace_years, first=max(trace_years.values())),
        on_change=chosen.keep("year"),
        full_width=True,
        label=word("explorer_year", language),
    )
    mo.Html(shown.side_by_side([trace_year.text]))
    return (trace_year,)


@app.cell
def _(choice, connection, language, trace_indicator, trace_place, trace_year):
    point = provenance.Point(choice.level, trace_place.value, trace_indicator.value, trace_year.value, choice.scope)
    traced = screens.traced_screen(connection, point, language)
    mo.vstack(
        [
            mo.Html(traced.html),
            mo.download(
                traced.csv,
                screens.file_name(connection, "cells.csv"),
                "text/csv",
                label=word("explorer_save_cells", language),
            ),
        ],
        align="start",
    )


@app.cell
def _(chosen, connection, language):
    studies = {row["study"]: row["study"] for row in changed_specification.specifications(connection)}
    study_choice = mo.ui.dropdown(
        studies,
        value=chosen.one("study", studies),
        on_change=chosen.keep("study"),
        label=word("explorer_study", language),
    )
    mo.vstack([mo.Html(shown.said(word("explorer_specification", language), language, "h2")), study_choice])
    return (study_choice,)


@app.cell
def _(chosen, connection, language, study_choice):
    specification_names = screens.specification_names(connection, study_choice.value, language)
    specification_choice = mo.ui.dropdown(
        specification_names,
        value=chosen.one(
            f"specification of {study_choice.value}",
            specification_names,
            first=screens.first_specification(connection, study_choice.value),
        ),
        on_change=chosen.keep(f"specification of {study_choice.value}"),
        label=word("explorer_spec", language),
        full_width=True,
    )
    specification_choice
    return (specification_choice,)


@app.cell
def _(connection, language, specification_choice):
    spec_id = specification_choice.value
    as_specified = changed_specification.as_specified(connection, spec_id)
    columns, how_many = screens.columns_screen(connection, as_specified.mart, language)
    written = as_specified.change
    form = (
        mo.Html(shown.form_of(["regressors", "sample", "vcov", "unit_effects", "time_effects"]))
        .batch(
            regressors=mo.ui.text_area(
                written.regressors, rows=4, full_width=True, label=word("explorer_regressors", language)
            ),
            sample=mo.ui.text_area(written.sample, rows=2, full_width=True, label=word("explorer_sample", language)),
            vcov=mo.ui.dropdown(controls.vcovs(), value=written.vcov, label=word("explorer_vcov", language)),
            unit_effects=mo.ui.dropdown(
                controls.unit_effects(), value=written.unit_effects, label=word("explorer_unit_effects", language)
            ),
            time_effects=mo.ui.dropdown(
                controls.time_effects(), value=written.time_effects, label=word("explorer_time_effects", language)
            ),
        )
        .form(submit_button_label=word("explorer_estimate", language), bordered=False)
    )
    column_list = mo.accordion(
        {word("explorer_columns", language, mart=as_specified.mart, count=how_many): mo.Html(columns)}
    )
    mo.vstack([form, column_list])
    return form, spec_id, written


@app.cell
def _(connection, form, language, spec_id, written):
    # as a script, nobody presses the button: the specification runs as it stands
    submitted = form.value or (vars(written) if mo.app_meta().mode == "script" else None)
    mo.stop(submitted is None, mo.Html(shown.said(word("explorer_press", language), language)))
    try:
        compared = screens.compared_screen(connection, spec_id, changed_specification.Change(**submitted), language)
    except UsageError as why:
        mo.stop(True, mo.Html(shown.said(str(why), "en", "p", "explorer-warning")))
    saved = [
        mo.download(
            held,
            screens.file_name(connection, f"{spec_id}_changed.{suffix}"),
            label=word(called.SAVED[suffix], language),
        )
        for suffix, held in compared.files.items()
    ]
    mo.vstack([mo.Html(compared.html), mo.hstack(saved, justify="start", wrap=True)])


if __name__ == "__main__":
    app.run()
