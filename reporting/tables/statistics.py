"""Tables of statistics and findings: moments, scorecards, what the print says against itself, claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from reporting.languages import Language, word
from reporting.printing import number, with_stars
from reporting.tables.labels import captioned, joined, labels_of, terms_of
from reporting.tables.table import Row, Table
from reporting.warehouse import known, rows_of

_MOMENTS = ("observations", "mean", "standard_deviation", "minimum", "maximum")


def is_simulated(connection: duckdb.DuckDBPyConnection) -> bool:
    """Do the results of the warehouse rest on simulated data?"""
    ((simulated,),) = connection.sql("select coalesce(bool_or(is_simulated), false) from fits").fetchall()
    return bool(simulated)


def descriptives(connection: duckdb.DuckDBPyConnection, study: str, language: Language = "en") -> Table:
    """Moments of every variable of a study, those of its printed table beside the print, and then the others."""
    study = _study(connection, study, "descriptives")
    rows = rows_of(connection, _DESCRIPTIVES, [study])
    return _moments(connection, study, rows, shows="both", language=language, name=f"{study}_descriptives")


def moments_table(
    connection: duckdb.DuckDBPyConnection, study: str, table_number: int, shows: str, language: Language
) -> Table:
    """The printed table of moments, ours and the print as `shows` says."""
    rows = [row for row in rows_of(connection, _DESCRIPTIVES, [study]) if row["table_number"] == table_number]
    return _moments(connection, study, rows, shows=shows, language=language, name=f"{study}_table_{table_number}")


def scorecard_by_table(connection: duckdb.DuckDBPyConnection, study: str = "", language: Language = "en") -> Table:
    """How many printed coefficients come out, a row a printed table; of one study or of all."""
    counts = ("coefficients", "reproduced", "same_sign_and_significance", "same_sign", "differs", "not_estimable")
    columns = (*counts, "lost_by_clustering")
    name = _study(connection, study, "scorecard_by_table") if study else "%"
    query = "from scorecard_by_table where study like ? order by study, table_number"
    rows = rows_of(connection, query, [name])
    return _table(
        connection,
        name=f"{study or 'all'}_scorecard_by_table",
        title="scorecard_by_table_title",
        study=study,
        header=[word(column, language) for column in columns],
        groups=_by_study(
            (row["study"], word("table_of_study", language, study=row["study"], number=row["table_number"]), row)
            for row in rows
        ),
        texts=lambda row: [number(row[column], 0) for column in columns],
        notes=[word("note_verdicts", language)],
        language=language,
    )


def scorecard(connection: duckdb.DuckDBPyConnection, study: str, language: Language = "en") -> Table:
    """Every printed coefficient of a study beside ours, in the printed unit, with the verdict."""
    study = _study(connection, study, "replication_scorecard")
    labels, expressions = labels_of(connection, study, language), _expressions(connection, study)
    rows = rows_of(connection, _SCORECARD, [study])
    columns = ("column", "coefficient", "ours", "print", "difference_in_se", "verdict")

    def texts(row: Mapping[str, Any]) -> list[str]:
        return [
            f"({row['column_number'].replace('_', ' ')})",
            labels.of(row["term"], expressions.get(row["term"], "")),
            with_stars(row["estimate"], row["stars"]),
            with_stars(row["published_estimate"], row["published_stars"]),
            number(row["difference_in_published_se"], 1),
            _called(_VERDICTS, row["verdict"], language),
        ]

    return _table(
        connection,
        name=f"{study}_scorecard",
        title="scorecard_title",
        study=study,
        header=[word(column, language) for column in columns],
        groups=_by_study(
            (row["table_number"], f"{word('table', language)} {row['table_number']}", row) for row in rows
        ),
        texts=texts,
        notes=[word("note_verdicts", language)],
        language=language,
    )


def audit_findings(
    connection: duckdb.DuckDBPyConnection,
    study: str,
    language: Language = "en",
    verdicts: Sequence[str] = ("contradiction", "implausible"),
) -> Table:
    """What was found in the print held against itself; `verdicts` chooses among those of published_audit, () is all."""
    study = _study(connection, study, "reference.studies")
    labels, expressions = labels_of(connection, study, language), _expressions(connection, study)
    rows = rows_of(connection, _AUDIT, [study, list(verdicts), list(verdicts)])

    def place(row: Mapping[str, Any]) -> str:
        table = f"{word('table', language)} {row['table_number']}" if row["table_number"] is not None else ""
        column = f"({row['column_number'].replace('_', ' ')})" if row["column_number"] is not None else ""
        term = labels.of(row["term"], expressions.get(row["term"], "")) if row["term"] is not None else ""
        return " ".join(filter(None, (table, column, term)))

    columns = ("location", "subject", "verdict", "arithmetic")
    return _table(
        connection,
        name=f"{study}_audit",
        title="audit_title" if verdicts else "audit_title_all",
        study=study,
        header=[word(column, language) for column in columns],
        groups=_by_study((row["check_kind"], _called(_CHECKS, row["check_kind"], language), row) for row in rows),
        texts=lambda row: [
            place(row),
            row["subject"] or "",
            _called(_VERDICTS, row["verdict"], language),
            row["arithmetic"] or "",
        ],
        notes=[] if rows else [word("note_audit_none", language)],
        language=language,
        # what is printed is as real as it was
        of_data=False,
    )


def claims(connection: duckdb.DuckDBPyConnection, study: str, language: Language = "en") -> Table:
    """What the text of a study claims, whether its printed numbers bear it out, and whether the data do."""
    study = _study(connection, study, "claims_check")
    rows = rows_of(connection, "from claims_check where study = ? order by claim_id", [study])
    columns = ("claim", "location", "claimed", "in_print", "in_data")
    return _table(
        connection,
        name=f"{study}_claims",
        title="claims_title",
        study=study,
        header=[word(column, language) for column in columns],
        groups=[[(row["claim_id"], row) for row in rows]],
        texts=lambda row: [
            row["claim"] or "",
            row["location"] or "",
            " ".join(filter(None, (row["claimed"], row["unit"]))),
            _called(_VERDICTS, row["verdict_in_print"], language),
            _called(_VERDICTS, row["verdict_in_data"], language),
        ],
        notes=[],
        language=language,
    )


def _moments(
    connection: duckdb.DuckDBPyConnection,
    study: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    shows: str,
    language: Language,
    name: str,
) -> Table:
    labels = labels_of(connection, study, language)
    sides = [side for side in ("ours", "print") if shows in ("both", side)]
    header = [[word(moment, language) for moment in _MOMENTS for _ in sides]]
    if len(sides) > 1:
        header.append([word(side, language) for _ in _MOMENTS for side in sides])
    prefixes = [{"ours": "", "print": "published_"}[side] for side in sides]

    def texts(row: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(
            number(row[prefix + moment], 0 if moment == "observations" else row["digits"])
            for moment in _MOMENTS
            for prefix in prefixes
        )

    def lines(chosen: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
        return tuple((labels.of(row["variable"]), texts(row)) for row in chosen)

    printed = lines(row for row in rows if row["table_number"] is not None)
    others = lines(row for row in rows if row["table_number"] is None) if shows != "print" else ()
    factors: dict[float, list[str]] = {row["published_factor"] or 1: [] for row in rows}
    for row in rows:
        factors[row["published_factor"] or 1].append(labels.of(row["variable"]))
    notes = [
        word("note_moments_factor", language, names=joined(names, language), factor=f"{factor:g}")
        for factor, names in sorted(factors.items())
        if factor != 1 and shows != "ours"
    ]
    simulated = shows != "print" and is_simulated(connection)
    numbers = {row["table_number"] for row in rows if row["table_number"] is not None}
    title = word("table_of_study", language, study=study, number=", ".join(map(str, sorted(numbers))))
    return Table(
        name=name,
        caption=captioned(title if numbers else study, word("descriptive_statistics", language), language),
        header=tuple(tuple(level) for level in header),
        groups=tuple(group for group in (printed, others) if group),
        notes=(
            *([word("simulated", language)] if simulated else []),
            word("note_moments", language),
            *notes,
        ),
        language=language,
        simulated=simulated,
    )


def _table(
    connection: duckdb.DuckDBPyConnection,
    *,
    name: str,
    title: str,
    study: str,
    header: Sequence[str],
    groups: Iterable[Iterable[tuple[str, Mapping[str, Any]]]],
    texts: Any,
    notes: Sequence[str],
    language: Language,
    of_data: bool = True,
) -> Table:
    simulated = of_data and is_simulated(connection)
    caption = word(title, language)
    return Table(
        name=name,
        caption=captioned(study, caption, language) if study else caption,
        header=(tuple(header),),
        groups=tuple(tuple((label, tuple(texts(row))) for label, row in group) for group in groups),
        notes=(*([word("simulated", language)] if simulated else []), *notes),
        language=language,
        simulated=simulated,
    )


def _by_study(rows: Iterable[tuple[Any, str, Mapping[str, Any]]]) -> list[list[tuple[str, Mapping[str, Any]]]]:
    """Rows in groups by their first element, which stay in order; a label stands once where rows share it."""
    groups: dict[Any, list[tuple[str, Mapping[str, Any]]]] = {}
    for key, label, row in rows:
        group = groups.setdefault(key, [])
        group.append(("" if group and group[0][0] == label else label, row))
    return list(groups.values())


def _expressions(connection: duckdb.DuckDBPyConnection, study: str) -> dict[str, str]:
    """What the published columns of a study make their variables of, by name."""
    rows = connection.execute(
        "select endogenous, regressors from estimation.full_specifications "
        "where study = ? and is_published and suite = 'regression' order by spec_id desc",
        [study],
    ).fetchall()
    return {name: text for row in rows for name, text in terms_of(*row).items()}


def _study(connection: duckdb.DuckDBPyConnection, study: str, table: str) -> str:
    return known(study, (name for (name,) in connection.sql(f"select distinct study from {table}").fetchall()), "study")


def _called(names: Mapping[str, str], value: str | None, language: Language) -> str:
    """A value of a table in words; one that has none as it stands."""
    return word(names[value], language) if value is not None and value in names else value or ""


_VERDICTS = {
    "consistent": "verdict_consistent",
    "contradiction": "verdict_contradiction",
    "implausible": "verdict_implausible",
    "not determinable": "verdict_not_determinable",
    "reproduced": "verdict_reproduced",
    "same sign and significance": "verdict_same_sign_and_significance",
    "same sign": "verdict_same_sign",
    "differs": "verdict_differs",
    "not estimable": "verdict_not_estimable",
    "holds": "verdict_holds",
    "fails": "verdict_fails",
    "not checkable": "verdict_not_checkable",
}
_CHECKS = {
    "added_regressor": "check_added_regressor",
    "first_stage": "check_first_stage",
    "index_direction": "check_index_direction",
    "mediation_direction": "check_mediation_direction",
    "mediation_share": "check_mediation_share",
    "moments": "check_moments",
    "omitted_variable": "check_omitted_variable",
    "partition_n": "check_partition_n",
    "pooled_between": "check_pooled_between",
    "sample_arithmetic": "check_sample_arithmetic",
    "scale_of_ratio": "check_scale_of_ratio",
    "smallest_r2": "check_smallest_r2",
    "smallest_se": "check_smallest_se",
    "stars": "check_stars",
    "text_against_table": "check_text_against_table",
    "units_implied": "check_units_implied",
}

_DESCRIPTIVES = """
select
    descriptives.*,
    -- as many digits as the print has for its mean, three at least
    greatest(3, least(4, coalesce(length(split_part(cast(published_mean as varchar), '.', 2)), 4))) as digits
from descriptives
where study = ?
order by table_number is null
"""
_SCORECARD = r"""
select
    card.*
from replication_scorecard as card
left join estimation.full_specifications as specifications using (spec_id)
where card.study = ?
order by
    card.table_number,
    cast(regexp_extract(card.column_number, '\d+') as integer),
    card.column_number,
    card.term = 'constant',
    instr('; ' || concat_ws('; ', specifications.endogenous, specifications.regressors), '; ' || card.term)
"""
_AUDIT = """
from published_audit
where study = ? and (len(?::varchar[]) = 0 or list_contains(?::varchar[], verdict))
order by check_kind, table_number, column_number, term, subject
"""
