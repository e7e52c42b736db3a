"""Files to cells: reads statistical files as they are passed around, and knows no economics.

`land(folder)` turns a data folder into five tables (cells, policy rows, files, files of records, notices);
`landing.plugin` hands them to dbt. What a cell means (which place, indicator, unit) is decided in SQL.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from landing.errors import LandingError
    from landing.folder import Landed, land
    from landing.manifest import ManifestRow, read_manifest

__all__ = ["Landed", "LandingError", "ManifestRow", "land", "read_manifest"]


def __getattr__(name: str) -> Any:
    """What the package offers, imported when it is asked for: the process that reads workbooks needs none of it."""
    # Names of modules, such as landing.folder, are asked for here as well while they are imported.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from landing import errors, folder, manifest  # noqa: PLC0415

    return next(getattr(module, name) for module in (errors, folder, manifest) if hasattr(module, name))
