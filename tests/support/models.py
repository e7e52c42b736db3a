"""Index models and marts, rendered without dbt and run over tables made by hand.

dbt needs seconds to compile a project; a test of a formula needs the SQL of one model. `test_rendered_models.py` holds
what is rendered here against what dbt compiles.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from functools import cache, partial
from typing import Any

import duckdb
import jinja2
import pyarrow as pa
import yaml

from tests.support.project import ROOT, is_seed, model_path, seed_path, seed_rows

Row = dict[str, Any]

#: macro files that no index and no mart needs, or that only dbt can run; a var is its value here, and never checked
_NEED_DBT = {"codebook", "gates", "generic_tests", "materializations", "panels", "run_start", "vars"}
#: Records are a table here and files there.
_RECORDS = "{% macro wage_records() %}select * from wage_records{% endmacro %}"
#: models of indices and marts that cannot be rendered here, and why
NOT_RENDERED = {
    "sample_flow": "it is made of the rows of a seed, which are read while dbt compiles it",
    "mart_columns": "it is made of the YAML of the marts, which dbt has read before it compiles it",
}
#: types of columns that may be NULL in every row of a test; those of all others are numbers
_TYPES = dict.fromkeys(
    (
        *("interpolated_columns", "spliced_indicators", "flagged_indicators"),
        *("place_code", "city_code", "group_column", "policy", "source", "sheet", "file_id", "reject_reason"),
        *("endogenous", "instruments", "sample", "errors", "unit_effects", "time_effects", "r2_kind", "options"),
        *("column_number", "printed_in", "reading"),
    ),
    pa.string(),
)


@cache
def _macros() -> str:
    files = sorted(path for path in (ROOT / "macros").glob("*.sql") if path.stem not in _NEED_DBT)
    return "\n".join([*(path.read_text(encoding="utf-8") for path in files), _RECORDS])


@cache
def model_sql(name: str, **variables: Any) -> str:
    """The SQL of an index model or mart, under the project's vars but for `variables`; a relation is its bare name."""
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    values = project["vars"] | variables
    template = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(
        _macros() + model_path(name).read_text(encoding="utf-8")
    )
    macros = {variable: partial(values.__getitem__, variable) for variable in values}
    return template.render(
        ref=lambda relation: relation,
        config=lambda **_: "",
        var=values.__getitem__,
        execute=True,
        model={"columns": _declared_columns(name)},
        **macros,
    )


def _declared_columns(name: str) -> dict[str, Any]:
    """The columns that the YAML beside a mart declares, by name."""
    path = model_path(name).with_suffix(".yml")
    if not path.exists():
        return {}
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return {column["name"]: {"config": {"meta": {}}} | column for column in model["columns"]}


@cache
def _references(name: str) -> frozenset[str]:
    """Relations that the macros and the model refer to by name and that its SQL reads."""
    return frozenset(re.findall(r"\b(?:from|join) (\w+)", model_sql(name)))


