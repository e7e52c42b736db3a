"""Notes on the columns of a regression table: why one is empty, what was left out, what stands for what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reporting.languages import Language, word
from reporting.tables.columns import coefficients_of, expressions_of, heading_of
from reporting.tables.labels import Labels, joined

_CLUSTERS = {"city_code": "by_city", "province_code": "by_province", "year": "by_year"}


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


def published_notes(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], shows: str, labels: Labels) -> list[str]:
    """The notes of a published table that shows `both`, `ours` or `print`."""
    language = labels.language
    notes = [word("note_errors", language)]
    firsts = [next(row for row in rows if row["column_number"] == column) for column in columns]
    if shows != "ours":
        if any(row["paren_kind"] == "t" for row in rows):
            notes.append(word("note_t_statistics", language))
        named = [f"{heading_of(first['column_number'])} {_bare(first)}" for first in firsts if _bare(first)]
        if named:
            notes.append(word("note_column_as_printed", language, names="; ".join(named)))
    if shows == "print":
        return notes
    remarks: list[Remark] = []
    for first in firsts:
        of_column = [row for row in rows if row["column_number"] == first["column_number"]]
        remarks += _remarks_on_published(first, of_column, labels)
    return [*notes, *sentences(remarks, language)]


def sentences(remarks: Iterable[Remark], language: Language) -> list[str]:
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
    language, heading = labels.language, heading_of(first["column_number"])
    if first["spec_id"] is None:
        return [Remark.on(heading, "note_no_specification")]
    expressions = expressions_of(first)
    remarks = remarks_on(heading, first, labels)
    if first["status"] == "estimated":
        printed = {row["term"] for row in rows}
        unprinted = [labels.of(term, text) for term, text in coefficients_of(first).items() if term not in printed]
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


def remarks_on(heading: str, row: Mapping[str, Any], labels: Labels) -> list[Remark]:
    """Why a column is empty, what was dropped, and which variables are not what their label says."""
    language, expressions = labels.language, expressions_of(row)
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


def clustered_by(row: Mapping[str, Any], labels: Labels) -> str:
    """What the errors of a specification are clustered by, in words."""
    column = row["cluster_column"] or row["unit_column"]
    return word(_CLUSTERS[column], labels.language) if column in _CLUSTERS else labels.of(column)
