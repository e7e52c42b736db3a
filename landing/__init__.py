"""Files to cells: reads statistical files as they are passed around, and knows no economics.

`land(folder)` turns a data folder into five tables (cells, policy rows, files, files of records, notices);
`landing.plugin` hands them to dbt. What a cell means (which place, indicator, unit) is decided in SQL.
"""

from landing.errors import LandingError
from landing.folder import Landed, land
from landing.manifest import ManifestRow, read_manifest

__all__ = ["Landed", "LandingError", "ManifestRow", "land", "read_manifest"]
