"""The README of a replication package, with the headings of the template of the Social Science Data Editors."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reporting.exports.raw_files import RawFile
from reporting.exports.table import about
from reporting.languages import LANGUAGES
from reporting.warehouse import rows_of

_TEMPLATE = Path(__file__).with_name("README.md.j2")
#: by which the source of an estimator shows that it draws
_DRAWS = re.compile(r"default_rng|numerics\.(bands|wild_bootstrap)")


@dataclass(frozen=True)
class Facts:
    """What a README is made of."""

    connection: duckdb.DuckDBPyConnection
    #: a row of reference.studies
    study: dict[str, Any]
    files: Sequence[RawFile]
    #: those that may be shared and were not at hand
    absent: Sequence[RawFile]
    #: content by path, of all but the README
    contents: Mapping[str, bytes]
    #: names of the tables in results/
    results: Sequence[str]
    #: the folder of the project's source
    project: Path

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Rows of a query with the name of the study as its one parameter."""
        return rows_of(self.connection, query, [self.study["study"]])


def text(facts: Facts) -> str:
    """The README, in Markdown."""
    # Markdown, not HTML: there is nothing to escape but the bars of tables
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE.parent),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = lambda value: " ".join(str(value).replace("|", "\\|").split())
    rendered = environment.get_template(_TEMPLATE.name).render(
        **_of_the_study(facts), **_of_the_data(facts), **_of_the_software(facts)
    )
    return re.sub(r"\n{3,}", "\n\n", rendered)


def _of_the_study(facts: Facts) -> dict[str, Any]:
    study = {"citation": None} | facts.study
    (sizes,) = rows_of(
        facts.connection,
        f"select count(distinct {study['unit_column']}) as places, "
        f"concat_ws('-', min({study['time_column']}), max({study['time_column']})) as years "
        f'from main."{study["mart"]}"',
    )
    (counted,) = facts.rows(
        "select count(*) as specifications, bool_or(is_published) as is_printed "
        "from estimation.full_specifications where study = ?"
    )
    panel = f"{study['place_level']}_panel"
    data = about(facts.connection)
    return {
        "study": study,
        "panel": panel,
        "mart_size": _size(facts, study["mart"]),
        "panel_size": _size(facts, panel),
        "about": data,
        "warnings": [data.warning(language) for language in LANGUAGES] if data.is_simulated else [],
        "outputs": [row | {"files": _files(facts, row)} for row in facts.rows(_OUTPUTS)],
        "results": [{"name": name, "program": _program(facts, name)} for name in facts.results],
        **sizes,
        **counted,
    }


def _of_the_data(facts: Facts) -> dict[str, Any]:
    here = [file for file in facts.files if file.may_be_shared and file not in facts.absent]
    hidden = [file for file in facts.files if not file.may_be_shared]
    sources = Counter((file.citation, file.publisher, file.licence, file in here) for file in facts.files)
    folders = sorted({"/".join(path.split("/")[:2]) for path in facts.contents if path.startswith("data/")})
    return {
        "here": here,
        "hidden": hidden,
        "absent": facts.absent,
        "licences": ", ".join(sorted({file.licence for file in here})),
        "sources": [
            {"citation": citation, "publisher": publisher, "licence": licence, "files": files, "is_here": is_here}
            for (citation, publisher, licence, is_here), files in sorted(sources.items())
        ],
        "folders": folders,
        "is_complete": bool(here) and not hidden and not facts.absent,
        "build_data": "" if folders == ["data/demo"] else f" DATA={':'.join(folders)}",
        "citations": sorted({f"{file.publisher}. {file.citation}." for file in facts.files}),
    }


