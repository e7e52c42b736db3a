"""Regression tables: stored fits and printed columns side by side, assembled by maketables' ETable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

import duckdb

from reporting.errors import UsageError
from reporting.languages import Language, word
from reporting.printing import STARS, number
from reporting.tables.labels import CONSTANT, Labels, captioned, joined, labels_of, terms_of
from reporting.tables.statistics import is_simulated, moments_table
from reporting.tables.table import Row, Table
from reporting.warehouse import known, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from reporting.estimation_layer import Output, Specification

Shows = Literal["both", "ours", "print"]
SHOWS: tuple[Shows, ...] = get_args(Shows)
DIGITS = 4

#: statistics below the coefficients, in their order; one that no column has is left out
_STATISTICS = (
    *("unit_effects", "time_effects", "n", "n_units", "n_matched_treated"),
    *("r2_overall", "r2_within_one_way", "r2_within_two_way", "f_statistic", "vcov"),
    *("first_stage_f", "cragg_donald_f", "kleibergen_paap_f", "anderson_rubin", "share_filled"),
)
#: what they are called, by words, or by a name that is the same everywhere
_WORDS = {
    "n": "observations",
    "n_units": "places",
    "n_matched_treated": "n_matched",
    "r2_within_one_way": "r2_within_one_way",
    "r2_within_two_way": "r2_within_two_way",
    "f_statistic": "f_statistic",
    "vcov": "vcov",
    "first_stage_f": "first_stage_f",
    "anderson_rubin": "anderson_rubin",
    "share_filled": "share_filled",
}
_NAMES = {
    "r2_overall": "R²",
    "cragg_donald_f": "Cragg-Donald F",
    "kleibergen_paap_f": "Kleibergen-Paap F",
}
_EFFECTS = {"city_code": "effects_city_code", "province_code": "effects_province_code", "year": "effects_year"}
_CLUSTERS = {"city_code": "by_city", "province_code": "by_province", "year": "by_year"}
_VCOVS = {"classical": "vcov_classical", "hc1": "vcov_hc1", "cluster": "vcov_cluster"}


@dataclass(frozen=True)
class Coefficient:
    """A number of a column as it is shown."""

    estimate: float | None
    standard_error: float | None
    stars: int
    digits: int = DIGITS
    error_digits: int = DIGITS

    @property
    def shown(self) -> str:
        """The estimate with its stars, and on a second line the standard error in brackets; '' for none."""
        if self.estimate is None:
            return ""
        error = number(self.standard_error, self.error_digits)
        return f"{number(self.estimate, self.digits)}{STARS[self.stars]}" + (f"\n({error})" if error else "")


@dataclass(frozen=True)
class Remark:
    """A note on a column: the key of its words, and what they need besides the column."""

    key: str
    column: str
    values: tuple[tuple[str, str], ...]

    @classmethod
    def on(cls, column: str, key: str, **values: str) -> Remark:
        """The remark with these values."""
        return cls(key, column, tuple(values.items()))


@dataclass(frozen=True)
class Fit:
    """One column of a regression table, stored, fresh or printed, as maketables takes a model (its plug-in format)."""

    heading: tuple[str, ...]
    dependent: str
    coefficients: Mapping[str, Coefficient]
    statistics: Mapping[str, str] = field(default_factory=dict)

    # maketables asks for it at every statistic of every column
    @cached_property
    def __maketables_coef_table__(self) -> pd.DataFrame:
        """Estimate, standard error and p-value by term, and the text of the cell; the stars are in the text."""
        import pandas as pd  # noqa: PLC0415

        rows = self.coefficients.values()
        return pd.DataFrame(
            {
                "b": [row.estimate for row in rows],
                "se": [row.standard_error for row in rows],
                "p": [float("nan") for _ in rows],
                "shown": [row.shown for row in rows],
            },
            index=pd.Index(list(self.coefficients), name="Coefficient"),
        ).astype({"b": float, "se": float, "shown": object})

    @property
    def __maketables_depvar__(self) -> str:
        """The label of the dependent variable."""
        return self.dependent

    def __maketables_stat__(self, key: str) -> str:
        """A statistic as text, '' where the column has none."""
        return self.statistics.get(key, "")


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
            fits.append(_ours(of_column, labels, of_both=shows == "both"))
        if shows != "ours":
            fits.append(_printed(of_column, labels, of_both=shows == "both"))
    order = _in_one_order([[row["term"] for row in rows if row["column_number"] == column] for column in columns])
    expressions = {term: text for row in rows for term, text in _expressions(row).items()}
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
        notes=_published_notes(rows, columns, shows, labels),
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
        fits.append(_fit(f"({position})", row["spec_id"], row, estimates, labels))
        remarks += _remarks(f"({position})", row, labels)
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
    fit = _fit("(1)", "", row, estimates, labels)
    remarks = _remarks("(1)", row, labels)
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
    order = _in_one_order([list(_coefficients_of(row)) for row in rows])
    expressions = {term: text for row in rows for term, text in _coefficients_of(row).items()}
    terms = {term: labels.of(term, expressions[term]) for term in order}
    terms |= {term: labels.of(term) for fit in fits for term in fit.coefficients if term not in terms}
    clusters = dict.fromkeys(_cluster_label(row, labels) for row in rows if row["vcov"] == "cluster")
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
            *_sentences(remarks, labels.language),
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
        model_stats=[key for key in _STATISTICS if any(fit.statistics.get(key) for fit in fits)],
        head_order="",
        show_fe=False,
        notes="-",
    )
    found = {group: made.df.loc[group] for group in made.df.index.get_level_values(0).unique()}
    rows = {
        group: [(str(key), tuple(str(text) for text in texts)) for key, *texts in frame.itertuples(name=None)]
        for group, frame in found.items()
    }
    called = _statistic_words(effects, labels)
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


def _statistic_words(effects: Sequence[str], labels: Labels) -> dict[str, str]:
    """What the rows of statistics are called; those of the effects by the columns of unit and time."""
    language = labels.language
    called = {key: word(_WORDS[key], language) if key in _WORDS else _NAMES[key] for key in _STATISTICS[2:]}
    for key, column in zip(_STATISTICS[:2], effects, strict=True):
        called[key] = (
            word(_EFFECTS[column], language)
            if column in _EFFECTS
            else word("effects_of", language, label=labels.of(column))
        )
    return called


# -- columns ----------------------------------------------------------------------------------------------------------
def _heading(column: str) -> str:
    return f"({column.replace('_', ' ')})"


def _ours(rows: Sequence[Mapping[str, Any]], labels: Labels, *, of_both: bool) -> Fit:
    first = rows[0]
    coefficients = {
        row["term"]: Coefficient(
            row["estimate"], row["standard_error"], row["stars"] or 0, row["digits"], row["error_digits"]
        )
        for row in rows
        if row["estimate"] is not None
    }
    heading = (_heading(first["column_number"]), *([word("ours", labels.language)] if of_both else []))
    return Fit(heading, _dependent_label(first, labels), coefficients, _statistics(first, labels))


def _printed(rows: Sequence[Mapping[str, Any]], labels: Labels, *, of_both: bool) -> Fit:
    first = rows[0]
    coefficients = {
        row["term"]: Coefficient(
            row["published_estimate"],
            row["published_standard_error"],
            row["published_stars"] or 0,
            row["digits"],
            row["error_digits"],
        )
        for row in rows
    }
    answers = {"yes": word("yes", labels.language), "no": word("no", labels.language)}
    statistics = {
        "unit_effects": answers.get(first["published_unit_fe"], ""),
        "time_effects": answers.get(first["published_year_fe"], ""),
        "n": number(first["published_n"], 0),
        f"r2_{first['r2_kind'] or 'overall'}": number(first["published_r2"], first["r2_digits"]),
        "f_statistic": number(first["published_f"], 2),
    }
    heading = (_heading(first["column_number"]), *([word("print", labels.language)] if of_both else []))
    return Fit(heading, _dependent_label(first, labels), coefficients, statistics)


def _fit(
    heading: str,
    spec_id: str,
    row: Mapping[str, Any],
    estimates: Iterable[Mapping[str, Any]],
    labels: Labels,
) -> Fit:
    coefficients = {
        values["term"]: Coefficient(values["estimate"], values["standard_error"], values["stars"])
        for values in estimates
    }
    headings = (heading, spec_id) if spec_id else (heading,)
    return Fit(headings, _dependent_label(row, labels), coefficients, _statistics(row, labels))


def _statistics(row: Mapping[str, Any], labels: Labels) -> dict[str, str]:
    """Statistics of an estimated column as texts; of another, what was asked for."""
    language = labels.language
    answer = {True: word("yes", language), False: word("no", language)}
    asked = {
        "unit_effects": answer[row["unit_effects"] != "none"],
        "time_effects": answer[row["time_effects"] != "none"],
        "vcov": word(_VCOVS[row["vcov"]], language) if row["vcov"] else "",
    }
    if row["status"] != "estimated":
        return asked | {"n": word("not_estimable", language).lower()} if row["status"] else {}
    found = {
        "n": number(row["n"], 0),
        "n_units": number(row["n_units"], 0) if row["unit_column"] == f"{row['place_level']}_code" else "",
        "n_matched_treated": number(row.get("n_matched_treated"), 0),
        **{f"r2_{kind}": number(row[f"r2_{kind}"], row.get("r2_digits") or DIGITS) for kind in _r2_kinds(row)},
        "f_statistic": number(row.get("f_statistic"), 2),
        "share_filled": number(row["share_filled"], 3) if row["share_filled"] else "",
        **{name: number(row.get(name), 2) for name in ("first_stage_f", "cragg_donald_f", "kleibergen_paap_f")},
        "anderson_rubin": _anderson_rubin(row, language),
    }
    return asked | found


def _r2_kinds(row: Mapping[str, Any]) -> list[str]:
    """The kind that the study prints; of a question of one's own, the whole and what is within the effects."""
    if row.get("r2_kind"):
        return [row["r2_kind"]]
    absorbed = [row[name] != "none" for name in ("unit_effects", "time_effects")]
    return ["overall", *(["within_two_way"] if all(absorbed) else ["within_one_way"] if absorbed[0] else [])]


