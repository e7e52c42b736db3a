"""The suites of a gate, evaluated by Great Expectations on data frames read from the warehouse.

Data frames and not its own route to DuckDB, which reports failures of expectations that are met. Its quantile
expectations are not used: with numpy 2 their results cannot be stored as JSON; the models of models/gates compute
quantiles in SQL, and what is expected of them is a range.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import duckdb
import pandas as pd

from gates.suites import Expectation, MalformedExpectation, Severity, Suite, suites_of_gate

#: rows of a table that break an expectation and are shown
SHOWN = 20
#: what happens where an expectation is not met; what is for information stands in expectation_results alone
CONSEQUENCES = {Severity.CRITICAL: "stops the build", Severity.WARNING: "warning"}
MET, NOT_MET, NO_ROWS = "met", "not met", "no rows"
RESULT_COLUMNS = (
    *("gate", "suite", "expectation", "kind", "relation", "row_condition", "column_name", "arguments", "severity"),
    *("verdict", "rows_checked", "rows_against", "share_against", "observed", "examples", "because", "result"),
)


@cache
def library() -> ModuleType:
    """Great Expectations, which takes seconds to import; it sends nothing to anybody, and says what is wrong only."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    # reads the setting when it is imported
    import great_expectations  # noqa: PLC0415

    return great_expectations


def evaluated(
    gate: str,
    suites: pd.DataFrame,
    expectations: pd.DataFrame,
    relations: Mapping[str, duckdb.DuckDBPyRelation],
    say: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """What a gate finds: one row an expectation, in the columns RESULT_COLUMNS.

    `suites` and `expectations` are the rows of the seeds of these names, `relations` the tables that the gate reads.
    verdict is met, not met, or no rows. examples is a JSON list of rows against it, by their keys. result is the JSON
    that Great Expectations makes of it. `say` receives a line a gate, and one an expectation that is not met, unless it
    is for information only. Raises MalformedExpectation where a row of the seeds means nothing.
    """
    rows = [
        row
        for suite in suites_of_gate(gate, suites, expectations, relations)
        for row in _rows_of_suite(gate, suite, relations[suite.relation])
    ]
    against = [row for row in rows if row["verdict"] == NOT_MET]
    met = sum(row["verdict"] == MET for row in rows)
    told = [row for row in against if row["severity"] != Severity.INFO]
    say(
        f"gate {gate}: {met} of {len(rows)} expectations are met, {len(rows) - met - len(against)} have no rows, "
        f"{len(against) - len(told)} are not met for information"
    )
    for row in sorted(told, key=lambda row: row["severity"]):
        say(f"gate {gate}, {CONSEQUENCES[Severity(row['severity'])]}: {_sentence(row)}")
    return pd.DataFrame(rows, columns=list(RESULT_COLUMNS)).astype(
        {"rows_checked": "Int64", "rows_against": "Int64", "share_against": "Float64"}
    )


def _rows_of_suite(gate: str, suite: Suite, relation: duckdb.DuckDBPyRelation) -> list[dict[str, Any]]:
    frame = _frame(suite, relation)
    outcomes = _outcomes(suite, frame)
    return [
        {
            "gate": gate,
            "suite": suite.name,
            "expectation": expectation.name,
            "kind": expectation.kind,
            "relation": suite.relation,
            "row_condition": suite.row_condition or None,
            "column_name": expectation.column or None,
            "arguments": json.dumps(expectation.arguments, ensure_ascii=False, sort_keys=True),
            "severity": str(expectation.severity),
            "because": expectation.because,
            **_found(suite, expectation, outcome, len(frame)),
        }
        for expectation, outcome in zip(suite.expectations, outcomes, strict=True)
    ]


def _frame(suite: Suite, relation: duckdb.DuckDBPyRelation) -> pd.DataFrame:
    """The rows and columns that a suite looks at, in the order of their keys."""
    looked_at = {name for expectation in suite.expectations for name in expectation.columns}
    wanted = dict.fromkeys([*suite.keys, *sorted(looked_at)])
    missing = [name for name in wanted if name not in relation.columns]
    if missing:
        raise MalformedExpectation(
            f"The suite {suite.name!r} looks at the column {missing[0]!r}, which {suite.relation} does not have: "
            f"it has {', '.join(relation.columns)}."
        )
    try:
        rows = relation.filter(suite.row_condition) if suite.row_condition else relation
        columns = ", ".join(f'"{name}"' for name in wanted)
        return rows.project(columns).order(columns).df()
    except duckdb.Error as error:
        raise MalformedExpectation(
            f"The row_condition of the suite {suite.name!r} is not one that {suite.relation} knows: "
            f"{str(error).splitlines()[0]}"
        ) from error


def _outcomes(suite: Suite, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """What Great Expectations says of each expectation, as JSON objects."""
    gx = library()
    context = _context()
    source = context.data_sources.add_or_update_pandas("warehouse")
    batches = source.add_dataframe_asset(suite.relation).add_batch_definition_whole_dataframe(suite.name)
    expectations = gx.ExpectationSuite(suite.name)
    for number, expectation in enumerate(suite.expectations):
        expectations.add_expectation(configured(expectation, number))
    results = batches.get_batch({"dataframe": frame}).validate(
        expectations,
        result_format={
            "result_format": "SUMMARY",
            "unexpected_index_column_names": suite.keys,
            "partial_unexpected_count": SHOWN,
        },
    )
    found = sorted((result.to_json_dict() for result in results.results), key=_number)
    for expectation, outcome in zip(suite.expectations, found, strict=True):
        # of an exception there is one entry a metric, or one in all
        raised = outcome["exception_info"]
        entries = [raised] if "raised_exception" in raised else list(raised.values())
        messages = [entry["exception_message"] for entry in entries if entry["raised_exception"]]
        if messages:
            raise MalformedExpectation(
                f"The expectation {expectation.name!r} cannot be evaluated on {suite.relation}: {messages[0]}"
            )
        outcome["exception_info"] = {"raised_exception": False, "exception_message": None, "exception_traceback": None}
    return found


def configured(expectation: Expectation, number: int = 0) -> Any:
    """An expectation as an object of Great Expectations, `number` in its meta; raises MalformedExpectation."""
    library()
    from great_expectations.exceptions import GreatExpectationsError  # noqa: PLC0415
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration  # noqa: PLC0415
    from great_expectations.expectations.metadata_types import FailureSeverity  # noqa: PLC0415

    column = {"column": expectation.column} if expectation.column else {}
    try:
        return ExpectationConfiguration(
            type=expectation.kind,
            kwargs={**column, **expectation.arguments},
            meta={"name": expectation.name, "number": number},
            notes=expectation.because,
            severity=FailureSeverity(expectation.severity),
        ).to_domain_obj()
    except (GreatExpectationsError, ValueError, TypeError) as error:
        raise MalformedExpectation(
            f"The expectation {expectation.name!r}, {expectation.kind} with "
            f"{json.dumps(column | expectation.arguments, ensure_ascii=False)}, is none that Great Expectations "
            f"knows: {' '.join(str(error).split())}"
        ) from error


def new_context() -> Any:
    """A context of Great Expectations in memory."""
    gx = library()
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    return gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            # A bar of progress a suite says nothing among the lines of a build.
            progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        ),
    )


