"""Sites of faults, and how many of them are tried.

The fast suite tries a few, the tests marked long more of them, and with dbt; `make verify` all.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.faults import Site, is_all, site


@pytest.fixture(scope="session")
def site_without_dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("without_dbt"), with_dbt=False) as made:
        yield made


@pytest.fixture(scope="session")
def site_with_dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("with_dbt"), with_dbt=True) as made:
        yield made


@pytest.fixture
def made(site_without_dbt: Site) -> Site:
    """A project in whose builds something else writes the working file."""
    site_without_dbt.begin()
    return site_without_dbt


@pytest.fixture(params=["fast", pytest.param("long", marks=pytest.mark.long)])
def level(request: pytest.FixtureRequest) -> str:
    """How many faults are tried."""
    return "all" if request.param == "long" and is_all() else request.param


@pytest.fixture
def either(level: str, request: pytest.FixtureRequest) -> Site:
    """A project: with dbt unless the test is to be fast."""
    made: Site = request.getfixturevalue("site_without_dbt" if level == "fast" else "site_with_dbt")
    made.begin()
    return made
