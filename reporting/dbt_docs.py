"""dbt docs of a published warehouse: its models, what they read and who reads them, as one page that asks for nothing.

dbt's own page is taken as it comes with dbt; what it shows are the project as dbt knew it when the warehouse was built
(the manifest that is published with it), and the tables as they stand in the warehouse. `dbt docs generate` would open
the warehouse for writing, compile the project as it is now, and describe the few columns that YAML files describe; here
the columns of main are described by the table `codebook`. What the page would load or tell other people's machines is
taken out.
"""

from __future__ import annotations

import html
import importlib.util
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from reporting.languages import LANGUAGES, word
from reporting.warehouse import rows_of

INDEX = "index.html"
STYLES = Path(__file__).with_name("dbt_docs.css")
_SCHEMA = "main"
#: links to files that are not beside the page, and addresses of those who count visits
_FROM_ELSEWHERE = re.compile(r"<link rel=\"(?:canonical|shortcut icon)\"[^>]*/>")
_TRACKERS = re.compile(r"(?:https:)?//(?:d1fc8wv8zag5ca\.cloudfront\.net|fuzzed\.getdbt\.com)[\w./-]*")
#: the folders of a file that compiled SQL reads
_FOLDERS = re.compile(r"(?<=')(?:/[^'/\n]+)+/(?=[^'/\n]+')")
#: pictures whose address the page fills in only after the browser has asked for it as it stands
_UNFILLED = re.compile(r"(?<![-\w])xlink:href(?==\"\{\{)")
#: what the page lacks: it shows the first words of what a column is, and its menu knows no keyboard
_MENDED = {
    "text-overflow: ellipsis; overflow-x: hidden; white-space: nowrap; max-width: 1px;": "min-width: min(20em, 45vw);",
    '<span ng-show="!column.expanded">{{ column.description }}': (
        '<span ng-show="!column.expanded" style="white-space: pre-line">{{ column.description }}'
    ),
} | {
    f'ng-click="{action}"': (
        f'ng-click="{action}" tabindex="0" role="link" ng-keydown="$event.keyCode === 13 && {action}"'
    )
    for action in ("onFolderClick(item)", "activate(item)")
}
_COLUMNS = """
select schema_name, table_name, column_name, column_index, data_type, comment
from duckdb_columns() where database_name = current_database() and not internal
order by schema_name, table_name, column_index
"""
_COMMENTS = """
select schema_name, table_name as name, comment, 'BASE TABLE' as kind from duckdb_tables()
where database_name = current_database() and not internal
union all
select schema_name, view_name, comment, 'VIEW' from duckdb_views()
where database_name = current_database() and not internal
"""
_FACTS = (
    ("unit", "dbt_docs_unit"),
    ("vintages", "dbt_docs_vintages"),
    ("sources", "dbt_docs_sources"),
    ("breaks", "dbt_docs_breaks"),
)


def write(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any], folder: Path) -> Path:
    """Write the page of an opened warehouse into a folder, and return its path.

    `manifest` is dbt's of the build that made the warehouse. Raises OSError where the folder cannot be written.
    """
    run = rows_of(connection, "select run_id, is_simulated from runs where is_current")[0]
    shown = _without_what_is_only_ours(manifest)
    shown["docs"] |= {_OVERVIEW: _overview(run)}
    _describe_columns(shown, rows_of(connection, f"from {_SCHEMA}.codebook order by table_name, position"))
    page = _UNFILLED.sub("ng-attr-href", _TRACKERS.sub("", _FROM_ELSEWHERE.sub("", _page_of_dbt())))
    for lacking, mended in _MENDED.items():
        page = page.replace(lacking, mended)
    page = page.replace("</head>", f"<style>{STYLES.read_text(encoding='utf-8')}</style></head>", 1)
    for name, content in (("MANIFEST", shown), ("CATALOG", _catalogue(connection, shown))):
        mark = f'"{name}.JSON INLINE DATA"'
        if mark not in page:
            raise ValueError(f"The page that comes with this version of dbt has no place for {name.lower()}.json.")
        page = page.replace(mark, _embedded(content))
    if run["is_simulated"]:
        page = re.sub(r"(<body\b[^>]*>)", lambda body: body[1] + _banner(), page, count=1)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / INDEX
    path.write_text(page, encoding="utf-8")
    return path


_OVERVIEW = "doc.regional_inequality.__overview__"


def _page_of_dbt() -> str:
    """The page as it comes with dbt, found without importing dbt, which takes seconds."""
    package = importlib.util.find_spec("dbt")
    roots = [Path(root) for root in (package.submodule_search_locations or [])] if package else []
    for root in roots:
        path = root / "task" / "docs" / INDEX
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError("dbt's page of docs is not among the packages: install dbt-core.")


