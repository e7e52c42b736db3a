"""The result tables of the causal suites on the embedded default: filled, and in agreement with each other."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from estimation.suites.mediation import sobel_z
from tests.support.project import ROOT

MODELS = ROOT / "models" / "estimates" / "causal"
TABLES = sorted([*(path.stem for path in MODELS.glob("*.sql")), "specification_status"])
#: tables that are made of several parts, and name their suites themselves
COMPOSED = {"mediation": ["mediation"], "matching": ["matching_balance"]}
#: tables of what only some specifications ask for
OPTIONAL = {"honest_bounds"}


def tables_of_suites() -> dict[str, set[str]]:
    """The result tables of each suite, as the models say."""
    tables = {suite: set(names) for suite, names in COMPOSED.items()}
    for path in MODELS.glob("*.sql"):
        for parts in re.findall(r"suite_table\(\{(.*?)\}\)", path.read_text(encoding="utf-8")):
            for suite in re.findall(r"'(\w+)':", parts):
                tables.setdefault(suite, set()).add(path.stem)
    return {suite: names - OPTIONAL for suite, names in tables.items()}


@pytest.fixture(scope="module")
def ask(default_warehouse):
    return lambda sql: default_warehouse.sql(sql).df()


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_filled_and_says_that_it_is_simulated(ask, name: str) -> None:
    rows = ask(f"from {name}")
    assert len(rows) > 0
    assert rows["is_simulated"].all()


def test_every_specification_is_estimated_on_the_default(ask) -> None:
    rows = ask(
        "select status.*, seed.spec_id as seeded from estimation.full_specifications as seed "
        "full join specification_status as status using (spec_id) where status.suite <> 'regression'"
    )
    assert rows["seeded"].notna().all()
    assert rows.loc[rows["status"] != "estimated", ["spec_id", "reason"]].to_dict("records") == []
    assert (rows["seconds"] > 0).all()


def test_every_estimated_specification_has_rows_in_the_table_of_its_suite(ask) -> None:
    tables = tables_of_suites()
    status = ask("select suite, spec_id from specification_status where suite <> 'regression'")
    assert set(status["suite"]) == set(tables)
    for suite, names in tables.items():
        for name in names:
            present = set(ask(f"select distinct spec_id from {name}")["spec_id"])
            assert set(status.loc[status["suite"] == suite, "spec_id"]) <= present, (suite, name)


def test_tools_that_rest_on_the_two_way_coefficient_agree_with_the_regression(ask) -> None:
    published = ask("from estimates where spec_id = 'ic_t2_m4' and term = 'treat_post'").iloc[0]
    for sql in (
        "select estimate from placebo_summary where spec_id = 'ic_placebo'",
        "select estimate from twfe_weights where spec_id = 'ic_weights'",
        "select estimate from specification_curve where spec_id = 'ic_curve' and is_reference and outcome = 'theil'",
        "select estimate from specification_curve_summary where spec_id = 'ic_curve' and outcome = 'theil'",
    ):
        assert ask(sql)["estimate"].item() == pytest.approx(published["estimate"], rel=1e-8), sql


def test_the_first_fits_of_the_curves_are_published_columns(ask) -> None:
    for curve, spec_id, term in (
        ("ii_curve", "ii_t2_c2", "ln_import"),
        ("tw_curve", "tw_t2_c6", "trade"),
        ("ic_curve", "ic_t2_m4", "treat_post"),
    ):
        first = ask(f"from specification_curve where spec_id = '{curve}' and fit = 1").iloc[0]
        row = ask(f"from estimates where spec_id = '{spec_id}' and term = '{term}'").iloc[0]
        assert first["is_reference"]
        assert first["estimate"] == pytest.approx(row["estimate"], rel=1e-8)
        assert first["standard_error"] == pytest.approx(row["standard_error"], rel=1e-6)


def test_estimates_without_each_city_lie_around_the_published_column(ask) -> None:
    whole = ask("select estimate from estimates where spec_id = 'tw_t2_c8' and term = 'trade'")["estimate"].item()
    check = ask("from instrument_checks where suite = 'leave_one_out'").iloc[0]
    left_out = ask("from instrument_left_out")
    assert check["estimate"] == pytest.approx(whole, rel=1e-8)
    assert len(left_out) == 270
    assert check["minimum"] == left_out["estimate"].min() < whole < left_out["estimate"].max() == check["maximum"]


def test_comparisons_average_to_the_two_way_coefficient(ask) -> None:
    parts = ask("select spec_id, sum(weight) as weight, sum(weight * estimate) as total from goodman_bacon group by 1")
    whole = ask("select spec_id, estimate from goodman_bacon_summary where kind = 'all'")
    both = parts.merge(whole, on="spec_id")
    assert len(both) == len(parts) == 7
    np.testing.assert_allclose(both["weight"], 1, rtol=1e-9)
    np.testing.assert_allclose(both["total"], both["estimate"], rtol=1e-9)


def test_weights_by_cell_are_those_of_the_summary(ask) -> None:
    cells = ask(
        "select spec_id, count(*) as atts, count(*) filter (where weight < 0) as negative, sum(weight) as total "
        "from twfe_weights_by_cell group by spec_id"
    ).merge(ask("select spec_id, atts, atts_negative from twfe_weights"), on="spec_id")
    assert (cells["atts_x"] == cells["atts_y"]).all()
    assert (cells["negative"] == cells["atts_negative"]).all()
    np.testing.assert_allclose(cells["total"], 1, rtol=1e-9)


def test_the_placebo_is_summarised_as_it_was_drawn(ask) -> None:
    for row in ask("from placebo_summary").to_dict("records"):
        draws = ask(f"select estimate from placebo_draws where spec_id = '{row['spec_id']}'")["estimate"]
        assert len(draws) == row["draws"] == 1000
        extreme = int((draws.abs() >= abs(row["estimate"])).sum())
        assert row["p_value"] == pytest.approx((extreme + 1) / 1001)
        assert row["sd"] == pytest.approx(draws.std(ddof=1))


def test_mediated_shares_are_those_of_the_coefficients(ask) -> None:
    rows = ask("from mediation")
    assert len(rows) == 14
    estimates = ask("from estimates").set_index(["spec_id", "term"])
    for row in rows.to_dict("records"):
        delta = estimates.loc[(row["mediator_spec"], row["treatment"])]
        theta = estimates.loc[(row["outcome_spec"], row["mediator"])]
        phi = estimates.loc[(row["outcome_spec"], row["treatment"])]
        indirect = delta["estimate"] * theta["estimate"]
        assert row["share"] == pytest.approx(indirect / (indirect + phi["estimate"]), rel=1e-9)
        z = sobel_z(delta["estimate"], delta["standard_error"], theta["estimate"], theta["standard_error"])
        assert row["sobel_z"] == pytest.approx(z, rel=1e-9)
        # clustered errors are other errors of the same coefficients
        assert np.isfinite(row["clustered_sobel_z"])
        assert np.sign(row["clustered_sobel_z"]) == np.sign(row["sobel_z"])
        assert row["indirect_conf_low"] < row["bootstrap_indirect"] < row["indirect_conf_high"]
        assert row["draws"] == 1000


def test_mediation_by_regressions_and_by_bootstrap_agree_where_the_rows_do(ask) -> None:
    rows = ask(
        "select mediation.*, first.n as first_n, second.n as second_n from mediation "
        "inner join fits as first on mediation.mediator_spec = first.spec_id "
        "inner join fits as second on mediation.outcome_spec = second.spec_id"
    )
    same = rows[(rows["first_n"] == rows["n"]) & (rows["second_n"] == rows["n"])]
    assert len(same) >= 10
    np.testing.assert_allclose(same["bootstrap_share"], same["share"], rtol=1e-6)


def test_robust_estimators_and_two_way_use_the_same_rows(ask) -> None:
    rows = ask(
        "select seed.dependent, seed.regressors, seed.sample, count(distinct status.n) as sizes, "
        "count(*) as estimators "
        "from specification_status as status inner join estimation.full_specifications as seed using (spec_id) "
        "where status.suite = 'robust_att' and seed.options like '%balanced%' group by all"
    )
    assert (rows["sizes"] == 1).all()
    assert (rows["estimators"] >= 5).all()


def test_robust_estimates_are_within_reach_of_the_truth(ask) -> None:
    """One draw shows only that nothing is far off; tests/simulation/test_causal_recovery.py has many."""
    truth = ask("from reference.simulation_truth where term = 'average_effect'")["truth"].item()
    rows = ask(
        "from robust_att where kind = 'overall' and estimator <> 'two_way' and spec_id like 'ic_robust_%' "
        "and spec_id not like '%no_controls'"
    )
    assert len(rows) == 10
    distances = (rows["estimate"] - truth).abs() / rows["standard_error"]
    assert (distances < 3.3).all(), pd.concat([rows["spec_id"], distances], axis=1)


def test_every_reading_of_the_figure_is_there(ask) -> None:
    rows = ask(
        "select spec_id, min(relative_year) as first_year, max(relative_year) as last_year, "
        "count(*) filter (where is_base) as bases from event_study where spec_id like 'ic_event_%' "
        "and spec_id not like '%_cl' and spec_id not like '%_sourced' group by spec_id"
    ).set_index("spec_id")
    assert rows.to_dict("index") == {
        "ic_event_binned": {"first_year": -3, "last_year": 6, "bases": 1},
        "ic_event_pooled_base": {"first_year": -3, "last_year": 6, "bases": 3},
        "ic_event_early_dropped": {"first_year": -3, "last_year": 6, "bases": 1},
        "ic_event_2010": {"first_year": -4, "last_year": 8, "bases": 1},
    }


def test_matching_brings_covariates_nearer(ask) -> None:
    rows = ask(
        "select spec_id, cohort, avg(abs(before)) as before, avg(abs(after)) as after from matching_balance "
        "where cohort is not null and spec_id like 'ic_matching%' group by all"
    )
    assert len(rows) == 8
    assert (rows["after"] < rows["before"]).mean() > 0.5
