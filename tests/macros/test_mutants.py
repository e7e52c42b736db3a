"""The mutants of the formulas: each is still one text of one file, and the tests of formulas notice it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.models import NOT_RENDERED
from tests.support.mutants import MUTANTS, Mutant
from tests.support.mutation import ROOT, Outcome, occurrences, outcome, passes, project_copy, run_tests

#: one of each family; `make verify` runs them all
SPREAD = (
    "a ratio over zero is infinite",
    "a Theil term is weighted by the other share",
    "the distance is of employment from output",
    "the mean of the others divides by n",
    "Theil T is weighted by people",
    "the lag is of the previous row, whatever its year",
    "bounds are of all rows, not the sample",
    "equal values share one running weight",
    "time is counted from 2005",
    "the cohort is the last year of treatment",
)


def test_the_text_of_every_mutant_stands_in_its_file_exactly_once() -> None:
    assert [mutant for mutant in MUTANTS if occurrences(mutant) != 1 or mutant.text == mutant.replacement] == []


def test_no_mutant_stands_twice() -> None:
    assert len({(mutant.file, mutant.text, mutant.replacement) for mutant in MUTANTS}) == len(MUTANTS)
    assert len({mutant.breaks for mutant in MUTANTS}) == len(MUTANTS)


#: models without mutants of their own, and why
WITHOUT = NOT_RENDERED


def test_every_index_model_and_mart_has_a_mutant() -> None:
    files = {Path(mutant.file).stem for mutant in MUTANTS}
    folders = [ROOT / "models" / name for name in ("indices", "policies", "marts")]
    models = {path.stem for folder in folders for path in folder.glob("*.sql")}
    assert models | {"city_wage_inequality"} <= files | set(WITHOUT)
    # no reason for what needs none
    assert set(WITHOUT) <= models - files


def verdicts(*wrong: str, caught: int = 0, equivalent: str = "") -> list[Outcome]:
    made = [Outcome(Mutant("f", "a", "b", f"{i}"), "caught", "t", "", 0) for i in range(caught)]
    return made + [Outcome(Mutant("f", "a", "b", f"{v} {i}", equivalent), v, "", "", 0) for i, v in enumerate(wrong)]


def test_what_counts_as_passing() -> None:
    assert passes(verdicts(caught=20))
    assert passes(verdicts("survived", caught=19))
    assert not passes(verdicts("survived", caught=18))
    # one that is no SQL, or not found, is never made up for
    assert not passes(verdicts("broken", caught=1000))
    # a reason for survival must be true
    assert passes(verdicts("survived", caught=1, equivalent="no difference"))
    assert not passes(verdicts("caught", caught=1000, equivalent="no difference"))


@pytest.fixture(scope="module")
def copy() -> Iterator[Path]:
    with project_copy() as folder:
        yield folder


@pytest.mark.long
def test_the_formulas_themselves_pass(copy: Path) -> None:
    status, test, _ = run_tests(copy)
    assert (status, test) == (0, "")


@pytest.mark.long
@pytest.mark.parametrize("breaks", SPREAD)
def test_a_mutant_of_each_family_is_caught(copy: Path, breaks: str) -> None:
    (mutant,) = (mutant for mutant in MUTANTS if mutant.breaks == breaks)
    found = outcome(mutant, copy)
    assert found.verdict == "caught", found
    assert (copy / mutant.file).read_text(encoding="utf-8") == (ROOT / mutant.file).read_text(encoding="utf-8")


@pytest.mark.long
def test_a_mutant_that_is_no_sql_or_is_not_found_is_not_caught(copy: Path) -> None:
    no_sql = Mutant("macros/arithmetic.sql", "nullif({{ divisor }}, 0)", "nullif({{ divisor }}", "it does not parse")
    not_found = Mutant("macros/arithmetic.sql", "no such text", "x", "it is not there")
    assert [outcome(mutant, copy).verdict for mutant in (no_sql, not_found)] == ["broken", "broken"]
