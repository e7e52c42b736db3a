"""Names for Stata: short enough, readable, unique, the same again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.exports.names import MOST, short_names
from reporting.warehouse import opened


def test_words_are_abbreviated_until_the_name_fits_and_a_short_one_stays() -> None:
    names = ["city_code", "emp_s02_mining_10k_persons_districts", "pop_registered_yearend_10k_persons"]
    assert short_names(names) == {
        "city_code": "city_code",
        "emp_s02_mining_10k_persons_districts": "emp_s02_mining_10k_pers_dist",
        "pop_registered_yearend_10k_persons": "pop_registered_yearend_10k_pers",
    }


def test_a_name_that_would_be_anothers_ends_in_a_number() -> None:
    long = "a" * 40
    assert short_names([long, "a" * 41, "a" * 30 + "_1"]) == {
        long: "a" * 30 + "_2",
        "a" * 41: "a" * 30 + "_3",
        "a" * 30 + "_1": "a" * 30 + "_1",
    }


@pytest.mark.parametrize(
    ("name", "expected"), [("if", "_if"), ("str3", "_str3"), ("2000", "_2000"), ("a b-c", "a_b_c"), ("甲", "甲")]
)
def test_what_stata_refuses_is_replaced(name: str, expected: str) -> None:
    assert short_names([name]) == {name: expected}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), unique=True, max_size=8))
def test_whatever_the_names_they_are_short_and_unique(names: list[str]) -> None:
    found = short_names(names)
    assert list(found) == names
    assert len(set(found.values())) == len(names)
    assert all(0 < len(name) <= MOST for name in found.values())


def names_of_all_tables(warehouse: Path) -> dict[str, str]:
    found = {}
    with opened(str(warehouse)) as connection:
        tables = connection.sql(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where database_name = current_database() and schema_name = 'main' group by table_name"
        ).fetchall()
    assert len(tables) > 70
    for table, columns in tables:
        names = short_names(columns)
        assert len(set(names.values())) == len(names), table
        found |= {name: short for name, short in names.items() if name != short}
    return found


def test_every_table_has_unique_names_and_none_is_cut(default_warehouse_file: Path) -> None:
    renamed = names_of_all_tables(default_warehouse_file)
    assert len(renamed) > 40
    # a number at the end of a name says that the table of abbreviations lacks a word
    assert [short for short in renamed.values() if short[-2:].strip("_").isdigit() and not short.endswith("100")] == []
