"""What a causal specification is: one row of `seeds/causal_specifications.csv`, checked and typed.

A suite is a tool that no single regression is (an event study, a placebo, a specification curve). What the suite needs
besides outcome, treatment, controls and sample stands in `options`, as `key = value; key = value`. `OPTIONS` says which
keys a suite takes and what their values are.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from estimation.absorption import VCOVS
from estimation.event_study import EARLY, LATE
from estimation.robust_att import ESTIMATORS
from estimation.specification import Specification, Term

#: the two-way coefficient of the same sample, to stand beside the robust estimators
TWO_WAY = "two_way"
#: suites that read a policy which units adopt for good, so that they need a cohort
ADOPTION = ("event_study", "placebo", "twfe_weights", "goodman_bacon", "robust_att", "matching")
#: what begins the name of an option that names a sample of the curve
SAMPLE_OPTION = "sample."
RESERVED = ("unit", "time", "outcome", "cohort", "cluster", "treatment", "filled")

Reader = Callable[[str], Any]


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in _list(text))


def _years(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in _list(text))


def _alternatives(text: str) -> tuple[tuple[str, ...], ...]:
    """`a, b | a, c` -> ((a, b), (a, c))."""
    return tuple(_list(part) for part in text.split("|"))


def _term(text: str) -> Term:
    name, _, expression = (piece.strip() for piece in text.partition("="))
    return Term(name, expression or name)


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _one_of(*allowed: str) -> Reader:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(text)
        return text

    return read


#: by suite: option, and how its text is read (ValueError or KeyError: no value of this option)
OPTIONS: Mapping[str, Mapping[str, Reader]] = {
    "event_study": {
        "first": int,
        "last": int,
        "base": _years,
        "early": _one_of(*EARLY),
        "late": _one_of(*LATE),
        "cohorts": _numbers,
        "smoothness": _numbers,
        "relative_magnitude": _numbers,
    },
    "placebo": {},
    "twfe_weights": {},
    "goodman_bacon": {},
    "robust_att": {
        "estimator": _one_of(*ESTIMATORS, TWO_WAY),
        "control_group": _one_of("never_treated", "not_yet_treated"),
        "method": _one_of("reg", "dr", "ipw"),
    },
    "matching": {"k": int, "caliper": float, "years_before": int},
    "mediation": {"mediator": _term, "mediator_spec": str, "outcome_spec": str},
    "leave_one_out": {"instruments": _list},
    "instrument_pretrend": {"start": int, "end": int},
    "specification_curve": {
        "outcomes": _list,
        "together": _list,
        "fixed_effects": _alternatives,
        "winsorised": _numbers,
        "errors": _alternatives,
        "reported_only": _flag,
    },
}
#: options that a suite cannot do without
NEEDED: Mapping[str, tuple[str, ...]] = {
    "robust_att": ("estimator",),
    "matching": ("k",),
    "mediation": ("mediator", "mediator_spec", "outcome_spec"),
    "leave_one_out": ("instruments",),
    "instrument_pretrend": ("start", "end"),
    "specification_curve": ("fixed_effects", "errors"),
}
#: options of every suite but the curve: keep units observed at every time of the sample
COMMON: Mapping[str, Reader] = {"balanced": _flag}


@dataclass(frozen=True)
class CausalSpecification:
    """One row: what is estimated on which sample.

    treatment: the variable whose effect is asked for (0 or 1 where a cohort is named), exposure of a mediation,
    endogenous variable of an instrument, base-year value of its pre-trend. controls and treatment are terms
    (`name = SQL expression` over mart columns). cluster_column: '' for the unit. options: values by key, as OPTIONS
    reads them; samples of a curve by name.
    """

    spec_id: str
    study: str
    suite: str
    mart: str
    unit_column: str
    time_column: str
    cohort_column: str
    outcome: Term
    treatment: Term
    controls: tuple[Term, ...]
    sample: str
    vcov: str
    cluster_column: str
    options: Mapping[str, Any]
    samples: Mapping[str, str]

    @property
    def control_names(self) -> list[str]:
        """Names of the controls, in order."""
        return [term.name for term in self.controls]

    def as_regression(self, *further: Term) -> Specification:
        """The same sample as a regression of the outcome on treatment, controls and further variables."""
        return Specification(
            spec_id=self.spec_id,
            study=self.study,
            mart=self.mart,
            unit_column=self.unit_column,
            time_column=self.time_column,
            dependent=self.outcome,
            terms=(self.treatment, *self.controls, *further),
            endogenous=(),
            instruments=(),
            sample=self.sample,
            matching=None,
            unit_effects="absorbed",
            time_effects="absorbed",
            vcov=self.vcov,
            cluster_column=self.cluster_column,
            ssc_k_adj=True,
            ssc_k_fixef="nonnested",
            ssc_g_adj=True,
            r2_kind="overall",
        )


def read_causal_specifications(rows: pd.DataFrame) -> list[CausalSpecification]:
    """Specifications from the rows of the seed; raises ValueError, naming spec_id and column, for a bad one."""
    specifications = [_specification(row) for row in rows.sort_values("spec_id").to_dict("records")]
    for former, latter in itertools.pairwise(specifications):
        if former.spec_id == latter.spec_id:
            raise ValueError(f"causal specification {former.spec_id} stands twice: give each row an id of its own")
    return specifications


def _specification(row: Mapping[Hashable, Any]) -> CausalSpecification:
    text = {str(name): "" if pd.isna(value) else str(value).strip() for name, value in row.items()}
    spec_id, suite = text["spec_id"], text["suite"]
    if suite not in OPTIONS:
        raise ValueError(f"causal specification {spec_id} has suite = {suite!r}: use one of {', '.join(OPTIONS)}")
    if text["vcov"] not in VCOVS:
        raise ValueError(f"causal specification {spec_id} has vcov = {text['vcov']!r}: use one of {', '.join(VCOVS)}")
    for name in ("mart", "unit_column", "time_column", "outcome", "treatment", "sample"):
        if not text[name]:
            raise ValueError(f"causal specification {spec_id} names no {name}")
    if (suite in ADOPTION) != bool(text["cohort_column"]):
        needs = "needs" if suite in ADOPTION else "takes no"
        raise ValueError(f"causal specification {spec_id}: the suite {suite} {needs} cohort_column")
    options, samples = _options(spec_id, suite, text["options"])
    specification = CausalSpecification(
        spec_id=spec_id,
        study=text["study"],
        suite=suite,
        mart=text["mart"],
        unit_column=text["unit_column"],
        time_column=text["time_column"],
        cohort_column=text["cohort_column"],
        outcome=_term(text["outcome"]),
        treatment=_term(text["treatment"]),
        controls=tuple(_term(part) for part in filter(None, (part.strip() for part in text["controls"].split(";")))),
        sample=text["sample"],
        vcov=text["vcov"],
        cluster_column=text["cluster_column"],
        options=options,
        samples=samples,
    )
    names = [*specification.control_names, *(term.name for term in options.values() if isinstance(term, Term))]
    names += [specification.treatment.name]
    if len(set(names)) < len(names) or set(names) & set(RESERVED):
        raise ValueError(
            f"causal specification {spec_id} needs variables with names of their own, none of {', '.join(RESERVED)}: "
            f"it has {', '.join(names)}"
        )
    return specification


def _options(spec_id: str, suite: str, text: str) -> tuple[dict[str, Any], dict[str, str]]:
    readers = {**OPTIONS[suite], **({} if suite == "specification_curve" else COMMON)}
    options: dict[str, Any] = {}
    samples: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        key, _, value = (piece.strip() for piece in part.partition("="))
        if suite == "specification_curve" and key.startswith(SAMPLE_OPTION):
            samples[key.removeprefix(SAMPLE_OPTION)] = value
            continue
        if key not in readers:
            raise ValueError(
                f"causal specification {spec_id} has the option {key!r}: {suite} takes {', '.join(readers)}"
            )
        try:
            options[key] = readers[key](value)
        except (ValueError, KeyError) as error:
            raise ValueError(f"causal specification {spec_id} has {key} = {value!r}, which is no {key}") from error
    missing = [key for key in NEEDED.get(suite, ()) if key not in options]
    if missing:
        raise ValueError(f"causal specification {spec_id}: the suite {suite} needs the option {', '.join(missing)}")
    return options, samples
