"""Space on a disk, asked for before a build begins."""

from __future__ import annotations

import shutil
from pathlib import Path

from regional.dbt_runs import BuildFailed
from regional.places import Places

#: A build writes the tables of the present version once more and its Parquet copies, and replaces tables in an update,
#: whose blocks are free only when the file is checkpointed.
GROWTH = 1.5
#: bytes: what the smallest project writes, with what dbt keeps of it
MARGIN = 32 * 2**20


def check(places: Places) -> None:
    """Raise BuildFailed where the folder of the warehouse lacks the space that a build will take.

    A first build is only asked for the margin: how large a warehouse becomes depends on what its files hold.
    """
    present = places.warehouse.stat().st_size if places.warehouse.is_file() else 0
    parquet = sum(path.stat().st_size for path in places.parquet.glob("*")) if places.parquet.is_dir() else 0
    needed = int(GROWTH * (present + parquet)) + MARGIN
    free = shutil.disk_usage(places.working.parent).free
    if free < needed:
        raise BuildFailed(
            f"A build of {places.warehouse} needs about {_megabytes(needed)} in {_folder(places)}, where "
            f"{_megabytes(free)} are free: make room, keep fewer versions (REGIONAL_KEEP=0), or name a warehouse on "
            "another disk."
        )


def _folder(places: Places) -> Path:
    return places.warehouse.parent.absolute()


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