def _anderson_rubin(row: Mapping[str, Any], language: Language) -> str:
    kind = row.get("ar_set")
    if not isinstance(kind, str):
        return ""
    key = {"interval": "ar_interval", "two rays": "ar_rays", "whole line": "ar_everything"}.get(kind, "ar_empty")
    return word(key, language, low=number(row.get("ar_low")), high=number(row.get("ar_high")))


def _dependent_label(row: Mapping[str, Any], labels: Labels) -> str:
    name, _, expression = (part.strip() for part in (row["dependent"] or "").partition("="))
    return labels.of(name, expression)


# -- notes ------------------------------------------------------------------------------------------------------------
def _published_notes(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], shows: Shows, labels: Labels
) -> list[str]:
    language = labels.language
    notes = [word("note_errors", language)]
    firsts = [next(row for row in rows if row["column_number"] == column) for column in columns]
    if shows != "ours":
        if any(row["paren_kind"] == "t" for row in rows):
            notes.append(word("note_t_statistics", language))
        named = [f"{_heading(first['column_number'])} {_bare(first)}" for first in firsts if _bare(first)]
        if named:
            notes.append(word("note_column_as_printed", language, names="; ".join(named)))
    if shows == "print":
        return notes
    remarks: list[Remark] = []
    for first in firsts:
        of_column = [row for row in rows if row["column_number"] == first["column_number"]]
        remarks += _remarks_on_published(first, of_column, labels)
    return [*notes, *_sentences(remarks, language)]


