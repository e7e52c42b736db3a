"""Suites of expectations, read from the rows of the seeds and checked before anything is evaluated."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd


class MalformedExpectation(ValueError):
    """A row of seeds/gates that means nothing, in one sentence with its remedy."""


class Severity(StrEnum):
    """What it means that an expectation is not met; the values are those of Great Expectations."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Expectation:
    """One row of seeds/gates/expectations.csv.

    kind: name of an expectation of Great Expectations, such as expect_column_values_to_be_between. arguments: those of
    it besides the column. because: why it is expected, with its source.
    """

    name: str
    kind: str
    column: str
    arguments: dict[str, Any]
    severity: Severity
    because: str

    @property
    def columns(self) -> list[str]:
        """The columns of the table that it looks at."""
        named = [self.column, self.arguments.get("column_A"), self.arguments.get("column_B")]
        return [name for name in (*named, *self.arguments.get("column_list", [])) if name]


@dataclass(frozen=True)
class Suite:
    """One row of seeds/gates/expectation_suites.csv with its expectations.

    relation: the table. row_condition: SQL, the rows of it that count, '' for all. keys: columns that name a row.
    empty_means: what it means that there are no such rows.
    """

    name: str
    relation: str
    row_condition: str
    keys: list[str]
    empty_means: str
    expectations: list[Expectation]


def suites_of_gate(
    gate: str, suites: pd.DataFrame, expectations: pd.DataFrame, relations: Iterable[str]
) -> list[Suite]:
    """The suites of a gate in the order of their names; raises MalformedExpectation.

    `suites` and `expectations` are the rows of the seeds, `relations` the tables that the gate reads.
    """
    strays = sorted(set(expectations["suite"]) - set(suites["suite"]))
    if strays:
        raise MalformedExpectation(
            f"seeds/gates/expectations.csv names the suite {strays[0]!r}, which seeds/gates/expectation_suites.csv "
            "does not have: correct the name, or add the suite."
        )
    known = set(relations)
    found = []
    for row in suites[suites["gate"] == gate].sort_values("suite").to_dict("records"):
        if row["relation"] not in known:
            raise MalformedExpectation(
                f"The suite {row['suite']!r} looks at the table {row['relation']!r}, which the gate {gate} does not "
                f"read: it reads {', '.join(sorted(known))}; choose one of them, or add a dbt.ref of the table to the "
                f"model {gate}_gate."
            )
        of_suite = expectations[expectations["suite"] == row["suite"]].sort_values("expectation")
        found.append(
            Suite(
                name=row["suite"],
                relation=row["relation"],
                row_condition=_text(row["row_condition"]),
                keys=[key.strip() for key in row["keys"].split(",")],
                empty_means=_text(row["empty_means"]),
                expectations=[_expectation(expectation) for expectation in of_suite.to_dict("records")],
            )
        )
    return found


def _expectation(row: dict[str, Any]) -> Expectation:
    try:
        arguments = json.loads(_text(row["arguments"]) or "{}")
    except json.JSONDecodeError as error:
        raise MalformedExpectation(
            f"The arguments of the expectation {row['expectation']!r} are no JSON ({error}): write them as in "
            '{"min_value": 0, "max_value": 1}.'
        ) from error
    if not isinstance(arguments, dict):
        raise MalformedExpectation(
            f"The arguments of the expectation {row['expectation']!r} are no JSON object: write them as in "
            '{"min_value": 0, "max_value": 1}.'
        )
    try:
        severity = Severity(row["severity"])
    except ValueError as error:
        raise MalformedExpectation(
            f"The expectation {row['expectation']!r} has the severity {row['severity']!r}: use one of "
            f"{', '.join(Severity)}."
        ) from error
    return Expectation(
        name=row["expectation"],
        kind=row["kind"],
        column=_text(row["column_name"]),
        arguments=arguments,
        severity=severity,
        because=row["because"],
    )


def _text(value: Any) -> str:
    """A field of a seed, '' where it is empty."""
    return "" if pd.isna(value) else str(value)
