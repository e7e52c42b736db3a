"""The suites that there are: every module of estimation.suites that declares one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache

import estimation.suites
from estimation.samples.specification import Specification
from estimation.suites.contract import Suite


@cache
def suites() -> Mapping[str, Suite]:
    """Suites by name, in alphabetical order."""
    modules = [
        importlib.import_module(f"{estimation.suites.__name__}.{module.name}")
        for module in pkgutil.iter_modules(estimation.suites.__path__)
    ]
    declared = [module.SUITE for module in modules if hasattr(module, "SUITE")]
    return {suite.name: suite for suite in sorted(declared, key=lambda suite: suite.name)}


def suite_of(specification: Specification) -> Suite:
    """The suite that a specification names; raises ValueError where there is none."""
    if specification.suite not in suites():
        raise ValueError(
            f"specification {specification.spec_id} has suite = {specification.suite!r}: use one of "
            f"{', '.join(suites())}"
        )
    return suites()[specification.suite]


def check(specifications: Sequence[Specification]) -> None:
    """Raise ValueError, naming spec_id, for the first specification that its suite cannot be asked."""
    for specification in specifications:
        suite_of(specification).check(specification)
