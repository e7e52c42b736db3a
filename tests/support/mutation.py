"""Do the tests of the formulas bite? Each mutant of `mutants.yml` is put into a copy of the formulas, and they are run.

    python -m tests.support.mutation            every mutant, and a table of what caught it
    python -m tests.support.mutation lags.sql   those of files whose path holds the word

A mutant is caught if a test fails on what it computes. One that is no SQL any more would fail everywhere and prove
nothing: it is broken, as is one whose run ends in any other way, and counts against the tests. The exit status is 1 if
fewer than 95% are caught, if any is broken, or if one that is said to be equivalent is caught.
"""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.support.mutants import MUTANTS, Mutant
from tests.support.project import ROOT

#: All run for every mutant, numbers worked by hand first: they are quick, and say most clearly what is wrong.
TEST_FILES = (
    "tests/models/indices/test_index_models.py",
    "tests/models/marts/test_mart_columns.py",
    "tests/macros/test_structure_formulas.py",
    "tests/macros/test_formulas.py",
    "tests/macros/test_weighted_formulas.py",
    "tests/models/indices/test_indices_in_pandas.py",
    "tests/models/indices/test_populations_and_volumes.py",
    "tests/models/indices/test_city_income_surveys.py",
)
#: the tests that run before all others, by the file or folder of a mutant; where they are not named, the first above
_NEAREST = {
    **dict.fromkeys(("arithmetic", "inequality", "lags", "outliers"), TEST_FILES[3]),
    **dict.fromkeys(("structure", "productivity", "decomposition"), TEST_FILES[2]),
    "weighted_records": TEST_FILES[4],
    **dict.fromkeys(("studies", "marts", "filling"), TEST_FILES[1]),
    **dict.fromkeys(
        ("volumes", "city_real_gdp", "province_real_gdp", "gdp_level_steps", "gdp_level_breaks", "per_capita_basis"),
        TEST_FILES[6],
    ),
    "city_population": TEST_FILES[6],
    "city_income_surveys": TEST_FILES[7],
}
_COPIED = (
    *("macros", "models", "seeds", "dbt_project.yml", "pyproject.toml"),
    *(f"tests/support/{name}.py" for name in ("macros", "models", "project", "indices_in_pandas")),
    *TEST_FILES,
)
#: Examples are drawn the same way each time, and a failing one is not made smaller: that it fails is all that counts.
_CONFTEST = """
from hypothesis import Phase, settings

settings.register_profile("mutation", database=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
settings.load_profile("mutation")
"""
LEAST_CAUGHT = 0.95
PARALLEL = 2
#: seconds; far more than the tests take where others use the machine as well
TIME_LIMIT = 600


class Outcome(NamedTuple):
    """What came of a mutant: caught, survived or broken; the test that failed and why; seconds."""

    mutant: Mutant
    verdict: str
    test: str
    reason: str
    seconds: float


def occurrences(mutant: Mutant) -> int:
    """How often the text of a mutant stands in its file."""
    return (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.text)


