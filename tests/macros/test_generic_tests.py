"""The project's own dbt tests, on rows that must fail and rows that must not."""

from __future__ import annotations

import re
from types import SimpleNamespace

import duckdb
import jinja2
import pytest
from dbt.adapters.duckdb.column import DuckDBColumn

from tests.support.warehouse import ROOT


def failures(test: str, arguments: str, rows: str, columns: str) -> list[tuple]:
    """What a generic test returns over `rows` (the inside of VALUES) of a table with `columns`."""
    source = (ROOT / "macros" / "generic_tests.sql").read_text(encoding="utf-8")
    source = re.sub(r"\{%-? test (\w+)", r"{% macro \1", source).replace("endtest", "endmacro")
    template = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(
        f"{source}{{{{ {test}('given', {arguments}) }}}}"
    )
    with duckdb.connect() as connection:
        connection.execute(f"create table given as select * from (values {rows}) as given ({columns})")
        types = [(name, kind) for name, kind, *_ in connection.execute("describe given").fetchall()]
        adapter = SimpleNamespace(
            get_column_schema_from_query=lambda _: [DuckDBColumn(name, kind) for name, kind in types],
            quote=lambda name: f'"{name}"',
        )
        return connection.sql(template.render(adapter=adapter)).fetchall()


@pytest.mark.parametrize(
    ("test", "arguments", "rows", "columns", "failing"),
    [
        pytest.param(
            *("sound", "['a', 'b']", "(1, 2), (1, 2), (1, 3)", "a, b", [("one_row_a_a_b", "a: 1, b: 2, 2 rows")]),
            id="a key stands twice",
        ),
        pytest.param(
            *("sound", "['a']", "(null), (null), (1)", "a", [("one_row_a_a", "a: NULL, 2 rows")]),
            id="NULL counts as a value",
        ),
        pytest.param("sound", "['a', 'b']", "(1, 2), (2, 1), (1, null)", "a, b", [], id="keys that differ in part"),
        pytest.param(
            *("sound", "['id'], also_unique={'have_a_number': ['x', 'y']}"),
            *("(1, 1, 1), (2, 1, 1), (3, 1, 2)", "id, x, y", [("have_a_number", "x: 1, y: 1, 2 rows")]),
            id="a second key stands twice",
        ),
        pytest.param(
            *("sound", "['id']"),
            *("(1, 'inf'::double, 0.0::real), (2, 1.0, 2.0), (3, null, 'nan'::real)", "id, x, y"),
            [
                ("x_is_finite", "{'id': 1, 'x': inf, 'y': 0.0}"),
                ("y_is_finite", "{'id': 3, 'x': NULL, 'y': nan}"),
            ],
            id="infinity in one floating column, NaN in another, and neither is named",
        ),
        pytest.param(
            "sound", "['id']", "(1, 1.0::double, 'inf'), (2, null, 'nan')", "id, x, y", [], id="finite, NULL, and text"
        ),
        pytest.param(
            *("sound", "['id'], holds={'is_positive': 'x > 0', 'is_even': 'x % 2 = 0'}"),
            *("(1, 2), (2, -1), (3, null), (4, 1)", "id, x"),
            [
                ("is_positive", "{'id': 2, 'x': -1}"),
                ("is_even", "{'id': 2, 'x': -1}"),
                ("is_positive", "{'id': 3, 'x': NULL}"),
                ("is_even", "{'id': 3, 'x': NULL}"),
                ("is_even", "{'id': 4, 'x': 1}"),
            ],
            id="each promise that a row breaks, an unknown answer being no",
        ),
        pytest.param(
            *("sound", "['id'], holds_or_is_null={'is_positive': 'x > 0 and y'}"),
            *("(1, 2, true), (2, -1, null), (3, null, true), (4, null, false)", "id, x, y"),
            [
                ("is_positive", "{'id': 2, 'x': -1, 'y': NULL}"),
                ("is_positive", "{'id': 4, 'x': NULL, 'y': false}"),
            ],
            id="an unknown answer is allowed, a wrong one is not",
        ),
        pytest.param(
            *("sound", "['id'], holds={'a': 'x = 1 or x = 2'}, holds_or_is_null={'b': 'x = 1 or x = 2'}"),
            *("(1, 1), (2, 2)", "id, x", []),
            id="an expression is taken whole",
        ),
        pytest.param(
            *("lets_pass", "", "('s', 'a', 'b', 'critical', 'met'), ('s', 'b', 'b', 'warning', 'not met')"),
            *("suite, expectation, because, severity, verdict", []),
            id="a gate with a warning",
        ),
        pytest.param(
            *("lets_pass", "", "('s', 'a', 'b', 'critical', 'not met'), ('s', 'b', 'b', 'critical', 'no rows')"),
            *("suite, expectation, because, severity, verdict", [("s", "a", "b")]),
            id="a gate that stops a build",
        ),
    ],
)
def test_generic_tests_return_the_rows_that_fail(
    test: str, arguments: str, rows: str, columns: str, failing: list[tuple]
) -> None:
    assert sorted(failures(test, arguments, rows, columns), key=str) == sorted(failing, key=str)
