"""Regression tables: stored fits and printed columns side by side, assembled by maketables' ETable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import duckdb

from reporting.errors import UsageError
from reporting.languages import Language, word
from reporting.tables.columns import (
    STATISTICS,
    Coefficient,
    Fit,
    coefficients_of,
    expressions_of,
    fit_of,
    ours_of,
    printed_of,
    statistic_words,
)
from reporting.tables.labels import CONSTANT, Labels, captioned, labels_of
from reporting.tables.remarks import Remark, clustered_by, published_notes, remarks_on, sentences
from reporting.tables.statistics import is_simulated, moments_table
from reporting.tables.table import Row, Table
from reporting.warehouse import known, rows_of

if TYPE_CHECKING:
    from reporting.estimation_layer import Output, Specification

Shows = Literal["both", "ours", "print"]
SHOWS: tuple[Shows, ...] = get_args(Shows)


def published_tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Every published table as study and number: those of coefficients, and those of descriptive statistics."""
    return connection.sql(
        "select study, table_number from replication_scorecard union "
        "select study, table_number from descriptives where table_number is not null order by all"
    ).fetchall()


def published(
    connection: duckdb.DuckDBPyConnection,
    study: str,
    table_number: int | str,
    shows: Shows = "both",
    language: Language = "en",
) -> Table:
    """A published table: ours beside the print, ours alone or the print alone, in the printed unit and digits.

    Rows are the printed coefficients. A column that the data do not support is empty, with the reason as a note. Raises
    UsageError for an unknown study or table.
    """
    listed = published_tables(connection)
    study = known(study, (name for name, _ in listed), "study")
    numbers = {str(found) for name, found in listed if name == study}
    found_number = int(known(str(table_number), numbers, "table"))
    rows = rows_of(connection, _PUBLISHED, [study, found_number])
    if not rows:
        return moments_table(connection, study, found_number, shows, language)
    labels = labels_of(connection, rows[0]["mart"] or study, language)
    columns = list(dict.fromkeys(row["column_number"] for row in rows))
    fits: list[Fit] = []
    for column in columns:
        of_column = [row for row in rows if row["column_number"] == column]
        if shows != "print":
            fits.append(ours_of(of_column, labels, of_both=shows == "both"))
        if shows != "ours":
            fits.append(printed_of(of_column, labels, of_both=shows == "both"))
    order = _in_one_order([[row["term"] for row in rows if row["column_number"] == column] for column in columns])
    expressions = {term: text for row in rows for term, text in expressions_of(row).items()}
    terms = {term: labels.of(term, expressions.get(term, "")) for term in order}
    title = word("table_of_study", language, study=study, number=found_number)
    kind = word({"both": "ours_beside_print", "ours": "ours_alone", "print": "print_alone"}[shows], language)
    return _assembled(
        name=f"{study}_table_{found_number}",
        caption=captioned(title, kind, language),
        fits=fits,
        terms=terms,
        labels=labels,
        effects=(rows[0]["unit_column"] or f"{rows[0]['place_level']}_code", "year"),
        notes=published_notes(rows, columns, shows, labels),
        simulated=shows != "print" and is_simulated(connection),
    )


def of_fits(
    connection: duckdb.DuckDBPyConnection, spec_ids: Sequence[str], language: Language = "en", caption: str = ""
) -> Table:
    """Stored single regressions side by side, every coefficient, in the unit of the mart.

    Raises UsageError for a specification that is unknown or of another suite, and for specifications of several marts.
    """
    rows = [_stored(connection, spec_id) for spec_id in spec_ids]
    if not rows:
        raise UsageError("Name at least one specification.")
    if len({row["mart"] for row in rows}) > 1:
        raise UsageError("These specifications are of several marts: make a table of each.")
    labels = labels_of(connection, rows[0]["mart"], language)
    fits: list[Fit] = []
    remarks: list[Remark] = []
    for position, row in enumerate(rows, start=1):
        estimates = rows_of(connection, _ESTIMATES, [row["spec_id"]])
        fits.append(fit_of(f"({position})", row["spec_id"], row, estimates, labels))
        remarks += remarks_on(f"({position})", row, labels)
    return _of_rows(
        name="_".join(spec_ids),
        caption=caption,
        rows=rows,
        fits=fits,
        remarks=remarks,
        labels=labels,
        simulated=is_simulated(connection),
    )


