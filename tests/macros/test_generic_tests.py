"""The project's own dbt tests, on rows that must fail and rows that must not."""

from __future__ import annotations

import re

import duckdb
import jinja2
import pytest

from tests.support.warehouse import ROOT


def failures(test: str, arguments: str, rows: str, columns: str) -> list[tuple]:
    """What a generic test returns over `rows` (the inside of VALUES) of a table with `columns`."""
    source = (ROOT / "macros" / "generic_tests.sql").read_text(encoding="utf-8")
    source = re.sub(r"\{%-? test (\w+)", r"{% macro \1", source).replace("endtest", "endmacro")
    template = jinja2.Environment().from_string(f"{source}{{{{ {test}('given', {arguments}) }}}}")
    with duckdb.connect() as connection:
        connection.execute(f"create table given as select * from (values {rows}) as given ({columns})")
        return connection.sql(template.render()).fetchall()


@pytest.mark.parametrize(
    ("test", "arguments", "rows", "columns", "failing"),
    [
        # the key (1, 2) stands twice
        ("unique_rows", "['a', 'b']", "(1, 2), (1, 2), (1, 3)", "a, b", [(1, 2, 2)]),
        # NULL counts as a value
        ("unique_rows", "['a']", "(null), (null), (1)", "a", [(None, 2)]),
        ("unique_rows", "['a', 'b']", "(1, 2), (2, 1), (1, null)", "a, b", []),
        # infinity in one column, NaN in the other
        (
            "finite_values",
            "['x', 'y']",
            "(1, 'inf'::double, 0.0::double), (2, 1.0, 2.0), (3, null, null)",
            "id, x, y",
            [(1, float("inf"), 0.0)],
        ),
        ("finite_values", "['x']", "(1, 1.0::double), (2, null)", "id, x", []),
        # an unknown answer is a failure, unless allowed
        ("holds", "'x >= 0'", "(1), (-1), (null)", "x", [(-1,), (None,)]),
        ("holds", "'x >= 0', allow_null=true", "(1), (-1), (null)", "x", [(-1,)]),
        ("no_rows", "", "(1)", "x", [(1,)]),
    ],
)
def test_generic_tests_return_the_rows_that_fail(
    test: str, arguments: str, rows: str, columns: str, failing: list[tuple]
) -> None:
    assert sorted(failures(test, arguments, rows, columns), key=str) == sorted(failing, key=str)


def test_finite_values_finds_nan() -> None:
    assert len(failures("finite_values", "['x']", "(1, 'nan'::double), (2, 0.0)", "id, x")) == 1
