"""The runner: what one bad specification says, that the others run, and that shared work is done once."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

import estimation.run.runner
import estimation.suites.regression
from estimation import read_specifications, run_specification, run_specifications
from estimation.ground.columns import OUTCOME, TIME, UNIT
from estimation.run.registry import check
from tests.support.panels import ROW, made_up_mart

GOOD = {**ROW, "spec_id": "good"}


@pytest.fixture
def mart() -> duckdb.DuckDBPyConnection:
    """A connection with a random panel as the mart made_up."""
    return made_up_mart()


def run(connection: duckdb.DuckDBPyConnection, *rows: dict[str, Any]) -> pd.DataFrame:
    return run_specifications(connection, pd.DataFrame(list(rows)))


def statuses(output: pd.DataFrame) -> pd.DataFrame:
    """status and reason by spec_id."""
    return output[output["part"] == "status"].pivot(index="spec_id", columns="statistic", values="detail")


BAD = {
    "no_mart": ({"mart": "made_down"}, "there is no mart made_down"),
    "no_column": ({"regressors": "x1; x7"}, "the mart made_up has no column x7"),
    "no_column_in_expression": ({"regressors": "x7 = x7 * 2"}, "the mart made_up has no column x7"),
    "no_column_in_rule": ({"sample": "region = 'east'"}, "the mart made_up has no column region"),
    "no_cluster_column": ({"vcov": "cluster", "cluster_column": "region"}, "the mart made_up has no column region"),
    "fails_on_rows": ({"sample": "cast(text as integer) = 1"}, "no valid SQL on made_up"),
    "nothing_selected": ({"sample": "year > 3000"}, "no row of the mart meets the sample rule"),
    "not_finite": ({"regressors": "x1; log_x2 = ln(x2 * 0)"}, "log_x2 = ln(x2 * 0) is not finite on"),
    "one_cluster": (
        {"vcov": "cluster", "cluster_column": "text", "unit_effects": "none"},
        "one text in the sample, so errors cannot be clustered by it",
    ),
    "few_rows": ({"sample": "place = 'p01'"}, "leave no degree of freedom for 2 regressors"),
    "absorbed": ({"regressors": "x = year; w = length(place)"}, "no regressor varies beside the fixed effects"),
    "constant": ({"dependent": "y = 1"}, "y does not vary"),
    "weak": ({"endogenous": "d", "instruments": "z = x1 + x2"}, "the instrument z has no variation of its own"),
    "untreated": (
        {"options": "treated = year > 3000; covariates = x1"},
        "no row is treated",
    ),
}


@pytest.mark.parametrize("in_transaction", [False, True])
def test_each_bad_specification_says_why_in_one_sentence_and_the_others_run(mart, in_transaction: bool) -> None:
    if in_transaction:
        mart.execute("begin")
    output = run(mart, GOOD, *({**ROW, **changes, "spec_id": name} for name, (changes, _) in BAD.items()))
    status = statuses(output)
    assert status.loc["good", "status"] == "estimated"
    for name, (_, reason) in BAD.items():
        assert status.loc[name, "status"] == "not_estimable", name
        assert reason in status.loc[name, "reason"]
        assert "\n" not in status.loc[name, "reason"]
    assert set(output.loc[output["part"] != "status", "spec_id"]) == {"good"}
    # whatever the caller has open is still usable
    assert mart.execute("select count(*) > 0 from made_up").fetchall() == [(True,)]


def test_an_empty_mart_is_said_to_be_empty(mart) -> None:
    mart.execute("delete from made_up")
    assert statuses(run(mart, GOOD))["reason"].tolist() == ["the mart made_up is empty"]


def test_dropped_variables_are_named(mart) -> None:
    output = run(mart, {**GOOD, "regressors": "x1; x2; twice = 2 * x1"})
    (dropped,) = output.loc[output["statistic"] == "dropped_variables", "detail"]
    assert dropped in {"x1", "twice"}
    assert statuses(output)["reason"].tolist() == [f"dropped for collinearity: {dropped}"]


def test_specifications_that_differ_in_their_errors_share_one_sample_and_one_solution(mart, monkeypatch) -> None:
    counts = {"estimation_sample": 0, "solve": 0}
    homes = {"estimation_sample": estimation.run.runner, "solve": estimation.suites.regression}

    def counting(name: str):
        original = getattr(homes[name], name)

        def counted(*arguments, **named):
            counts[name] += 1
            return original(*arguments, **named)

        return counted

    for name, home in homes.items():
        monkeypatch.setattr(home, name, counting(name))
    clustered = {"vcov": "cluster", "cluster_column": "place"}
    rows = [
        GOOD,
        {**GOOD, "spec_id": "robust", "vcov": "hc1"},
        {**GOOD, **clustered, "spec_id": "clustered"},
        {**GOOD, "spec_id": "other", "regressors": "x1"},
        {**GOOD, "spec_id": "failing", "regressors": "x9"},
        {**GOOD, **clustered, "spec_id": "failing_cl", "regressors": "x9"},
    ]
    shared = run(mart, *rows)
    assert counts == {"estimation_sample": 3, "solve": 2}
    alone = pd.concat([run(mart, row) for row in rows])
    shared, alone = (table[table["statistic"] != "seconds"] for table in (shared, alone))
    keys = ["spec_id", "part", "row_number", "statistic"]
    pd.testing.assert_frame_equal(
        shared.sort_values(keys).reset_index(drop=True), alone.sort_values(keys).reset_index(drop=True), rtol=1e-12
    )
    first = (shared["part"] == "estimates") & (shared["row_number"] == 1)
    errors = shared[(shared["statistic"] == "standard_error") & first].set_index("spec_id")["value"]
    assert errors[["good", "robust", "clustered"]].nunique() == 3


def test_the_order_of_the_specifications_does_not_matter(mart) -> None:
    """Standard errors are set on a shared fit one after another; none may leak into the next."""
    clustered = {**GOOD, "spec_id": "a_clustered", "vcov": "cluster", "cluster_column": "place"}
    for instruments in ({}, {"endogenous": "d", "instruments": "z1"}):
        output = run(mart, {**GOOD, **instruments}, {**clustered, **instruments})
        alone = run(mart, {**GOOD, **instruments})
        both = (table[(table["spec_id"] == "good") & (table["statistic"] != "seconds")] for table in (output, alone))
        pd.testing.assert_frame_equal(*(table.reset_index(drop=True) for table in both), rtol=1e-12)


def test_a_lag_by_years_sees_the_year_and_not_the_row_before(mart) -> None:
    mart.execute("delete from made_up where place = 'p01' and year = 2010")
    (made,) = read_specifications(pd.DataFrame([{**GOOD, "dependent": "y_before = lag_years(y, place, year, 1)"}]))
    frame = estimation.estimation_sample(mart, made).set_index([UNIT, TIME])[OUTCOME]
    values = {(place, year): value for place, year, value in mart.sql("select place, year, y from made_up").fetchall()}
    expected = {(place, year): values[place, year - 1] for place, year in values if (place, year - 1) in values}
    assert frame.to_dict() == expected
    assert ("p01", 2011) not in expected
    output, _ = run_specification(mart, made)
    assert np.isfinite(output.tables["estimates"]["standard_error"]).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit_effects": "random"}, "unit_effects = 'random': use one of absorbed, dummies, none"),
        ({"unit_effects": "dummies", "time_effects": "absorbed"}, "use dummies for both or absorb both"),
        ({"regressors": ""}, "needs regressors"),
        ({"regressors": "x1; time"}, "has variables named time"),
        ({"options": "covariates = x1; covariates = x2"}, "gives the option covariates twice"),
        ({"regressors": "x1; x1"}, "needs regressors with names of their own"),
        ({"dependent": ""}, "needs one dependent variable"),
        ({"endogenous": "d"}, "endogenous and instruments together, or neither"),
        ({"instruments": "z1"}, "endogenous and instruments together, or neither"),
        ({"endogenous": "d; x3", "instruments": "z1; z2"}, "has 2 endogenous variables"),
        ({"endogenous": "x1", "instruments": "z1"}, "names of their own"),
        (
            {"endogenous": "d", "instruments": "z1", "options": "treated = d > 0; covariates = x1"},
            "use one of the two",
        ),
    ],
)
def test_a_row_that_is_no_specification_names_itself(changes: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=f"specification made_up .*{message}"):
        check(read_specifications(pd.DataFrame([{**ROW, **changes}])))