def of_output(
    connection: duckdb.DuckDBPyConnection,
    specification: Specification,
    output: Output | str,
    language: Language = "en",
    *,
    caption: str = "",
    notes: Sequence[str] = (),
) -> Table:
    """A fresh single regression as a table of one column; `output` is what the suite returned, or why it could not.

    notes stand before those on the column.
    """
    row = _of_specification(connection, specification) | {"reason": None}
    estimates: list[dict[str, Any]] = []
    if isinstance(output, str):
        row |= {"status": "not_estimable", "reason": output}
    else:
        (figures,) = output.tables["fit"].to_dict("records")
        row |= {"status": "estimated", **{str(name): value for name, value in figures.items()}}
        found = output.tables["estimates"]
        estimates = [
            {str(name): value for name, value in values.items()}
            | {"stars": sum(values["p_value"] < level for level in (0.01, 0.05, 0.1))}
            for values in found.to_dict("records")
        ]
    labels = labels_of(connection, specification.mart, language)
    fit = fit_of("(1)", "", row, estimates, labels)
    remarks = remarks_on("(1)", row, labels)
    return _of_rows(
        name=specification.spec_id,
        caption=caption,
        rows=[row],
        fits=[fit],
        notes=notes,
        remarks=remarks,
        labels=labels,
        simulated=is_simulated(connection),
    )


def _of_rows(
    *,
    name: str,
    caption: str,
    rows: Sequence[Mapping[str, Any]],
    fits: list[Fit],
    remarks: list[Remark],
    labels: Labels,
    simulated: bool,
    notes: Sequence[str] = (),
) -> Table:
    """A table of specifications, whose rows are all their coefficients, in order; one that none estimates as well."""
    order = _in_one_order([list(coefficients_of(row)) for row in rows])
    expressions = {term: text for row in rows for term, text in coefficients_of(row).items()}
    terms = {term: labels.of(term, expressions[term]) for term in order}
    terms |= {term: labels.of(term) for fit in fits for term in fit.coefficients if term not in terms}
    clusters = dict.fromkeys(clustered_by(row, labels) for row in rows if row["vcov"] == "cluster")
    return _assembled(
        name=re.sub(r"\W+", "_", name)[:60],
        caption=caption or word("specifications", labels.language),
        fits=fits,
        terms=terms,
        labels=labels,
        effects=(rows[0]["unit_column"], rows[0]["time_column"]),
        notes=[
            word("note_errors", labels.language),
            *(word("note_clustered_by", labels.language, label=label) for label in clusters),
            *notes,
            *sentences(remarks, labels.language),
        ],
        simulated=simulated,
    )


def _assembled(
    *,
    name: str,
    caption: str,
    fits: Sequence[Fit],
    terms: Mapping[str, str],
    labels: Labels,
    effects: Sequence[str],
    notes: Iterable[str],
    simulated: bool,
) -> Table:
    """The table of these columns, put together by maketables; terms give rows and their labels in their order."""
    from maketables import ETable  # noqa: PLC0415

    language = labels.language
    order = [*(term for term in terms if term != CONSTANT), *(term for term in terms if term == CONSTANT)]
    # every column has every row, so that one that could not be estimated is empty and not gone
    nothing = Coefficient(None, None, 0)
    full = [replace(fit, coefficients={term: fit.coefficients.get(term, nothing) for term in order}) for fit in fits]
    made = ETable(
        full,
        coef_fmt="shown:s",
        order=order,
        labels={},
        cat_template="",
        model_stats=[key for key in STATISTICS if any(fit.statistics.get(key) for fit in fits)],
        head_order="",
        show_fe=False,
        notes="-",
    )
    found = {group: made.df.loc[group] for group in made.df.index.get_level_values(0).unique()}
    rows = {
        group: [(str(key), tuple(str(text) for text in texts)) for key, *texts in frame.itertuples(name=None)]
        for group, frame in found.items()
    }
    called = statistic_words(effects, labels)
    coefficients = [line for key, texts in rows["coef"] for line in _two_lines(terms[key], texts)]
    statistics = [(called[key], texts) for key, texts in rows.get("stats", [])]
    warning = [word("simulated", language)] if simulated else []
    levels = [tuple(fit.dependent for fit in fits), *zip(*(fit.heading for fit in fits), strict=True)]
    return Table(
        name=name,
        caption=caption,
        header=tuple(level for level in levels if any(level)),
        groups=tuple(tuple(group) for group in (coefficients, statistics) if group),
        notes=(*warning, *notes),
        language=language,
        simulated=simulated,
    )


def _in_one_order(lists: Iterable[Sequence[str]]) -> list[str]:
    """The terms of all columns; those that only a later column has stand before the next one that it shares."""
    order: list[str] = []
    for terms in lists:
        for position, term in enumerate(terms):
            if term not in order:
                shared = [order.index(later) for later in terms[position:] if later in order]
                order.insert(min(shared, default=len(order)), term)
    return order


