"""Every operation on files that a publication or a way back is made of: a kill there, or a disk that says no.

Something else writes the working file in dbt's stead; everything around it is what runs in a build. The fast tests take
a part of the operations, those marked long all.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable
from typing import Any

import pytest

from tests.support.faults import Site

ERRORS = ("ENOSPC", "EIO", "EROFS", "EACCES")


#: of how many operations one is tried
STEPS = {"fast": 10, "long": 4, "all": 1}


def operations(made: Site, step: int, **changes: Any) -> Iterable[int]:
    """The numbers of the operations that an undisturbed call is made of: every one, or a part and the last."""
    made.give(3 - made.figure)
    assert made.build(**changes) == 0, made.printed()
    number = int(made.printed().split("OPERATIONS")[1])
    assert number > 3
    return sorted({*range(1 + step // 2, number + 1, step), number})


def test_a_kill_at_every_operation_of_a_publication(made: Site, level: str) -> None:
    for at in operations(made, STEPS[level]):
        before = made.published()
        made.give(3 - before)
        assert made.build(at=at) == -signal.SIGKILL, at
        made.counts["kills"] += 1
        made.check(before)
        made.good_build()
    assert made.counts["old"] and made.counts["new"]
    made.report("Publication killed at its operations on files")


def test_an_error_at_every_operation_of_a_publication(made: Site, level: str) -> None:
    """A build says that it failed if and only if the old version is what is published."""
    for number, at in enumerate(operations(made, STEPS[level])):
        before = made.published()
        made.give(3 - before)
        status = made.build(at=at, what=ERRORS[number % len(ERRORS)])
        made.counts["errors"] += 1
        assert (made.check(before), status) in {("old", 1), ("new", 0)}, (at, made.printed())
        assert status == 0 or "could not be read or written" in made.printed(), made.printed()
        made.good_build()
    assert made.counts["old"] and made.counts["new"]
    made.report("Errors of the disk at the operations of a publication")


@pytest.mark.parametrize("what", ["kill", pytest.param("EIO", marks=pytest.mark.long)])
def test_every_operation_of_a_way_back(made: Site, level: str, what: str) -> None:
    for figure in (1, 2):
        made.give(figure)
        made.good_build()
    for at in operations(made, STEPS[level], call="roll_back"):
        before = made.published()
        made.figure = 3 - before
        status = made.build(call="roll_back", at=at, what=what)
        made.counts["kills" if what == "kill" else "errors"] += 1
        which = made.check(before)
        assert status in ({"old": 1, "new": 0}[which], -signal.SIGKILL)
        # the next one works, there and back, and so does a build
        made.figure = 3 - made.published()
        assert made.build(call="roll_back") == 0, made.printed()
        assert made.published() == made.figure
    made.give(1)
    made.good_build()
    made.report(f"A way back, {what} at its operations on files")
