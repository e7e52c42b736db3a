"""A folder that is complete takes the place of an older one in one step, so that a reader finds either."""

from __future__ import annotations

import ctypes
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from reporting.errors import UsageError

_Made = TypeVar("_Made")

#: of renameat2(2): paths are as they stand, and both change places
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def replaced(folder: Path, mark: str, make: Callable[[Path], _Made]) -> _Made:
    """Make a new folder and put it in the place of `folder`, which holds the file `mark` or nothing at all.

    What fails or is killed meanwhile leaves the older folder as it was. Raises UsageError where something else is
    there, or the folder cannot be written.
    """
    path = folder.absolute()
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise UsageError(f"{folder} is no folder of its own: name another one for the report.")
    if path.is_dir() and any(path.iterdir()) and not (path / mark).is_file():
        raise UsageError(f"{folder} holds something else than a report: move it elsewhere, or name another folder.")
    new = path.with_name(f".{path.name}.new-{uuid.uuid4().hex[:12]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = make(new)
        if path.is_dir():
            _exchange(new, path)
        else:
            new.rename(path)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror or error}).") from error
    finally:
        # the older folder, or what a failure left
        shutil.rmtree(new, ignore_errors=True)
    return made


def _exchange(new: Path, old: Path) -> None:
    """Let two folders change places: in one step where the system can, in two renames elsewhere."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        rename = None
    if rename is not None:
        done = rename(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(old), _RENAME_EXCHANGE)
        if done == 0:
            return
    aside = new.with_name(f"{new.name}-old")
    old.rename(aside)
    new.rename(old)
    shutil.rmtree(aside, ignore_errors=True)