@cache
def _context() -> Any:
    """One context for all gates of a process."""
    return new_context()


def _number(outcome: dict[str, Any]) -> int:
    return outcome["expectation_config"]["meta"]["number"]


def _found(suite: Suite, expectation: Expectation, outcome: dict[str, Any], rows: int) -> dict[str, Any]:
    """Verdict and counts of one expectation; tables without rows meet only what is expected of the table itself."""
    result = outcome["result"]
    checked = result.get("element_count", rows)
    is_of_table = expectation.kind.startswith("expect_table_")
    if not rows and not is_of_table:
        verdict, observed = NO_ROWS, suite.empty_means or None
    else:
        verdict = MET if outcome["success"] else NOT_MET
        observed = result.get("observed_value")
        observed = None if observed is None else json.dumps(observed, ensure_ascii=False)
    examples = result.get("partial_unexpected_index_list")
    return {
        "verdict": verdict,
        "rows_checked": checked,
        "rows_against": result.get("unexpected_count"),
        "share_against": None if not checked else _share(result.get("unexpected_count"), checked),
        "observed": observed,
        "examples": json.dumps(examples, ensure_ascii=False) if examples else None,
        "result": json.dumps(outcome, ensure_ascii=False, sort_keys=True),
    }


def _share(count: int | None, of: int) -> float | None:
    return None if count is None else count / of


def stops(row: Mapping[str, Any]) -> bool:
    """Does a result stop the build?"""
    return row["verdict"] == NOT_MET and row["severity"] == Severity.CRITICAL


def shown_count(row: Mapping[str, Any]) -> str:
    """What is against an expectation, in short, and the first row of it."""
    if row["rows_against"] is None:
        return f"{row['observed']}"
    count = f"{row['rows_against']} of {row['rows_checked']} rows"
    if not row["examples"]:
        return count
    example = json.loads(row["examples"])[0]
    return f"{count}, first {', '.join(f'{name} {value}' for name, value in example.items())}"


def _sentence(row: Mapping[str, Any]) -> str:
    """What is against an expectation, and why it is expected."""
    return f"{row['suite']}, {row['expectation']}: {row['relation']} has {shown_count(row)}. {row['because']}"