def _of_the_software(facts: Facts) -> dict[str, Any]:
    (run,) = rows_of(facts.connection, "select seed, software from runs where is_current")
    suites = facts.rows(
        "select suite, sum(seconds) as seconds from specification_status where study = ? group by suite order by suite"
    )
    sources = {row["suite"]: facts.project / "estimation" / "suites" / f"{row['suite']}.py" for row in suites}
    return {
        "python": _python(facts.project),
        "packages": _locked(facts.project),
        "built_with": ", ".join(f"{name} {version}" for name, version in sorted(json.loads(run["software"]).items())),
        "about_seed": run["seed"],
        "drawing": ", ".join(
            f"`{suite}`" for suite, path in sources.items() if _DRAWS.search(path.read_text(encoding="utf-8"))
        ),
        "seconds": f"{sum(row['seconds'] for row in suites):.0f}",
        "megabytes": f"{sum(map(len, facts.contents.values())) / 1e6:.0f}",
    }


def _size(facts: Facts, table: str) -> str:
    ((rows, columns),) = facts.connection.execute(
        f'select (select count(*) from main."{table}"), count(*) from duckdb_columns() '
        "where database_name = current_database() and schema_name = 'main' and table_name = ?",
        [table],
    ).fetchall()
    return f"{rows:,} rows, {columns} columns"


def _locked(project: Path) -> dict[str, str]:
    """What the lock says of the packages that the project names: a version, or several for different Pythons."""
    lock = (project / "requirements.lock").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for name, version, marker in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)(?: ; (.+?))? \\$", lock, re.MULTILINE):
        found.setdefault(name, []).append(f"{version} ({marker})" if marker else version)
    with (project / "pyproject.toml").open("rb") as file:
        named = [re.split(r"[^A-Za-z0-9._-]", line)[0] for line in tomllib.load(file)["project"]["dependencies"]]
    return {name: ", ".join(found[name]) for name in sorted(named) if name in found}


def _python(project: Path) -> str:
    with (project / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["requires-python"]).replace(">=", "") + " or newer"


def _files(facts: Facts, row: dict[str, Any]) -> str:
    """The tables of results that hold the numbers of an output."""
    if row["table_of_results"]:
        return f"`{row['table_of_results']}`"
    found = []
    for name in facts.results:
        if name in ("estimation_output", "specification_status"):
            continue
        columns = {column for column, *_ in facts.connection.sql(f'describe main."{name}"').fetchall()}
        if (
            "spec_id" in columns
            and facts.connection.execute(
                f"select 1 from main.\"{name}\" where list_contains(string_split($1, ', '), spec_id) limit 1",
                [row["spec_ids"]],
            ).fetchall()
        ):
            found.append(f"`{name}`")
    # of what cannot be estimated on these data, the reason alone
    return ", ".join(found) or "`specification_status`"


def _program(facts: Facts, table: str) -> str:
    found = [
        path.relative_to(facts.project).as_posix()
        for suffix in ("sql", "py")
        for path in sorted((facts.project / "models").rglob(f"{table}.{suffix}"))
    ]
    return "`, `".join(found)


#: Where the study prints something, and what makes it: printed columns and figures, moments of the sample, claims.
_OUTPUTS = """
with
estimated as (
    select
        coalesce(
            printed_in,
            case when column_number is not null then 'table ' || table_number || ', column ' || column_number end,
            case when table_number is not null then 'text of table ' || table_number end,
            'not printed: ' || data_scope
        ) as printed_at,
        'estimation/suites/' || suite || '.py' as program,
        string_agg(spec_id, ', ' order by spec_id) as spec_ids,
        null as table_of_results,
        coalesce(min(table_number), 99) as position
    from estimation.full_specifications
    where study = $1 and twin_of is null
    group by printed_at, program
),
others as (
    select distinct
        'table ' || table_number || ', the published sample', 'models/replication/descriptives.sql', '', 'descriptives',
        table_number
    from descriptives
    where study = $1 and table_number is not null
    union all
    select distinct 'claims of the text', 'models/claims/claims_check.sql', '', 'claims_check', 98
    from claims_check
    where study = $1
)
from estimated union all from others
order by position, printed_at, program
"""
