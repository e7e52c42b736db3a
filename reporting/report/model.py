"""The equation of a specification, read from its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Most regressors that an equation writes out where nobody says which.
_MOST = 4


@dataclass(frozen=True)
class Model:
    """What an equation shows; a control is one of the regressors that it does not write out."""

    spec_id: str
    dependent: str
    written_out: tuple[str, ...]
    controls: tuple[str, ...]
    instruments: tuple[str, ...]
    #: the regressor that is instrumented
    endogenous: str | None
    has_unit_effects: bool
    has_time_effects: bool


def names_of(listing: str | None) -> tuple[str, ...]:
    """The names in a list of variables: `a; b = expression of b` are a and b."""
    return tuple(part.partition("=")[0].strip() for part in (listing or "").split(";") if part.strip())


def model_of(specification: Mapping[str, Any], written_out: Sequence[str] = ()) -> Model:
    """The model of a row of full_specifications; `written_out` are regressors that it names one by one."""
    endogenous = names_of(specification["endogenous"])
    regressors = (*endogenous, *names_of(specification["regressors"]))
    named = tuple(name for name in regressors if name in written_out)
    if not named:
        main = specification["main_variable"]
        named = regressors if len(regressors) <= _MOST else tuple(name for name in regressors if name == main)
    return Model(
        spec_id=specification["spec_id"],
        dependent=names_of(specification["dependent"])[0],
        written_out=named,
        controls=tuple(name for name in regressors if name not in named),
        instruments=names_of(specification["instruments"]),
        endogenous=next(iter(endogenous), None),
        has_unit_effects=specification["unit_effects"] not in (None, "none"),
        has_time_effects=specification["time_effects"] not in (None, "none"),
    )
