"""One function a suite: a specification and its rows in, named tables out.

Each reads the options of the specification, calls the pure function of its tool, and names what comes back. A table
that a suite cannot give on the data at hand beside others that it can becomes a note.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from estimation.absorption import Covariance
from estimation.causal_specification import TWO_WAY, CausalSpecification
from estimation.cohort_matching import cohort_matching
from estimation.event_study import METHODS, EventStudy, Window, event_study, honest_bounds
from estimation.instrument_checks import instrument_pretrend, leave_one_out
from estimation.mediation import mediation
from estimation.placebo import placebo
from estimation.robust_att import robust_att
from estimation.sample import NotEstimable
from estimation.specification_curve import choices, control_subsets, curve_summary, specification_curve
from estimation.twfe_weights import goodman_bacon, twfe_weights

#: the sample of a curve that leaves interpolated values out
REPORTED = "reported"
#: picks the fits of a grid that is larger than asked for; fixed, so that two builds agree
GRID_SEED = 1


@dataclass(frozen=True)
class Limits:
    """How much a suite may draw or fit: draws of placebo policies and of the bootstrap, fits of a curve."""

    placebo_draws: int = 1000
    bootstrap_draws: int = 1000
    curve_rows: int = 400

    def __post_init__(self) -> None:
        """Raise ValueError for a limit that leaves nothing."""
        for name, value in vars(self).items():
            if value < 2:
                raise ValueError(f"{name} = {value}: use a whole number from 2 on")


@dataclass(frozen=True)
class Output:
    """Tables by name, the number of draws (or fits) made, and notes for analysts."""

    tables: Mapping[str, pd.DataFrame]
    draws: int | None = None
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Task:
    """What a suite gets: `frame` is the sample as estimation.adoption names its columns (the rows of the curve are
    incomplete and named as the mart names them)."""

    specification: CausalSpecification
    frame: pd.DataFrame
    limits: Limits
    confidence_level: float

    @property
    def controls(self) -> list[str]:
        """Names of the controls."""
        return self.specification.control_names

    @property
    def covariance(self) -> Covariance:
        """The kind of standard errors that the specification names."""
        return Covariance(self.specification.vcov)


def _event_study(task: Task) -> Output:
    options = dict(task.specification.options)
    magnitudes = {method: options.pop(method) for method in METHODS if method in options}
    options.pop("balanced", None)
    study = event_study(
        task.frame,
        task.controls,
        window=Window(**options),
        covariance=task.covariance,
        confidence_level=task.confidence_level,
    )
    tables = {"coefficients": study.coefficients, "pre_trend": pd.DataFrame([study.statistics])}
    notes = [f"dropped for collinearity: {', '.join(study.dropped)}"] if study.dropped else []
    try:
        if magnitudes:
            tables["bounds"] = _bounds(study, magnitudes, task.confidence_level)
    except NotEstimable as reason:
        notes.append(f"no bounds: {reason}")
    return Output(tables, notes=tuple(notes))


def _bounds(study: EventStudy, magnitudes: Mapping[str, tuple[float, ...]], level: float) -> pd.DataFrame:
    return pd.concat(
        [honest_bounds(study, method, values, level) for method, values in magnitudes.items()], ignore_index=True
    )


def _placebo(task: Task) -> Output:
    draws = task.limits.placebo_draws
    found = placebo(task.frame, task.controls, draws=draws, covariance=task.covariance)
    return Output({"draws": found.draws, "summary": found.summary}, draws)


def _twfe_weights(task: Task) -> Output:
    found = twfe_weights(task.frame, task.controls)
    return Output({"cells": found.cells, "summary": found.summary})


def _goodman_bacon(task: Task) -> Output:
    if task.controls:
        raise ValueError(f"causal specification {task.specification.spec_id}: goodman_bacon takes no controls")
    found = goodman_bacon(task.frame)
    return Output({"comparisons": found.comparisons, "summary": found.summary})


def _robust_att(task: Task) -> Output:
    options = {name: value for name, value in task.specification.options.items() if name != "balanced"}
    estimator = options.pop("estimator")
    if estimator == TWO_WAY:
        return Output({"effects": _two_way(task)})
    return Output({"effects": robust_att(task.frame, estimator, task.controls, task.confidence_level, **options)})


def _two_way(task: Task) -> pd.DataFrame:
    (row,) = specification_curve(
        task.frame,
        [{"controls": task.controls, "vcov": task.specification.vcov, "cluster": "cluster"}],
        task.confidence_level,
    ).to_dict("records")
    if row["status"] != "estimated":
        raise NotEstimable(row["reason"])
    names = ["estimate", "standard_error", "conf_low", "conf_high"]
    return pd.DataFrame([{"estimator": TWO_WAY, "kind": "overall", **{name: row[name] for name in names}}])


def _matching(task: Task) -> Output:
    options = {name: value for name, value in task.specification.options.items() if name != "balanced"}
    found = cohort_matching(
        task.frame, task.controls, covariance=task.covariance, confidence_level=task.confidence_level, **options
    )
    return Output({"balance": found.balance, "effect": found.effect})


def _mediation(task: Task) -> Output:
    options, draws = task.specification.options, task.limits.bootstrap_draws
    found = mediation(
        task.frame,
        "treatment",
        options["mediator"].name,
        task.controls,
        draws=draws,
        confidence_level=task.confidence_level,
    )
    return Output({"bootstrap": found.estimates, "summary": pd.DataFrame([found.statistics])}, draws)


def _leave_one_out(task: Task) -> Output:
    found = leave_one_out(task.frame, "treatment", task.specification.options["instruments"], task.controls)
    return Output({"left_out": found.fits, "leave_one_out": found.summary})


def _instrument_pretrend(task: Task) -> Output:
    options = task.specification.options
    table = instrument_pretrend(task.frame, "treatment", options["start"], options["end"], task.confidence_level)
    return Output({"pre_trend": table.rename(columns={"start": "start_year", "end": "end_year"})})


def _specification_curve(task: Task) -> Output:
    specification, options = task.specification, task.specification.options
    outcomes = options.get("outcomes", (specification.outcome.name,))
    grid = _grid(task, outcomes)
    first = {outcome: next(i for i, row in enumerate(grid) if row["outcome"] == outcome) for outcome in outcomes}
    chosen = _thinned(len(grid), task.limits.curve_rows, sorted(first.values()))
    curve = specification_curve(task.frame, [grid[number] for number in chosen], task.confidence_level)
    summaries, notes = [], []
    for outcome in outcomes:
        own = curve[curve["outcome"] == outcome]
        reference = chosen.index(first[outcome]) + 1
        try:
            summaries.append(curve_summary(own, reference).assign(outcome=outcome, fits_possible=len(grid)))
        except NotEstimable:
            notes.append(f"{outcome}: {own.iloc[0]['reason']}")
    if not summaries:
        raise NotEstimable("; ".join(notes))
    curve["is_reference"] = curve["fit"].isin([chosen.index(number) + 1 for number in first.values()])
    return Output({"curve": curve, "summary": pd.concat(summaries)}, len(chosen), tuple(notes))


def _grid(task: Task, outcomes: tuple[str, ...]) -> list[dict[str, object]]:
    """Every combination of the listed choices; the first of each outcome has all controls, all rows, no winsorising and
    the fixed effects and errors that are listed first."""
    specification, options = task.specification, task.specification.options
    together = options.get("together", ())
    groups = {name: (name,) for name in task.controls if name not in together[1:]}
    if together:
        groups[together[0]] = together
    subsets = [tuple(name for group in subset for name in groups[group]) for subset in control_subsets(list(groups))]
    samples = ["", *specification.samples, *([REPORTED] if options.get("reported_only") else [])]
    rows = choices(
        outcome=outcomes,
        controls=subsets[::-1],
        fixed_effects=options["fixed_effects"],
        sample=samples,
        winsorised=options.get("winsorised", (0.0,)),
        errors=options["errors"],
    )
    unit, treatment = specification.unit_column, specification.treatment.name
    return [
        {name: value for name, value in row.items() if name != "errors"}
        | {"treatment": treatment, "vcov": row["errors"][0], "cluster": (*row["errors"], unit)[1]}
        for row in rows
    ]


def _thinned(size: int, limit: int, kept: list[int]) -> list[int]:
    """At most `limit` of the numbers below `size`, those of `kept` among them, the others drawn by a fixed seed."""
    if size <= limit:
        return list(range(size))
    others = [number for number in np.random.default_rng(GRID_SEED).permutation(size).tolist() if number not in kept]
    return sorted([*kept, *others[: limit - len(kept)]])


SUITES: Mapping[str, Callable[[Task], Output]] = {
    "event_study": _event_study,
    "placebo": _placebo,
    "twfe_weights": _twfe_weights,
    "goodman_bacon": _goodman_bacon,
    "robust_att": _robust_att,
    "matching": _matching,
    "mediation": _mediation,
    "leave_one_out": _leave_one_out,
    "instrument_pretrend": _instrument_pretrend,
    "specification_curve": _specification_curve,
}
