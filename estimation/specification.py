"""What a specification is: one row of `seeds/specifications.csv`, checked and typed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

TIME_EFFECTS = ("dummies", "absorbed", "none")
VCOVS = ("classical", "hc1", "cluster")
R2_KINDS = ("within_one_way", "within_two_way", "overall")


@dataclass(frozen=True)
class Term:
    """A regressor: its name in the results, and the SQL expression over mart columns that gives its values."""

    name: str
    expression: str


@dataclass(frozen=True)
class Specification:
    """One regression: dependent variable, regressors, fixed effects, sample and conventions.

    time_effects: 'dummies' puts a dummy a period among the regressors (they count in R2, F and the constant),
    'absorbed' partials them out, 'none' leaves them out. ssc_*: small-sample corrections as pyfixest names them.
    """

    spec_id: str
    study: str
    mart: str
    unit_column: str
    time_column: str
    dependent: str
    terms: tuple[Term, ...]
    sample: str
    time_effects: str
    vcov: str
    cluster_column: str
    ssc_k_adj: bool
    ssc_k_fixef: str
    ssc_g_adj: bool
    r2_kind: str


def read_specifications(rows: pd.DataFrame) -> list[Specification]:
    """Specifications from the rows of the seed; raises ValueError, naming spec_id and column, for a bad one."""
    return [_specification(row) for row in rows.sort_values("spec_id").to_dict("records")]


def _specification(row: Mapping[Hashable, Any]) -> Specification:
    text = {str(name): "" if pd.isna(value) else str(value).strip() for name, value in row.items()}
    spec_id = text["spec_id"]
    for name, allowed in (("time_effects", TIME_EFFECTS), ("vcov", VCOVS), ("r2_kind", R2_KINDS)):
        if text[name] not in allowed:
            raise ValueError(f"specification {spec_id} has {name} = {text[name]!r}: use one of {', '.join(allowed)}")
    if text["vcov"] == "cluster" and not text["cluster_column"]:
        raise ValueError(f"specification {spec_id} is clustered but names no cluster_column")
    terms = _terms(text["regressors"])
    names = [term.name for term in terms]
    if not names or len(set(names)) < len(names):
        raise ValueError(
            f"specification {spec_id} needs regressors with names of their own, not {text['regressors']!r}"
        )
    return Specification(
        spec_id=spec_id,
        study=text["study"],
        mart=text["mart"],
        unit_column=text["unit_column"],
        time_column=text["time_column"],
        dependent=text["dependent"],
        terms=terms,
        sample=text["sample"],
        time_effects=text["time_effects"],
        vcov=text["vcov"],
        cluster_column=text["cluster_column"],
        ssc_k_adj=bool(row["ssc_k_adj"]),
        ssc_k_fixef=text["ssc_k_fixef"],
        ssc_g_adj=bool(row["ssc_g_adj"]),
        r2_kind=text["r2_kind"],
    )


def _terms(regressors: str) -> tuple[Term, ...]:
    """`a; b = expression; c` -> terms; a term without expression is the mart column of its name."""
    terms = []
    for part in filter(None, (part.strip() for part in regressors.split(";"))):
        name, _, expression = (piece.strip() for piece in part.partition("="))
        terms.append(Term(name, expression or name))
    return tuple(terms)