def _two_lines(label: str, texts: Sequence[str]) -> list[Row]:
    """The estimates in one row and their standard errors in the next, which has no label."""
    pairs = [text.partition("\n") for text in texts]
    return [(label, tuple(first for first, _, _ in pairs)), ("", tuple(second for _, _, second in pairs))]


def _stored(connection: duckdb.DuckDBPyConnection, spec_id: str) -> dict[str, Any]:
    names = (name for (name,) in connection.sql("select spec_id from estimation.full_specifications").fetchall())
    (row,) = rows_of(connection, _STORED, [known(spec_id, names, "specification")])
    if row["suite"] != "regression":
        raise UsageError(f"{spec_id} is of the suite {row['suite']}, which has tables of its own and no column here.")
    return row


def _of_specification(connection: duckdb.DuckDBPyConnection, specification: Specification) -> dict[str, Any]:
    """What a stored specification has as a row, of one that is not stored."""
    found = rows_of(connection, "select place_level from reference.studies where mart = ?", [specification.mart])
    # a table that no study has is of the places that errors are clustered by where nothing else is said
    level = found[0]["place_level"] if found else specification.cluster_column.removesuffix("_code")
    written = {
        name: "; ".join(f"{term.name} = {term.expression}" for term in getattr(specification, name))
        for name in ("regressors", "endogenous", "instruments")
    }
    return {
        **written,
        "dependent": f"{specification.dependent.name} = {specification.dependent.expression}",
        "mart": specification.mart,
        "place_level": level,
        **{
            name: getattr(specification, name)
            for name in ("unit_column", "time_column", "cluster_column", "unit_effects", "time_effects", "vcov")
        },
    }


_PUBLISHED = r"""
select
    card.*,
    specifications.mart,
    coalesce(specifications.dependent, printed_fits.dependent) as dependent,
    specifications.regressors,
    specifications.endogenous,
    specifications.instruments,
    specifications.unit_column,
    specifications.unit_effects,
    specifications.time_effects,
    coalesce(specifications.r2_kind, 'overall') as r2_kind,
    studies.place_level,
    fits.vcov,
    fits.n_units,
    fits.n_matched_treated,
    fits.r2_overall,
    fits.r2_within_one_way,
    fits.r2_within_two_way,
    fits.f_statistic,
    fits.first_stage_f,
    fits.cragg_donald_f,
    fits.kleibergen_paap_f,
    fits.ar_set,
    fits.ar_low,
    fits.ar_high,
    fits.dropped_variables,
    fits.share_filled,
    printed.paren_kind,
    printed_fits.column_label,
    printed_fits.unit_fe as published_unit_fe,
    printed_fits.year_fe as published_year_fe,
    printed_fits.r2 as published_r2,
    printed_fits.f_stat as published_f,
    greatest(3, length(split_part(cast(printed_fits.r2 as varchar), '.', 2))) as r2_digits,
    greatest(
        length(regexp_extract(printed.printed, '^[-−+]?\d*\.(\d+)', 1)),
        if(printed.paren_kind = 'se', length(regexp_extract(printed.printed, '\.(\d+)\)?$', 1)), 0)
    ) as digits,
    -- a standard error that is made of a t statistic gets one digit more than the coefficient
    if(printed.paren_kind = 'se', digits, digits + 1) as error_digits
from replication_scorecard as card
inner join reference.studies as studies on card.study = studies.study
inner join reference.published_estimates as printed
    on card.study = printed.study
    and card.table_number = printed.table_number
    and card.column_number = printed.column_number
    and card.term = printed.term
left join reference.published_fits as printed_fits
    on card.study = printed_fits.study
    and card.table_number = printed_fits.table_number
    and card.column_number = printed_fits.column_number
left join estimation.full_specifications as specifications on card.spec_id = specifications.spec_id
left join fits on card.spec_id = fits.spec_id
where card.study = ? and card.table_number = ?
order by
    cast(regexp_extract(card.column_number, '\d+') as integer),
    card.column_number,
    -- in the order of the specification, the constant last
    card.term = 'constant',
    instr('; ' || concat_ws('; ', specifications.endogenous, specifications.regressors), '; ' || card.term)
"""
_STORED = """
select
    specifications.*,
    studies.place_level,
    fits.* exclude (study, spec_id, label, data_scope, dependent, vcov, r2_kind)
from estimation.full_specifications as specifications
left join fits on specifications.spec_id = fits.spec_id
left join reference.studies as studies on specifications.study = studies.study
where specifications.spec_id = ?
"""
_ESTIMATES = """
select
    term,
    estimate,
    standard_error,
    cast(p_value < 0.01 as integer) + cast(p_value < 0.05 as integer) + cast(p_value < 0.1 as integer) as stars
from estimates
where spec_id = ?
"""
