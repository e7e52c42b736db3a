"""What a published warehouse was made of, so that a build in part can tell what is left to do.

The folder beside the warehouse holds `manifest.json`, the project as dbt knew it (whose state selection then finds the
seeds, models, macros and tests that changed), and `made_of.json`, hashes of what dbt does not compare: Python code,
versions of packages, settings. Both are of the warehouse that has the size and the time of writing they name; a file
that was built in place since, or whose state was lost, has none. The data are compared with the landed tables in the
warehouse itself.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from regional.places import Places, wal_of
from regional.software import code_hash, files_hash, software

MANIFEST = "manifest.json"
_MADE_OF = "made_of.json"
_LANDED = ("files", "record_files", "notices")


@dataclass(frozen=True)
class MadeOf:
    """Hashes of what a build is made of beside the data."""

    #: Python code that runs in a build, and the packages it calls
    python: str
    #: dbt_project.yml (and the vars in it) and profiles.yml
    settings: str
    #: every file of the project that a table or a test depends on
    project: str

    @classmethod
    def now(cls, root: Path) -> MadeOf:
        """As the project in `root` stands."""
        python = files_hash(root, [], ("landing", "gates", "estimation", "regional"), {".py", ".csv", ".css"})
        tests = files_hash(root, ["profiles.yml"], ("tests/sql",), {".sql"})
        return cls(
            python="\n".join([python, sys.version, software()]),
            settings=files_hash(root, ["dbt_project.yml", "profiles.yml"], (), ()),
            project=f"{code_hash(root)} {tests}",
        )


def write(folder: Path, warehouse: Path, made_of: MadeOf, manifest: Path) -> None:
    """Write the state of a warehouse that is complete; renamed later, it stays the same file."""
    folder.mkdir(parents=True)
    project = manifest.read_bytes()
    (folder / MANIFEST).write_bytes(project)
    known = {"file": identity(warehouse), "manifest": _hash(project), **asdict(made_of)}
    (folder / _MADE_OF).write_text(json.dumps(known), encoding="utf-8")


def read(places: Places) -> MadeOf | None:
    """What the warehouse was made of; None where nothing is known, or of another file."""
    try:
        known = json.loads((places.state / _MADE_OF).read_text(encoding="utf-8"))
        del known["file"]
        is_whole = known.pop("manifest") == _hash((places.state / MANIFEST).read_bytes())
        return MadeOf(**known) if is_whole and is_of(places.state, places.warehouse.resolve()) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def is_of(folder: Path, warehouse: Path) -> bool:
    """Is the state in a folder that of a warehouse file, not written since?"""
    try:
        known = json.loads((folder / _MADE_OF).read_text(encoding="utf-8"))["file"]
        return bool(known == identity(warehouse)) and not wal_of(warehouse).exists()
    except (OSError, ValueError, TypeError, KeyError):
        return False


def identity(path: Path) -> list[int]:
    """Size and time of writing, by which a file is known to be the same after a rename, and not written since."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def is_of_other_data(places: Places) -> bool:
    """Are the files of the data folders (REGIONAL_DATA) not those that were landed?

    Raises LandingError, and duckdb.Error where the warehouse cannot be read.
    """
    # takes seconds, and most commands never ask
    from landing.plugin import land_named_folders  # noqa: PLC0415

    landed = land_named_folders()
    with duckdb.connect(str(places.warehouse), read_only=True) as connection:
        for name in _LANDED:
            connection.register("now", getattr(landed, name))
            query = (
                f"from (from landing.{name} except all from now) union all (from now except all from landing.{name})"
            )
            if connection.sql(query).fetchall():
                return True
    return False


def beyond_selection(places: Places, manifest: Any) -> str | None:
    """What changed in the project, of which `manifest` is dbt's, that dbt's selection does not see; None if nothing."""
    before = json.loads((places.state / MANIFEST).read_text(encoding="utf-8"))
    gone = _relations((node["resource_type"], node.get("relation_name")) for node in before["nodes"].values())
    gone -= _relations((str(node.resource_type), node.relation_name) for node in manifest.nodes.values())
    if gone:
        return f"{', '.join(sorted(gone))} {'is' if len(gone) == 1 else 'are'} no longer in the project"
    old_labels = {name: _labels(node.get("columns", {})) for name, node in before["nodes"].items()}
    for name, node in manifest.nodes.items():
        columns = {key: column.to_dict() for key, column in getattr(node, "columns", {}).items()}
        if name in old_labels and old_labels[name] != _labels(columns):
            return f"Labels or units of columns of {node.name} changed"
    old_macros = {name: (macro["macro_sql"], macro["depends_on"]["macros"]) for name, macro in before["macros"].items()}
    old_hooks = {
        name: (node["raw_code"], node["depends_on"]["macros"])
        for name, node in before["nodes"].items()
        if node["resource_type"] == "operation"
    }
    macros = {name: (macro.macro_sql, macro.depends_on.macros) for name, macro in manifest.macros.items()}
    hooks = {
        name: (node.raw_code, node.depends_on.macros)
        for name, node in manifest.nodes.items()
        if node.resource_type == "operation"
    }
    if _texts(old_hooks, old_macros) != _texts(hooks, macros):
        return "What runs at the start or at the end of a build changed"
    return None


def _labels(columns: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the YAML of a model says of its columns under `config.meta`, by column; dbt compares the rest."""
    return {name: column["config"]["meta"] for name, column in columns.items()}


def _relations(nodes: Iterable[tuple[str, str | None]]) -> set[str]:
    """The tables and views that models and seeds become, without the name of the database."""
    return {
        ".".join(name.replace('"', "").split(".")[1:]) for kind, name in nodes if kind in ("model", "seed") and name
    }


#: The text of a macro or hook, and the macros that it calls.
_Calls = tuple[str, list[str]]


def _texts(hooks: Mapping[str, _Calls], macros: Mapping[str, _Calls]) -> dict[str, str]:
    """The text of each hook, and that of every macro that it calls, or that those call."""
    texts = {name: text for name, (text, _) in hooks.items()}
    called = [name for _, names in hooks.values() for name in names]
    while called:
        name = called.pop()
        if name not in texts and name in macros:
            texts[name], names = macros[name]
            called += names
    return texts