def _arrow(rows: list[Row]) -> pa.Table:
    """Rows of dicts as a table; a column that a row leaves out is NULL there."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    arrays = {}
    for column in columns:
        values = [row.get(column) for row in rows]
        array = pa.array(values)
        if pa.types.is_null(array.type):
            array = pa.array(values, _TYPES.get(column, pa.float64()))
        arrays[column] = array
    return pa.table(arrays)


def run(
    *models: str, order: int = 0, variables: dict[str, Any] | None = None, **tables: list[Row]
) -> dict[str, list[Row]]:
    """The rows of each of `models`, in whose order they are made, over `tables`; and the shipped seeds for the rest.

    `order` other than 0 shuffles the rows of the tables by that seed; `variables` are vars other than the project's.
    """
    answers = {}
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, rows in tables.items():
            given = _arrow(random.Random(order).sample(rows, len(rows)) if order else rows)
            connection.register("given", given)
            connection.execute(f"create table {name} as select * from given")
        for name in set().union(*map(_references, models)) - set(tables) - set(models):
            if is_seed(name):
                codes = {column: "varchar" for column in seed_rows(name)[0] if column.endswith("_code")}
                connection.read_csv(str(seed_path(name)), dtype=codes).create(name)
        for name in models:
            connection.execute(f"create table {name} as {model_sql(name, **variables or {})}")
            answer = connection.execute(f"select * from {name}")
            columns = [column for column, *_ in answer.description]
            answers[name] = [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]
    return answers


def keyed(rows: Iterable[Row], *columns: str) -> dict[tuple, Row]:
    """Rows by the values of `columns`, which no two of them may share."""
    found: dict[tuple, Row] = {}
    for row in rows:
        key = tuple(row[column] for column in columns)
        assert key not in found, key
        found[key] = row
    return found


@cache
def _panel_columns(place_level: str) -> tuple[str, ...]:
    return tuple(row["panel_column"] for row in seed_rows("indicators") if row[f"in_{place_level}_panel"] == "true")


def _panel(place_level: str, rows: Iterable[Row]) -> list[Row]:
    names = [f"{place_level}_name_zh", f"{place_level}_name_en"]
    notes = ["spliced_indicators", "flagged_indicators"]
    keys = {f"{place_level}_code", "province_code", "year", *names, *notes}
    empty: Row = dict.fromkeys(_panel_columns(place_level))
    if place_level == "city":
        keys.add("boundary_change")
        empty["boundary_change"] = False
    filled = []
    for row in rows:
        unknown = set(row) - keys - set(empty)
        assert not unknown, f"no columns of the panel: {unknown}"
        numbers = {
            name: None if value is None else value if name in keys else float(value) for name, value in row.items()
        }
        filled.append(dict.fromkeys(names, "x") | dict.fromkeys(notes) | empty | numbers)
    return filled


def city_panel(*rows: Row) -> list[Row]:
    """Rows of the city panel: columns that a row leaves out are NULL, and every indicator is a double, as there."""
    return _panel("city", rows)


def province_panel(*rows: Row) -> list[Row]:
    """Rows of the province panel, likewise."""
    return _panel("province", rows)


def income_observations(
    place_level: str, *places: tuple[str, int], vintages: tuple[str, str] = ("s", "s")
) -> list[Row]:
    """Observations of urban and rural income of places and years, as the index of inequality asks for their vintage."""
    return [
        {
            "place_level": place_level,
            "place_code": code,
            "year": year,
            "scope": "total",
            "indicator": indicator,
            "vintage": vintage,
            "value": 1.0,
        }
        for code, year in places
        for indicator, vintage in zip(("urban_income", "rural_income"), vintages, strict=True)
    ]


def incomes_of_one_survey(*rows: Row) -> dict[str, list[Row]]:
    """What `city_inequality` reads beside the panel, where the incomes of rows of the city panel are of one survey."""
    surveys = [
        {
            "city_code": row["city_code"],
            "year": row["year"],
            "series": series,
            "income_cny": None if row.get(f"{series}_cny") is None else float(row[f"{series}_cny"]),
            "vintage": "s",
            "survey": "unified",
            "series_survey": "unified",
        }
        for row in rows
        for series in ("urban_income", "rural_income")
    ]
    return {
        "city_income_surveys": surveys,
        "candidate_observations": [candidate("province", "110000", "gdp", 2010, 1.0)],
        "urban_share_basis": [{"province_code": "130000", "year": 2010, "urban_share_basis": "residents"}],
    }


def candidate(place_level: str, place_code: str, indicator: str, year: int, value: float, **others: Any) -> Row:
    """A value that could enter a panel."""
    return {
        "place_level": place_level,
        "place_code": place_code,
        "indicator": indicator,
        "scope": "total",
        "year": year,
        "vintage": "s",
        "priority": 1,
        "file_id": "f",
        "sheet": "s",
        "row_number": 0,
        "column_number": 0,
        "origin": "reported",
        "value": float(value),
    } | others


def pilot(
    place_code: str | None, first_year: int, confidence: str, policy: str = "innovative_city", unit_level: str = "city"
) -> Row:
    """A row of the seed policy_places."""
    return {
        "policy": policy,
        "unit": "x",
        "unit_level": unit_level,
        "parent_city": None,
        "place_code": place_code,
        "first_year": first_year,
        "batch": "x",
        "confidence": confidence,
    }


def listed(place_code: str | None, year: int, confidence: str = "sourced", **others: Any) -> Row:
    """A row of a list of policies, resolved; it counts unless it has a reject_reason."""
    return {
        "policy": "innovative_city",
        "place_text": "x",
        "place_code": place_code,
        "year": year,
        "batch": "x",
        "source": None,
        "confidence": confidence,
        "file_id": "f",
        "sheet": "s",
        "row_number": 0,
        "column_number": 0,
        "reject_reason": None,
    } | others
