"""Suites of expectations on tables made by hand: verdicts, counts, what is told, and rows that mean nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pandas as pd
import pytest

from gates import evaluated
from gates.evaluation import RESULT_COLUMNS
from gates.suites import MalformedExpectation
from tests.support.project import seed_rows

BETWEEN = "expect_column_values_to_be_between"
#: a Theil index of 3, a share of 0.2, and a value that is not there
ROWS = (
    "(values ('11', 2019, 0.1), ('12', 2019, 3.0), ('12', 2020, null), ('13', 2019, 0.2)) as rows (place, year, theil)"
)


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"create table inequality as from {ROWS}")
        yield connection


def suite(**fields: str) -> dict[str, str]:
    named = {"suite": "theil", "gate": "panel", "relation": "inequality", "keys": "place, year"}
    return named | {"row_condition": "", "empty_means": "no city", "description": ""} | fields


def expectation(**fields: str) -> dict[str, str]:
    named = {"suite": "theil", "expectation": "is_possible", "kind": BETWEEN, "column_name": "theil"}
    return (
        named | {"arguments": '{"min_value": 0, "max_value": 1}', "severity": "critical", "because": "a bound"} | fields
    )


def results(
    warehouse: duckdb.DuckDBPyConnection,
    *expectations: dict[str, str],
    suites: list[dict[str, str]] | None = None,
    said: list[str] | None = None,
) -> list[dict[str, Any]]:
    found = evaluated(
        "panel",
        pd.DataFrame(suites or [suite()]),
        pd.DataFrame(list(expectations)),
        {"inequality": warehouse.table("inequality")},
        say=(said if said is not None else []).append,
    )
    assert tuple(found.columns) == RESULT_COLUMNS
    return found.to_dict("records")


def test_rows_against_an_expectation_are_counted_and_named(warehouse) -> None:
    said: list[str] = []
    (found,) = results(warehouse, expectation(), said=said)
    assert (found["verdict"], found["rows_checked"], found["rows_against"]) == ("not met", 4, 1)
    assert found["share_against"] == 0.25
    assert json.loads(found["examples"]) == [{"theil": 3.0, "place": "12", "year": 2019}]
    assert said == [
        "gate panel: 0 of 1 expectations are met, 0 have no rows, 0 are not met for information",
        "gate panel, stops the build: theil, is_possible: inequality has 1 of 4 rows, first theil 3.0, place 12, "
        "year 2019. a bound",
    ]


@pytest.mark.parametrize(
    ("severity", "told"), [("critical", "stops the build"), ("warning", "warning"), ("info", None)]
)
def test_what_is_told_goes_by_severity(warehouse, severity: str, told: str | None) -> None:
    said: list[str] = []
    (found,) = results(warehouse, expectation(severity=severity), said=said)
    assert (found["verdict"], found["severity"]) == ("not met", severity)
    assert [re.search(r"gate panel, (.+?):", line)[1] for line in said[1:]] == ([told] if told else [])
    assert ("1 are not met for information" in said[0]) == (severity == "info")


@pytest.mark.parametrize(
    ("kind", "column", "arguments", "verdict"),
    [
        (BETWEEN, "theil", {"min_value": 0, "max_value": 3}, "met"),
        (BETWEEN, "theil", {"min_value": 0, "max_value": 1, "mostly": 0.6}, "met"),
        (BETWEEN, "theil", {"min_value": 0, "max_value": 1, "mostly": 0.7}, "not met"),
        ("expect_column_values_to_not_be_null", "theil", {"mostly": 0.75}, "met"),
        ("expect_column_values_to_not_be_null", "theil", {}, "not met"),
        ("expect_table_row_count_to_equal", "", {"value": 4}, "met"),
        ("expect_table_row_count_to_equal", "", {"value": 0}, "not met"),
        ("expect_column_unique_value_count_to_be_between", "year", {"max_value": 1}, "not met"),
        (
            *("expect_column_pair_values_a_to_be_greater_than_b", ""),
            *({"column_A": "year", "column_B": "theil", "ignore_row_if": "either_value_is_missing"}, "met"),
        ),
    ],
)
def test_verdicts(warehouse, kind: str, column: str, arguments: dict[str, Any], verdict: str) -> None:
    (found,) = results(warehouse, expectation(kind=kind, column_name=column, arguments=json.dumps(arguments)))
    assert found["verdict"] == verdict
    assert json.loads(found["result"])["success"] == (verdict == "met")


def test_a_condition_picks_rows(warehouse) -> None:
    (found,) = results(warehouse, expectation(), suites=[suite(row_condition="place <> '12'")])
    assert (found["verdict"], found["rows_checked"]) == ("met", 2)


def test_no_rows_are_neither_met_nor_not_met_and_say_what_that_means(warehouse) -> None:
    of_table = expectation(expectation="has_rows", kind="expect_table_row_count_to_be_between", column_name="")
    of_table["arguments"] = '{"min_value": 1}'
    found = results(warehouse, expectation(), of_table, suites=[suite(row_condition="year > 2050")])
    assert [(row["expectation"], row["verdict"], row["observed"]) for row in found] == [
        ("has_rows", "not met", "0"),
        ("is_possible", "no rows", "no city"),
    ]


def test_the_order_of_rows_does_not_count(warehouse) -> None:
    before = results(warehouse, expectation(), expectation(expectation="is_there", arguments='{"max_value": 0}'))
    warehouse.execute(f"create or replace table inequality as (from {ROWS} order by theil desc nulls first)")
    again = results(warehouse, expectation(expectation="is_there", arguments='{"max_value": 0}'), expectation())
    assert again == before


@pytest.mark.parametrize(
    ("row", "of_suite", "sentence"),
    [
        ({"severity": "fatal"}, {}, "has the severity 'fatal': use one of critical, warning, info"),
        ({"arguments": "{min: 0}"}, {}, r"The arguments of the expectation 'is_possible' are no JSON \("),
        ({"arguments": "[0, 1]"}, {}, "are no JSON object"),
        ({"kind": "expect_the_best"}, {}, "'is_possible', expect_the_best with .* none that Great Expectations knows"),
        ({"arguments": '{"max_valu": 1}'}, {}, "'is_possible', .*max_valu.* none that Great Expectations knows"),
        ({"column_name": "gini"}, {}, "the column 'gini', which inequality does not have: it has place, year, theil"),
        ({"suite": "gini"}, {}, "names the suite 'gini', which .* does not have"),
        ({}, {"relation": "wages"}, "the table 'wages', which the gate panel does not read: it reads inequality"),
        ({}, {"row_condition": "yeer > 2000"}, "row_condition of the suite 'theil' is not one that inequality knows"),
    ],
)
def test_a_row_that_means_nothing_is_one_sentence(warehouse, row, of_suite, sentence: str) -> None:
    with pytest.raises(MalformedExpectation, match=sentence) as raised:
        results(warehouse, expectation(**row), suites=[suite(**of_suite)])
    assert "\n" not in str(raised.value)


def test_every_expectation_of_the_seeds_says_why_and_no_name_stands_twice() -> None:
    rows = seed_rows("expectations")
    assert len({(row["suite"], row["expectation"]) for row in rows}) == len(rows)
    assert {row["suite"] for row in rows} == {row["suite"] for row in seed_rows("expectation_suites")}
    assert all(row["because"] for row in rows)
    assert {row["severity"] for row in rows} == {"critical", "warning", "info"}