def _without_what_is_only_ours(manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest without who built it where, and without dbt's own macros, which are most of it."""
    shown = dict(manifest)
    shown["metadata"] = {
        key: value for key, value in manifest["metadata"].items() if key not in ("user_id", "invocation_id", "env")
    } | {"send_anonymous_usage_stats": False, "generated_at": "", "invocation_started_at": ""}
    own = manifest["metadata"]["project_name"]
    shown["macros"] = {key: macro for key, macro in manifest["macros"].items() if macro["package_name"] == own}
    shown["docs"] = {key: doc for key, doc in manifest["docs"].items() if doc["package_name"] == own}
    # what runs at the start and at the end of a build names files of the machine
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] != "operation"}
    shown["nodes"] = {key: _without_places(node) for key, node in nodes.items()}
    return shown


def _without_places(node: dict[str, Any]) -> dict[str, Any]:
    """A node that names files without their folders, and not where dbt wrote it."""
    shown = {name: value for name, value in node.items() if name not in ("build_path", "compiled_path", "root_path")}
    if shown.get("compiled_code"):
        shown["compiled_code"] = _FOLDERS.sub("", shown["compiled_code"])
    return shown


def _overview(run: dict[str, Any]) -> dict[str, Any]:
    """The first page, in both languages."""
    texts = []
    for language in LANGUAGES:
        banner = [f"**{word('simulated', language)}**"] if run["is_simulated"] else []
        texts.append("\n\n".join([*banner, word("dbt_docs_overview", language, run=run["run_id"])]))
    return {
        "name": "__overview__",
        "resource_type": "doc",
        "package_name": _OVERVIEW.split(".")[1],
        "path": "overview.md",
        "original_file_path": "overview.md",
        "unique_id": _OVERVIEW,
        "block_contents": "\n\n".join(texts),
    }


def _describe_columns(manifest: dict[str, Any], codebook: Iterable[dict[str, Any]]) -> None:
    """Give the models of main the columns of the codebook."""
    described: dict[str, dict[str, Any]] = {}
    for column in codebook:
        described.setdefault(column["table_name"], {})[column["column_name"]] = {
            "name": column["column_name"],
            "data_type": column["data_type"],
            "description": _description(column),
            "meta": {},
            "tags": [],
        }
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] == _SCHEMA and node["name"] in described:
            node["columns"] = described[node["name"]]


def _description(column: dict[str, Any]) -> str:
    """A row of the codebook, as Markdown with ends of lines."""
    facts = [f"{word(key, 'en')} {word(key, 'zh')}: {column[name]}" for name, key in _FACTS if column[name]]
    if column["breaks_zh"]:
        facts.append(column["breaks_zh"])
    if column["first_year"] is not None:
        key = "dbt_docs_years"
        facts.insert(1, f"{word(key, 'en')} {word(key, 'zh')}: {column['first_year']}-{column['last_year']}")
    english = f"{column['label_en']}: {column['definition_en']}"
    return "  \n".join([english, f"{column['label_zh']}：{column['definition_zh']}", *facts])


def _catalogue(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> dict[str, Any]:
    """What dbt calls the catalogue: the tables of models, seeds and sources as they stand in the warehouse."""
    ((database,),) = connection.sql("select current_database()").fetchall()
    columns: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows_of(connection, _COLUMNS):
        columns.setdefault((row["schema_name"], row["table_name"]), {})[row["column_name"]] = {
            "type": row["data_type"],
            "index": row["column_index"],
            "name": row["column_name"],
            "comment": row["comment"],
        }
    tables = {
        (row["schema_name"], row["name"]): {
            "metadata": {
                "type": row["kind"],
                "schema": row["schema_name"],
                "name": row["name"],
                "database": database,
                "comment": row["comment"],
                "owner": None,
            },
            "columns": columns.get((row["schema_name"], row["name"]), {}),
            "stats": {"has_stats": {"id": "has_stats", "label": "", "value": False, "include": False}},
        }
        for row in rows_of(connection, _COMMENTS)
    }

    def of(nodes: dict[str, Any], name: str) -> dict[str, Any]:
        places = {key: (node["schema"], node.get(name) or node["name"]) for key, node in nodes.items()}
        return {key: tables[place] | {"unique_id": key} for key, place in places.items() if place in tables}

    made = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")}
    return {
        "metadata": {},
        "nodes": of(made, "alias"),
        "sources": of(manifest["sources"], "identifier"),
        "errors": None,
    }


def _embedded(content: dict[str, Any]) -> str:
    """JSON that can stand in a script of a page."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True).replace("</", "<\\/").replace("<!--", "<\\!--")


def _banner() -> str:
    texts = " · ".join(html.escape(word("simulated", language)) for language in LANGUAGES)
    return f'<p role="note" class="simulated">{texts}</p>'
