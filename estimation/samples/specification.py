"""What a specification is, whatever its suite: one row of the model full_specifications, checked and typed.

The row comes from `seeds/specifications/specifications.csv`, with the defaults of its study filled in and one kind of
standard errors chosen. What the suite needs besides variables and sample stands in `options`, as
`key = value; key = value`; the suite itself says which keys it takes (estimation.suites), and reads them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pandas as pd

from estimation.ground.columns import RESERVED
from estimation.numerics.covariance import VCOVS
from estimation.samples.expressions import NoExpressionError, checked_expression, checked_name

UNIT_EFFECTS = ("absorbed", "dummies", "none")
TIME_EFFECTS = ("dummies", "absorbed", "none")
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Term:
    """A variable: its name in the results, and the SQL expression over mart columns that gives its values."""

    name: str
    expression: str


@dataclass(frozen=True)
class Specification:
    """One specification under one kind of standard errors.

    regressors: of suites that ask for the effect of something, that is the first (the treatment, the exposure), and the
    others are controls. endogenous and instruments: for two-stage least squares, else empty. cohort_column: the first
    treated time of a unit, '' where the study knows none. unit_effects, time_effects: of a single regression; the other
    suites say themselves what they absorb. options: texts by key, in the order of the row.
    """

    spec_id: str
    study: str
    suite: str
    mart: str
    unit_column: str
    time_column: str
    cohort_column: str
    dependent: Term
    regressors: tuple[Term, ...]
    endogenous: tuple[Term, ...]
    instruments: tuple[Term, ...]
    sample: str
    vcov: str
    cluster_column: str
    unit_effects: str
    time_effects: str
    options: tuple[tuple[str, str], ...]

    @property
    def variables(self) -> tuple[Term, ...]:
        """Every variable but the dependent one, in the order of the results: endogenous, regressors, instruments."""
        return (*self.endogenous, *self.regressors, *self.instruments)

    @property
    def coefficient_names(self) -> list[str]:
        """Names of what has a coefficient, endogenous variables first."""
        return [term.name for term in (*self.endogenous, *self.regressors)]

    @property
    def treatment(self) -> Term:
        """The variable that the specification is about."""
        return self.regressors[0]

    @property
    def control_names(self) -> list[str]:
        """Names of the regressors but the treatment, in order."""
        return [term.name for term in self.regressors[1:]]


def read_specifications(rows: pd.DataFrame) -> list[Specification]:
    """Specifications from the rows, by spec_id; raises ValueError, naming spec_id and column, for a bad one."""
    specifications = [_specification(row) for row in rows.sort_values("spec_id").to_dict("records")]
    for former, latter in itertools.pairwise(specifications):
        if former.spec_id == latter.spec_id:
            raise ValueError(f"specification {former.spec_id} stands twice: give each row an id of its own")
    return specifications


def read_terms(text: str) -> tuple[Term, ...]:
    """`a; b = expression; c` -> terms; a term without expression is the mart column of its name.

    Raises NoExpressionError for a name that is none, and for a text that is no single expression.
    """
    return tuple(read_term(part) for part in filter(None, (part.strip() for part in text.split(";"))))


def read_term(text: str) -> Term:
    """`b = expression` or `a` -> a term; raises NoExpressionError as `read_terms` does."""
    named, _, written = (piece.strip() for piece in text.partition("="))
    return Term(checked_name(named), checked_expression(written or named))


def _specification(row: Mapping[Hashable, Any]) -> Specification:
    text = {str(name): "" if pd.isna(value) else str(value).strip() for name, value in row.items()}
    spec_id = text["spec_id"]
    for name in ("suite", "mart", "unit_column", "time_column", "sample"):
        if not text[name]:
            raise ValueError(f"specification {spec_id} names no {name}")
    _check_choices(spec_id, text)
    for column in ("mart", "unit_column", "time_column", "cohort_column", "cluster_column"):
        if text[column]:
            _read(spec_id, column, checked_name, text[column])
    dependent = _read(spec_id, "dependent", read_terms, text["dependent"])
    if len(dependent) != 1:
        raise ValueError(f"specification {spec_id} needs one dependent variable, not {text['dependent']!r}")
    specification = Specification(
        spec_id=spec_id,
        study=text["study"],
        suite=text["suite"],
        mart=text["mart"],
        unit_column=text["unit_column"],
        time_column=text["time_column"],
        cohort_column=text["cohort_column"],
        dependent=dependent[0],
        regressors=_read(spec_id, "regressors", read_terms, text["regressors"]),
        endogenous=_read(spec_id, "endogenous", read_terms, text["endogenous"]),
        instruments=_read(spec_id, "instruments", read_terms, text["instruments"]),
        sample=_read(spec_id, "sample", checked_expression, text["sample"]),
        vcov=text["vcov"],
        cluster_column=text["cluster_column"] or text["unit_column"],
        unit_effects=text["unit_effects"] or "absorbed",
        time_effects=text["time_effects"] or "absorbed",
        options=_options(spec_id, text["options"]),
    )
    _check_variables(specification)
    return specification


def _read(spec_id: str, column: str, read: Callable[[str], _Read], text: str) -> _Read:
    try:
        return read(text)
    except NoExpressionError as why:
        raise ValueError(f"specification {spec_id}, {column}: {why}") from why


def _check_choices(spec_id: str, text: Mapping[str, str]) -> None:
    choices = {"vcov": VCOVS, "unit_effects": ("", *UNIT_EFFECTS), "time_effects": ("", *TIME_EFFECTS)}
    for name, allowed in choices.items():
        if text[name] not in allowed:
            raise ValueError(
                f"specification {spec_id} has {name} = {text[name]!r}: use one of {', '.join(filter(None, allowed))}"
            )
    if text["unit_effects"] == "dummies" and text["time_effects"] == "absorbed":
        raise ValueError(
            f"specification {spec_id} has unit_effects = 'dummies' with time_effects = 'absorbed': a constant of the "
            "first unit needs the first period too, so use dummies for both or absorb both"
        )


def _check_variables(specification: Specification) -> None:
    spec_id, names = specification.spec_id, [term.name for term in specification.variables]
    if not specification.coefficient_names or len(set(names)) < len(names):
        raise ValueError(
            f"specification {spec_id} needs regressors with names of their own, not {'; '.join(names) or 'none'!r}"
        )
    reserved = sorted(set(names) & set(RESERVED))
    if reserved:
        raise ValueError(
            f"specification {spec_id} has variables named {', '.join(reserved)}: every sample has such columns, "
            "so give them names of their own (name = expression)"
        )
    if bool(specification.endogenous) != bool(specification.instruments):
        raise ValueError(f"specification {spec_id} needs endogenous and instruments together, or neither")
    if len(specification.endogenous) > 1:
        raise ValueError(
            f"specification {spec_id} has {len(specification.endogenous)} endogenous variables: two-stage least "
            "squares takes one here, since its weak-instrument figures are for one"
        )


def _options(spec_id: str, text: str) -> tuple[tuple[str, str], ...]:
    options: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        key, _, value = (piece.strip() for piece in part.partition("="))
        if key in options:
            raise ValueError(f"specification {spec_id} gives the option {key} twice")
        options[key] = value
    return tuple(options.items())