def _sentences(remarks: Iterable[Remark], language: Language) -> list[str]:
    """What is remarked on several columns is said once, of all of them."""
    columns: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = {}
    for remark in remarks:
        columns.setdefault((remark.key, remark.values), []).append(remark.column)
    # what variables stand for is said at once of those that do so in the same columns
    stand_for: dict[str, list[str]] = {}
    sentences: dict[str, str] = {}
    for (key, values), named in columns.items():
        of_columns = _named_columns(list(dict.fromkeys(named)), language)
        if key == "variable_is":
            pairs = stand_for.setdefault(of_columns, [])
            pairs.append(word(key, language, **dict(values)))
            sentences[f"{key} {of_columns}"] = word(
                "note_variables", language, column=of_columns, pairs={"en": "; ", "zh": "；"}[language].join(pairs)
            )
        else:
            sentence = word(key, language, column=of_columns, **dict(values))
            sentences[sentence] = sentence
    return list(sentences.values())


def _named_columns(columns: Sequence[str], language: Language) -> str:
    return word("column_one" if len(columns) == 1 else "column_many", language, columns=joined(columns, language))


def _remarks_on_published(first: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], labels: Labels) -> list[Remark]:
    language, heading = labels.language, _heading(first["column_number"])
    if first["spec_id"] is None:
        return [Remark.on(heading, "note_no_specification")]
    expressions = _expressions(first)
    remarks = _remarks(heading, first, labels)
    if first["status"] == "estimated":
        printed = {row["term"] for row in rows}
        unprinted = [labels.of(term, text) for term, text in _coefficients_of(first).items() if term not in printed]
        if unprinted:
            remarks.append(Remark.on(heading, "note_unprinted", names=joined(unprinted, language)))
    scaled: dict[float, list[str]] = {}
    for row in rows:
        if row["estimate"] is not None and row["scale_factor"] != 1:
            label = labels.of(row["term"], expressions.get(row["term"], ""))
            scaled.setdefault(row["scale_factor"], []).append(label)
    for factor, names in sorted(scaled.items()):
        remarks.append(Remark.on(heading, "note_scale", factor=f"{factor:g}", names=joined(names, language)))
    return remarks


