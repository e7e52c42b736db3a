"""What a suite is: a tool that answers one kind of question about a specification.

A suite is a module of this folder that holds a `Suite` by the name `SUITE`; `estimation.run.registry` finds it. It says
which options it takes and reads their text, what it needs of the mart besides variables and sample, and which function
runs it: a task in, named tables out. What it cannot estimate on the data at hand it says with NotEstimable; a table
that it cannot give beside others that it can becomes a note.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from estimation.ground.columns import TREATMENT
from estimation.ground.errors import NotEstimable
from estimation.numerics.covariance import Covariance
from estimation.samples.expressions import NoExpressionError, checked_expression, checked_name
from estimation.samples.specification import Specification, Term


@dataclass(frozen=True)
class Limits:
    """How much a suite may draw or fit: draws of placebo policies and of the bootstrap, fits of a curve."""

    placebo_draws: int = 1000
    bootstrap_draws: int = 1000
    curve_fits: int = 400

    def __post_init__(self) -> None:
        """Raise ValueError for a limit that leaves nothing."""
        for name, value in vars(self).items():
            if value < 2:
                raise ValueError(f"{name} = {value}: use a whole number from 2 on")


@dataclass(frozen=True)
class Option:
    """A key of `options`: how its text is read (ValueError or KeyError: no value of it), and what holds without it."""

    read: Callable[[str], Any]
    default: Any = None
    is_needed: bool = False


@dataclass(frozen=True)
class Incomplete:
    """Rows that meet the sample rule, complete or not: numbers (terms), and columns of any type by their expression."""

    terms: tuple[Term, ...]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Reads:
    """What a suite reads of the mart besides the variables of the specification.

    variables: further ones that every row must have. columns: further columns of any type that every row must have, by
    their SQL expression. incomplete: what the suite gets in place of complete rows.
    """

    variables: tuple[Term, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    incomplete: Incomplete | None = None


@dataclass(frozen=True)
class Output:
    """Tables by name, the number of draws (or fits) made, and notes for analysts."""

    tables: Mapping[str, pd.DataFrame]
    draws: int | None = None
    notes: tuple[str, ...] = ()


class Memo:
    """What specifications share, made once: the latest few things by key, a failure as well, which is raised again."""

    def __init__(self, size: int = 16) -> None:
        """`size`: how many things are kept."""
        self._kept: dict[Hashable, Any] = {}
        self._size = size

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` returned for this key."""
        if key not in self._kept:
            if len(self._kept) >= self._size:
                del self._kept[next(iter(self._kept))]
            try:
                self._kept[key] = make()
            except NotEstimable as reason:
                self._kept[key] = reason
        made = self._kept[key]
        if isinstance(made, NotEstimable):
            raise made
        return made


@dataclass(frozen=True)
class Task:
    """What a suite gets: the specification with its options read, and its rows.

    frame: the sample as estimation.samples gives it (rows of a suite that reads incomplete ones are named as the mart
    names them). memo: for what specifications that differ in their standard errors share.
    """

    specification: Specification
    options: Mapping[str, Any]
    frame: pd.DataFrame
    limits: Limits = field(default_factory=Limits)
    confidence_level: float = 0.95
    memo: Memo = field(default_factory=Memo)

    @property
    def controls(self) -> list[str]:
        """Names of the regressors but the treatment."""
        return self.specification.control_names

    @property
    def covariance(self) -> Covariance:
        """The kind of standard errors that the specification names."""
        return Covariance(self.specification.vcov)

    @property
    def adoption_frame(self) -> pd.DataFrame:
        """The frame as estimation.ground.adoption names its columns."""
        return self.frame.rename(columns={self.specification.treatment.name: TREATMENT})


