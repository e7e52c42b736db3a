"""Result tables made from their YAML: columns and types are those declared, and no model lists them again."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import jinja2
import pytest
import yaml

from tests.support.project import ROOT

#: models over estimation_output that compute something besides, and may name what they compute from
COMPUTED = {"fits", "multiple_testing", "mediation", "matching_balance"}
DECLARED = {
    "study": "varchar",
    "spec_id": "varchar",
    "cohort": "integer",
    "kind": "varchar",
    "estimate": "double",
    "is_base": "boolean",
    "is_simulated": "boolean",
    "run_id": "varchar",
}


def rendered(declared: dict[str, str], parts: dict[str, str]) -> str:
    """The SQL of suite_table under a model that declares these columns."""
    columns = {name: {"name": name, "data_type": data_type} for name, data_type in declared.items()}
    source = (ROOT / "macros" / "results.sql").read_text(encoding="utf-8")
    stamp = "{% macro run_stamp() %}false as is_simulated, 'r' as run_id{% endmacro %}"
    template = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(
        source + stamp + "{{ suite_table(parts) }}",
        globals={"model": {"columns": columns}, "ref": lambda name: name, "parts": parts},
    )
    return template.render()


@pytest.fixture
def output() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        """
        create table full_specifications as
            select * from (values ('s', 'one', 'tool'), ('s', 'two', 'other')) as v (study, spec_id, suite);
        create table estimation_output as select * from (values
            ('one', 'rows', 1, 'cohort', 2008, null), ('one', 'rows', 1, 'estimate', 0.5, null),
            ('one', 'rows', 1, 'kind', null, 'first'), ('one', 'rows', 1, 'is_base', 1, null),
            ('one', 'rows', 2, 'estimate', -1.5, null), ('one', 'rows', 2, 'unknown', 9, null),
            ('one', 'rest', 1, 'estimate', 7, null), ('two', 'rows', 1, 'estimate', 8, null)
        ) as v (spec_id, part, row_number, statistic, value, detail)
        """
    )
    return connection


def test_columns_and_types_are_those_declared(output) -> None:
    found = output.sql(rendered(DECLARED, {"tool": "rows"}) + " order by estimate desc")
    assert dict(zip(found.columns, map(str.lower, map(str, found.types)), strict=True)) == DECLARED
    # what is undefined is NULL, a flag then false; a statistic that is not declared is left out
    assert found.fetchall() == [
        ("s", "one", 2008, "first", 0.5, True, False, "r"),
        ("s", "one", None, None, -1.5, False, False, "r"),
    ]


def test_a_column_less_in_the_yaml_is_a_column_less_in_the_table(output) -> None:
    fewer = {name: data_type for name, data_type in DECLARED.items() if name != "kind"}
    assert "kind" not in output.sql(rendered(fewer, {"tool": "rows"})).columns
    with_suite = output.sql(rendered({"suite": "varchar", **DECLARED}, {"tool": "rest", "other": "rows"}))
    assert sorted(with_suite.project("suite, estimate").fetchall()) == [("other", 8.0), ("tool", 7.0)]


def test_no_result_model_lists_its_columns() -> None:
    folders = [ROOT / "models" / "estimates" / name for name in ("regressions", "causal")]
    for path in (path for folder in folders for path in folder.glob("*.sql")):
        if path.stem not in COMPUTED:
            text = re.sub(r"^--.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE).strip()
            assert re.fullmatch(r"\{\{ suite_table\(\{[^}]*\}\) \}\}", text), path.name


def test_every_result_model_declares_types() -> None:
    for name in ("status", "regressions", "causal"):
        path = ROOT / "models" / "estimates" / name / f"{name}.yml"
        entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        for entry in entries:
            assert all(column["data_type"] for column in entry["columns"]), entry["name"]
            assert entry["columns"][-2:] == [
                {"name": "is_simulated", "data_type": "boolean"},
                {"name": "run_id", "data_type": "varchar"},
            ]
