"""Builds of a warehouse, and its publication.

A build writes a working file, and when dbt has ended without an error the file is renamed to the warehouse. Who reads
the warehouse, even for long, is never in the way, and a build that fails or is killed leaves it as it was.
"""

from __future__ import annotations

from regional.dbt_runs import built, environment
from regional.places import Places, wal_of


def build(places: Places, data: str) -> None:
    """Build from nothing and publish; raises BuildFailed, and then nothing is published. `data` is the data folder."""
    _clear(places)
    with environment({"REGIONAL_DATA": data, "REGIONAL_WAREHOUSE": str(places.working.absolute())}):
        built(places.target)
    _publish(places)


def _clear(places: Places) -> None:
    """Make room for a working file: what a failed or killed build left goes."""
    places.working.parent.mkdir(parents=True, exist_ok=True)
    for path in (places.working, wal_of(places.working)):
        path.unlink(missing_ok=True)


def _publish(places: Places) -> None:
    """The working file becomes the warehouse, by a rename."""
    places.working.replace(places.warehouse)