@contextmanager
def project_copy() -> Iterator[Path]:
    """A temporary folder with the formulas, the seeds and the tests of formulas."""
    with tempfile.TemporaryDirectory(prefix="mutation_") as folder:
        for name in _COPIED:
            source, target = ROOT / name, Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copy2(source, target)
        (Path(folder) / "tests" / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
        yield Path(folder)


def _environment() -> dict[str, str]:
    """Lines wide enough for a reason; no options of an outer run; byte code kept, since the tests stay as they are."""
    outer = ("PYTEST", "PYTHONDONTWRITEBYTECODE")
    return {key: value for key, value in os.environ.items() if not key.startswith(outer)} | {"COLUMNS": "300"}


def _in_order(file: str) -> list[str]:
    """The files of tests, the nearest to a mutant's file first."""
    path = Path(file)
    nearest = _NEAREST.get(path.stem, _NEAREST.get(path.parent.name, TEST_FILES[0]))
    return sorted(TEST_FILES, key=lambda name: name != nearest)


def run_tests(folder: Path, file: str = "") -> tuple[int | None, str, str]:
    """The exit status of the tests in a copy (None: out of time), and of the first failure its test and its reason.

    `file` is the one that holds the mutant.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(
            [*command, *_in_order(file)],
            cwd=folder,
            env=_environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, "", f"no end after {TIME_LIMIT} s"
    failure = re.search(r"^(?:FAILED|ERROR) (\S+)(?: - (.*))?$", done.stdout, flags=re.MULTILINE)
    test, reason = failure.groups("") if failure else ("", done.stdout[-300:] + done.stderr[-300:])
    return done.returncode, test.removeprefix("tests/"), reason


def outcome(mutant: Mutant, folder: Path) -> Outcome:
    """Put a mutant into a copy, run the tests, and take it out again."""
    path = folder / mutant.file
    original = path.read_text(encoding="utf-8")
    if original.count(mutant.text) != 1:
        return Outcome(mutant, "broken", "", f"its text stands {original.count(mutant.text)} times in the file", 0)
    path.write_text(original.replace(mutant.text, mutant.replacement), encoding="utf-8")
    start = time.monotonic()
    try:
        status, test, reason = run_tests(folder, mutant.file)
    finally:
        path.write_text(original, encoding="utf-8")
    is_no_sql = re.search(r"duckdb\.|jinja2\.", reason) is not None
    verdict = "survived" if status == 0 else "caught" if status == 1 and not is_no_sql else "broken"
    return Outcome(mutant, verdict, test, reason, time.monotonic() - start)


def outcomes(mutants: Iterable[Mutant]) -> Iterator[Outcome]:
    """The outcome of each mutant, in their order; two run at a time, each in a copy of its own."""
    with project_copy() as first, project_copy() as second, ThreadPoolExecutor(PARALLEL) as pool:
        status, test, reason = run_tests(first)
        if status != 0:
            raise RuntimeError(f"The tests fail without any mutant: {test} {reason}")
        folders: queue.Queue[Path] = queue.Queue()
        for folder in (first, second):
            folders.put(folder)

        def one(mutant: Mutant) -> Outcome:
            folder = folders.get()
            try:
                return outcome(mutant, folder)
            finally:
                folders.put(folder)

        yield from pool.map(one, mutants)


def is_as_said(found: Outcome) -> bool:
    """A mutant must be caught, and an equivalent one survive."""
    return found.verdict == ("survived" if found.mutant.equivalent else "caught")


def passes(found: list[Outcome]) -> bool:
    """Do the tests bite well enough?"""
    wanted = [one for one in found if not one.mutant.equivalent]
    caught = sum(is_as_said(one) for one in wanted)
    none_wrong = all(one.verdict != "broken" for one in found) and all(map(is_as_said, set(found) - set(wanted)))
    return none_wrong and caught >= LEAST_CAUGHT * len(wanted)


def line(found: Outcome) -> str:
    """One line of the table: verdict, file, what is broken, and by which test it was caught."""
    mutant = found.mutant
    if found.verdict == "caught":
        remark = found.test
    elif found.verdict == "broken":
        remark = f"{found.test} {found.reason}".strip()
    else:
        remark = f"equivalent: {mutant.equivalent}" if mutant.equivalent else "NO TEST SEES IT"
    return f"{found.verdict:8} {found.seconds:4.1f} s  {mutant.file.split('/', 1)[1]}: {mutant.breaks}  <-  {remark}"


def main(words: list[str]) -> int:
    """Run the mutants, print the table, and say whether the tests pass."""
    start = time.monotonic()
    found = []
    for one in outcomes([mutant for mutant in MUTANTS if not words or any(word in mutant.file for word in words)]):
        print(line(one), flush=True)
        found.append(one)
    counts = Counter("equivalent" if one.mutant.equivalent else one.verdict for one in found)
    wanted = len(found) - counts["equivalent"]
    print(
        f"{counts['caught']} of {wanted} mutants caught, {counts['survived']} survived, {counts['broken']} broken; "
        f"{counts['equivalent']} equivalent by their reason; {time.monotonic() - start:.0f} s"
    )
    return 0 if passes(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
