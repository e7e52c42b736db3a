"""Specifications of every suite as rows: what a row may say, what the data at hand allow, and that runs repeat
themselves."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import estimation.suites
from estimation import Limits, read_specifications, run_specifications
from estimation.numerics.fit_grid import fit_grid
from estimation.run import runner
from estimation.run.registry import check, suites
from estimation.run.runner import OUTPUT_COLUMNS
from estimation.suites.event_study import Window, event_study
from estimation.suites.specification_curve import _thinned
from tests.support.adoption_panels import adoption_panel
from tests.support.project import ROOT
from tests.support.specifications import full_specifications, specifications

ROW = {
    "spec_id": "one",
    "study": "made_up",
    "suite": "twfe_weights",
    "label": "",
    "mart": "made_up",
    "unit_column": "unit",
    "time_column": "time",
    "cohort_column": "first_year",
    "dependent": "y",
    "regressors": "d; x0; half = x1 / 2",
    "endogenous": "",
    "instruments": "",
    "sample": "true",
    "vcov": "cluster",
    "cluster_column": "",
    "unit_effects": "",
    "time_effects": "",
    "options": "",
}
CURVE = {"suite": "specification_curve"}
LIMITS = Limits(placebo_draws=20, bootstrap_draws=20, curve_fits=6)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return adoption_panel(
        {2003: 6, 2005: 8, float("nan"): 16}, range(2000, 2009), effect=lambda cohort, years: 1 + years, controls=2
    )


@pytest.fixture(scope="module")
def connection(frame: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    mart = frame.rename(columns={"cohort": "first_year", "outcome": "y"})  # noqa: F841
    connection = duckdb.connect()
    connection.execute(
        "create table made_up as select *, (coalesce(time >= first_year, false))::integer as d, cast(null as double) "
        "as nothing, null::varchar as interpolated_columns from "
        "(select * replace (case when isnan(first_year) then null else first_year end as first_year) from mart)"
    )
    return connection


def run(
    connection: duckdb.DuckDBPyConnection, *rows: dict[str, str], limits: Limits = LIMITS, cache: Path | None = None
) -> pd.DataFrame:
    seed = pd.DataFrame([{**ROW, **row} for row in rows])
    return run_specifications(connection, seed, limits=limits, cache_folder=cache)


def table(output: pd.DataFrame, part: str, spec_id: str = "one") -> pd.DataFrame:
    """A part as a table again: numbers where there is one, words elsewhere."""
    rows = output[(output["spec_id"] == spec_id) & (output["part"] == part)]
    values = rows["value"].astype(object).where(rows["value"].notna(), rows["detail"])
    return rows.assign(cell=values).pivot(index="row_number", columns="statistic", values="cell")


def reason(connection: duckdb.DuckDBPyConnection, **row: str) -> str:
    status = table(run(connection, row), "status").iloc[0]
    assert status["status"] == "not_estimable"
    return str(status["reason"])


def test_every_row_of_the_seed_reads() -> None:
    check(list(specifications().values()))
    assert len(specifications()) == len(full_specifications())
    assert {specification.suite for specification in specifications().values()} == set(suites())


def test_every_module_of_suites_but_the_contract_declares_the_suite_of_its_name() -> None:
    modules = {module.name for module in pkgutil.iter_modules(estimation.suites.__path__)}
    assert modules - {"contract"} == set(suites())


def test_reading_the_seed_imports_no_estimator() -> None:
    code = (
        "import sys; from estimation.samples.specification import read_specifications; "
        "print([name for name in ('pyfixest', 'diff_diff', 'statsmodels') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pyfixest_is_imported_in_one_module() -> None:
    importing = [
        path.relative_to(ROOT).as_posix()
        for folder in ("estimation", "landing", "regional", "simulation", "models")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"^\s*(import|from) pyfixest", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    ]
    assert importing == ["estimation/numerics/least_squares.py"]


def test_a_room_of_the_estimation_reads_those_before_it() -> None:
    rooms = ["ground", "numerics", "samples", "suites", "run"]
    for path in (ROOT / "estimation").rglob("*/*.py"):
        own = rooms.index(path.parent.name)
        named = re.findall(
            r"^\s*(?:import|from) estimation\.(\w+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        assert {name for name in named if rooms.index(name) > own} == set(), path


def test_chains_name_specifications_that_exist_with_the_same_treatment() -> None:
    chains = [row for row in specifications().values() if row.suite == "mediation"]
    assert len(chains) == 14
    for chain in chains:
        options = suites()["mediation"].read_options(chain)
        first, second = (specifications()[options[name]] for name in ("mediator_spec", "outcome_spec"))
        assert first.dependent.name == options["mediator"].name
        assert first.treatment.name == second.treatment.name == chain.treatment.name
        assert second.dependent.name == chain.dependent.name
        assert second.control_names == [options["mediator"].name, *chain.control_names]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"suite": "horoscope"}, "suite = 'horoscope'"),
        ({"vcov": "guess"}, "vcov = 'guess'"),
        ({"dependent": ""}, "needs one dependent variable"),
        ({"sample": ""}, "names no sample"),
        ({"cohort_column": ""}, "needs a cohort_column"),
        ({"endogenous": "x2", "instruments": "x3"}, "takes no instruments"),
        ({"suite": "leave_one_out"}, "needs endogenous and instruments"),
        ({"suite": "goodman_bacon"}, "takes no controls"),
        ({"suite": "robust_att"}, "needs the option estimator"),
        ({"suite": "robust_att", "options": "estimator = magic"}, "estimator = 'magic'"),
        ({"options": "draws = 5"}, "the option 'draws'"),
        ({"suite": "event_study", "options": "first = early"}, "first = 'early'"),
        ({"options": "balanced = perhaps"}, "balanced = 'perhaps'"),
        ({"regressors": "d; x0; x0"}, "names of their own"),
        ({"regressors": "d; unit"}, "has variables named unit"),
        (
            {"suite": "mediation", "options": "mediator = x0; mediator_spec = a; outcome_spec = b"},
            "names a variable twice: d, x0, half, x0",
        ),
        ({**CURVE, "options": "fixed_effects = unit"}, "needs the option errors"),
    ],
)
def test_a_row_that_makes_no_sense_is_one_sentence(row: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match="specification one") as error:
        check(read_specifications(pd.DataFrame([{**ROW, **row}])))
    assert said in str(error.value)


def test_a_doubled_id_is_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        read_specifications(pd.DataFrame([ROW, ROW]))


def test_what_the_data_do_not_allow_is_a_reason(connection: duckdb.DuckDBPyConnection) -> None:
    assert reason(connection, mart="elsewhere") == "there is no mart elsewhere"
    assert reason(connection, dependent="z") == "the mart made_up has no column z"
    assert reason(connection, cohort_column="z") == "the mart made_up has no column z"
    assert reason(connection, dependent="nothing") == "no value in the sample: nothing"
    assert reason(connection, sample="time > 3000") == "no row of the mart meets the sample rule"
    assert "no valid SQL" in reason(connection, sample="time > 'text'")
    assert reason(connection, sample="time < 2003") == "no unit is treated at any time of the sample"
    assert "switches off" in reason(connection, regressors="e = 1 - d")
    curve = CURVE | {"options": "fixed_effects = unit, elsewhere; errors = hc1"}
    assert reason(connection, **curve) == "the mart made_up has no column elsewhere"
    curve = CURVE | {"options": "fixed_effects = unit, time; errors = hc1", "dependent": "nothing"}
    assert reason(connection, **curve) == "no value in the sample: nothing"


def test_one_that_fails_leaves_the_others(connection: duckdb.DuckDBPyConnection) -> None:
    output = run(connection, {"dependent": "nothing"}, {"spec_id": "two"})
    assert table(output, "status")["status"].tolist() == ["not_estimable"]
    assert table(output, "status", "two")["status"].tolist() == ["estimated"]
    assert list(output.columns) == OUTPUT_COLUMNS


def test_the_sample_is_the_frame_that_the_tool_would_get(
    connection: duckdb.DuckDBPyConnection, frame: pd.DataFrame
) -> None:
    output = run(connection, {"suite": "event_study", "options": "first = -3; last = 3; relative_magnitude = 0, 1"})
    given = frame.assign(half=frame["x1"] / 2)
    expected = event_study(given, ["x0", "half"], window=Window(first=-3, last=3)).coefficients
    found = table(output, "coefficients")
    for name in ("relative_year", "is_base", "is_binned", "estimate", "standard_error", "band_high"):
        np.testing.assert_allclose(found[name].astype(float), expected[name].astype(float), rtol=1e-9)
    assert table(output, "bounds")["magnitude"].tolist() == [0, 1]
    status = table(output, "status").iloc[0]
    assert (status["n"], status["n_units"], status["n_periods"], status["n_treated_units"]) == (270, 30, 9, 14)
    assert status["share_filled"] == 0


def test_bounds_that_cannot_be_had_are_a_remark(connection: duckdb.DuckDBPyConnection) -> None:
    options = "first = -3; last = 3; base = -1, -2; early = bin; relative_magnitude = 1"
    output = run(connection, {"suite": "event_study", "options": options})
    assert table(output, "status")["status"].tolist() == ["estimated"]
    assert table(output, "status")["reason"].item().startswith("no bounds: ")
    assert table(output, "bounds").empty


def test_two_way_is_the_coefficient_of_the_weights(connection: duckdb.DuckDBPyConnection) -> None:
    rows = ({"suite": "robust_att", "options": "estimator = two_way"}, {"spec_id": "two"})
    output = run(connection, *rows)
    assert table(output, "effects")["estimate"].item() == pytest.approx(
        table(output, "summary", "two")["estimate"].item(), rel=1e-9
    )


def test_a_curve_begins_with_all_controls_and_keeps_to_its_limit(
    connection: duckdb.DuckDBPyConnection, frame: pd.DataFrame
) -> None:
    options = "fixed_effects = unit, time | unit; winsorised = 0, 0.05; errors = hc1 | cluster, province; "
    row = CURVE | {"options": options + "sample.late = time > 2001; reported_only = true"}
    output = run(connection, row)
    curve = table(output, "curve")
    assert len(curve) == LIMITS.curve_fits
    first = curve.iloc[0]
    assert (first["is_reference"], first["controls"], first["winsorised"], first["vcov"]) == (1, "x0; half", 0, "hc1")
    given = frame.assign(half=frame["x1"] / 2, treatment=(frame["time"] >= frame["cohort"]) * 1.0)
    expected = fit_grid(given, [{"controls": ("x0", "half"), "vcov": "hc1"}]).iloc[0]
    assert first["estimate"] == pytest.approx(expected["estimate"], rel=1e-9)
    assert first["standard_error"] == pytest.approx(expected["standard_error"], rel=1e-9)
    summary = table(output, "summary").iloc[0]
    # 4 sets of controls, 2 of effects, 3 samples, 2 winsorising, 2 errors
    assert (summary["fits"], summary["fits_possible"]) == (6, 96)
    assert table(output, "status")["draws"].item() == 6


def test_a_thinned_grid_holds_what_must_stay_and_nothing_twice() -> None:
    assert _thinned(5, 10, [0]) == [0, 1, 2, 3, 4]
    chosen = _thinned(1000, 50, [0, 500])
    assert len(set(chosen)) == 50
    assert {0, 500} <= set(chosen)
    assert chosen == sorted(chosen) == _thinned(1000, 50, [0, 500])
    # spread over the whole grid, not its beginning
    assert np.mean(chosen) > 350


SEVERAL = (
    {"suite": "placebo"},
    {"spec_id": "two", "suite": "event_study"},
    {"spec_id": "three", "suite": "matching", "regressors": "d; x0", "options": "k = 1"},
    {"spec_id": "four", **CURVE, "options": "fixed_effects = unit, time; errors = cluster, unit"},
    {
        "spec_id": "five",
        "suite": "mediation",
        "regressors": "d; x0",
        "options": "mediator = x1; mediator_spec = a; outcome_spec = b",
    },
)


def test_two_runs_agree_but_for_the_clock(connection: duckdb.DuckDBPyConnection) -> None:
    first, second = (run(connection, *SEVERAL).query("statistic != 'seconds'") for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    assert set(first.loc[first["statistic"] == "status", "detail"]) == {"estimated"}


def test_what_comes_from_the_cache_is_the_same_to_the_last_bit(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch
) -> None:
    rows = (*SEVERAL, {"spec_id": "six", "regressors": "d; x7"})
    cold = run(connection, *rows, cache=tmp_path)
    original, fitted = runner._Runner.rows_of, []
    monkeypatch.setattr(runner._Runner, "rows_of", lambda own, row: fitted.append(row.spec_id) or original(own, row))
    # the seconds too: they are those of the fit
    pd.testing.assert_frame_equal(run(connection, *rows, cache=tmp_path), cold, check_exact=True)
    assert fitted == []
    more_draws = Limits(placebo_draws=21, bootstrap_draws=20, curve_fits=6)
    run(connection, {"suite": "placebo"}, limits=more_draws, cache=tmp_path)
    assert fitted == ["one"]
    run(connection, {"suite": "placebo", "spec_id": "renamed"}, limits=more_draws, cache=tmp_path)
    assert fitted == ["one"]


def test_long_rows_leave_out_what_is_undefined() -> None:
    given = pd.DataFrame({"a": [1.5, np.nan, np.inf], "b": ["x", None, ""], "c": [True, False, True]})
    cells = {(row, statistic): (value, text) for _, row, statistic, value, text in runner._long({"part": given})}
    assert set(cells) == {(1, "a"), (1, "b"), (3, "b"), (1, "c"), (2, "c"), (3, "c")}
    assert cells[1, "a"][0] == 1.5
    assert cells[3, "b"][1] == ""
    assert [cells[number, "c"][0] for number in (1, 2, 3)] == [1, 0, 1]


def test_limits_that_leave_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="placebo_draws = 1"):
        Limits(placebo_draws=1)
