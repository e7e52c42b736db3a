"""A specification with something of it changed: its table beside the one as specified and the printed one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from reporting.errors import UsageError
from reporting.printing import in_brackets, number, stars, with_stars
from reporting.warehouse import known, rows_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What of a specification can be changed, each as the seed writes it: terms separated by `;`, a sample as SQL."""

    regressors: str
    sample: str
    vcov: str
    unit_effects: str
    time_effects: str


@dataclass(frozen=True)
class Specified:
    """A specification as it stands: the mart that it reads, and what of it can be changed."""

    mart: str
    change: Change


@dataclass(frozen=True)
class Table:
    """Coefficients of the changed specification, those as specified (from the warehouse), and the printed ones.

    A row has term, the three estimates with their stars, and the three standard errors (changed, specified, printed;
    '' where there is none). figures: N, units, periods, R2, F of the changed and of the stored fit, as text by name.
    remarks: sentences for the reader.
    """

    dependent: str
    rows: list[dict[str, str]]
    figures: list[dict[str, str]]
    remarks: list[str]


def specifications(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Single regressions in the order of studies and tables: study, spec_id, label, table_number, column_number, mart,
    data_scope, status."""
    return rows_of(
        connection,
        """
        select
            specifications.study,
            specifications.spec_id,
            specifications.label,
            specifications.table_number,
            specifications.column_number,
            specifications.mart,
            specifications.data_scope,
            status.status
        from estimation.full_specifications as specifications
        left join specification_status as status using (spec_id)
        where specifications.suite = 'regression'
        order by
            specifications.study,
            specifications.table_number,
            try_cast(specifications.column_number as integer),
            specifications.column_number,
            specifications.spec_id
        """,
    )


def mart_columns(connection: duckdb.DuckDBPyConnection, mart: str) -> list[Row]:
    """Columns of a mart that a specification may name: column_name, unit, definition, label_en, label_zh."""
    return rows_of(
        connection,
        "select column_name, unit, definition, label_en, label_zh from mart_columns where study = ? order by column_name",
        [mart],
    )


def as_specified(connection: duckdb.DuckDBPyConnection, spec_id: str) -> Specified:
    """What the seed says of it; raises UsageError for a name that no single regression has."""
    known(spec_id, (row["spec_id"] for row in specifications(connection)), "specification of a single regression")
    (row,) = rows_of(
        connection,
        "select mart, regressors, sample, vcov, coalesce(unit_effects, 'absorbed') as unit_effects, "
        "coalesce(time_effects, 'absorbed') as time_effects from estimation.full_specifications where spec_id = ?",
        [spec_id],
    )
    return Specified(row.pop("mart"), Change(**row))


def table(connection: duckdb.DuckDBPyConnection, spec_id: str, change: Change) -> Table:
    """The changed specification, fitted on its mart, beside what it was.

    Raises UsageError with a sentence where the change is none that can be read, or cannot be estimated on these data.
    """
    from reporting.estimation_layer import NotEstimable, fitted, specification_of  # noqa: PLC0415

    before = as_specified(connection, spec_id).change
    specification = specification_of(connection, spec_id, **asdict(change))
    try:
        output = fitted(connection, specification)
    except NotEstimable as why:
        raise UsageError(f"Not estimable on these data: {why}.") from why
    beside = {row["term"]: row for row in _beside(connection, spec_id)}
    estimates = output.tables["estimates"].to_dict("records")
    ours = {str(row["term"]): row for row in estimates}
    (figures,) = output.tables["fit"].to_dict("records")
    return Table(
        dependent=specification.dependent.name,
        rows=[_row(term, ours.get(term), beside.get(term)) for term in dict.fromkeys([*ours, *beside])],
        figures=_figures(connection, spec_id, {str(name): value for name, value in figures.items()}),
        remarks=[*_remarks(before, change, beside.values()), *(f"{note[:1].upper()}{note[1:]}." for note in output.notes)],
    )


def _beside(connection: duckdb.DuckDBPyConnection, spec_id: str) -> list[Row]:
    """Coefficients as specified and as printed, of readings of a printed column; one row a term."""
    return rows_of(
        connection,
        """
        with
        specification as (select * from estimation.full_specifications where spec_id = $1),
        printed as (
            select scorecard.* from replication_scorecard as scorecard
            inner join specification
                on scorecard.study = specification.study
                and scorecard.table_number = specification.table_number
                and scorecard.column_number = specification.column_number
            where specification.data_scope in ('published', 'further reading')
        ),
        stored as (select * from estimates where spec_id = $1)
        select
            coalesce(stored.term, printed.term) as term,
            stored.estimate,
            stored.standard_error,
            stored.p_value,
            printed.published_estimate,
            printed.published_standard_error,
            printed.published_stars,
            printed.scale_factor
        from stored
        full join printed on stored.term = printed.term
        order by coalesce(stored.term, printed.term) = 'constant', coalesce(stored.term, printed.term)
        """,
        [spec_id],
    )


def _row(term: str, ours: Row | None, beside: Row | None) -> dict[str, str]:
    ours, beside = ours or {}, beside or {}
    return {
        "term": term,
        "changed": _starred(ours),
        "changed_error": in_brackets(ours.get("standard_error")),
        "specified": _starred(beside),
        "specified_error": in_brackets(beside.get("standard_error")),
        "printed": with_stars(beside.get("published_estimate"), beside.get("published_stars")),
        "printed_error": in_brackets(beside.get("published_standard_error")),
    }


def _starred(row: Row) -> str:
    p_value = row.get("p_value")
    return with_stars(row.get("estimate"), "" if p_value is None else stars(p_value))


def _figures(connection: duckdb.DuckDBPyConnection, spec_id: str, changed: Row) -> list[dict[str, str]]:
    (stored,) = rows_of(connection, "from fits where spec_id = ?", [spec_id])
    printed = rows_of(
        connection,
        "select any_value(published_n) as n from replication_scorecard where spec_id = ?",
        [spec_id],
    )[0]["n"]
    kind = f"r2_{stored['r2_kind']}"
    listed = [("n", "n", 0), ("n_units", "n_units", 0), ("n_periods", "n_periods", 0), ("r2", kind, 4)]
    return [
        {
            "name": name,
            "changed": number(changed.get(column), digits),
            "specified": number(stored.get(column), digits),
            "printed": number(printed, 0) if name == "n" else "",
        }
        for name, column, digits in listed
    ]


def _remarks(before: Change, change: Change, beside: Any) -> list[str]:
    changed = [name for name, value in asdict(change).items() if asdict(before)[name] != value]
    said = [f"Changed: {', '.join(changed)}." if changed else "As specified: nothing is changed."]
    for row in beside:
        if row["scale_factor"] not in (None, 1):
            said.append(f"The print shows {row['term']} times {row['scale_factor']:g}.")
    return said
