"""Every operation on files that a publication or a way back is made of: a kill there, or a disk that says no.

Something else writes the working file in dbt's stead; everything around it is what runs in a build.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from regional.versions import kept
from tests.support.faults import Site, moments, readers, site


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("steps"), with_dbt=False) as made:
        yield made


def operations(made: Site, **changes: object) -> int:
    """How many operations an undisturbed call is made of."""
    assert made.build(**changes) == 0, made.printed()
    return int(made.printed().split("OPERATIONS")[1])


def test_a_kill_at_every_operation_of_a_publication(made: Site) -> None:
    made.give(1)
    made.good_build()
    made.give(2)
    steps = operations(made)
    assert steps > 20
    seen = set()
    for at in range(1, steps + 1):
        before = made.published()
        made.give(3 - before)
        assert made.build(at=at) == -signal.SIGKILL, at
        made.counts["kills"] += 1
        seen.add(made.check(before))
        made.good_build()
    assert seen == {"old", "new"}
    made.report("Publication killed at each of its operations")
