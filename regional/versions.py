"""Versions of a warehouse: the published one and those before it that are kept, each a folder with all that belongs.

The link `current` among them says which is published (regional.places): putting another in its place is one step, so
whoever opens the warehouse, at whatever moment, finds the old version or the new one, and never half of one or none.
A version is renamed into the folder when it is complete. It costs no copy: nothing that was published is written
again.

`published` in the folder of a version is written when it has become current, and takes the time when it ceases to be.
A folder without it was left by a build that was killed at its last step; the next one clears it away.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from regional import state
from regional.places import COMPANIONS, DOCS, DOCS_INDEX, PARQUET, STATE, Places, wal_of
from reporting.errors import UsageError

#: Versions kept beside the published one, unless REGIONAL_KEEP or --keep says otherwise.
DEFAULT_KEEP = 2
_DESCRIPTION = "version.json"
_PUBLISHED = "published"
#: Folders that become a version, and that cease to be one.
_NEW, _OLD = ".new-", ".old-"
#: In a path, the first is a slash for DuckDB, and with the others the query or fragment of a URL begins for dbt-duckdb.
_MISREAD = "\\?#"
_FORMAT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Description:
    """What a version is, as `version.json` in its folder says; what is not known is empty."""

    #: when it was made, as ISO 8601 in UTC
    made_at: str
    #: the data folders, as they were named
    data: str = ""
    #: of estimation.run_identity
    run_id: str = ""
    data_hash: str = ""
    code_hash: str = ""
    is_simulated: bool | None = None


@dataclass(frozen=True)
class Version:
    """A kept version."""

    name: str
    folder: Path
    description: Description
    is_current: bool
    #: did nobody write into its file since?
    is_as_built: bool
    #: bytes of all its files
    size: int
    #: seconds since the epoch: until when it was the published one, or since when it is
    moment: float


def number_kept(text: str | None = None) -> int:
    """How many versions are kept beside the published one: `text`, or REGIONAL_KEEP; raises UsageError."""
    text = os.environ.get("REGIONAL_KEEP", "").strip() or str(DEFAULT_KEEP) if text is None else text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise UsageError(f"{text!r} cannot be the number of versions to keep (--keep, REGIONAL_KEEP): give 0, 1, 2 ...")
    return int(text)


def kept(places: Places) -> list[Version]:
    """The published version, then those before it, the one that was published last first."""
    current = current_folder(places)
    folders = [path for path in _folders(places) if path == current or (path / _PUBLISHED).exists()]
    versions = [
        Version(
            name=path.name,
            folder=path,
            description=_description(path),
            is_current=path == current,
            is_as_built=state.is_of(path / STATE, path / places.file_name),
            size=_size(path),
            moment=_moment(path),
        )
        for path in folders
    ]
    return sorted(versions, key=lambda version: (version.is_current, version.moment, version.name), reverse=True)


def current_folder(places: Places) -> Path | None:
    """The folder of the published version; None where the warehouse is not one of these versions."""
    try:
        folder = places.versions / os.readlink(places.current)
    except OSError:
        return None
    return folder if _is_link(places.warehouse, _target(places, places.file_name)) and folder.is_dir() else None


def check(places: Places) -> None:
    """Raise UsageError where something that no build made stands in a place that one publishes to."""
    misread = [character for character in _MISREAD if character in str(places.warehouse.absolute())]
    if misread:
        raise UsageError(
            f"{places.warehouse} cannot be the path of a warehouse: dbt or DuckDB reads {' '.join(misread)} in it as "
            "something else; any other character is free."
        )
    if places.warehouse.is_dir() and not places.warehouse.is_symlink():
        raise UsageError(f"{places.warehouse} is a folder: name a file for the warehouse.")
    for kind in (PARQUET, DOCS):
        path = places.companion(kind)
        is_of_plain_dbt = kind == DOCS and (path / DOCS_INDEX).is_file()
        if path.exists() and not path.is_symlink() and not is_of_plain_dbt:
            raise UsageError(f"{path} is where a build publishes, and was not made by one: move it elsewhere.")


def publish(places: Places, description: Description) -> None:
    """The working file and its companions become the published version; raises OSError, and then nothing changed."""
    places.versions.mkdir(parents=True, exist_ok=True)
    new = places.versions / f"{_NEW}{uuid.uuid4().hex}"
    new.mkdir()
    (new / _DESCRIPTION).write_text(json.dumps(asdict(description), indent=1) + "\n", encoding="utf-8")
    for kind in COMPANIONS:
        if places.working_companion(kind).exists():
            places.working_companion(kind).rename(new / kind)
    places.working.rename(new / places.file_name)
    _to_disk(new)
    _take_in(places)
    _make_current(places, _named(places, new, description))


def roll_back(places: Places, name: str | None = None) -> tuple[Version | None, Version]:
    """Publish a kept version again, the one published before the present where none is named.

    Returns the version that was published, None where the warehouse was lost, and the one that is. Raises UsageError
    where there is no such version, or it does not open, and then nothing changed.
    """
    _take_in(places)
    versions = kept(places)
    before = next((version for version in versions if version.is_current), None)
    others = [version for version in versions if not version.is_current]
    if before is not None and name == before.name:
        raise UsageError(f"{name} is the published version already.")
    names = ", ".join(version.name for version in others) or "none"
    chosen = next((version for version in others if name in (None, version.name)), None)
    if chosen is None:
        asked = f"There is no version {name!r} of" if name else "There is no other version of"
        raise UsageError(f"{asked} {places.warehouse} to go back to; kept are: {names}.")
    try:
        with duckdb.connect(str(chosen.folder / places.file_name), read_only=True) as connection:
            connection.execute("select count(*) from duckdb_columns()")
    except (duckdb.Error, OSError) as error:
        raise UsageError(
            f"The version {chosen.name} of {places.warehouse} does not open, so nothing changed: "
            f"{str(error).splitlines()[0]}"
        ) from error
    _make_current(places, chosen.folder)
    return before, chosen


def tidy(places: Places, keep: int, say: Callable[[str], None] = lambda _: None) -> None:
    """Clear what killed builds left, mend links that one did not come to, and remove versions beyond `keep`."""
    current = current_folder(places)
    if current is not None:
        _link(places, current)
        if not (current / _PUBLISHED).exists():
            _settle(places, current)
    for path in list(places.versions.glob(f"{_NEW}*")) + list(places.versions.glob(f"{_OLD}*")):
        _remove(path, say)
    for path in _folders(places):
        if path != current and not (path / _PUBLISHED).exists():
            _remove(path, say)
    # the last versions of a warehouse whose own link was lost are all that there is of it
    keep = keep if current is not None else max(keep, 1)
    for version in [version for version in kept(places) if not version.is_current][keep:]:
        # what is half removed is no version
        gone = places.versions / f"{_OLD}{version.name}"
        version.folder.rename(gone)
        _remove(gone, say)


def _folders(places: Places) -> list[Path]:
    try:
        paths = list(places.versions.iterdir())
    except OSError:
        return []
    return [path for path in paths if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")]


def _description(folder: Path) -> Description:
    try:
        return Description(**json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Description(made_at="")


def _moment(folder: Path) -> float:
    try:
        return (folder / _PUBLISHED).stat().st_mtime
    except OSError:
        return 0.0


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))


def _target(places: Places, name: str) -> str:
    """What the link beside the versions says that leads to `name` of the published one."""
    return os.path.join(places.versions.name, places.current.name, name)


def _is_link(path: Path, target: str) -> bool:
    return path.is_symlink() and os.readlink(path) == target


def _put_link(path: Path, target: str) -> None:
    """A link in the place of whatever file or link is there, in one step."""
    working = path.with_name(f".{path.name}.link")
    working.unlink(missing_ok=True)
    working.symlink_to(target)
    working.replace(path)


def _named(places: Places, new: Path, description: Description) -> Path:
    """A complete folder under the name of its version."""
    moment = datetime.datetime.fromisoformat(description.made_at)
    name = f"{moment.strftime(_FORMAT)}-{description.run_id[:8] or 'unknown'}"
    number = 1
    while (folder := places.versions / (name if number == 1 else f"{name}_{number}")).exists():
        number += 1
    return new.rename(folder)


def _make_current(places: Places, folder: Path) -> None:
    """Publish a complete version: all that readers open is links through the one that is replaced here."""
    before = current_folder(places)
    if before is None:
        # Whatever the warehouse is until now, if anything, is replaced last.
        _put_link(places.current, folder.name)
        _link(places, folder)
    else:
        # Links to what the version before did not have lead nowhere for a moment, which is what was there.
        _link(places, folder)
        if before != folder:
            (before / _PUBLISHED).touch()
        _put_link(places.current, folder.name)
    # It is published. What is left to do the next build does, if this one cannot.
    with contextlib.suppress(OSError):
        _settle(places, folder)
        _to_disk(places.versions, is_deep=False)


def _settle(places: Places, current: Path) -> None:
    """Mark the published version as such, and remove links to what it does not have."""
    (current / _PUBLISHED).touch()
    for kind in COMPANIONS:
        if not (current / kind).exists() and _is_link(places.companion(kind), _target(places, kind)):
            places.companion(kind).unlink()


def _link(places: Places, folder: Path) -> None:
    """What readers open leads into the published version; `folder` is that, or the one that is about to be."""
    for path, name in [(places.companion(kind), kind) for kind in COMPANIONS] + [(places.warehouse, places.file_name)]:
        if (folder / name).exists() and not _is_link(path, _target(places, name)):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            _put_link(path, _target(places, name))


def _take_in(places: Places) -> None:
    """A warehouse that is a file, as plain dbt writes it, becomes the published version, without a change for readers.

    A link that somebody made to a file of his own is replaced, and the file stays where it is.
    """
    if places.warehouse.is_symlink() or not places.warehouse.is_file():
        return
    for folder in _folders(places):
        if (folder / places.file_name).exists() and (folder / places.file_name).samefile(places.warehouse):
            # killed below, the last time
            _put_link(places.current, folder.name)
            _link(places, folder)
            return
    places.versions.mkdir(parents=True, exist_ok=True)
    new = places.versions / f"{_NEW}{uuid.uuid4().hex}"
    new.mkdir()
    for path, name in (
        (places.warehouse, places.file_name),
        (wal_of(places.warehouse), wal_of(Path(places.file_name)).name),
    ):
        if path.exists():
            _same_file(path, new / name)
    for kind in (STATE, DOCS):
        if places.companion(kind).is_dir() and not places.companion(kind).is_symlink():
            shutil.copytree(places.companion(kind), new / kind)
    made_at = datetime.datetime.fromtimestamp(places.warehouse.stat().st_mtime, datetime.UTC).isoformat(
        timespec="seconds"
    )
    description = described(new / places.file_name, made_at, "")
    (new / _DESCRIPTION).write_text(json.dumps(asdict(description), indent=1) + "\n", encoding="utf-8")
    _to_disk(new)
    folder = _named(places, new, description)
    (folder / _PUBLISHED).touch()
    _put_link(places.current, folder.name)
    _link(places, folder)
    wal_of(places.warehouse).unlink(missing_ok=True)


def _same_file(path: Path, other: Path) -> None:
    """The same file under another name, or a copy of it where the file system has no hard links."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copy2(path, other)


def described(file: Path, made_at: str, data: str) -> Description:
    """The description of a warehouse file, as far as its tables tell."""
    known: Mapping[str, Any] = {}
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            for query in (
                "select run_id, data_hash, code_hash from estimation.run_identity",
                "select coalesce(bool_or(is_simulated), false) as is_simulated from landing.files",
            ):
                try:
                    result = connection.execute(query)
                except (duckdb.CatalogException, duckdb.BinderException):
                    continue
                rows = result.fetchall()
                if rows:
                    names = [name for name, *_ in result.description or []]
                    known = {**known, **dict(zip(names, rows[0], strict=True))}
    except duckdb.Error:
        # a file that does not open is kept as it is, and described as unknown
        pass
    return Description(made_at=made_at, data=data, **known)


def _to_disk(folder: Path, is_deep: bool = True) -> None:
    """What a folder holds is on the disk, and not only on its way there."""
    for path in [*(folder.rglob("*") if is_deep else ()), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(folder: Path, say: Callable[[str], None]) -> None:
    """Remove a folder; what cannot be removed stays for the next time, and takes only space."""
    try:
        shutil.rmtree(folder)
    except OSError as error:
        say(f"{folder} could not be removed ({error.strerror}): it can be deleted.")
