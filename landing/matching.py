"""Which files of a folder a manifest lists, and which of its lines say how to read each."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from landing.errors import LandingError
from landing.grid import SUFFIXES
from landing.manifest import CATALOGUE, MANIFEST_NAME, ManifestRow

#: The environment variable that allows links out of a data folder. (The folder itself may be a link in any case: who
#: names it knows where it leads.)
ALLOW_LINKS = "REGIONAL_ALLOW_LINKS"

#: kind, path, message
Notice = tuple[str, str, str]


def files_below(folder: Path) -> list[str]:
    """The files of supported formats below a folder, as sorted relative paths; linked folders are not entered."""
    found = []
    for root, _, names in os.walk(folder):
        inside = Path(root).relative_to(folder).parts
        for name in names:
            # Excel keeps a lock file named ~$ beside a workbook that is open.
            is_supported = os.path.splitext(name)[1].lower() in SUFFIXES and not name.startswith("~$")
            is_supported = is_supported and name != MANIFEST_NAME
            if is_supported and os.path.isfile(f"{root}/{name}"):
                found.append((*inside, name))
    return ["/".join(parts) for parts in sorted(found)]


def match(
    manifest: list[ManifestRow], present: list[str], folder: Path, manifest_path: Path
) -> tuple[list[tuple[str, ManifestRow]], list[Notice]]:
    """Pair files with manifest rows; remark on rows without a file and on files without a row."""
    owners: dict[str, list[ManifestRow]] = {}
    notices = []
    by_name: dict[str, list[str]] = {}
    for relative in present:
        by_name.setdefault(relative.rpartition("/")[2], []).append(relative)
    for row in manifest:
        matches = _matches(row.path, by_name)
        if not matches:
            _check_what_is_there(row, folder, manifest_path)
        if not matches and (folder / row.path).is_file():
            raise LandingError(
                f"{manifest_path} line {row.line} lists {row.path}, whose format is not supported: "
                f"save it as one of {', '.join(sorted(SUFFIXES))}."
            )
        if not matches and row.required:
            raise LandingError(
                f"{manifest_path} line {row.line} lists {row.path}, but {folder} has no such file: "
                "add the file, correct the path, or set required to false."
            )
        if not matches and manifest_path != CATALOGUE:
            notices.append(("listed and missing", row.path, f"{row.path} is listed as optional and is not there."))
        for relative in matches:
            for other in owners.get(relative, []):
                # Two lines may list two sheets of one workbook; an empty sheet is the only one, whichever that is.
                if other.sheet == row.sheet or not (other.sheet and row.sheet):
                    raise LandingError(
                        f"{manifest_path} lists {relative} twice (lines {other.line} and {row.line}): keep one line, "
                        "or name another sheet of the workbook in each."
                    )
            owners.setdefault(relative, []).append(row)
    for relative in present:
        if relative not in owners:
            notices.append(
                ("present and unlisted", relative, f"{relative} is in no line of {manifest_path.name}: not read.")
            )
    if not owners:
        raise LandingError(
            f"{folder} holds no file that {manifest_path.name} knows: "
            f"add a {MANIFEST_NAME} to the folder that lists its files."
        )
    _check_links([*owners, manifest_path.name] if manifest_path.parent == folder else owners, folder)
    return [(relative, row) for relative in present for row in owners.get(relative, [])], notices


def _check_what_is_there(row: ManifestRow, folder: Path, manifest_path: Path) -> None:
    """Say of a path that is there, and that no file answers to, what it is."""
    path = folder / row.path
    if PurePosixPath(row.path).is_absolute() or ".." in PurePosixPath(row.path).parts:
        raise LandingError(
            f"{manifest_path} line {row.line} lists {row.path}, which does not lie below {folder}: copy the file here, "
            "or name its folder as a data folder of its own."
        )
    if path.is_dir() and path.suffix.lower() in SUFFIXES:
        raise LandingError(
            f"{manifest_path} line {row.line} lists {row.path}, which is a folder: list the files in it, or correct "
            "the path."
        )
    if path.is_file() and any(parent.is_symlink() for parent in path.parents if folder in parent.parents):
        raise LandingError(
            f"{manifest_path} line {row.line} lists {row.path}, which lies in a linked folder, and these are not "
            "entered: copy the folder here, or name it as a data folder of its own."
        )


def _check_links(listed: Iterable[str], folder: Path) -> None:
    """Refuse links that lead out of the folder, unless a setting allows them.

    Who writes the folder could otherwise put any file of the machine into the warehouse.
    """
    if os.environ.get(ALLOW_LINKS, "").lower() in {"1", "true", "yes"}:
        return
    whole = folder.resolve()
    for relative in listed:
        path = folder / relative
        if path.is_symlink() and not path.resolve().is_relative_to(whole):
            raise LandingError(
                f"{relative} is a link to {os.readlink(path)}, which lies outside {folder}: copy the file here, or set "
                f"{ALLOW_LINKS}=true to read what links lead to."
            )


def _matches(glob: str, by_name: dict[str, list[str]]) -> list[str]:
    """The files that Path.glob would find. Path.glob walks the folder, and would once for each manifest row.

    Names are compared first: they settle nearly every pair.
    """
    *folders, name = PurePosixPath(glob).parts or ("",)
    if name == "**":
        return []  # stands for folders only, and no file is one
    candidates = [relative for found in fnmatch.filter(by_name, name) for relative in by_name[found]]
    return sorted(relative for relative in candidates if _fits(relative.split("/")[:-1], folders))


def _fits(parts: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_fits(parts[start:], pattern[1:]) for start in range(len(parts) + 1))
    return bool(parts) and fnmatch.fnmatchcase(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])
