"""What variables are called: by the warehouse, and for what a specification makes of its columns, by their labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from reporting.languages import Language, word
from reporting.warehouse import rows_of

CONSTANT = "constant"
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Labels:
    """Labels of the columns of one mart in one language."""

    of_columns: Mapping[str, str]
    language: Language

    def of(self, name: str, expression: str = "") -> str:
        """The label of a variable: that of the column of its name, or one made of its expression.

        A name that stands for another column (`ln_fdi = ln_fdi_as_published`) keeps its label: a table may have it in
        several columns. What is made of columns (`x_sq = x ^ 2`) is called by what it is made of.
        """
        if name == CONSTANT:
            return word("constant", self.language)
        if not expression or expression in self.of_columns:
            return self.of_columns.get(name) or self.phrase(expression or name)
        return self.phrase(expression)

    def phrase(self, expression: str) -> str:
        """An expression in labels: a product as `a × b`, a square, a logarithm, a lag; others with columns named."""
        expression = _without_brackets(expression.strip())
        if expression in self.of_columns:
            return self.of_columns[expression]
        for pattern, made in _PHRASES:
            found = re.fullmatch(pattern, expression, re.IGNORECASE | re.DOTALL)
            if found and all(_is_whole(part) for part in found.groups()):
                return made(self, *found.groups())
        return self.names(expression)

    def names(self, text: str) -> str:
        """A text with the columns that it names called by their labels."""
        return _NAME.sub(lambda name: self.of_columns.get(name.group(), name.group()), text)


def terms_of(*texts: str | None) -> dict[str, str]:
    """Name and expression of the variables in columns of a specification, `a; b = expression`, in their order."""
    parts = (part.partition("=") for text in texts if text for part in text.split(";") if part.strip())
    return {name.strip(): (expression or name).strip() for name, _, expression in parts}


def joined(texts: Sequence[str], language: Language) -> str:
    """Texts in a row, with the mark of the language between them, and one that none of them has itself."""
    mark = "; " if any("," in text for text in texts) else ", "
    return {"en": mark, "zh": "、"}[language].join(texts)


def captioned(subject: str, what: str, language: Language) -> str:
    """A caption that says what of which subject."""
    return subject + {"en": ": ", "zh": "："}[language] + what


def labels_of(connection: duckdb.DuckDBPyConnection, table: str, language: Language) -> Labels:
    """Labels of the columns of a mart or another table of `main`.

    What its study calls a column goes before the table `codebook` (where the warehouse has one), and that before the
    indicator which a panel has there.
    """
    rows = rows_of(
        connection,
        f"select panel_column as name, label_{language} as label from reference.indicators "
        "where panel_column is not null",
    )
    if rows_of(connection, "from duckdb_tables() where table_name = 'codebook' and schema_name = 'main'"):
        rows += rows_of(
            connection,
            f"select column_name as name, label_{language} as label from codebook where table_name = ?",
            [table],
        )
    rows += rows_of(
        connection,
        f"select column_name as name, label_{language} as label from mart_columns "
        "inner join reference.studies using (study) where mart = ?",
        [table],
    )
    return Labels({row["name"]: row["label"] for row in rows if row["label"]}, language)


def _square(labels: Labels, part: str) -> str:
    return word("squared", labels.language, label=labels.phrase(part))


def _product(labels: Labels, first: str, second: str) -> str:
    if first.strip() == second.strip():
        return _square(labels, first)
    return f"{labels.phrase(first)} × {labels.phrase(second)}"


def _centred(labels: Labels, first: str, second: str) -> str:
    return word("centred", labels.language, label=_product(labels, first, second))


def _logarithm(labels: Labels, part: str) -> str:
    return word("logarithm", labels.language, label=labels.phrase(part))


def _lag(labels: Labels, part: str) -> str:
    return word("lagged", labels.language, label=labels.phrase(part))


def _itself(labels: Labels, part: str) -> str:
    return labels.phrase(part)


_PHRASES = (
    (r"cast\((.+)\s+as\s+\w+\)", _itself),
    (r"(.+)::\w+", _itself),
    (r"centred_product\(([^,]+),([^,]+)\)", _centred),
    (r"(?:pow|power)\(([^,]+),\s*2\)", _square),
    (r"(?:ln|log)\((.+)\)", _logarithm),
    (r"lag_years\(([^,]+),.+\)", _lag),
    (r"(.+?)\s*(?:\*\*|\^)\s*2", _square),
    (r"(.+)\s+and\s+(.+)", _product),
    (r"(.*[^*\s])\s*\*(?!\*)\s*([^*]+)", _product),
)


def _is_whole(part: str) -> bool:
    """Are the brackets of a part its own?"""
    depth = 0
    for character in part:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0 and not re.search(r"\s[-+/]\s", part)


def _without_brackets(text: str) -> str:
    while text.startswith("(") and text.endswith(")") and _is_whole(text[1:-1]):
        text = text[1:-1].strip()
    return text
