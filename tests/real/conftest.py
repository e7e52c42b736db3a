"""The real files in one warehouse, built once whichever process asks first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import ROOT
from tests.support.warehouse import PANELS, built, once

REAL = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def parsed_files(kept_folder: Path) -> Path:
    """The cache of parsed files of all builds of the real files: whichever comes first reads the workbooks."""
    return kept_folder / "parsed_files"


@pytest.fixture(scope="session")
def real_warehouse(kept_folder: Path, parsed_files: Path) -> Path:
    """Panels, indices, readings of the marts, and a codebook, from ../shared/data; skips where that is not there."""
    if not (REAL / "ccsy").is_dir():
        pytest.skip("the real files are not there: expected the folder ../shared/data beside the project")
    readings = ("+descriptives", "+definition_readings", "+sample_flow")
    # not what is before it, which is everything
    codebook = ("codebook_columns", "unit_names", "mart_columns", "codebook")

    def make(folder: Path) -> None:
        built(REAL, folder / "regional.duckdb", *PANELS, *readings, *codebook, cache=parsed_files)

    return once(kept_folder, "real", make) / "regional.duckdb"
