"""What controls start with, and what was chosen in them, which outlives their language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from reporting.exploring.names import Level
from reporting.exploring.series_figure import MOST_PLACES

__all__ = ["FIRST_INDICATORS", "FIRST_PLACES", "MOST_INDICATORS", "MOST_PLACES", "Chosen"]

MOST_INDICATORS = 4
#: Beijing and Guizhou; Shijiazhuang and Guiyang
FIRST_PLACES: dict[Level, tuple[str, ...]] = {"province": ("110000", "520000"), "city": ("130100", "520100")}
FIRST_INDICATORS: dict[Level, tuple[str, ...]] = {
    "province": ("urban_income", "gdp"),
    "city": ("wage_average_onpost", "gdp"),
}


class Chosen:
    """The values of controls by their name, and the words that stand for them among the options of the moment."""

    def __init__(self) -> None:
        """Nothing is chosen."""
        self._values: dict[str, Any] = {}

    def keep(self, name: str) -> Callable[[Any], None]:
        """What a control of that name is to call with its new value."""
        return lambda value: self._values.update({name: value})

    def one(self, name: str, options: Mapping[str, Any], first: Any = None) -> str | None:
        """The option of what was chosen, else that of `first`, else the first one; None where there is no option."""
        by_value = {value: option for option, value in options.items()}
        wanted = [by_value[value] for value in (self._values.get(name), first) if value in by_value]
        return next(iter([*wanted, *options]), None)

    def some(self, name: str, options: Mapping[str, Any], first: Iterable[Any]) -> list[str]:
        """The options of what was chosen, in that order, or of `first` before anything was; one at least."""
        by_value = {value: option for option, value in options.items()}
        wanted = [by_value[value] for value in self._values.get(name, first) if value in by_value]
        return wanted or list(options)[:1]


def vcovs() -> list[str]:
    """Kinds of standard errors."""
    from reporting.estimation_layer import VCOVS  # noqa: PLC0415

    return list(VCOVS)


def unit_effects() -> list[str]:
    """Ways to hold what is constant in a unit."""
    from reporting.estimation_layer import UNIT_EFFECTS  # noqa: PLC0415

    return list(UNIT_EFFECTS)


def time_effects() -> list[str]:
    """Ways to hold what is common to a year."""
    from reporting.estimation_layer import TIME_EFFECTS  # noqa: PLC0415

    return list(TIME_EFFECTS)
