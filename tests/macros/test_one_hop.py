"""A formula is read in the model of its index or in one macro that the model names, and not behind two."""

from __future__ import annotations

import re

import pytest

from tests.support.project import ROOT

FILES = ("arithmetic", "decomposition", "inequality", "lags", "productivity", "structure", "weighted_records")
#: what every reader of a formula knows, as the functions of SQL
BASIC = {"ratio", "log_or_null", "xlogx_ratio", "ordered_sum", "ordered_mean"}
FORMULAS = {
    name: body
    for file in FILES
    for name, body in re.findall(
        r"{%-? macro (\w+)\((.*?){%-? endmacro",
        (ROOT / "macros" / f"{file}.sql").read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
}
MODELS = sorted((ROOT / "models" / "indices").glob("*.sql"))


def called(text: str) -> set[str]:
    """The formulas that a text calls, without the basic ones."""
    return {name for name in FORMULAS if re.search(rf"\b{name}\(", text)} - BASIC


def test_the_basic_formulas_are_there() -> None:
    assert set(FORMULAS) >= BASIC
    assert any(called(path.read_text(encoding="utf-8")) for path in MODELS)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_what_an_index_calls_calls_no_other_formula(path) -> None:
    for name in called(path.read_text(encoding="utf-8")):
        assert called(FORMULAS[name]) == set(), f"{name} is made of other formulas: write it out"
