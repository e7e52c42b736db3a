"""What a specification is: one row of `seeds/specifications.csv`, checked and typed."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

UNIT_EFFECTS = ("absorbed", "dummies", "none")
TIME_EFFECTS = ("dummies", "absorbed", "none")
VCOVS = ("classical", "hc1", "cluster")
R2_KINDS = ("within_one_way", "within_two_way", "overall")
KEEPS = ("matched", "support")


@dataclass(frozen=True)
class Term:
    """A variable: its name in the results, and the SQL expression over mart columns that gives its values."""

    name: str
    expression: str


@dataclass(frozen=True)
class Matching:
    """How rows are matched before the regression.

    treated: SQL predicate over mart columns; covariates: names of terms that the propensity score rests on; k: matches
    a treated row; caliper: largest distance of scores, None for any; keep: 'matched' keeps treated rows and their
    matches, weighted; 'support' keeps every row but treated ones off the common support, unweighted.
    """

    treated: str
    covariates: tuple[str, ...]
    k: int
    caliper: float | None
    keep: str


@dataclass(frozen=True)
class Specification:
    """One regression: dependent variable, regressors, fixed effects, sample and conventions.

    unit_effects, time_effects: 'dummies' counts a dummy a unit or period among the regressors, 'absorbed' partials
    them out, 'none' leaves them out. Slopes are the same either way. What differs is the constant, which is that of
    the first unit or period under dummies and the mean over them where they are absorbed; and dummies of periods count
    in F. endogenous and instruments: for two-stage least squares, else empty. ssc_*: small-sample corrections as
    pyfixest names them.
    """

    spec_id: str
    study: str
    mart: str
    unit_column: str
    time_column: str
    dependent: Term
    terms: tuple[Term, ...]
    endogenous: tuple[Term, ...]
    instruments: tuple[Term, ...]
    sample: str
    matching: Matching | None
    unit_effects: str
    time_effects: str
    vcov: str
    cluster_column: str
    ssc_k_adj: bool
    ssc_k_fixef: str
    ssc_g_adj: bool
    r2_kind: str

    @property
    def variables(self) -> tuple[Term, ...]:
        """Every variable but the dependent one, in the order of the results: endogenous, regressors, instruments."""
        return (*self.endogenous, *self.terms, *self.instruments)

    @property
    def regressor_names(self) -> list[str]:
        """Names of what has a coefficient, endogenous variables first."""
        return [term.name for term in (*self.endogenous, *self.terms)]


def read_specifications(rows: pd.DataFrame) -> list[Specification]:
    """Specifications from the rows of the seed; raises ValueError, naming spec_id and column, for a bad one."""
    return [_specification(row) for row in rows.sort_values("spec_id").to_dict("records")]


def _specification(row: Mapping[Hashable, Any]) -> Specification:
    text = {str(name): "" if pd.isna(value) else str(value).strip() for name, value in row.items()}
    spec_id = text["spec_id"]
    for name, allowed in (
        ("unit_effects", UNIT_EFFECTS),
        ("time_effects", TIME_EFFECTS),
        ("vcov", VCOVS),
        ("r2_kind", R2_KINDS),
    ):
        if text[name] not in allowed:
            raise ValueError(f"specification {spec_id} has {name} = {text[name]!r}: use one of {', '.join(allowed)}")
    if text["unit_effects"] == "dummies" and text["time_effects"] == "absorbed":
        raise ValueError(
            f"specification {spec_id} has unit_effects = 'dummies' with time_effects = 'absorbed': a constant of the "
            "first unit needs the first period too, so use dummies for both or absorb both"
        )
    if text["vcov"] == "cluster" and not text["cluster_column"]:
        raise ValueError(f"specification {spec_id} is clustered but names no cluster_column")
    specification = Specification(
        spec_id=spec_id,
        study=text["study"],
        mart=text["mart"],
        unit_column=text["unit_column"],
        time_column=text["time_column"],
        dependent=_dependent(spec_id, text["dependent"]),
        terms=_terms(text["regressors"]),
        endogenous=_terms(text["endogenous"]),
        instruments=_terms(text["instruments"]),
        sample=text["sample"],
        matching=_matching(spec_id, text["matching"]) if text["matching"] else None,
        unit_effects=text["unit_effects"],
        time_effects=text["time_effects"],
        vcov=text["vcov"],
        cluster_column=text["cluster_column"],
        ssc_k_adj=bool(row["ssc_k_adj"]),
        ssc_k_fixef=text["ssc_k_fixef"],
        ssc_g_adj=bool(row["ssc_g_adj"]),
        r2_kind=text["r2_kind"],
    )
    _check_variables(specification, text)
    return specification


def _check_variables(specification: Specification, text: Mapping[str, str]) -> None:
    spec_id, names = specification.spec_id, [term.name for term in specification.variables]
    if not specification.regressor_names or len(set(names)) < len(names):
        given = "; ".join(filter(None, (text[name] for name in ("endogenous", "regressors", "instruments"))))
        raise ValueError(f"specification {spec_id} needs regressors with names of their own, not {given!r}")
    if bool(specification.endogenous) != bool(specification.instruments):
        raise ValueError(f"specification {spec_id} needs endogenous and instruments together, or neither")
    if len(specification.endogenous) > 1:
        raise ValueError(
            f"specification {spec_id} has {len(specification.endogenous)} endogenous variables: two-stage least "
            "squares takes one here, since its weak-instrument figures are for one"
        )
    if specification.matching is None:
        return
    if specification.endogenous:
        raise ValueError(f"specification {spec_id} has instruments and matching: use one of the two")
    unknown = sorted(set(specification.matching.covariates) - set(names))
    if unknown:
        raise ValueError(f"specification {spec_id} matches on {', '.join(unknown)}, which its regressors do not name")


def _terms(variables: str) -> tuple[Term, ...]:
    """`a; b = expression; c` -> terms; a term without expression is the mart column of its name."""
    terms = []
    for part in filter(None, (part.strip() for part in variables.split(";"))):
        name, _, expression = (piece.strip() for piece in part.partition("="))
        terms.append(Term(name, expression or name))
    return tuple(terms)


def _dependent(spec_id: str, text: str) -> Term:
    terms = _terms(text)
    if len(terms) != 1:
        raise ValueError(f"specification {spec_id} needs one dependent variable, not {text!r}")
    return terms[0]


def _matching(spec_id: str, text: str) -> Matching:
    """`treated = predicate; covariates = a, b; k = 1; caliper = 0.05; keep = matched` -> Matching."""
    parts = {term.name: term.expression for term in _terms(text)}
    unknown = sorted(set(parts) - {"treated", "covariates", "k", "caliper", "keep"})
    missing = sorted({"treated", "covariates", "k", "keep"} - set(parts))
    if unknown or missing:
        wrong = [*(f"{name} is unknown" for name in unknown), *(f"{name} is missing" for name in missing)]
        raise ValueError(
            f"specification {spec_id} has matching {text!r}: it takes treated, covariates, k, keep and, if wanted, "
            f"caliper ({', '.join(wrong)})"
        )
    if parts["keep"] not in KEEPS or not re.fullmatch(r"[1-9]\d*", parts["k"]):
        raise ValueError(
            f"specification {spec_id} has matching with keep = {parts['keep']!r} and k = {parts['k']!r}: "
            f"keep is one of {', '.join(KEEPS)}, k a whole number from 1"
        )
    caliper = parts.get("caliper")
    if caliper is not None and not re.fullmatch(r"\d*\.?\d+", caliper):
        raise ValueError(f"specification {spec_id} has matching with caliper = {caliper!r}: use a number such as 0.05")
    return Matching(
        treated=parts["treated"],
        covariates=tuple(name.strip() for name in parts["covariates"].split(",")),
        k=int(parts["k"]),
        caliper=None if caliper is None else float(caliper),
        keep=parts["keep"],
    )