def _remarks(heading: str, row: Mapping[str, Any], labels: Labels) -> list[Remark]:
    """Why a column is empty, what was dropped, and which variables are not what their label says."""
    language, expressions = labels.language, _expressions(row)
    remarks = []
    if row["status"] == "not_estimable":
        remarks.append(Remark.on(heading, "note_not_estimable", reason=_reason(row["reason"] or "", labels)))
    dropped = row.get("dropped_variables")
    if isinstance(dropped, str) and dropped:
        names = joined([labels.of(name, expressions.get(name, "")) for name in dropped.split(", ")], language)
        remarks.append(Remark.on(heading, "note_dropped", names=names))
    for name, expression in expressions.items():
        # a name that stands for another column; what is made of columns says so by its label
        meant, label = labels.phrase(expression), labels.of(name)
        if expression != name and {name, expression} <= set(labels.of_columns) and meant != label:
            remarks.append(Remark.on(heading, "variable_is", label=label, expression=meant))
    if row.get("data_scope") == "available data":
        remarks.append(Remark.on(heading, "note_available_data"))
    return remarks


def _reason(text: str, labels: Labels) -> str:
    """Why a fit is none, with labels for columns, and in the language where the sentence is a known one."""
    for start, key in (
        ("no value in the sample: ", "reason_no_value"),
        ("no row has every variable; years with values: ", "reason_no_row"),
    ):
        if text.startswith(start):
            names = [labels.names(name) for name in text.removeprefix(start).split(", ")]
            return word(key, labels.language, names=joined(names, labels.language))
    return labels.names(text)


def _bare(row: Mapping[str, Any]) -> str:
    """What the print says over a column besides its number."""
    label = re.sub(r"^(\(\d+\)|M\d+)\s*", "", row["column_label"] or "").strip()
    return "" if label == row["column_number"] else label


# -- what is read -----------------------------------------------------------------------------------------------------
def _expressions(row: Mapping[str, Any]) -> dict[str, str]:
    """Name and expression of the dependent variable and of all others of a specification."""
    return terms_of(row["dependent"], row["endogenous"], row["regressors"], row["instruments"])


def _coefficients_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Name and expression of what has a coefficient, endogenous variables first."""
    return terms_of(row["endogenous"], row["regressors"])


def _cluster_label(row: Mapping[str, Any], labels: Labels) -> str:
    column = row["cluster_column"] or row["unit_column"]
    return word(_CLUSTERS[column], labels.language) if column in _CLUSTERS else labels.of(column)


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