@dataclass(frozen=True)
class Suite:
    """A tool as it declares itself.

    options: by key; `prefix.*` takes every key that begins with `prefix.`, as a dict by what follows. needs_cohort: the
    study must know a policy that units adopt for good. reads: what it reads of the mart, from the options. refuse:
    raises ValueError for a specification that makes no sense to it.
    """

    name: str
    run: Callable[[Task], Output]
    options: Mapping[str, Option] = field(default_factory=dict)
    needs_cohort: bool = False
    takes_instruments: bool = False
    reads: Callable[[Specification, Mapping[str, Any]], Reads] = lambda specification, options: Reads()
    refuse: Callable[[Specification, Mapping[str, Any]], object] = lambda specification, options: None

    def read_options(self, specification: Specification) -> dict[str, Any]:
        """The options of a specification, with defaults; raises ValueError, naming spec_id and key, for a bad one."""
        spec_id, given = specification.spec_id, dict(specification.options)
        values: dict[str, Any] = {}
        for key, option in self.options.items():
            if key.endswith(".*"):
                prefix = key.removesuffix("*")
                named = {name.removeprefix(prefix): given.pop(name) for name in list(given) if name.startswith(prefix)}
                values[prefix.removesuffix(".")] = {
                    name: _read_option(spec_id, prefix + name, option.read, text) for name, text in named.items()
                }
                for name in named:
                    _read_option(spec_id, key, checked_name, name)
            elif key in given:
                values[key] = _read_option(spec_id, key, option.read, given.pop(key))
            elif option.is_needed:
                raise ValueError(f"specification {spec_id}: the suite {self.name} needs the option {key}")
            else:
                values[key] = option.default
        if given:
            raise ValueError(
                f"specification {spec_id} has the option {next(iter(given))!r}: {self.name} takes "
                f"{', '.join(self.options) or 'none'}"
            )
        return values

    def check(self, specification: Specification) -> None:
        """Raise ValueError, naming spec_id, for a specification that this suite cannot be asked."""
        spec_id = specification.spec_id
        options = self.read_options(specification)
        if self.needs_cohort and not specification.cohort_column:
            raise ValueError(f"specification {spec_id}: the suite {self.name} needs a cohort_column in its study")
        if specification.instruments and not self.takes_instruments:
            raise ValueError(f"specification {spec_id}: the suite {self.name} takes no instruments")
        names = [term.name for term in (*specification.variables, *self.reads(specification, options).variables)]
        if len(set(names)) < len(names):
            raise ValueError(f"specification {spec_id} names a variable twice: {', '.join(names)}")
        self.refuse(specification, options)


def _read_option(spec_id: str, key: str, read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except NoExpressionError as why:
        raise ValueError(f"specification {spec_id}, option {key}: {why}") from why
    except (ValueError, KeyError) as error:
        raise ValueError(f"specification {spec_id} has {key} = {text!r}, which is no {key}") from error


def _parts(text: str, separator: str = ",") -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def condition(text: str) -> str:
    """An expression over columns of the mart."""
    return checked_expression(text)


def names(text: str) -> tuple[str, ...]:
    """`a, b` -> (a, b), names of columns or variables."""
    return tuple(checked_name(part) for part in _parts(text))


def numbers(text: str) -> tuple[float, ...]:
    """`0.5, 1` -> (0.5, 1.0)."""
    return tuple(float(part) for part in _parts(text))


def years(text: str) -> tuple[int, ...]:
    """`-1, -2` -> (-1, -2)."""
    return tuple(int(part) for part in _parts(text))


def alternatives(text: str) -> tuple[tuple[str, ...], ...]:
    """`a, b | a, c^d` -> ((a, b), (a, c^d)), of names of columns, or of several with `^` between them."""
    listed = tuple(tuple(_parts(part)) for part in text.split("|"))
    for crossed in (crossed for alternative in listed for crossed in alternative):
        for part in crossed.split("^"):
            checked_name(part)
    return listed


def flag(text: str) -> bool:
    """`true` or `false`."""
    return {"true": True, "false": False}[text]


def whole_number(text: str) -> int:
    """A whole number from 1 on."""
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def one_of(*allowed: str) -> Callable[[str], str]:
    """A reader of one of these words."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(text)
        return text

    return read


#: of every suite that reads complete rows: keep units observed at every time of the sample
COMMON: Mapping[str, Option] = {"balanced": Option(flag, default=False)}
