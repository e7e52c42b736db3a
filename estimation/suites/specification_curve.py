"""Specification curve: one coefficient under every combination of defensible choices.

A choice is a dict; `choices` crosses lists of them, and estimation.numerics.fit_grid fits them. Simonsohn, Simmons and
Nelson (2020).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from estimation.ground.columns import REPORTED
from estimation.ground.errors import NotEstimable
from estimation.numerics.fit_grid import fit_grid
from estimation.samples.specification import Specification, Term
from estimation.suites.contract import (
    Incomplete,
    Option,
    Output,
    Reads,
    Suite,
    Task,
    alternatives,
    condition,
    flag,
    names,
    numbers,
)

#: picks the fits of a grid that is larger than asked for; fixed, so that two builds agree
GRID_SEED = 1


def choices(**lists: Sequence[Any]) -> list[dict[str, Any]]:
    """Every combination of the listed values, the last name varying fastest; names are those of DEFAULTS."""
    return [dict(zip(lists, values, strict=True)) for values in itertools.product(*lists.values())]


def control_subsets(controls: Sequence[str], always: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """All subsets of the controls, each with those of `always` in front, from the empty one to the whole."""
    return [
        (*always, *chosen)
        for size in range(len(controls) + 1)
        for chosen in itertools.combinations([name for name in controls if name not in always], size)
    ]


def curve_summary(curve: pd.DataFrame, reference: int = 1, level: float = 0.05) -> pd.DataFrame:
    """One row: how far the fits agree with the reference fit (its number).

    fits, fits_estimated, estimate (of the reference), minimum, median, maximum, share_same_sign (of the estimated
    fits), share_same_sign_significant (same sign and p below `level`). Raises NotEstimable where the reference has no
    estimate.
    """
    found = curve[curve["status"] == "estimated"]
    own = found.loc[found["fit"] == reference, "estimate"]
    if own.empty:
        raise NotEstimable(f"fit {reference}, the reference, has no estimate")
    same = np.sign(found["estimate"]) == np.sign(own.item())
    row = {
        "fits": len(curve),
        "fits_estimated": len(found),
        "estimate": own.item(),
        "minimum": found["estimate"].min(),
        "median": found["estimate"].median(),
        "maximum": found["estimate"].max(),
        "share_same_sign": same.mean(),
        "share_same_sign_significant": (same & (found["p_value"] < level)).mean(),
    }
    return pd.DataFrame([row])


def _outcomes(specification: Specification, options: Mapping[str, Any]) -> tuple[str, ...]:
    return options["outcomes"] or (specification.dependent.name,)


def _reads(specification: Specification, options: Mapping[str, Any]) -> Reads:
    """Every variable and fixed effect, and a column a named sample."""
    plain = {specification.unit_column, specification.time_column}
    plain |= {part for effects in options["fixed_effects"] for effect in effects for part in effect.split("^")}
    plain |= {part for errors in options["errors"] for part in errors[1:]}
    terms = [specification.dependent, *specification.regressors]
    terms += [Term(name, name) for name in options["outcomes"] if name != specification.dependent.name]
    samples = {name: f"cast(({predicate}) as boolean)" for name, predicate in options["sample"].items()}
    return Reads(incomplete=Incomplete(tuple(terms), {**{name: name for name in sorted(plain)}, **samples}))


def _run(task: Task) -> Output:
    outcomes = _outcomes(task.specification, task.options)
    grid = _grid(task, outcomes)
    first = {outcome: next(i for i, row in enumerate(grid) if row["outcome"] == outcome) for outcome in outcomes}
    chosen = _thinned(len(grid), task.limits.curve_fits, sorted(first.values()))
    curve = fit_grid(task.frame, [grid[number] for number in chosen], task.confidence_level)
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
    specification, options = task.specification, task.options
    together = options["together"]
    groups = {name: (name,) for name in task.controls if name not in together[1:]}
    if together:
        groups[together[0]] = together
    subsets = [tuple(name for group in subset for name in groups[group]) for subset in control_subsets(list(groups))]
    samples = ["", *options["sample"], *([REPORTED] if options["reported_only"] else [])]
    rows = choices(
        outcome=outcomes,
        controls=subsets[::-1],
        fixed_effects=options["fixed_effects"],
        sample=samples,
        winsorised=options["winsorised"],
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


SUITE = Suite(
    name="specification_curve",
    run=_run,
    options={
        "outcomes": Option(names, ()),
        "together": Option(names, ()),
        "fixed_effects": Option(alternatives, is_needed=True),
        "winsorised": Option(numbers, (0.0,)),
        "errors": Option(alternatives, is_needed=True),
        "reported_only": Option(flag, default=False),
        "sample.*": Option(condition),
    },
    reads=_reads,
)
