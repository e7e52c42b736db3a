"""A column of a regression table: stored, fresh or printed, in the plug-in format of maketables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reporting.languages import Language, word
from reporting.printing import STARS, number
from reporting.tables.labels import Labels, terms_of

if TYPE_CHECKING:
    import pandas as pd

DIGITS = 4

#: statistics below the coefficients, in their order; one that no column has is left out
STATISTICS = (
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


def statistic_words(effects: Sequence[str], labels: Labels) -> dict[str, str]:
    """What the rows of statistics are called; those of the effects by the columns of unit and time."""
    language = labels.language
    called = {key: word(_WORDS[key], language) if key in _WORDS else _NAMES[key] for key in STATISTICS[2:]}
    for key, column in zip(STATISTICS[:2], effects, strict=True):
        called[key] = (
            word(_EFFECTS[column], language)
            if column in _EFFECTS
            else word("effects_of", language, label=labels.of(column))
        )
    return called


def heading_of(column: str) -> str:
    """The number of a column as it is shown: `(1)`, `(M9 east)`."""
    return f"({column.replace('_', ' ')})"


def ours_of(rows: Sequence[Mapping[str, Any]], labels: Labels, *, of_both: bool) -> Fit:
    """Our column beside a printed one, from the rows of its printed coefficients; empty where it is not estimated."""
    first = rows[0]
    coefficients = {
        row["term"]: Coefficient(
            row["estimate"], row["standard_error"], row["stars"] or 0, row["digits"], row["error_digits"]
        )
        for row in rows
        if row["estimate"] is not None
    }
    heading = (heading_of(first["column_number"]), *([word("ours", labels.language)] if of_both else []))
    return Fit(heading, _dependent_label(first, labels), coefficients, _statistics(first, labels))


def printed_of(rows: Sequence[Mapping[str, Any]], labels: Labels, *, of_both: bool) -> Fit:
    """The printed column, from the rows of its coefficients."""
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
    heading = (heading_of(first["column_number"]), *([word("print", labels.language)] if of_both else []))
    return Fit(heading, _dependent_label(first, labels), coefficients, statistics)


def fit_of(
    heading: str,
    spec_id: str,
    row: Mapping[str, Any],
    estimates: Iterable[Mapping[str, Any]],
    labels: Labels,
) -> Fit:
    """A column of every coefficient of a fit, stored or fresh: `row` has what was asked for, and its statistics."""
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


def expressions_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Name and expression of the dependent variable and of all others of a specification."""
    return terms_of(row["dependent"], row["endogenous"], row["regressors"], row["instruments"])


def coefficients_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Name and expression of what has a coefficient, endogenous variables first."""
    return terms_of(row["endogenous"], row["regressors"])
